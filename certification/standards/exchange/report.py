"""What reading and writing a framework says: every fault with its path, and what does not survive."""

from dataclasses import dataclass
from enum import StrEnum

from certification.standards.exchange.package import Package


class Fault(StrEnum):
    """What may be wrong with a file or a place in it."""

    FILE_TOO_LARGE = "file_too_large"
    FILE_UNREADABLE = "file_unreadable"
    FILE_BOMB = "file_bomb"
    FILE_MACROS = "file_macros"
    FILE_OLD_EXCEL = "file_old_excel"
    FILE_EMPTY = "file_empty"
    NOT_A_PACKAGE = "not_a_package"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    NAME_REPEATED = "name_repeated"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    NOT_A_UUID = "not_a_uuid"
    NOT_A_DAY = "not_a_day"
    NOT_AN_INSTANT = "not_an_instant"
    DANGEROUS_ADDRESS = "dangerous_address"
    NOT_AN_ADDRESS = "not_an_address"
    CONTROL_CHARACTER = "control_character"
    ASSOCIATION_UNKNOWN = "association_unknown"
    IDENTIFIER_REPEATED = "identifier_repeated"
    CYCLE = "cycle"
    DANGLING_CHILD = "dangling_child"
    DANGLING_PARENT = "dangling_parent"
    TWO_PARENTS = "two_parents"
    CHILD_REPEATED = "child_repeated"
    SHEET_MISSING = "sheet_missing"
    COLUMN_MISSING = "column_missing"
    COLUMN_REPEATED = "column_repeated"
    FORMULA = "formula"
    CELL_ERROR = "cell_error"
    LEVEL_SHAPE = "level_shape"
    LEVEL_REPEATED = "level_repeated"
    LEVEL_WITHOUT_PARENT = "level_without_parent"
    NOT_A_NUMBER = "not_a_number"
    VALUE_UNKNOWN = "value_unknown"
    IDENTIFIER_TAKEN = "identifier_taken"
    CODE_TAKEN = "code_taken"
    FACTS_BROKEN = "facts_broken"
    PUBLISHED = "published"


class Remark(StrEnum):
    """What reading mended or kept in another place; the file is taken all the same."""

    FILLED = "filled"
    UUID_VERSION = "uuid_version"
    UNKNOWN_KEPT = "unknown_kept"
    UNKNOWN_DROPPED = "unknown_dropped"
    LINK_DROPPED = "link_dropped"
    ZONE_ASSUMED = "zone_assumed"
    SPELLING = "spelling"
    TYPE_EXTENDED = "type_extended"
    OUTSIDE_TREE = "outside_tree"
    DEFINITION_OUTSIDE = "definition_outside"


class Loss(StrEnum):
    """What a format cannot carry."""

    IDENTIFIER_REPLACED = "identifier_replaced"
    RUBRICS = "rubrics"
    DEFINITIONS = "definitions"
    EXTENSIONS = "extensions"
    PROPERTY = "property"


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong at a path such as ``CFItems[3].identifier``, or at a cell such as ``条目!B7``.

    ``value`` is what stands there, ``other`` what it clashes with or is limited by.
    """

    path: str
    fault: Fault
    value: str = ""
    other: str = ""


@dataclass(frozen=True, order=True)
class Note:
    """Something that was mended at a path, and how."""

    path: str
    remark: Remark
    value: str = ""


@dataclass(frozen=True, order=True)
class Lost:
    """Something that a file written does not say; ``count`` tells how often."""

    loss: Loss
    what: str
    count: int = 1


@dataclass(frozen=True)
class Reading:
    """A file as read. ``package`` is None where there are problems; nothing of it may then be stored.

    ``digest`` is the SHA-256 of the file. A ``partial`` one shows some properties only, as a sheet does.
    """

    package: Package | None
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    digest: str
    partial: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether it may be stored."""
        return self.package is not None


@dataclass(frozen=True)
class Written:
    """A file as written, and what it does not say."""

    content: bytes
    lost: tuple[Lost, ...]
