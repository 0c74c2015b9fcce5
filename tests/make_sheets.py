"""Builders of item files: workbooks, .csv, packages, and valid items of every kind."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from openpyxl import Workbook

from certification.item_bank.content import Content, canonical, faults
from certification.item_bank.exchange.headings import plain
from certification.item_bank.exchange.report import ImportedItem, Place
from certification.item_bank.rules import ItemKind, ItemUse

Rows = Sequence[Sequence[object]]


def csv_of(*rows: Sequence[object], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Rows as .csv."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(*rows: Sequence[object], merged: Sequence[str] = (), **sheets: Rows) -> bytes:
    """Rows as the first sheet of a workbook, or named sheets of rows; ``merged`` are ranges of the first sheet."""
    book = Workbook()
    for name, lines in ({"Sheet1": rows} | sheets if rows else sheets).items():
        page = book.create_sheet(name)
        for line in lines:
            page.append(list(line))
    del book["Sheet"]
    for ref in merged:
        book.worksheets[0].merge_cells(ref)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zip_of(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Files as a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def item_of(content: Content, **facts: Any) -> ImportedItem:
    """An item with all that the bank asks for."""
    base: dict[str, Any] = {
        "code": "A-1",
        "level": 5,
        "difficulty": 2,
        "knowledge_point": "5-1.1-01",
        "reference": "依据",
        "use": ItemUse.EXAM,
    }
    return ImportedItem(Place(), content, **{**base, **facts})


WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
"""Texts without spaces at their ends."""
LINES = st.lists(WORD, min_size=1, max_size=3).map("\n".join)
"""Texts of one line or a few."""
NUMBER = st.decimals(-999, 999, places=2).map(lambda value: f"{value:f}".rstrip("0").rstrip("."))


def words(least: int, most: int, text: st.SearchStrategy[str] = WORD) -> st.SearchStrategy[list[str]]:
    """Distinct texts."""
    return st.lists(text, min_size=least, max_size=most, unique_by=plain)


def choice_of(draw: st.DrawFn, kind: ItemKind, stem: str) -> Content:
    """A choice or an ordering."""
    options = draw(words(3, 8))
    places = range(len(options))
    if kind is ItemKind.SINGLE_CHOICE:
        key = [draw(st.sampled_from(places))]
    elif kind is ItemKind.ORDERING:
        key = draw(st.permutations(places))
    else:
        key = sorted(draw(st.sets(st.sampled_from(places), min_size=2)))
    return Content(kind, stem, tuple(options), key=tuple(key))


def gapped(draw: st.DrawFn, kind: ItemKind, stem: str) -> Content:
    """An item with two gaps."""
    stem = f"{stem} {{{{1}}}} 与 {{{{2}}}}"
    if kind is ItemKind.GAP_TEXT:
        return Content(kind, stem, key=tuple(tuple(draw(words(1, 3))) for _ in range(2)))
    gaps = tuple(tuple(draw(words(2, 4))) for _ in range(2))
    return Content(kind, stem, gaps=gaps, key=tuple(draw(st.sampled_from(range(len(gap)))) for gap in gaps))


def matching(draw: st.DrawFn, stem: str) -> Content:
    """Prompts and their targets."""
    options, prompts = draw(words(2, 6)), draw(words(2, 6, LINES))
    key = tuple(draw(st.sampled_from(range(len(options)))) for _ in prompts)
    return Content(ItemKind.MATCHING, stem, tuple(options), tuple(prompts), key=key)


def hotspot(draw: st.DrawFn, stem: str) -> Content:
    """An area of a picture."""
    x, y = draw(st.tuples(st.integers(0, 500), st.integers(0, 500)))
    shapes = ({"shape": "rect", "coords": [x, y, x + 100, y + 1]}, {"shape": "circle", "coords": [x, y, 80]})
    return Content(ItemKind.HOTSPOT, stem, image="a.png", key=(draw(st.sampled_from(shapes)),))


@st.composite
def contents(draw: st.DrawFn, kinds: Sequence[ItemKind] = tuple(ItemKind)) -> Content:
    """What a valid item of one of the kinds says, its key written the one way."""
    kind, stem = draw(st.sampled_from(kinds)), draw(LINES)
    if kind is ItemKind.TRUE_FALSE:
        content = Content(kind, stem, key=(draw(st.sampled_from((0, 1))),))
    elif kind is ItemKind.SHORT_TEXT:
        content = Content(kind, stem, key=tuple(draw(words(1, 4))), case_sensitive=draw(st.booleans()))
    elif kind is ItemKind.NUMERIC:
        pairs = draw(st.lists(st.tuples(NUMBER, NUMBER.map(lambda text: text.lstrip("-"))), min_size=1, max_size=3))
        content = Content(kind, stem, key=tuple(pairs))
    elif kind is ItemKind.MATCHING:
        content = matching(draw, stem)
    elif kind is ItemKind.HOTSPOT:
        content = hotspot(draw, stem)
    elif kind in (ItemKind.GAP_SELECT, ItemKind.GAP_TEXT):
        content = gapped(draw, kind, stem)
    else:
        content = choice_of(draw, kind, stem)
    notes = draw(st.sampled_from([(), tuple(f"因为{at}" for at in range(len(content.options)))]))
    noted = replace(
        content, rationale=draw(st.one_of(st.just(""), LINES)), option_rationales=notes if content.options else ()
    )
    assume(not faults(noted))
    return canonical(noted)
