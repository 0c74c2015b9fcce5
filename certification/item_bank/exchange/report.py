"""What reading a file of items gives: the items, and every problem with its row and column."""

from dataclasses import dataclass
from enum import StrEnum

from certification.item_bank.rules import ItemFacts


class Fault(StrEnum):
    """What may be wrong with a file, a row or a cell."""

    FILE_TOO_LARGE = "file_too_large"
    FILE_UNREADABLE = "file_unreadable"
    FILE_BOMB = "file_bomb"
    FILE_MACROS = "file_macros"
    FILE_OLD_EXCEL = "file_old_excel"
    FILE_EMPTY = "file_empty"
    TOO_MANY_ROWS = "too_many_rows"
    COLUMN_MISSING = "column_missing"
    COLUMN_REPEATED = "column_repeated"
    MISSING = "missing"
    TOO_LONG = "too_long"
    FORMULA = "formula"
    DATE = "date"
    CELL_ERROR = "cell_error"
    CONTROL_CHARACTER = "control_character"
    CODE_SHAPE = "code_shape"
    CODE_REPEATED = "code_repeated"
    CODE_TAKEN = "code_taken"
    LEVEL_UNKNOWN = "level_unknown"
    KIND_UNKNOWN = "kind_unknown"
    USE_UNKNOWN = "use_unknown"
    DIFFICULTY_RANGE = "difficulty_range"
    OPTION_GAP = "option_gap"
    OPTION_REPEATED = "option_repeated"
    OPTIONS_NOT_ALLOWED = "options_not_allowed"
    OPTIONS_TOO_FEW = "options_too_few"
    ANSWER_UNREADABLE = "answer_unreadable"
    ANSWER_ONE_ONLY = "answer_one_only"
    ANSWER_TWO_OR_MORE = "answer_two_or_more"
    ANSWER_NO_OPTION = "answer_no_option"
    STEM_REPEATED = "stem_repeated"
    STEM_IN_BANK = "stem_in_bank"
    KEY_CONFLICT = "key_conflict"
    KEY_CONFLICT_BANK = "key_conflict_bank"
    POINT_UNKNOWN = "point_unknown"


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong at a place of the file.

    ``row`` counts as the spreadsheet does (the header is 1; 0 stands for the file as a whole),
    ``letter`` is the spreadsheet's column (J), ``column`` the heading (答案). ``value`` is what stands there,
    ``other`` what it clashes with: a row of the file or a code of the bank.
    """

    row: int
    letter: str
    column: str
    fault: Fault
    value: str = ""
    other: str = ""


@dataclass(frozen=True)
class ImportedItem:
    """An item of a file, the row it stands in, and the letters of the columns."""

    row: int
    facts: ItemFacts


@dataclass(frozen=True)
class ImportReport:
    """A file as read. Nothing of it may be stored while there are problems.

    ``digest`` is the SHA-256 of the file, ``rows`` the number of rows with content, ``letters`` gives the
    spreadsheet's column of each heading.
    """

    items: tuple[ImportedItem, ...]
    problems: tuple[Problem, ...]
    digest: str
    rows: int
    letters: dict[str, str]

    @property
    def is_clean(self) -> bool:
        """Whether it may be stored."""
        return not self.problems
