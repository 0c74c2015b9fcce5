"""Forms of crosswalks: the document, a row, a decision."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from certification.crosswalks.rules import Relation, RowStatus
from certification.crosswalks.service import CrosswalkFacts
from portal.forms.base import BaseForm, FilterForm, trim
from portal.forms.people import day
from portal.labels import choices


def _text(label: Any, required: Any, *, most: int = 200, area: bool = False, **more: Any) -> Any:
    kind = TextAreaField if area else StringField
    return kind(label, filters=[trim], validators=[DataRequired(required), Length(max=most)], **more)


class CrosswalkForm(BaseForm):
    """What a crosswalk says about itself."""

    title_zh = _text(_("Title in Chinese"), _("Enter a title in Chinese."))
    title_en = _text(_("Title in English"), _("Enter a title in English."))
    evidence = _text(
        _("What it rests on"),
        _("Say what the crosswalk rests on: a comparison, minutes, an opinion."),
        most=2000,
        area=True,
    )
    review_on = day(_("To be looked at again on"), description=_("Leave it empty where no day is set."))

    def facts(self) -> CrosswalkFacts:
        """What was typed, as facts."""
        return CrosswalkFacts(self.title_zh.data, self.title_en.data, self.evidence.data, self.review_on.data)


class NewCrosswalkForm(CrosswalkForm):
    """A new crosswalk between two editions."""

    origin = SelectField(_("From the standard"), validators=[InputRequired(_("Choose a standard."))])
    destination = SelectField(_("To the standard"), validators=[InputRequired(_("Choose a standard."))])


class RelateForm(BaseForm):
    """A row that somebody decides: the counterpart, the relation, the reason."""

    destination = RadioField(_("Counterpart"), validators=[InputRequired(_("Choose a counterpart, or none."))])
    relation = RadioField(_("Relation"), validators=[InputRequired(_("Choose a relation."))])
    reason = _text(_("Reason"), _("Give the reason."), most=1000, area=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.relation.choices = choices(Relation)


class DecideForm(BaseForm):
    """The decision about a row."""

    decision = RadioField(_("Decision"), validators=[InputRequired(_("Choose a decision."))])
    relation = SelectField(_("Relation"), validators=[Optional()])
    reason = _text(_("Reason"), _("Give the reason."), most=1000, area=True)
    back = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision.choices = [("accept", gettext("Accept")), ("decline", gettext("Decline"))]
        self.relation.choices = choices(Relation)


class SendBackForm(BaseForm):
    """Why a crosswalk goes back to its author."""

    reason = _text(_("Reason"), _("Give the reason."), most=1000, area=True)


class RowFilter(FilterForm):
    """Which rows to list."""

    status = SelectField(_("Status"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.choices = choices(RowStatus, blank=gettext("All"))


class FindForm(FilterForm):
    """Search for a counterpart by number or words."""

    q = StringField(_("Number or words"), filters=[trim])
