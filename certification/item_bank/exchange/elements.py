"""Elements of one item in an XML file: their places, their text, and how a reader declines what it cannot carry."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import cast

from lxml import etree

from certification.item_bank.exchange.report import Fault, Feature, Findings, Place


class Declined(Exception):
    """An item that is not taken over: the fault, what stands there, and the element if it is not the item's."""

    def __init__(self, fault: Fault, value: str = "", *, other: str = "", at: "etree._Element | None" = None) -> None:
        super().__init__(fault.value)
        self.fault, self.value, self.other, self.at = fault, value, other, at


@dataclass(frozen=True)
class Scope:
    """The element of one item, where it stands, and where what is found goes."""

    element: "etree._Element"
    findings: Findings
    path: str
    part: str = ""

    def place(self, at: "etree._Element | None" = None) -> Place:
        """The place of the item, or of an element in it."""
        inner = [] if at is None else self._steps(at)
        element = self.element if at is None else at
        return Place(
            part=self.part, line=cast("int | None", element.sourceline) or 0, path="/".join([self.path, *inner])
        )

    def _steps(self, at: "etree._Element") -> list[str]:
        steps: list[str] = []
        while at is not self.element:
            parent = at.getparent()
            if parent is None:
                return steps[::-1]
            same = [child for child in parent if child.tag == at.tag]
            name = local_name(at)
            steps.append(f"{name}[{same.index(at) + 1}]" if len(same) > 1 else name)
            at = parent
        return steps[::-1]

    def drop(self, feature: Feature, value: str = "", at: "etree._Element | None" = None) -> None:
        """Note a part that is not taken over, though the item is."""
        self.findings.warn(self.place(at), Fault.PART_DROPPED, value, feature.value)

    def decline(self, error: Declined) -> None:
        """Note an item that is not taken over."""
        self.findings.fail(self.place(error.at), error.fault, error.value, error.other)


def local_name(element: "etree._Element") -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_at(element: "etree._Element", path: str) -> str:
    """The text at a path below an element, trimmed; "" where there is none."""
    return (element.findtext(path) or "").strip()


def inner_text(element: "etree._Element") -> str:
    """All text in an element, marks left out."""
    return "".join(str(part) for part in element.itertext())


def decimal(text: str | None) -> Decimal | None:
    """A finite decimal number; None where the text is none."""
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def hundredths(text: str | None) -> int | None:
    """Marks as hundredths; None where the text is no number of them, or not of a size that marks have."""
    value = decimal(text)
    if value is None or not 0 <= value <= 100_000 or value * 100 != int(value * 100):
        return None
    return int(value * 100)


def marks_text(marks: int) -> str:
    """Hundredths as a decimal number: 150 is "1.5"."""
    return f"{marks // 100}.{marks % 100:02}".rstrip("0").rstrip(".")
