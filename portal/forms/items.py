"""Forms of the item bank: search, one item, review."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from certification.item_bank.content import Content, ContentFault, faults
from certification.item_bank.kinds import FALSE, TRUE
from certification.item_bank.models import Item
from certification.item_bank.rules import (
    CHOICE_KINDS,
    CODE,
    NOTE_LENGTH,
    OPTION_LENGTH,
    STEM_LENGTH,
    ItemFacts,
    ItemKind,
    ItemStatus,
    ItemUse,
)
from certification.item_bank.service import ItemFilter
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, choices, label
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


class VersionForm(BaseForm):
    """What a version of an item says; options and key fit the kind that was chosen."""

    kind = RadioField(_("Kind"), validators=[InputRequired(_("Choose the kind."))])
    stem = text(_("Stem"), _("Enter the stem."), STEM_LENGTH, render_kw={"rows": 3})
    option_0 = StringField(_("Option A"), filters=[trim], validators=[Length(max=OPTION_LENGTH)])
    option_1 = StringField(_("Option B"), filters=[trim], validators=[Length(max=OPTION_LENGTH)])
    option_2 = StringField(_("Option C"), filters=[trim], validators=[Length(max=OPTION_LENGTH)])
    option_3 = StringField(_("Option D"), filters=[trim], validators=[Length(max=OPTION_LENGTH)])
    option_4 = StringField(_("Option E"), filters=[trim], validators=[Length(max=OPTION_LENGTH)])
    key = SelectMultipleField(
        _("Key"),
        description=_("True or False for a true/false item; one letter or several otherwise."),
        choices=[("T", _("True")), ("F", _("False")), *((letter, letter) for letter in LETTERS)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_("Choose the key."))],
    )
    rationale = text(_("Rationale"), _("Explain the key."), NOTE_LENGTH, render_kw={"rows": 3})
    knowledge_point = StringField(
        _("Knowledge point"),
        description=_("Its code, such as 3-2.1-01."),
        filters=[trim],
        validators=[DataRequired(_("Enter the code of the knowledge point."))],
        render_kw={"class": "code", "list": "points"},
    )
    difficulty = IntegerField(
        _("Difficulty"),
        description=_("From 1, easy, to 5, hard."),
        validators=[InputRequired(_("Enter the difficulty.")), NumberRange(1, 5, _("From 1 to 5."))],
        render_kw={"min": 1, "max": 5},
    )
    reference = text(_("Reference"), _("Name what the key rests on."), NOTE_LENGTH, render_kw={"rows": 2})
    use = RadioField(_("Use"), validators=[InputRequired(_("Choose the use."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, label(kind)) for kind in CHOICE_KINDS]
        self.use.choices = choices(ItemUse)

    def options(self) -> list[str]:
        """The options that were filled in, in order."""
        return [field.data for field in self.option_fields() if field.data]

    def option_fields(self) -> list[StringField]:
        """The fields of the five options."""
        return [getattr(self, f"option_{position}") for position in range(len(LETTERS))]

    def positions(self) -> tuple[int, ...]:
        """The key as positions; [1] and [0] for true and false."""
        names = {"T": TRUE, "F": FALSE} if self.kind.data == ItemKind.TRUE_FALSE else {}
        if names:
            return tuple(names[letter] for letter in self.key.data or () if letter in names)
        return tuple(LETTERS.index(letter) for letter in self.key.data or () if letter in LETTERS)

    def validate_key(self, field: SelectMultipleField) -> None:
        """The key fits the kind and the options."""
        filled = [bool(option.data) for option in self.option_fields()]
        if sorted(filled, reverse=True) != filled:
            raise ValidationError(_("Fill the options in without a gap."))
        found = faults(Content(ItemKind(self.kind.data), "-", tuple(self.options()), key=self.positions()))
        if ContentFault.OPTION_TWICE in found:
            raise ValidationError(_("An option stands there twice."))
        if set(found) - {ContentFault.OPTION_TOO_LONG}:
            raise ValidationError(
                _(
                    "The key does not fit: true/false items have no options and one answer; a single choice has "
                    "at least two options and one answer; a multiple choice at least three options and two answers."
                )
            )

    def facts(self, code: str, level: int) -> ItemFacts:
        """What was typed, as facts of the item with that code and level."""
        return ItemFacts(
            code=code,
            level=level,
            kind=ItemKind(self.kind.data),
            stem=self.stem.data,
            options=tuple(self.options()),
            key=tuple(sorted(self.positions())),
            rationale=self.rationale.data,
            reference=self.reference.data,
            knowledge_point=str(self.knowledge_point.data).upper(),
            difficulty=int(self.difficulty.data or 0),
            use=ItemUse(self.use.data),
        )


class ItemForm(VersionForm):
    """A new item."""

    bank = SelectField(_("Bank"), validators=[InputRequired()])
    code = StringField(
        _("Item code"),
        filters=[trim],
        validators=[
            DataRequired(_("Enter the code.")),
            Regexp(f"{CODE.pattern}$", message=_("Letters, digits, dots and dashes only, at most 40.")),
        ],
        render_kw={"class": "code"},
    )
    level = SelectField(_("Level"), coerce=int, choices=list(LEVELS.items()), validators=[InputRequired()])


def typed(item: Item) -> dict[str, Any]:
    """An item as what stands in the fields of its form."""
    current = item.current
    names = "FT" if item.kind is ItemKind.TRUE_FALSE else LETTERS
    return {
        "kind": item.kind.value,
        "stem": current.stem,
        "key": [names[position] for position in current.key],
        "rationale": current.rationale,
        "knowledge_point": item.knowledge_point.code,
        "difficulty": item.difficulty,
        "reference": current.reference,
        "use": item.use.value,
        **{f"option_{position}": option for position, option in enumerate(current.options)},
    }


class ReasonForm(BaseForm):
    """Why an item is sent back or retired."""

    reason = text(_("Reason"), _("Write the reason down."), 500, render_kw={"rows": 2})
