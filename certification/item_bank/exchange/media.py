"""Pictures and sounds that come with items: told by their content, named so that no two share a name, measured."""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

from certification.item_bank.exchange.report import Asset

SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (0, b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (0, b"GIF87a", "image/gif", ".gif"),
    (0, b"GIF89a", "image/gif", ".gif"),
    (8, b"WEBP", "image/webp", ".webp"),
    (0, b"ID3", "audio/mpeg", ".mp3"),
    (0, b"\xff\xfb", "audio/mpeg", ".mp3"),
    (0, b"OggS", "audio/ogg", ".ogg"),
    (8, b"WAVE", "audio/wav", ".wav"),
)
"""Where a content begins with what, its media type and the end of its name. SVG is none: it can hold scripts."""

SUFFIXES = {"image/jpeg": (".jpg", ".jpeg"), "audio/ogg": (".ogg", ".oga")}
UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def kind_of(content: bytes) -> tuple[str, str] | None:
    """Media type and suffix of a picture or sound by its content; None for anything else."""
    for start, signature, media_type, suffix in SIGNATURES:
        if content[start : start + len(signature)] == signature:
            return media_type, suffix
    return None


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a picture in pixels; None where its head does not say."""
    try:
        width, height = _size(content)
    except (struct.error, IndexError):
        return None
    return (width, height) if width > 0 and height > 0 else None


def _size(content: bytes) -> tuple[int, int]:
    found = kind_of(content)
    if found is None:
        return 0, 0
    if found[0] == "image/png":
        return struct.unpack(">II", content[16:24])
    if found[0] == "image/gif":
        return struct.unpack("<HH", content[6:10])
    if found[0] == "image/jpeg":
        return _jpeg_size(content)
    return _webp_size(content) if found[0] == "image/webp" else (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """The size in the first frame header, found by walking over the segments."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return 0, 0


def _webp_size(content: bytes) -> tuple[int, int]:
    form = content[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF


@dataclass
class Album:
    """The pictures and sounds of one file, under names that fit us; the same content has one name."""

    assets: dict[str, Asset] = field(default_factory=dict)
    names: dict[bytes, str] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> str | None:
        """Take a content in and give its name; None where it is no picture or sound that we take."""
        if content in self.names:
            return self.names[content]
        found = kind_of(content)
        if found is None:
            return None
        media_type, suffix = found
        chosen = self._free(name, suffix, SUFFIXES.get(media_type, (suffix,)))
        self.assets[chosen] = Asset(chosen, media_type, content)
        self.names[content] = chosen
        return chosen

    def _free(self, name: str, suffix: str, fitting: Iterable[str]) -> str:
        """A name of the right shape that nothing else has."""
        path = PurePosixPath(unquote(name).replace("\\", "/"))
        own = path.suffix.casefold()
        stem = UNFIT.sub("-", path.stem if own else path.name).strip("-._")[:60] or "file"
        end = path.suffix if own in tuple(fitting) else suffix
        number, chosen = 1, f"{stem}{end}"
        taken = {other.casefold() for other in self.assets}
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{stem}-{number}{end}"
        return chosen
