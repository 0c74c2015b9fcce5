"""Forms of the item bank: search, one item, review."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from certification.item_bank.rules import (
    ItemKind,
    ItemStatus,
    ItemUse,
)
from certification.item_bank.service import ItemFilter
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, choices
from training_base.centers.models import TrainingCenter

LETTERS = "ABCDE"
COMMON = "common"
"""The choice that stands for the city's common bank, which has no center."""


class ItemSearch(FilterForm):
    """Search of items."""

    text = StringField(_("Code or words of the stem"), filters=[trim])
    level = SelectField(_("Level"), default="")
    area = StringField(
        _("Knowledge area"),
        filters=[trim],
        validators=[Optional(), Regexp(r"\d(\.\d)?$")],
        render_kw={"placeholder": "2.1"},
    )
    kind = SelectField(_("Kind"), default="")
    status = SelectField(_("Status"), default="")
    use = SelectField(_("Use"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [("", _("All")), *((str(level), name) for level, name in LEVELS.items())]
        self.kind.choices = choices(ItemKind, blank=_("All"))
        self.status.choices = choices(ItemStatus, blank=_("All"))
        self.use.choices = choices(ItemUse, blank=_("All"))

    def filter(self) -> ItemFilter:
        """What was asked for; a value that is none of the choices narrows nothing."""
        asked: dict[str, Any] = {name: field.data for name, field in self._fields.items() if field.data}
        if not self.validate():
            asked = {name: value for name, value in asked.items() if name not in self.errors}
        kinds = {"kind": ItemKind, "status": ItemStatus, "use": ItemUse, "level": int}
        return ItemFilter(**{name: kinds.get(name, str)(value) for name, value in asked.items()})


def bank_choices(centers: Iterable[TrainingCenter], *, common: bool) -> list[tuple[str, Any]]:
    """Banks somebody may write for: the common one and those of centers."""
    own = [(str(center.id), center.name_zh) for center in centers]
    return [(COMMON, _("Common bank of the city")), *own] if common else own


def bank_of(choice: str) -> UUID | None:
    """The center of a chosen bank; None is the common one."""
    return None if choice == COMMON else UUID(choice)


def text(label: Any, missing: Any, most: int, **more: Any) -> Any:
    """A text that must be there."""
    return TextAreaField(label, filters=[trim], validators=[DataRequired(missing), Length(max=most)], **more)


class ReasonForm(BaseForm):
    """Why an item is sent back or retired."""

    reason = text(_("Reason"), _("Write the reason down."), 500, render_kw={"rows": 2})
