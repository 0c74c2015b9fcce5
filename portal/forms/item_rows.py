"""The rows of an item's editor, one shape per kind: which fields, how they become content, how content fills them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from certification.item_bank.content import ANSWER_LENGTH, Content
from certification.item_bank.kinds import FALSE, TRUE
from certification.item_bank.rules import NOTE_LENGTH, OPTION_LENGTH, ItemKind
from portal.forms.base import trim

LINES = 1000


def line(label: Any, most: int = OPTION_LENGTH, **more: Any) -> Any:
    """A text in one line."""
    return StringField(label, filters=[trim], validators=[Length(max=most)], **more)


def lines(label: Any, help_text: Any) -> Any:
    """Texts, one a line."""
    return TextAreaField(
        label, description=help_text, filters=[trim], validators=[Length(max=LINES)], render_kw={"rows": 3}
    )


def split(text: str | None) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(part.strip() for part in (text or "").splitlines() if part.strip())


class OptionRow(Form):
    """An option of a choice."""

    text = line(_("Option"))
    right = BooleanField(_("Right"))
    note = line(_("What is said about it"), NOTE_LENGTH)


class AnswerRow(Form):
    """An accepted text."""

    text = line(_("Accepted answer"), ANSWER_LENGTH)


class NumberRow(Form):
    """An accepted number."""

    value = line(_("Value"), 40, render_kw={"inputmode": "decimal"})
    tolerance = line(_("Tolerance, absolute"), 40, render_kw={"inputmode": "decimal", "placeholder": "0"})


class PairRow(Form):
    """A prompt with its target."""

    prompt = line(_("Left side"))
    target = line(_("Right side"))


class PartRow(Form):
    """A part of an ordering."""

    text = line(_("Part"))


class ChoiceGapRow(Form):
    """A gap with its choices."""

    right = line(_("Right choice"), ANSWER_LENGTH)
    others = lines(_("Other choices"), _("One a line."))


class TextGapRow(Form):
    """A gap with the texts that are accepted."""

    accepted = lines(_("Accepted answers"), _("One a line."))


class ShapeRow(Form):
    """A shape of a picture."""

    shape = SelectField(_("Shape"), choices=[("rect", _("Rectangle")), ("circle", _("Circle")), ("poly", _("Polygon"))])
    coords = line(_("Coordinates, in thousandths"), 400, render_kw={"class": "code", "data-coords": ""})


CASE = {"case_sensitive": BooleanField(_("Upper and lower case count"))}
PARTIAL = {"partial": BooleanField(_("Marks in proportion to what is right; otherwise all or nothing"))}


@dataclass(frozen=True)
class RowShape:
    """A kind's fields beside the common ones, and the way to content and back."""

    read: Callable[[Any], Content]
    write: Callable[[Content], dict[str, Any]]
    row: type[Form] | None = None
    title: Any = ""
    help: Any = ""
    least: int = 1
    fields: dict[str, Any] = field(default_factory=dict)


def _content(form: Any, **said: Any) -> Content:
    given: dict[str, Any] = {name: bool(form[name].data) for name in ("case_sensitive", "partial") if name in form}
    return Content(form.item_kind, form.stem.data or "", rationale=form.rationale.data or "", **given, **said)


def _filled(form: Any, *names: str) -> list[Any]:
    """The rows in which something stands."""
    return [row for row in form.rows.data if any(row.get(name) for name in names)]


def _read_judgement(form: Any) -> Content:
    value = form.answer.data
    return _content(form, key=(int(value),) if value in (str(TRUE), str(FALSE)) else ())


def _read_options(form: Any) -> Content:
    rows = _filled(form, "text", "right", "note")
    notes = tuple(row["note"] or "" for row in rows)
    return _content(
        form,
        options=tuple(row["text"] or "" for row in rows),
        key=tuple(place for place, row in enumerate(rows) if row["right"]),
        option_rationales=notes if any(notes) else (),
    )


def _write_options(content: Content) -> dict[str, Any]:
    notes = content.option_rationales or [""] * len(content.options)
    pairs = enumerate(zip(content.options, notes, strict=True))
    return {"rows": [{"text": text, "right": place in content.key, "note": note} for place, (text, note) in pairs]}


def _read_texts(form: Any) -> Content:
    return _content(form, key=tuple(row["text"] for row in _filled(form, "text")))


def _read_numbers(form: Any) -> Content:
    rows = _filled(form, "value", "tolerance")
    return _content(form, key=tuple((row["value"] or "", row["tolerance"] or "0") for row in rows))


def _read_pairs(form: Any) -> Content:
    rows = _filled(form, "prompt", "target")
    targets = [row["target"] or "" for row in rows]
    options = tuple(dict.fromkeys([*targets, *split(form.distractors.data)]))
    return _content(
        form,
        prompts=tuple(row["prompt"] or "" for row in rows),
        options=options,
        key=tuple(options.index(target) for target in targets),
    )


def _write_pairs(content: Content) -> dict[str, Any]:
    pairs = zip(content.prompts, content.key, strict=True)
    others = [text for place, text in enumerate(content.options) if place not in content.key]
    return {
        "rows": [{"prompt": prompt, "target": content.options[at]} for prompt, at in pairs],
        "distractors": "\n".join(others),
        "partial": content.partial,
    }


def _read_order(form: Any) -> Content:
    parts = tuple(row["text"] for row in _filled(form, "text"))
    return _content(form, options=parts, key=tuple(range(len(parts))))


def _write_order(content: Content) -> dict[str, Any]:
    return {"rows": [{"text": content.options[at]} for at in content.key], "partial": content.partial}


def _read_choices(form: Any) -> Content:
    rows = _filled(form, "right", "others")
    gaps = tuple((row["right"] or "", *split(row["others"])) for row in rows)
    return _content(form, gaps=gaps, key=(0,) * len(gaps))


def _write_choices(content: Content) -> dict[str, Any]:
    gaps: Sequence[tuple[tuple[str, ...], int]] = list(zip(content.gaps, content.key, strict=True))
    return {
        "rows": [
            {"right": gap[at], "others": "\n".join(text for place, text in enumerate(gap) if place != at)}
            for gap, at in gaps
        ],
        "partial": content.partial,
    }


def _read_gaps(form: Any) -> Content:
    return _content(form, key=tuple(split(row["accepted"]) for row in _filled(form, "accepted")))


def _read_shapes(form: Any) -> Content:
    rows = _filled(form, "coords")
    key = tuple({"shape": row["shape"], "coords": _numbers(row["coords"])} for row in rows)
    return _content(form, image=form.image.data or None, key=key)


def _numbers(text: str) -> list[int]:
    """The whole numbers of a text; one that is none becomes -1, which no picture has."""
    parts = text.replace(",", " ").replace("，", " ").split()
    return [int(part) if part.isascii() and part.isdecimal() and len(part) < 5 else -1 for part in parts]


def _write_shapes(content: Content) -> dict[str, Any]:
    return {
        "image": content.image,
        "rows": [{"shape": one["shape"], "coords": " ".join(map(str, one["coords"]))} for one in content.key],
    }


ANSWER = {"answer": RadioField(_("The statement is"), choices=[(str(TRUE), _("True")), (str(FALSE), _("False"))],
                               validate_choice=False)}  # fmt: skip
OPTIONS: dict[str, Any] = {"row": OptionRow, "title": _("Options"), "least": 4}
GAP_HELP = _("Write the gaps into the stem as {{1}}, {{2}} and so on; one row for each, in this order.")

SHAPES: dict[ItemKind, RowShape] = {
    ItemKind.TRUE_FALSE: RowShape(
        _read_judgement, lambda item: {"answer": str(item.key[0])}, fields=ANSWER
    ),
    ItemKind.SINGLE_CHOICE: RowShape(
        _read_options, _write_options, **OPTIONS, help=_("Tick the one that is right. Empty rows do not count.")
    ),
    ItemKind.MULTIPLE_CHOICE: RowShape(
        _read_options, _write_options, **OPTIONS, help=_("Tick two or more that are right. Empty rows do not count.")
    ),
    ItemKind.SHORT_TEXT: RowShape(
        _read_texts,
        lambda item: {"rows": [{"text": text} for text in item.key], "case_sensitive": item.case_sensitive},
        AnswerRow, _("Accepted answers"), _("Spaces and full or half width never count."), fields=CASE,
    ),
    ItemKind.NUMERIC: RowShape(
        _read_numbers,
        lambda item: {"rows": [{"value": value, "tolerance": slack} for value, slack in item.key]},
        NumberRow, _("Accepted numbers"), _("Any of them may match; the tolerance is added and taken away."),
    ),
    ItemKind.MATCHING: RowShape(
        _read_pairs, _write_pairs, PairRow, _("Pairs"), _("The right sides are shuffled on the paper."), 3,
        {"distractors": lines(_("Further right sides"), _("One a line; they belong to nothing.")), **PARTIAL},
    ),
    ItemKind.ORDERING: RowShape(
        _read_order, _write_order, PartRow, _("Parts in their right order"), _("They are shuffled on the paper."), 3,
        PARTIAL,
    ),
    ItemKind.GAP_SELECT: RowShape(
        _read_choices, _write_choices, ChoiceGapRow, _("Gaps of the stem"), GAP_HELP, 1, PARTIAL
    ),
    ItemKind.GAP_TEXT: RowShape(
        _read_gaps,
        lambda item: {
            "rows": [{"accepted": "\n".join(texts)} for texts in item.key],
            "case_sensitive": item.case_sensitive,
            "partial": item.partial,
        },
        TextGapRow, _("Gaps of the stem"), GAP_HELP, 1, {**CASE, **PARTIAL},
    ),
    ItemKind.HOTSPOT: RowShape(
        _read_shapes, _write_shapes, ShapeRow, _("Right places"),
        _("Rectangle: left top right bottom. Circle: x y radius, or x y radius across and down. Polygon: x y of each "
          "corner. 0 0 is the upper left corner, 1000 1000 the lower right one."),
        1, {"image": SelectField(_("Picture"), validate_choice=False)},
    ),
}  # fmt: skip
"""Every kind's shape."""
