"""How answers are compared: texts, numbers and points; exact, without floats."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

NUMBER_LENGTH = 40
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_CJK = r"[\u2e80-\u9fff\uf900-\ufaff]"
_BESIDE_CJK = re.compile(rf"(?<={_CJK})\s+|\s+(?={_CJK})")


def fold(text: str, *, case_sensitive: bool = False) -> str:
    """A text as marking compares it, without what the eye passes over: width, spaces at the ends, repeated or beside
    Chinese, and case unless it is told to count."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    plain = _BESIDE_CJK.sub("", " ".join(plain.split()))
    return plain if case_sensitive else plain.casefold()


def number(text: str) -> Decimal | None:
    """The number a person typed, full-width or with thousands commas; None where it is none."""
    plain = "".join(unicodedata.normalize("NFKC", text).replace("\u2212", "-").split())
    if len(plain) > NUMBER_LENGTH or not _NUMBER.fullmatch(plain) or not re.search(r"\d", re.split("[eE]", plain)[0]):
        return None
    return Decimal(plain.replace(",", ""))


def is_near(given: Decimal, value: Decimal, tolerance: Decimal) -> bool:
    """Whether a number lies at most the tolerance away; exact also where decimals would be rounded."""
    return abs(Fraction(given) - Fraction(value)) <= Fraction(tolerance)


def is_inside(x: int, y: int, shape: Mapping[str, Any]) -> bool:
    """Whether a point lies in a shape or on its edge; all in thousandths of width and height."""
    coords = shape["coords"]
    if shape["shape"] == "rect":
        left, top, right, bottom = coords
        return bool(left <= x <= right and top <= y <= bottom)
    if shape["shape"] == "circle":
        center_x, center_y, across = coords[:3]
        down = coords[-1]
        return bool(((x - center_x) * down) ** 2 + ((y - center_y) * across) ** 2 <= (across * down) ** 2)
    return _in_polygon(x, y, coords)


def _in_polygon(x: int, y: int, coords: Sequence[int]) -> bool:
    """By counting the edges that a ray to the right crosses; a point on an edge is inside."""
    corners = list(zip(coords[::2], coords[1::2], strict=True))
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        side = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if side == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (side > 0) == (y2 > y1):
            inside = not inside
    return inside
