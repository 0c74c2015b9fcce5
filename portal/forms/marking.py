"""Forms of marking: the scoring sheet, searches of tasks."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, FieldList, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import TextInput

from certification.scoring.models import ScoringSheet
from certification.scoring.sheets import Entry
from portal.filters import marks
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, level_of


class MarksField(Field):
    """Marks as people write them, such as 1.5; ``data`` is in hundredths, None where nothing stands."""

    widget = TextInput()
    data: int | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else marks(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read hundredths exactly; commas and full-width figures of an input method are taken as meant."""
        text = "".join(valuelist).strip().translate(str.maketrans("０１２３４５６７８９．。，,", "0123456789...."))
        self.data = None
        if not text:
            return
        try:
            hundredths = Decimal(text) * 100
        except ArithmeticError as error:
            raise ValueError(gettext("Write marks as a number like 1.5.")) from error
        if not hundredths.is_finite() or hundredths != hundredths.to_integral_value() or abs(hundredths) > 10**6:
            raise ValueError(gettext("Write marks as a number like 1.5."))
        self.data = int(hundredths)


class RowForm(Form):
    """One measurement row."""

    actual = StringField(_("Result or actual value"), filters=[trim], validators=[Length(max=500)])
    awarded = MarksField(_("Marks awarded"))


class SheetForm(BaseForm):
    """A scoring sheet, row by row."""

    rows = FieldList(FormField(RowForm), _("Marks awarded"))
    remark = TextAreaField(
        _("Remark"),
        description=_("For the quality supervisor; candidates do not see it."),
        filters=[trim],
        validators=[Length(max=1000)],
        render_kw={"rows": 2},
    )

    @classmethod
    def of(cls, sheet: ScoringSheet) -> "SheetForm":
        """The form as the sheet stands; what was sent with the request goes first."""
        rows = [{"actual": row.actual, "awarded": row.awarded} for row in sheet.rows]
        return cls(data={"rows": rows, "remark": sheet.remark})

    def entries(self) -> list[Entry]:
        """What was typed, by position."""
        return [
            Entry(position, row.form.actual.data, row.form.awarded.data)
            for position, row in enumerate(self.rows, start=1)
        ]


class TaskFilter(FilterForm):
    """Search of skill tasks."""

    q = StringField(_("Code or title"), filters=[trim])
    level = SelectField(_("Level"), coerce=level_of)
    unit = SelectField(_("Unit"))

    def __init__(self, *args: Any, units: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [("", gettext("All levels")), *((number, name) for number, name in LEVELS.items())]
        self.unit.choices = [("", gettext("All units")), *((unit, unit) for unit in units)]


class SessionFilter(FilterForm):
    """Search of exam sessions to mark."""

    q = StringField(_("Code or title"), filters=[trim])
