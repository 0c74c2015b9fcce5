"""What a row says, as the content of an item, kind by kind."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from certification.item_bank.content import OPTION_COUNTS, Content, gaps_of
from certification.item_bank.exchange import keys
from certification.item_bank.exchange.cells import Row, kinds_of
from certification.item_bank.exchange.headings import LETTERS, plain
from certification.item_bank.exchange.report import Fault
from certification.item_bank.exchange.words import JUDGEMENTS
from certification.item_bank.rules import NOTE_LENGTH, OPTION_LENGTH, STEM_LENGTH, ItemKind

LIST_LENGTH = 32_767
"""Characters of a cell: as many as a spreadsheet takes."""
BLANK = re.compile(r"_{2,}|[(（][\s\u3000]*[)）]|【[\s\u3000]*】|\[[\s\u3000]*\]")
"""How a sheet leaves room for an answer: a line, or empty brackets."""
SEVERAL = re.compile(r"[;；/、]")
"""Signs in an answer that may part two answers, or belong to one."""
CHOICES = (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE)

Kinds = tuple[ItemKind, ...]


@dataclass
class Draft:
    """An item on its way: its first row, its options, and which of them its rows mark as right, where they do.

    ``hint`` are kinds that the sheet's name or a line above stands for; ``notes`` a text for each option, or none.
    """

    row: Row
    options: list[str]
    right: tuple[int, ...] | None = None
    hint: Kinds | None = None
    notes: tuple[str, ...] = ()


def draft_of(row: Row, hint: Kinds | None) -> Draft:
    """The options of a row, from their columns or from the one cell they stand in."""
    letters = row.headings.options
    if letters and (any(row.has(f"option:{letter}") for letter in letters) or not row.has("options")):
        options = _of_columns(row, letters)
        notes = tuple(row.text(f"note:{letter}", NOTE_LENGTH) for letter in letters[: len(options)])
        return Draft(row, options, None, hint, notes if any(notes) else ())
    text = row.text("options", LIST_LENGTH)
    found = keys.options_of(text) if text else []
    if found is None:
        row.fail("options", Fault.OPTIONS_UNREADABLE)
    return Draft(row, found or [], None, hint)


def _of_columns(row: Row, letters: Sequence[str]) -> list[str]:
    texts = [row.text(f"option:{letter}", OPTION_LENGTH) for letter in letters]
    count = max((at + 1 for at, text in enumerate(texts) if text), default=0)
    seen: dict[str, str] = {}
    for letter, text in zip(letters[:count], texts, strict=False):
        if not text:
            row.fail(f"option:{letter}", Fault.OPTION_GAP)
        elif plain(text) in seen:
            row.fail(f"option:{letter}", Fault.OPTION_REPEATED, seen[plain(text)])
        seen.setdefault(plain(text), letter)
    return keys.unlettered(texts[:count])


def content_of(draft: Draft) -> Content | None:
    """The content of a row, or None with its problems noted."""
    row = draft.row
    stem = row.text("stem", STEM_LENGTH, required=True)
    kind = _kind(draft)
    rationale = row.text("rationale", NOTE_LENGTH)
    if kind is None:
        return None
    content = BUILDERS[kind](draft, kind, stem)
    if content is None or row.failed:
        return None
    content = replace(
        content,
        rationale=rationale,
        option_rationales=draft.notes,
        case_sensitive=row.flag("case_sensitive"),
        partial=row.flag("partial"),
    )
    return None if row.failed else content


def _kind(draft: Draft) -> ItemKind | None:
    """The kind a row names, its sheet says, or its answer leaves no doubt about."""
    row = draft.row
    name = row.text("kind", 80)
    if row.cell("kind").fault:
        return None
    kinds = kinds_of(name) if name else _evident(draft) if draft.hint is None else draft.hint
    if kinds is None and not (row.failed and not name):
        row.fail("kind", Fault.KIND_UNKNOWN if name else Fault.MISSING)
    elif kinds == ():
        row.fail("kind", Fault.KIND_UNSUPPORTED)
    if not kinds:
        return None
    return kinds[0] if len(kinds) == 1 else _of_two(draft, kinds)


def _evident(draft: Draft) -> Kinds | None:
    """The kind that options and answer show by themselves."""
    key = plain(draft.row.cell("key").text)
    if not draft.options:
        return (ItemKind.TRUE_FALSE,) if key in JUDGEMENTS and not key.isdecimal() else None
    if _is_spelled(draft.options):
        return (ItemKind.TRUE_FALSE,)
    return CHOICES


def _of_two(draft: Draft, kinds: Kinds) -> ItemKind:
    """The kind of two that the number of right options, or a gap in the stem, leaves."""
    if kinds == CHOICES:
        right = _right(draft, quiet=True)
        return kinds[len(right) > 1]
    stem = draft.row.cell("stem").text
    return kinds[0] if gaps_of(stem) or BLANK.search(stem) else kinds[1]


def _is_spelled(options: Sequence[str]) -> bool:
    """Whether the options are the two judgements of a true/false item."""
    return len(options) == 2 and {JUDGEMENTS.get(plain(option)) for option in options} == {0, 1}


def _right(draft: Draft, *, quiet: bool = False, arrows: bool = False) -> tuple[int, ...]:
    """The positions that are right, () with the problem noted where they cannot be told."""
    row = draft.row
    if draft.right is not None:
        return draft.right
    text = row.cell("key").text if quiet else row.text("key", LIST_LENGTH, required=True)
    if not text or row.cell("key").fault:
        return ()
    text = re.sub(r"->|[-—>→]", ",", text) if arrows else text
    found = keys.positions(text, draft.options, numbered=row.headings.numbered)
    if not isinstance(found, Fault):
        return found
    if not quiet:
        beyond = keys.beyond(text, len(draft.options)) if found is Fault.ANSWER_NO_OPTION else ""
        row.fail("key", found, beyond)
    return ()


def _true_false(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    row, options = draft.row, draft.options
    if options and not _is_spelled(options):
        row.fail(_first_option(row), Fault.OPTIONS_NOT_ALLOWED)
        return None
    if draft.right is not None:
        said = [JUDGEMENTS[plain(options[at])] for at in draft.right]
        value = said[0] if len(said) == 1 else None
    else:
        text = row.text("key", 80, required=True)
        value = keys.judgement(text, options) if text else None
        if not text:
            return None
    if value is None:
        row.fail("key", Fault.ANSWER_UNREADABLE)
        return None
    draft.notes = ()
    return Content(kind, stem, key=(value,))


def _first_option(row: Row) -> str:
    return next((f"option:{name}" for name in row.headings.options if row.has(f"option:{name}")), "options")


def _few(draft: Draft, kind: ItemKind) -> bool:
    """Whether there are too few options or too many, with the problem noted."""
    counts, count = OPTION_COUNTS[kind], len(draft.options)
    name = f"option:{LETTERS[min(count, len(LETTERS) - 1)]}"
    name = name if name in draft.row.headings.columns else "options"
    if count < counts.start:
        draft.row.fail(name, Fault.OPTIONS_TOO_FEW, str(counts.start))
    elif count >= counts.stop:
        draft.row.fail(name, Fault.OPTIONS_TOO_MANY, str(counts.stop - 1))
    return count not in counts


def _choice(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    few = _few(draft, kind)
    key = _right(draft)
    if few or not key:
        if draft.right == ():
            draft.row.fail("correct", Fault.MISSING)
        return None
    if kind is ItemKind.SINGLE_CHOICE and len(key) > 1:
        draft.row.fail("key", Fault.ANSWER_ONE_ONLY)
    elif kind is ItemKind.MULTIPLE_CHOICE and len(key) < 2:
        draft.row.fail("key", Fault.ANSWER_TWO_OR_MORE)
    return Content(kind, stem, tuple(draft.options), key=tuple(sorted(key)))


def _ordering(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    few = _few(draft, kind)
    key = _right(draft, arrows=True)
    if few or not key:
        return None
    if len(key) != len(draft.options):
        draft.row.fail("key", Fault.ANSWER_UNREADABLE)
    return Content(kind, stem, tuple(draft.options), key=key)


def _short_text(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    text = draft.row.text("key", LIST_LENGTH, required=True)
    accepted = keys.texts(text)
    if len(accepted) == 1 and SEVERAL.search(accepted[0]):
        draft.row.warn("key", Fault.ANSWER_AMBIGUOUS)
    return Content(kind, stem, key=tuple(accepted)) if accepted else None


def _numeric(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    row = draft.row
    text, slack = row.text("key", LIST_LENGTH, required=True), row.text("tolerance", 40)
    key = keys.numbers(text, slack) if text else None
    if text and key is None:
        row.fail("key", Fault.ANSWER_UNREADABLE)
    return Content(kind, stem, key=key) if key else None


def _matching(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    row = draft.row
    prompts = keys.unnumbered(keys.texts(row.text("prompts", LIST_LENGTH, required=True), "\n"))
    few, text = _few(draft, kind), row.text("key", LIST_LENGTH, required=True)
    key = keys.matches(text, len(prompts), len(draft.options)) if text else None
    if text and key is None:
        row.fail("key", Fault.ANSWER_UNREADABLE)
    return None if few or key is None else Content(kind, stem, tuple(draft.options), tuple(prompts), key=key)


def _gapped(stem: str) -> tuple[str, int]:
    """The stem with its blanks as numbered gaps, and how many there are."""
    if not gaps_of(stem):
        numbers = iter(range(1, 1000))
        stem = BLANK.sub(lambda _: f"{{{{{next(numbers)}}}}}", stem)
    return stem, len(gaps_of(stem))


def _gap_text(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    row = draft.row
    gapped, count = _gapped(stem)
    text = row.text("key", LIST_LENGTH, required=True)
    if not count:
        row.fail("stem", Fault.CONTENT_INVALID, "gaps_unmarked")
        return None
    key = keys.gap_texts(text, count) if text else None
    if text and key is None:
        row.fail("key", Fault.ANSWER_UNREADABLE)
    if key and any(len(gap) == 1 and SEVERAL.search(gap[0]) for gap in key):
        row.warn("key", Fault.ANSWER_AMBIGUOUS)
    return Content(kind, gapped, key=key) if key else None


def _gap_select(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    row = draft.row
    gapped, count = _gapped(stem)
    gaps = keys.choices(row.text("gaps", LIST_LENGTH)) or [tuple(draft.options)] * count
    text = row.text("key", LIST_LENGTH, required=True)
    key = keys.matches(text, count, max(map(len, gaps), default=0)) if text else None
    if len(gaps) != count or not count:
        row.fail("gaps", Fault.CONTENT_INVALID, "gaps_unmarked")
    elif text and (key is None or any(at >= len(gap) for at, gap in zip(key, gaps, strict=True))):
        row.fail("key", Fault.ANSWER_UNREADABLE)
    return Content(kind, gapped, gaps=tuple(gaps), key=key) if key else None


def _hotspot(draft: Draft, kind: ItemKind, stem: str) -> Content | None:
    row = draft.row
    image, text = row.text("image", 80, required=True), row.text("key", LIST_LENGTH, required=True)
    key = keys.shapes(text) if text else None
    if text and key is None:
        row.fail("key", Fault.ANSWER_UNREADABLE)
    return Content(kind, stem, image=image, key=key) if key else None


BUILDERS: dict[ItemKind, Callable[[Draft, ItemKind, str], Content | None]] = {
    ItemKind.TRUE_FALSE: _true_false,
    ItemKind.SINGLE_CHOICE: _choice,
    ItemKind.MULTIPLE_CHOICE: _choice,
    ItemKind.SHORT_TEXT: _short_text,
    ItemKind.NUMERIC: _numeric,
    ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering,
    ItemKind.GAP_SELECT: _gap_select,
    ItemKind.GAP_TEXT: _gap_text,
    ItemKind.HOTSPOT: _hotspot,
}
"""How the row of each kind is read."""
