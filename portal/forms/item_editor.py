"""The editor of an item: common fields, and rows of a shape that depends on the kind; reads both ways."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from certification.item_bank.content import Content, ContentFault, faults, of_facts
from certification.item_bank.rules import (
    CODE,
    LANGUAGES,
    NOTE_LENGTH,
    STEM_LENGTH,
    CognitiveLevel,
    ItemFacts,
    ItemKind,
    ItemUse,
)
from portal.forms import item_rows as rows
from portal.forms.base import BaseForm, trim
from portal.forms.item_faults import FAULTS
from portal.forms.items import text
from portal.labels import LEVELS, choices

MOST_ROWS = 20


class EditorForm(BaseForm):
    """What is said of an item of any kind; the rows come with the kind, see ``editor``."""

    kind = HiddenField()
    stem = text(_("Stem"), _("Enter the stem."), STEM_LENGTH, render_kw={"rows": 4})
    rationale = text(_("Rationale"), _("Explain the key."), NOTE_LENGTH, render_kw={"rows": 3})
    reference = text(_("Reference"), _("Name what the key rests on."), NOTE_LENGTH, render_kw={"rows": 2})
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
    cognitive_level = SelectField(_("Cognitive level"), default="")
    marks = StringField(
        _("Suggested marks"),
        description=_("Such as 1 or 0.5; the blueprint decides."),
        filters=[trim],
        validators=[Optional(), Regexp(r"\d{1,2}(\.\d{1,2})?$", message=_("A number such as 1 or 0.5."))],
    )
    language = SelectField(_("Language of the item"), default=LANGUAGES[0])
    stimulus = StringField(
        _("Stimulus"),
        description=_("The code of the passage or picture it shares with other items."),
        filters=[trim],
        validators=[Optional(), Length(max=40)],
        render_kw={"class": "code"},
    )
    stimulus_position = IntegerField(
        _("Place within the stimulus"), validators=[Optional(), NumberRange(1, 99, _("From 1 to 99."))]
    )
    use = RadioField(_("Use"), validators=[InputRequired(_("Choose the use."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use.choices = choices(ItemUse)
        self.cognitive_level.choices = choices(CognitiveLevel, blank=_("not stated"))
        self.language.choices = [("zh", _("Chinese")), ("en", _("English"))]
        self.found: tuple[ContentFault, ...] = ()

    @property
    def item_kind(self) -> ItemKind:
        """The kind that this form is for."""
        raise NotImplementedError

    def offer_pictures(self, names: list[str]) -> None:
        """The pictures that a hotspot may lie on."""
        if "image" in self:
            self.image.choices = [("", _("Choose a picture")), *((name, name) for name in names)]

    def change_rows(self, change: str) -> None:
        """Add a row, or take one out, with all else as it was typed."""
        data = list(self.rows.data) if "rows" in self else []
        name, _dash, number = change.partition("-")
        if name == "add" and len(data) < MOST_ROWS:
            data.append({})
        elif name == "remove" and number.isdecimal() and int(number) < len(data):
            del data[int(number)]
        if "rows" in self:
            self.rows.process(None, data)

    def content(self) -> Content:
        """What was typed, as content."""
        return rows.SHAPES[self.item_kind].read(self)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """The fields have their shape, and the content has no fault; each fault is told in words."""
        fits = super().validate(*args, **kwargs)
        self.found = faults(self.content())
        shown = {ContentFault.STEM_MISSING, ContentFault.STEM_TOO_LONG}
        self.refusals += [str(FAULTS[fault]) for fault in self.found if fault not in shown]
        return fits and not self.found

    def facts(self, code: str, level: int) -> ItemFacts:
        """What was typed, as facts of the item with that code and level."""
        content = self.content()
        whole, _point, part = str(self.marks.data or "").partition(".")
        return ItemFacts(
            code=code,
            level=level,
            kind=self.item_kind,
            stem=content.stem,
            options=content.options,
            key=content.key,
            rationale=content.rationale,
            reference=self.reference.data,
            knowledge_point=str(self.knowledge_point.data).upper(),
            difficulty=int(self.difficulty.data or 0),
            use=ItemUse(self.use.data),
            parts=content.parts,
            cognitive_level=CognitiveLevel(self.cognitive_level.data) if self.cognitive_level.data else None,
            suggested_marks=int(whole) * 100 + int(part.ljust(2, "0") or 0) if whole else None,
            language=self.language.data,
            stimulus=self.stimulus.data,
            stimulus_position=self.stimulus_position.data,
        )


class NewItem(EditorForm):
    """What only a new item asks."""

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


def editor(kind: ItemKind, base: type[EditorForm]) -> type[EditorForm]:
    """The form of a kind."""
    shape = rows.SHAPES[kind]
    fields: dict[str, Any] = dict(shape.fields)
    if shape.row is not None:
        fields["rows"] = FieldList(FormField(shape.row), shape.title, min_entries=shape.least, max_entries=MOST_ROWS)
    fields["item_kind"] = kind
    return type(f"{kind.value}_{base.__name__}", (base,), fields)


def written(facts: ItemFacts, kind: ItemKind) -> dict[str, Any]:
    """An item as what stands in the fields of a form; of another kind, without the rows."""
    marks = facts.suggested_marks
    return {
        "stem": facts.stem,
        "rationale": facts.rationale,
        "reference": facts.reference,
        "knowledge_point": facts.knowledge_point,
        "difficulty": facts.difficulty,
        "cognitive_level": facts.cognitive_level.value if facts.cognitive_level else "",
        "marks": "" if marks is None else f"{marks // 100}.{marks % 100:02d}".rstrip("0").rstrip("."),
        "language": facts.language,
        "stimulus": facts.stimulus,
        "stimulus_position": facts.stimulus_position,
        "use": facts.use.value,
        **(rows.SHAPES[kind].write(of_facts(facts)) if facts.kind is kind else {}),
    }
