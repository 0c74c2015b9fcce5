"""Reads the cells of one row into an item; every cell that is wrong gives one problem."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from certification.item_bank.content import OPTION_COUNTS, Content
from certification.item_bank.exchange.report import Fault, ImportedItem, Place, Problem
from certification.item_bank.kinds import FALSE, TRUE
from certification.item_bank.rules import (
    CHOICE_KINDS,
    CODE,
    DIFFICULTIES,
    NOTE_LENGTH,
    OPTION_LENGTH,
    STEM_LENGTH,
    ItemKind,
    ItemUse,
)

V = TypeVar("V")

LETTERS = "ABCDE"
OPTION_COLUMNS = tuple(f"选项{letter}" for letter in LETTERS)
COLUMNS = (
    "编号", "等级", "题型", "题干", *OPTION_COLUMNS, "答案", "解析", "知识点", "难度", "依据", "用途",
)  # fmt: skip
"""The headings of a sheet of items, in order."""

FIELD_COLUMNS = {"code": "编号", "level": "等级", "stem": "题干", "key": "答案", "knowledge_point": "知识点"}
"""Columns of the fields that the bank may refuse."""

LEVELS = {
    name: level
    for level, number in zip((5, 4, 3, 2, 1), "五四三二一", strict=True)
    for name in (str(level), f"L{level}", f"{level}级", f"{number}级", number)
}
KIND_NAMES = {
    "判断题": ItemKind.TRUE_FALSE, "判断": ItemKind.TRUE_FALSE, "是非题": ItemKind.TRUE_FALSE,
    "单选题": ItemKind.SINGLE_CHOICE, "单选": ItemKind.SINGLE_CHOICE, "单项选择题": ItemKind.SINGLE_CHOICE,
    "多选题": ItemKind.MULTIPLE_CHOICE, "多选": ItemKind.MULTIPLE_CHOICE, "多项选择题": ItemKind.MULTIPLE_CHOICE,
    **{kind.value.upper(): kind for kind in CHOICE_KINDS},
}  # fmt: skip
USE_NAMES = {
    "考试": ItemUse.EXAM, "练习": ItemUse.PRACTICE, "EXAM": ItemUse.EXAM, "PRACTICE": ItemUse.PRACTICE,
}  # fmt: skip
JUDGEMENTS = {
    **dict.fromkeys(("正确", "对", "是", "√", "✓", "✔", "T", "TRUE", "Y", "1"), TRUE),
    **dict.fromkeys(("错误", "错", "否", "×", "✗", "✘", "X", "F", "FALSE", "N", "0"), FALSE),
}
SEPARATORS = re.compile(r"[\s,;、/|+]+")


@dataclass(frozen=True)
class Cell:
    """The text of a cell, or what makes it unreadable."""

    text: str = ""
    fault: Fault | None = None


EMPTY = Cell()


def plain(text: str) -> str:
    """Half-width, upper case, without spaces around: how names and letters are compared."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def has_control(text: str) -> bool:
    """Whether characters stand in it that no keyboard types."""
    return any(unicodedata.category(char) == "Cc" and char not in "\n\r\t" for char in text)


@dataclass
class Row:
    """A row on its way to an item; ``problems`` fills while its cells are read."""

    number: int
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def fail(self, column: str, fault: Fault, other: str = "") -> None:
        """Note a problem of one cell."""
        value = self.cells.get(column, EMPTY).text[:80]
        self.problems.append(Problem(self.place(column), fault, value, other))

    def place(self, column: str) -> Place:
        """Where a cell stands."""
        return Place(line=self.number, letter=self.letters.get(column, ""), column=column)

    def text(self, column: str, limit: int, *, required: bool = True) -> str:
        """The text of a cell, with its problem noted where it is empty, too long or unreadable."""
        cell = self.cells.get(column, EMPTY)
        text = cell.text.replace("\r\n", "\n").strip()
        if cell.fault:
            self.fail(column, cell.fault)
        elif not text and required:
            self.fail(column, Fault.MISSING)
        elif len(text) > limit:
            self.fail(column, Fault.TOO_LONG, str(limit))
        elif has_control(text):
            self.fail(column, Fault.CONTROL_CHARACTER)
        return text

    def read(self, column: str, fault: Fault, parse: Callable[[str], V | None]) -> V | None:
        """A cell by its meaning; None where it has none, with the problem noted."""
        before = len(self.problems)
        text = self.text(column, 80)
        if len(self.problems) > before:
            return None
        value = parse(plain(text))
        if value is None:
            self.fail(column, fault)
        return value


def _difficulty(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 1 and int(text) in DIFFICULTIES else None


def _level(text: str) -> int | None:
    return LEVELS.get(text.split("/", 1)[0])


def _code(text: str) -> str | None:
    return text if CODE.fullmatch(text) else None


def read_item(row: Row) -> ImportedItem | None:
    """The item of a row, or None where the row has problems."""
    code = row.read("编号", Fault.CODE_SHAPE, _code)
    level = row.read("等级", Fault.LEVEL_UNKNOWN, _level)
    kind = row.read("题型", Fault.KIND_UNKNOWN, KIND_NAMES.get)
    stem = row.text("题干", STEM_LENGTH)
    options, key = _choices(row, kind) if kind else ((), ())
    rationale = row.text("解析", NOTE_LENGTH)
    point = row.text("知识点", 80)
    difficulty = row.read("难度", Fault.DIFFICULTY_RANGE, _difficulty)
    reference = row.text("依据", NOTE_LENGTH)
    use = row.read("用途", Fault.USE_UNKNOWN, USE_NAMES.get)
    if code is None or level is None or kind is None or difficulty is None or use is None or row.problems:
        return None
    return ImportedItem(
        Place(line=row.number),
        Content(kind, stem, options, key=key, rationale=rationale),
        code=code,
        level=level,
        difficulty=difficulty,
        knowledge_point=plain(point),
        reference=reference,
        use=use,
        places={name: row.place(column) for name, column in FIELD_COLUMNS.items()},
    )


def _choices(row: Row, kind: ItemKind) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The options and the key of a row, as its kind asks."""
    before = len(row.problems)
    texts = [row.text(column, OPTION_LENGTH, required=False) for column in OPTION_COLUMNS]
    if kind is ItemKind.TRUE_FALSE:
        _no_options(row, texts)
        judgement = row.read("答案", Fault.ANSWER_UNREADABLE, JUDGEMENTS.get)
        return (), () if judgement is None else (judgement,)
    options = _options(row, texts, kind)
    letters = row.text("答案", 80)
    if len(row.problems) > before:
        return options, ()
    return options, _key(row, letters, kind, len(options))


def _no_options(row: Row, texts: list[str]) -> None:
    """A true/false item may spell out its two judgements, no other options."""
    if not any(texts) or [JUDGEMENTS.get(plain(text)) for text in texts[:2]] == [TRUE, FALSE]:
        return
    row.fail(next(name for name, text in zip(OPTION_COLUMNS, texts, strict=True) if text), Fault.OPTIONS_NOT_ALLOWED)


def _options(row: Row, texts: list[str], kind: ItemKind) -> tuple[str, ...]:
    """The options without gaps and repetitions."""
    count = max((position + 1 for position, text in enumerate(texts) if text), default=0)
    least = OPTION_COUNTS[kind].start
    if count < least:
        row.fail(OPTION_COLUMNS[count], Fault.OPTIONS_TOO_FEW, str(least))
    seen: dict[str, int] = {}
    for position, text in enumerate(texts[:count]):
        if not text:
            row.fail(OPTION_COLUMNS[position], Fault.OPTION_GAP)
        elif plain(text) in seen:
            row.fail(OPTION_COLUMNS[position], Fault.OPTION_REPEATED, LETTERS[seen[plain(text)]])
        seen.setdefault(plain(text), position)
    return tuple(texts[:count])


def _key(row: Row, answer: str, kind: ItemKind, count: int) -> tuple[int, ...]:
    """The positions an answer such as ``ＡＣ`` or ``A、C`` names."""
    letters = SEPARATORS.sub("", plain(answer))
    if not letters or any(letter not in LETTERS for letter in letters) or len(set(letters)) < len(letters):
        row.fail("答案", Fault.ANSWER_UNREADABLE)
        return ()
    positions = tuple(sorted(LETTERS.index(letter) for letter in letters))
    if positions[-1] >= count:
        row.fail("答案", Fault.ANSWER_NO_OPTION, LETTERS[positions[-1]])
    elif kind is ItemKind.SINGLE_CHOICE and len(positions) > 1:
        row.fail("答案", Fault.ANSWER_ONE_ONLY)
    elif kind is ItemKind.MULTIPLE_CHOICE and len(positions) < 2:
        row.fail("答案", Fault.ANSWER_TWO_OR_MORE)
    return positions
