"""Pictures and sounds as bytes: what they are by their content, and which drawings are harmless; pure."""

import re
import struct
from dataclasses import dataclass

from lxml import etree

from certification.item_bank.rules import AssetKind

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""What a picture may unpack to; a small file can hold a huge one."""

DRAWING = frozenset(
    {
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title",
        "desc", "defs", "marker", "lineargradient", "radialgradient", "stop", "clippath",
    }
)  # fmt: skip
"""Elements of a drawing that neither run, load nor embed anything."""

HARMLESS = re.compile(
    r"(?:id|class|d|x|y|x1|x2|y1|y2|dx|dy|cx|cy|r|rx|ry|fx|fy|width|height|points|viewBox|transform|version|"
    r"preserveAspectRatio|fill|stroke|color|opacity|offset|orient|refX|refY|marker[A-Za-z]*|gradient[A-Za-z]*|"
    r"spreadMethod|textLength|lengthAdjust|rotate|role|aria-[a-z]+|clipPathUnits|"
    r"(?:fill|stroke|stop|font|text|clip|marker|dominant|alignment|letter|word|paint|vector|shape)-[a-z-]+)"
)
"""Attributes that a drawing may have: geometry, paint and letters."""

ADDRESS = re.compile(r"url\s*\(\s*(?!['\"]?#)|javascript:|data:|https?:|&#", re.IGNORECASE)
"""What leads out of the drawing."""

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Media:
    """What some bytes are."""

    kind: AssetKind
    media_type: str
    suffix: str


PNG = Media(AssetKind.IMAGE, "image/png", "png")
JPEG = Media(AssetKind.IMAGE, "image/jpeg", "jpg")
WEBP = Media(AssetKind.IMAGE, "image/webp", "webp")
DRAWN = Media(AssetKind.IMAGE, "image/svg+xml", "svg")
MP3 = Media(AssetKind.AUDIO, "audio/mpeg", "mp3")
OGG = Media(AssetKind.AUDIO, "audio/ogg", "ogg")
WAV = Media(AssetKind.AUDIO, "audio/wav", "wav")


def recognise(content: bytes) -> Media:
    """What a file is, told by its bytes alone, whatever it is called.

    Raises:
        ValueError: none of the kinds we show, too large, or a drawing that could do more than be looked at.
    """
    if not 0 < len(content) <= MOST_BYTES:
        raise ValueError("empty or too large")
    media = _by_signature(content)
    if media is None:
        _require_harmless_drawing(content)
        return DRAWN
    if media is PNG:
        _require_sensible_png(content)
    return media


def _by_signature(content: bytes) -> Media | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"OggS"):
        return OGG
    if content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xfa")):
        return MP3
    form = {b"WEBP": WEBP, b"WAVE": WAV}
    return form.get(content[8:12]) if content.startswith(b"RIFF") else None


def _require_sensible_png(content: bytes) -> None:
    if content[12:16] != b"IHDR" or len(content) < 33:
        raise ValueError("not a whole picture")
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError("the picture has too many pixels")


def _require_harmless_drawing(content: bytes) -> None:
    """Raise ValueError unless the file is an SVG drawing of shapes and letters only."""
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise ValueError("a drawing declares nothing")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("no file of a kind that items show") from error
    if root.tag != f"{SVG}svg":
        raise ValueError("no file of a kind that items show")
    for element in root.iter():
        _require_harmless(element)


def _require_harmless(element: etree._Element) -> None:
    if isinstance(element, etree._Comment):
        return
    name = str(element.tag)
    if not name.startswith(SVG) or name.removeprefix(SVG).lower() not in DRAWING:
        raise ValueError("a drawing holds shapes and letters only")
    for attribute, value in element.attrib.items():
        if not HARMLESS.fullmatch(str(attribute)) or ADDRESS.search(str(value)):
            raise ValueError("a drawing leads nowhere and runs nothing")
