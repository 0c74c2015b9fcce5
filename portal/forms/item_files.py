"""Forms that bring items in from files and take them out."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from certification.item_bank.exchange import FORMATS, READABLE, WRITABLE
from certification.item_bank.exchange.encoding import ENCODINGS
from certification.item_bank.filling import Wishes
from certification.item_bank.rules import ItemStatus, ItemUse
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, choices

FORMAT_NAMES = {
    "xlsx": "Excel (.xlsx)",
    "xls": "Excel 97–2003 (.xls)",
    "csv": "CSV (.csv)",
    "gift": "Moodle GIFT (.gift, .txt)",
    "aiken": "Aiken (.txt)",
    "moodle-xml": "Moodle XML (.xml)",
    "qti12": "QTI 1.2",
    "qti21": "QTI 2.1",
    "qti22": "QTI 2.2",
    "qti2": "QTI 2.1/2.2",
    "qti3": "QTI 3.0",
}
"""Formats by their proper names, which no language translates."""


def format_choices(names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """Formats to choose from."""
    return [(name, FORMAT_NAMES.get(name, name)) for name in names]


class ImportForm(BaseForm):
    """A file of items, and what its items are filed under where it does not say."""

    bank = SelectField(_("Bank"), validators=[InputRequired()])
    file = FileField(
        _("File (at most 8 MB)"),
        validators=[FileRequired(_("Choose a file."))],
        render_kw={"accept": ".xlsx,.xls,.csv,.txt,.gift,.xml,.zip"},
    )
    form = SelectField(_("Format"), default="auto")
    encoding = SelectField(_("Encoding of a text file"), default="auto")
    level = SelectField(_("Level"), default="")
    knowledge_point = StringField(
        _("Knowledge point"),
        description=_("Its code, such as 3-2.1-01."),
        filters=[trim],
        validators=[Optional(), Length(max=80)],
        render_kw={"class": "code"},
    )
    use = SelectField(_("Use"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.choices = [("auto", _("Told by the file")), *format_choices(READABLE)]
        self.encoding.choices = [("auto", _("Told by the file")), *((name, name) for name in ENCODINGS)]
        self.level.choices = [("", _("As the file says")), *((str(level), name) for level, name in LEVELS.items())]
        self.use.choices = choices(ItemUse, blank=_("As the file says"))

    def wishes(self) -> Wishes:
        """How the file is to be read."""
        return Wishes(
            format=self.form.data,
            encoding=self.encoding.data,
            level=int(self.level.data) if self.level.data else None,
            knowledge_point=self.knowledge_point.data,
            use=ItemUse(self.use.data) if self.use.data else None,
        )


class ConfirmForm(BaseForm):
    """That a file is to be stored."""

    accepted = BooleanField(_("I have read the warnings and take the items as they are."))
    review = BooleanField(_("Hand the items to the reviewers at once."))

    def status(self) -> ItemStatus:
        """What the items become."""
        return ItemStatus.REVIEW if self.review.data else ItemStatus.DRAFT


class ExportForm(FilterForm):
    """The format that items are taken out in."""

    form = SelectField(_("Format"), default="xlsx", choices=format_choices(WRITABLE))

    def chosen(self) -> str:
        """The name of a format that is written."""
        return str(self.form.data) if self.form.data in FORMATS and self.form.data in WRITABLE else "xlsx"
