"""Areas of pictures in QTI: pixels of the picture there, thousandths of its width and height here."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lxml import etree

from certification.item_bank.exchange.elements import Declined, decimal
from certification.item_bank.exchange.qti_answers import Declaration
from certification.item_bank.exchange.qti_scoring import Scoring
from certification.item_bank.exchange.report import Fault

EXACT = "data-zhixun-areas"
"""Attribute with the exact thousandths, where a version lets attributes be added."""


def picture_of(
    interaction: "etree._Element",
    name_of: Callable[[str], str | None],
    size_of: Callable[[str], tuple[int, int] | None],
) -> tuple[str, tuple[int, int]]:
    """The picture of an interaction and the size its coordinates count in.

    Raises:
        Declined: there is none, or its size cannot be told.
    """
    found = next(interaction.iter("object", "img"), None)
    address = "" if found is None else found.get("data") or found.get("src") or ""
    name = name_of(address) if address else None
    if found is None or name is None:
        raise Declined(Fault.PACKAGE_FILE_MISSING, address, at=interaction)
    told = [found.get(side, "") for side in ("width", "height")]
    if all(side.isdecimal() and int(side) > 0 for side in told):
        return name, (int(told[0]), int(told[1]))
    size = size_of(name)
    if size is None:
        raise Declined(Fault.ANSWER_UNREADABLE, address, at=found)
    return name, size


def earning(declared: Declaration, scoring: Scoring) -> list["etree._Element"]:
    """The areas that earn all.

    Raises:
        Declined: points are not scored by areas, or areas earn different points.
    """
    points = {area: decimal(area.get("mappedValue")) for area in declared.areas}
    right = [area for area, value in points.items() if value is not None and value > 0]
    if declared.identifier not in scoring.pointed or not right or len({points[area] for area in right}) > 1:
        raise Declined(Fault.ANSWER_UNREADABLE, declared.identifier, at=declared.element)
    if declared.cardinality != "single" and len(right) > 1:
        raise Declined(Fault.KIND_UNSUPPORTED, f"selectPointInteraction {len(right)}", at=declared.element)
    return right


def shape_of(area: "etree._Element", size: tuple[int, int], interaction: "etree._Element") -> dict[str, Any]:
    """An area in thousandths; the exact ones that came along count, where they are the same to the pixel.

    Raises:
        Declined: it has a form that we have not.
    """
    form, text = area.get("shape", ""), area.get("coords", "")
    numbers = [_pixels(part, size[at % 2]) for at, part in enumerate(text.split(","))]
    lengths = {"circle": 3, "ellipse": 4, "rect": 4, "poly": len(numbers)}
    if form not in lengths or len(numbers) != lengths[form] or any(number is None for number in numbers):
        raise Declined(Fault.KIND_UNSUPPORTED, f"{form} {text}", at=area)
    pixels = [number for number in numbers if number is not None]
    for exact in _exact(interaction):
        if exact["shape"] == _own(form) and in_pixels(exact, size)[1] == text:
            return exact
    if form == "circle":
        pixels.append(pixels[2])
    if form == "poly" and pixels[:2] == pixels[-2:]:
        pixels = pixels[:-2]
    coords = [max(0, min(1000, round(value * 1000 / size[at % 2]))) for at, value in enumerate(pixels)]
    if form in ("circle", "ellipse") and coords[2] == coords[3]:
        coords.pop()
    return {"shape": _own(form), "coords": coords}


def _own(form: str) -> str:
    return "circle" if form == "ellipse" else form


def _pixels(text: str, side: int) -> Decimal | None:
    text = text.strip()
    value = decimal(text.removesuffix("%"))
    return value * side / 100 if value is not None and text.endswith("%") else value


def _exact(interaction: "etree._Element") -> list[dict[str, Any]]:
    """The exact areas that came along."""
    found = []
    for part in interaction.get(EXACT, "").split(";"):
        form, _, coords = part.strip().partition(" ")
        numbers = coords.split()
        if numbers and all(number.isdecimal() for number in numbers):
            found.append({"shape": form, "coords": [int(number) for number in numbers]})
    return found


def exact_text(shapes: Sequence[Mapping[str, Any]]) -> str:
    """Areas in thousandths as the value of an attribute."""
    return ";".join(f"{shape['shape']} {' '.join(map(str, shape['coords']))}" for shape in shapes)


def in_pixels(shape: Mapping[str, Any], size: tuple[int, int]) -> tuple[str, str]:
    """The form and the coordinates that QTI writes for an area."""
    coords = list(shape["coords"])
    round_ = shape["shape"] == "circle"
    if round_ and len(coords) == 3:
        coords.append(coords[2])
    pixels = [round(at * size[number % 2] / 1000) for number, at in enumerate(coords)]
    form = str(shape["shape"])
    if round_ and pixels[2] == pixels[3]:
        pixels.pop()
    elif round_:
        form = "ellipse"
    if form == "poly":
        pixels += pixels[:2]
    return form, ",".join(map(str, pixels))
