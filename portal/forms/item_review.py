"""Forms of item review: searching findings, setting one aside, saying something."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from certification.item_bank.lint import Finding
from certification.item_review.commenting import COMMENT_LENGTH
from certification.item_review.service import FlagFilter
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, choices


class FindingSearch(FilterForm):
    """Search of findings."""

    finding = SelectField(_("Finding"), validators=[Optional()])
    level = SelectField(_("Level"), validators=[Optional()])
    show = SelectField(_("Show"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding.choices = choices(Finding, blank=gettext("All"))
        self.level.choices = [("", gettext("All levels")), *((str(number), name) for number, name in LEVELS.items())]
        self.show.choices = [("", gettext("To clear up")), ("aside", gettext("Set aside")), ("all", gettext("All"))]

    def filter(self) -> FlagFilter:
        """What is asked for; what is unknown narrows nothing."""
        return FlagFilter(
            finding=Finding(self.finding.data) if self.finding.data in set(Finding) else None,
            level=int(self.level.data) if self.level.data in {str(number) for number in LEVELS} else None,
            is_open={"aside": False, "all": None}.get(self.show.data or "", True),
        )


class SetAsideForm(BaseForm):
    """A finding that is nothing to worry about."""

    reason = TextAreaField(
        _("Reason"),
        filters=[trim],
        validators=[DataRequired(_("Say why it may stay as it is.")), Length(max=1000)],
        render_kw={"rows": 2},
    )


class CommentForm(BaseForm):
    """A comment on an item."""

    text = TextAreaField(
        _("Comment"),
        description=_("Readers of the item see it; it stays with the version it was written about."),
        filters=[trim],
        validators=[DataRequired(_("Write what you want to say.")), Length(max=COMMENT_LENGTH)],
        render_kw={"rows": 3},
    )
