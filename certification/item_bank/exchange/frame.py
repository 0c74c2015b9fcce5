"""What a format is: how a file of it is recognised, read and written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from certification.item_bank.exchange.report import Asset, Findings, ImportedItem, LossReport


@dataclass(frozen=True)
class Source:
    """A file as it came in: its content, its name where it has one, and the encoding somebody named for a text."""

    content: bytes
    name: str = ""
    encoding: str = "auto"

    @property
    def suffix(self) -> str:
        """The end of the name, small, with its dot."""
        dot = self.name.rfind(".")
        return self.name[dot:].casefold() if dot >= 0 else ""

    @property
    def head(self) -> str:
        """The beginning of a text for recognising it; never wrong enough to matter, never used as content."""
        start = self.content[:8192]
        encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        return start.decode(encoding, "replace")


Reader = Callable[[Source, Findings], None]
"""Fills the findings from a file; raises ``guard.Unreadable`` where nothing can be read at all."""
Writer = Callable[[Sequence[ImportedItem], Sequence[Asset]], tuple[bytes, LossReport]]
"""The file that holds the items, and what it leaves out. Assets are those that the items name."""


@dataclass(frozen=True)
class Format:
    """A format of item files.

    ``likeness`` says how much a file looks like it: 0 not at all, 1 by its name, 2 by its content, 3 beyond doubt.
    """

    name: str
    suffix: str
    media_type: str
    likeness: Callable[[Source], int]
    read: Reader | None = None
    write: Writer | None = None
