"""Items of every kind as Hypothesis makes them, for the formats that exchange them; and what two items share."""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from certification.item_bank.content import GAP, Content, canonical
from certification.item_bank.exchange.markup import to_inline_html
from certification.item_bank.exchange.report import Asset, ImportedItem, Place
from certification.item_bank.rules import ItemKind, ItemUse


def png(width: int = 640, height: int = 480) -> bytes:
    """A grey picture of that size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURE = Asset("picture.png", "image/png", png(1000, 1000))
"""On a picture of 1,000 by 1,000 a pixel is a thousandth, so that no shape is rounded."""
SOUND = Asset("sound.mp3", "audio/mpeg", b"ID3" + b"\0" * 40)
ASSETS = (PICTURE, SOUND)

LETTERS = "abcXYZ019甲乙丙标注模型 ，。？"
SIGNS = "*_`$\\[]<>|&#~=%+-.!()\"'^:;/"


def words(signs: str = SIGNS, most: int = 10) -> st.SearchStrategy[str]:
    """Short texts without spaces at their ends or in a row."""
    texts = st.text(alphabet=LETTERS + signs, min_size=1, max_size=most).map(lambda text: " ".join(text.split()))
    return texts.filter(bool)


def markdown() -> st.SearchStrategy[str]:
    """Texts with formulas, emphasis, code, lists, tables, pictures and sound."""
    inline = st.one_of(
        words(), words(""), st.just("$x^{2} < \\frac{1}{2}$"), st.just("**重点**"), st.just("*then*"),
        st.just("`a*b`"), st.just("![图 1](asset:picture.png)"), st.just("[link](https://example.org/a_b)"),
    )  # fmt: skip
    lines = st.lists(inline, min_size=1, max_size=4).map(" ".join)
    blocks = st.one_of(
        lines, lines, st.just("- 一\n- 二\n  1. a\n  2. b"), st.just("| 甲 | 乙 |\n| :-: | --- |\n| 1 | $x$ |"),
        st.just("$$\\sum_{i=1}^n i$$"), st.just("```py\nx = 1 < 2\n```"), st.just("![发音](asset:sound.mp3)"),
        st.just("> 引文"), st.just("## 题"),
    )  # fmt: skip
    return st.lists(blocks, min_size=1, max_size=3).map("\n\n".join).filter(lambda text: bool(to_inline_html(text)))


def _distinct(texts: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    shown = st.lists(texts, min_size=least, max_size=most, unique_by=lambda text: to_inline_html(text).casefold())
    return shown.map(tuple)


NUMBERS = st.decimals(-1000, 1000, places=2).map(str)
COORDS = st.integers(0, 499)


def shapes() -> st.SearchStrategy[dict[str, Any]]:
    """Areas of a picture."""
    rect = st.tuples(COORDS, COORDS, st.integers(500, 1000), st.integers(500, 1000))
    circle = st.tuples(COORDS, COORDS, st.integers(1, 500))
    poly = st.lists(COORDS, min_size=6, max_size=10).map(lambda coords: coords[: len(coords) // 2 * 2])
    return st.one_of(
        rect.map(lambda coords: {"shape": "rect", "coords": list(coords)}),
        circle.map(lambda coords: {"shape": "circle", "coords": list(coords)}),
        poly.map(lambda coords: {"shape": "poly", "coords": coords}),
    )


@st.composite
def contents(draw: st.DrawFn, kind: ItemKind, *, one_shape: bool = False) -> Content:
    """What an item of a kind says."""
    parts: dict[str, Any] = {"stem": draw(markdown()), "rationale": draw(st.one_of(st.just(""), markdown()))}
    if kind is ItemKind.HOTSPOT:
        key = draw(st.lists(shapes(), min_size=1, max_size=1 if one_shape else 3))
        return Content(kind, key=tuple(key), image=PICTURE.name, **parts)
    return Content(kind, **(parts | _ANSWERS[kind](draw, kind, parts["stem"])))


def _true_false(draw: st.DrawFn, _: ItemKind, __: str) -> dict[str, Any]:
    return {"key": (draw(st.integers(0, 1)),)}


def _choice(draw: st.DrawFn, kind: ItemKind, _: str) -> dict[str, Any]:
    options = draw(_distinct(words().filter(_shown), 3, 5))
    places = st.integers(0, len(options) - 1)
    notes = st.lists(words(""), min_size=len(options), max_size=len(options)).flatmap(
        lambda all_: st.sampled_from((all_, []))
    )
    least, most = (1, 1) if kind is ItemKind.SINGLE_CHOICE else (2, None)
    key = tuple(sorted(draw(st.sets(places, min_size=least, max_size=most))))
    return {"options": options, "key": key, "option_rationales": tuple(draw(notes))}


def _ordering(draw: st.DrawFn, _: ItemKind, __: str) -> dict[str, Any]:
    options = draw(_distinct(words().filter(_shown), 3, 5))
    key = tuple(draw(st.permutations(range(len(options)))))
    return {"options": options, "key": key, "partial": draw(st.booleans())}


def _short_text(draw: st.DrawFn, _: ItemKind, __: str) -> dict[str, Any]:
    return {"key": draw(_distinct(words(), 1, 3)), "case_sensitive": draw(st.booleans())}


def _numeric(draw: st.DrawFn, _: ItemKind, __: str) -> dict[str, Any]:
    pairs = st.tuples(NUMBERS, st.sampled_from(("0", "0.01", "5")))
    return {"key": tuple(draw(st.lists(pairs, min_size=1, max_size=3, unique=True)))}


def _matching(draw: st.DrawFn, _: ItemKind, __: str) -> dict[str, Any]:
    options, prompts = draw(_distinct(words("").filter(_shown), 2, 4)), draw(_distinct(words().filter(_shown), 2, 4))
    key = st.lists(st.integers(0, len(options) - 1), min_size=len(prompts), max_size=len(prompts))
    return {"options": options, "prompts": prompts, "key": tuple(draw(key)), "partial": draw(st.booleans())}


def _gaps(draw: st.DrawFn, kind: ItemKind, stem: str) -> dict[str, Any]:
    count = draw(st.integers(1, 3))
    told = "\n\n".join([stem, *(f"{draw(words(''))} {{{{{number}}}}}。" for number in range(1, count + 1))])
    gaps = tuple(draw(_distinct(words(), 2, 3)) for _ in range(count))
    found: dict[str, Any] = {"stem": told, "partial": draw(st.booleans())}
    if kind is ItemKind.GAP_TEXT:
        return found | {"key": gaps, "case_sensitive": draw(st.booleans())}
    return found | {"gaps": gaps, "key": tuple(draw(st.integers(0, len(gap) - 1)) for gap in gaps)}


_ANSWERS: dict[ItemKind, Callable[[st.DrawFn, ItemKind, str], dict[str, Any]]] = {
    ItemKind.TRUE_FALSE: _true_false, ItemKind.SINGLE_CHOICE: _choice, ItemKind.MULTIPLE_CHOICE: _choice,
    ItemKind.SHORT_TEXT: _short_text, ItemKind.NUMERIC: _numeric, ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering, ItemKind.GAP_SELECT: _gaps, ItemKind.GAP_TEXT: _gaps,
}  # fmt: skip


def _shown(text: str) -> bool:
    """Whether anything is left of a text once its marks are read."""
    return bool(re.sub(r"<[^>]*>|\s", "", to_inline_html(text)))


@st.composite
def items(draw: st.DrawFn, kind: ItemKind, *, one_shape: bool = False) -> ImportedItem:
    """An item of a kind with what it is filed under."""
    maybe = st.one_of(st.none(), words("").filter(lambda text: len(text) > 2))
    return ImportedItem(
        Place(), draw(contents(kind, one_shape=one_shape)), code=draw(st.one_of(st.none(), st.just("A-1.2"))),
        level=draw(st.one_of(st.none(), st.integers(1, 5))), marks=draw(st.one_of(st.none(), st.integers(0, 10000))),
        difficulty=draw(st.one_of(st.none(), st.integers(1, 5))), knowledge_point=draw(maybe), chapter=draw(maybe),
        reference=draw(maybe), use=draw(st.one_of(st.none(), st.sampled_from(ItemUse))),
        tags=draw(_distinct(words(""), 0, 2)), language=draw(st.sampled_from((None, "zh", "en"))),
    )  # fmt: skip


def shared(item: ImportedItem) -> ImportedItem:
    """An item as two programs agree on it.

    Markdown counts for what it shows; the order of the parts of an ordering, of targets and of the numbers of gaps
    is not part of what is asked, nor whether a single gap is marked in parts.
    """
    content = canonical(item.content)
    if content.kind is ItemKind.MATCHING:
        order = sorted(range(len(content.options)), key=lambda at: content.options[at])
        content = replace(content, options=tuple(content.options[at] for at in order),
                          key=tuple(order.index(at) for at in content.key))  # fmt: skip
    if content.kind is ItemKind.ORDERING:
        content = replace(content, options=tuple(content.options[at] for at in content.key),
                          key=tuple(range(len(content.key))))  # fmt: skip
    if content.kind in (ItemKind.GAP_SELECT, ItemKind.GAP_TEXT) and len(content.key) == 1:
        content = replace(content, partial=False)
    content = replace(
        content, stem=_numbered(to_inline_html(content.stem)), rationale=to_inline_html(content.rationale),
        options=tuple(to_inline_html(text) for text in content.options),
        prompts=tuple(to_inline_html(text) for text in content.prompts),
        option_rationales=tuple(to_inline_html(text) for text in content.option_rationales)
        if any(content.option_rationales) else (),
        key=tuple({**shape, "coords": list(shape["coords"])} for shape in content.key)
        if content.kind is ItemKind.HOTSPOT else content.key,
    )  # fmt: skip
    return replace(item, content=content, place=Place(), places={})


def _numbered(stem: str) -> str:
    return GAP.sub("{{}}", stem)
