"""Limits on files from outside, and the only ways in: bytes, packages and XML. Nothing hostile is unpacked or parsed.

Every check bounds the work before it is done: a size is looked up before bytes are read, what a package declares
before it is unpacked, and the head of an XML file before its body.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from certification.item_bank.exchange.report import WHOLE_FILE, Fault, Place, Problem

MAX_BYTES = 32 * 1024 * 1024
"""Bytes of a file as it is handed in."""
MAX_UNPACKED = 96 * 1024 * 1024
"""Bytes of all parts of a package together."""
MAX_PART = 64 * 1024 * 1024
"""Bytes of one part of a package."""
MAX_RATIO = 200
"""Times a package may be larger than its file. Sheets and XML stay below 40, zeros reach 1,000."""
MAX_PARTS = 25_000
"""Files in a package; a bank of 10,000 QTI items has one each."""
MAX_ITEMS = 20_000
"""Items of one file."""
MAX_TAGS = 3_000_000
"""Opening, closing and empty tags of one XML file."""

ZIP = b"PK"
OLE = b"\xd0\xcf\x11\xe0"
MACROS = ("vbaproject.bin", "vbadata.xml", "macrosheets")
NESTED = (".zip", ".jar", ".7z", ".rar", ".gz", ".imscc")
MACRO_NAMES = (".xlsm", ".xltm", ".xlsb", ".xlam", ".xla")
DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[>]*\[", re.IGNORECASE)
START = re.compile(r"<(?=[^!?\s])")
COMMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)


class Unreadable(ValueError):
    """A file that is not read at all; the one problem says why."""

    def __init__(self, fault: Fault, place: Place = WHOLE_FILE, value: str = "", other: str = "") -> None:
        super().__init__(fault.value)
        self.problem = Problem(place, fault, value[:80], other)


def read_bytes(source: Path | bytes) -> bytes:
    """The content of a file that is not too large.

    Raises:
        Unreadable: it is larger than ``MAX_BYTES``.
    """
    if isinstance(source, bytes):
        content, size = source, len(source)
    else:
        with source.open("rb") as file:
            content, size = file.read(MAX_BYTES + 1), source.stat().st_size
    if max(size, len(content)) > MAX_BYTES:
        raise Unreadable(Fault.FILE_TOO_LARGE, other=str(MAX_BYTES // 1024 // 1024))
    return content


def refuse_macros(name: str) -> None:
    """Refuse a workbook whose name says that it holds macros.

    Raises:
        Unreadable: it does.
    """
    if name.casefold().endswith(MACRO_NAMES):
        raise Unreadable(Fault.FILE_MACROS, value=name)


@dataclass(frozen=True)
class Package:
    """A zip whose directory was checked; parts are unpacked one by one, each no larger than it declares."""

    content: bytes
    sizes: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """The files of the package, folders left out."""
        return tuple(self.sizes)

    @cached_property
    def _opened(self) -> zipfile.ZipFile:
        """The zip, its directory read once: a package of thousands of items has thousands of parts."""
        return zipfile.ZipFile(io.BytesIO(self.content))

    def read(self, name: str) -> bytes:
        """One part, unpacked.

        Raises:
            Unreadable: it is missing, cut off, or not what the directory declares.
        """
        if name not in self.sizes:
            raise Unreadable(Fault.PACKAGE_FILE_MISSING, Place(part=name), name)
        try:
            with self._opened.open(name) as part:
                found = part.read(self.sizes[name] + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise Unreadable(Fault.PACKAGE_BROKEN, Place(part=name), name) from error
        if len(found) != self.sizes[name]:
            raise Unreadable(Fault.PACKAGE_BROKEN, Place(part=name), name)
        return found


def open_package(content: bytes, *, nested: bool = False) -> Package:
    """A package, after a look at all that its directory declares; nothing is unpacked.

    Args:
        nested: whether packages inside the package are let through (unopened).

    Raises:
        Unreadable: it is cut off, protected, packed to burst, holds macros, or names a place outside itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable(Fault.PACKAGE_BROKEN) from error
    _check_sizes(parts, len(content))
    for part in parts:
        _check_part(part, nested=nested)
    names = [part.filename for part in parts]
    if len(set(names)) != len(names):
        raise Unreadable(Fault.PACKAGE_BROKEN)
    return Package(content, {part.filename: part.file_size for part in parts if not part.is_dir()})


def _check_sizes(parts: list[zipfile.ZipInfo], packed: int) -> None:
    """Refuse what would unpack to more than its limits, and parts that lie on top of one another."""
    size = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or size > MAX_UNPACKED or size > MAX_RATIO * max(packed, 1024):
        raise Unreadable(Fault.FILE_BOMB)
    if any(part.file_size > MAX_PART for part in parts) or sum(part.compress_size for part in parts) > packed:
        raise Unreadable(Fault.FILE_BOMB)
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise Unreadable(Fault.FILE_BOMB, Place(part=part.filename), part.filename)
        end = part.header_offset + part.compress_size


def _check_part(part: zipfile.ZipInfo, *, nested: bool) -> None:
    name = part.filename
    place = Place(part=name[:120])
    if _leads_outside(part.orig_filename) or (part.external_attr >> 16) & 0o170000 == 0o120000:
        raise Unreadable(Fault.PACKAGE_NAME, place, name)
    folded = name.casefold()
    if any(word in folded for word in MACROS):
        raise Unreadable(Fault.FILE_MACROS, place, name)
    if not nested and folded.endswith(NESTED):
        raise Unreadable(Fault.PACKAGE_NESTED, place, name)
    if part.flag_bits & 1:
        raise Unreadable(Fault.FILE_PROTECTED, place, name)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(Fault.PACKAGE_BROKEN, place, name)


def _leads_outside(name: str) -> bool:
    """Whether a name is absolute, climbs up, or could be read as such by another system."""
    plain = name.replace("\\", "/")
    return (
        not plain or "\0" in name or plain.startswith("/") or ":" in plain.split("/", 1)[0]
        or ".." in PurePosixPath(plain).parts
    )  # fmt: skip


def is_encrypted(content: bytes) -> bool:
    """Whether an OLE container holds a workbook behind a password."""
    return content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in content[:65536] + content[-65536:]


def parse_xml(content: bytes, *, part: str = "") -> "etree._Element":
    """The root of an XML file: no entities of its own, nothing fetched, no endless depth; comments are left out.

    Args:
        part: the file's name in its package, for the place of a problem.

    Raises:
        Unreadable: it declares entities, is broken, or has more tags than ``MAX_TAGS``.
    """
    place = Place(part=part)
    if content.count(b"<") > MAX_TAGS:
        raise Unreadable(Fault.FILE_BOMB, place)
    if _declares_entities(content):
        raise Unreadable(Fault.XML_ENTITIES, place)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, remove_blank_text=False, strip_cdata=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, etree.XMLSyntaxError) else None
        raise Unreadable(Fault.XML_BROKEN, Place(part=part, line=line or 0)) from error
    inner: Any = root.getroottree().docinfo.internalDTD
    if inner is not None and next(iter(inner.entities()), None) is not None:
        raise Unreadable(Fault.XML_ENTITIES, place)
    return root


def _declares_entities(content: bytes) -> bool:
    """Whether what comes before the first element declares an entity, whatever the encoding.

    An own part of a document type that uses parameter entities counts too: what they hold cannot be seen here.
    """
    text = _head(content)
    bare = COMMENT.sub("", text)
    inner = DOCTYPE.search(bare)
    if inner is None:
        return False
    rest = bare[inner.end() :]
    end = START.search(rest)
    own = rest[: end.start()] if end else rest
    return "<!ENTITY" in own.upper() or "%" in own


def _head(content: bytes) -> str:
    """The text up to a generous length, in an encoding in which markup can be told."""
    start = content[: 1024 * 1024]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace")
    if start[:4].count(0) == 2:
        return start.decode("utf-16-le" if start[1] == 0 else "utf-16-be", "replace")
    if start[:4].count(0) == 3:
        return start.decode("utf-32-le" if start[0] else "utf-32-be", "replace")
    return start.decode("latin-1")
