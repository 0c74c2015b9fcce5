"""What reading a file of items gives: the items, and every problem with its place; what writing one leaves out."""

from dataclasses import dataclass, field
from enum import StrEnum

from certification.item_bank.content import Content, Key
from certification.item_bank.rules import ItemKind, ItemUse

SHOWN = 80
"""Characters of a value that a problem keeps."""


class Severity(StrEnum):
    """Whether a problem keeps the file out, has to be accepted by whoever brings it in, or is only worth a thought."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Fault(StrEnum):
    """What may be wrong with a file, an item or a part of it."""

    # the file
    FILE_TOO_LARGE = "file_too_large"
    FILE_UNREADABLE = "file_unreadable"
    FILE_BOMB = "file_bomb"
    FILE_MACROS = "file_macros"
    FILE_PROTECTED = "file_protected"
    FILE_EMPTY = "file_empty"
    FORMAT_UNKNOWN = "format_unknown"
    ENCODING_DETECTED = "encoding_detected"
    ENCODING_AMBIGUOUS = "encoding_ambiguous"
    ENCODING_WRONG = "encoding_wrong"
    PACKAGE_NAME = "package_name"
    PACKAGE_NESTED = "package_nested"
    PACKAGE_BROKEN = "package_broken"
    PACKAGE_FILE_MISSING = "package_file_missing"
    XML_BROKEN = "xml_broken"
    XML_ENTITIES = "xml_entities"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_ITEMS = "too_many_items"
    # a sheet
    SHEET_SKIPPED = "sheet_skipped"
    COLUMN_MISSING = "column_missing"
    COLUMN_REPEATED = "column_repeated"
    COLUMN_UNUSED = "column_unused"
    FORMULA = "formula"
    DATE = "date"
    CELL_ERROR = "cell_error"
    # a text
    SYNTAX = "syntax"
    # an item
    MISSING = "missing"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    CODE_SHAPE = "code_shape"
    CODE_REPEATED = "code_repeated"
    CODE_TAKEN = "code_taken"
    LEVEL_UNKNOWN = "level_unknown"
    KIND_UNKNOWN = "kind_unknown"
    KIND_UNSUPPORTED = "kind_unsupported"
    KIND_DIFFERS = "kind_differs"
    PART_UNSUPPORTED = "part_unsupported"
    PART_DROPPED = "part_dropped"
    USE_UNKNOWN = "use_unknown"
    DIFFICULTY_RANGE = "difficulty_range"
    MARKS_UNREADABLE = "marks_unreadable"
    OPTION_GAP = "option_gap"
    OPTION_REPEATED = "option_repeated"
    OPTIONS_NOT_ALLOWED = "options_not_allowed"
    OPTIONS_TOO_FEW = "options_too_few"
    OPTIONS_TOO_MANY = "options_too_many"
    OPTIONS_UNREADABLE = "options_unreadable"
    ANSWER_UNREADABLE = "answer_unreadable"
    ANSWER_AMBIGUOUS = "answer_ambiguous"
    ANSWER_CONFLICT = "answer_conflict"
    ANSWER_ONE_ONLY = "answer_one_only"
    ANSWER_TWO_OR_MORE = "answer_two_or_more"
    ANSWER_NO_OPTION = "answer_no_option"
    CONTENT_INVALID = "content_invalid"
    STEM_REPEATED = "stem_repeated"
    STEM_IN_BANK = "stem_in_bank"
    KEY_CONFLICT = "key_conflict"
    KEY_CONFLICT_BANK = "key_conflict_bank"
    POINT_UNKNOWN = "point_unknown"
    QUESTIONED = "questioned"
    KEY_PATTERN = "key_pattern"
    ASSET_MISSING = "asset_missing"
    ASSET_REFUSED = "asset_refused"


class Feature(StrEnum):
    """A part of an item that one format has and another, or the bank, has not."""

    KIND = "kind"
    CODE = "code"
    LEVEL = "level"
    MARKS = "marks"
    DIFFICULTY = "difficulty"
    KNOWLEDGE_POINT = "knowledge_point"
    CHAPTER = "chapter"
    REFERENCE = "reference"
    USE = "use"
    TAGS = "tags"
    LANGUAGE = "language"
    RATIONALE = "rationale"
    OPTION_RATIONALES = "option_rationales"
    CASE_SENSITIVE = "case_sensitive"
    PARTIAL = "partial"
    MARKUP = "markup"
    LINE_BREAKS = "line_breaks"
    MEDIA = "media"
    TITLE = "title"
    HINTS = "hints"
    PENALTY = "penalty"
    WEIGHTS = "weights"
    WILDCARDS = "wildcards"
    SHUFFLE = "shuffle"
    TEMPLATE = "template"
    STYLESHEET = "stylesheet"
    METADATA = "metadata"
    SHAPE = "shape"
    OPTION_COUNT = "option_count"


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a file, in the terms of its format; all empty stands for the file as a whole.

    ``part`` is the sheet of a workbook or the file in a package. ``line`` counts from 1 as the program that opens the
    file does: the row of a sheet, the line of a text or of XML. ``letter`` is the spreadsheet's column (J), ``column``
    the heading above it or the name of the field (答案). ``path`` is the path of an element
    (``quiz/question[3]/answer[2]``).
    """

    part: str = ""
    line: int = 0
    letter: str = ""
    column: str = ""
    path: str = ""

    def __str__(self) -> str:
        at = f"{self.letter}{self.line}" if self.letter else str(self.line or "")
        named = " ".join(word for word in (at, self.path, self.column) if word)
        return "!".join(word for word in (self.part, named) if word)


WHOLE_FILE = Place()


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong, or to be known, at a place of the file.

    ``value`` is what stands there; ``other`` what it clashes with or what the fault is about: a line of the file, a
    code of the bank, a limit, a ``Feature``.
    """

    place: Place
    fault: Fault
    value: str = ""
    other: str = ""
    severity: Severity = Severity.ERROR

    @property
    def row(self) -> int:
        """The line of the place."""
        return self.place.line

    @property
    def letter(self) -> str:
        """The spreadsheet's column."""
        return self.place.letter

    @property
    def column(self) -> str:
        """The heading or the name of the field."""
        return self.place.column

    @property
    def reason(self) -> str:
        """The fault as a plain word."""
        return self.fault.value


@dataclass(frozen=True)
class ImportedItem:
    """An item of a file and its place; what the file does not say is None or empty.

    ``marks`` are hundredths, ``knowledge_point`` is the code of a point, ``chapter`` the area or chapter the file
    names, ``language`` a BCP 47 tag. ``places`` has the places of single fields where they are known.
    """

    place: Place
    content: Content
    code: str | None = None
    level: int | None = None
    marks: int | None = None
    difficulty: int | None = None
    knowledge_point: str | None = None
    chapter: str | None = None
    reference: str | None = None
    use: ItemUse | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    title: str | None = None
    places: dict[str, Place] = field(default_factory=dict, compare=False)

    @property
    def row(self) -> int:
        """The line of the place."""
        return self.place.line

    @property
    def kind(self) -> ItemKind:
        """The kind of the content."""
        return self.content.kind

    @property
    def stem(self) -> str:
        """The stem of the content."""
        return self.content.stem

    @property
    def options(self) -> tuple[str, ...]:
        """The options of the content."""
        return self.content.options

    @property
    def key(self) -> Key:
        """The key of the content."""
        return self.content.key

    @property
    def feedback(self) -> str:
        """The rationale of the content."""
        return self.content.rationale

    def at(self, column: str) -> Place:
        """The place of a field (``code``, ``stem``, ``key``, ...), or of the item."""
        return self.places.get(column, self.place)


@dataclass(frozen=True)
class Asset:
    """A picture or sound that items of a package name (``asset:NAME``)."""

    name: str
    media_type: str
    content: bytes


@dataclass
class Findings:
    """What a reader of a format has found so far; it fills while the file is read.

    ``rows`` counts the items the file seems to hold, readable or not.
    """

    items: list[ImportedItem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    assets: list[Asset] = field(default_factory=list)
    encoding: str = ""

    def fail(self, place: Place, fault: Fault, value: str = "", other: str = "") -> None:
        """Note what keeps the file out."""
        self.problems.append(Problem(place, fault, value[:SHOWN], other))

    def warn(self, place: Place, fault: Fault, value: str = "", other: str = "") -> None:
        """Note what a person has to know and may accept."""
        self.problems.append(Problem(place, fault, value[:SHOWN], other, Severity.WARNING))


@dataclass(frozen=True)
class ImportReport:
    """A file as read. Nothing of it may be stored while there are errors; warnings are accepted by a person.

    ``digest`` is the SHA-256 of the file, ``rows`` the number of items it seems to hold, ``format`` the one it was
    read as, ``encoding`` that of a text. ``advice`` is what a careful reader would question; it blocks nothing.
    """

    items: tuple[ImportedItem, ...]
    problems: tuple[Problem, ...]
    digest: str
    rows: int
    format: str = ""
    encoding: str = ""
    assets: tuple[Asset, ...] = ()
    advice: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the file out."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a person has to accept."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)

    @property
    def is_clean(self) -> bool:
        """Whether it may be stored."""
        return not self.errors


@dataclass(frozen=True, order=True)
class Loss:
    """What a written file does not say of an item; ``whole`` when the item is not in the file at all.

    ``number`` counts the items from 1; ``value`` is what was left out, shortened.
    """

    number: int
    code: str
    feature: Feature
    value: str = ""
    whole: bool = False


@dataclass(frozen=True)
class LossReport:
    """All that a written file leaves out."""

    losses: tuple[Loss, ...] = ()

    @property
    def is_lossless(self) -> bool:
        """Whether the file says all that the items say."""
        return not self.losses

    @property
    def left_out(self) -> tuple[Loss, ...]:
        """Items that are not in the file."""
        return tuple(loss for loss in self.losses if loss.whole)
