"""Walks a clean tree of HTML and writes Markdown: blocks, lists, tables, and what stands in a line."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from certification.item_bank.exchange.elements import inner_text

_WORDS = re.compile(r"\w+")
PARAGRAPHS = frozenset(_WORDS.findall("p div section article header footer center figure figcaption dl dt dd caption"))
BLOCKS = PARAGRAPHS | frozenset(_WORDS.findall("ul ol table pre blockquote hr h1 h2 h3 h4 h5 h6"))
MEDIA = frozenset(["img", "audio", "video", "object", "source"])
SPACES = re.compile(r"[ \t\r\n\f]+")
SPECIAL = re.compile(r"[\\`*_\[\]<>$|]|&(?=#?\w+;)")
LINE_START = re.compile(r"^(\s*(?:\d{1,9}(?=[.)]))?)(?=[#+\-=~.)])", re.MULTILINE)
ESCAPES = frozenset("\\`*_[]<>$|&.")
"""Signs that may need a backslash; the point stands for whatever is special only at the start of a line."""
TEX_INLINE = re.compile(r"\\\((.+?)\\\)", re.DOTALL)
TEX_BLOCK = re.compile(r"\\\[(.+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)
FORMULA = re.compile("\ue000(\\d+)\ue001")
BREAK = "\ue002"
"""Stands for a line break until the lines of a paragraph are put together."""


def one_line(text: str) -> str:
    """A text in one line, for a cell or an address."""
    return " ".join(text.replace(BREAK, " ").split())


class Writer:
    """Writes the Markdown of one text; ``lost`` fills with what it could not say."""

    def __init__(
        self, formulas: tuple[str, ...], name_of: Callable[[str], str | None], *, escapes: frozenset[str], emphasis: int
    ) -> None:
        """``escapes`` are the signs to escape; ``emphasis`` is 2, 1 without punctuation at its ends, or 0."""
        self.formulas = list(formulas)
        self.name_of, self.escapes, self.emphasis = name_of, escapes, emphasis
        self.lost: list[str] = []

    def document(self, root: "etree._Element") -> str:
        """The whole text."""
        return "\n\n".join(self.blocks(root)).strip("\n")

    def blocks(self, parent: "etree._Element") -> list[str]:
        """What stands in an element, as blocks of Markdown."""
        found: list[str] = []
        line = self.text(parent.text)
        before = ""
        for child in parent:
            tag = str(child.tag)
            if tag in BLOCKS:
                found += self.paragraph(line)
                other = bool(found) and tag == before and not line.strip()
                found += self.block(child, other=other)
                before, line = ("" if other else tag), ""
            else:
                line += self.inline(child)
            line += self.text(child.tail)
        return found + self.paragraph(line)

    def paragraph(self, line: str) -> list[str]:
        """A run of inline text as a paragraph, or nothing."""
        parts = [SPACES.sub(_kept_break, part).strip(" \n") for part in line.split(BREAK)]
        while parts and not parts[-1]:
            parts.pop()
        while parts and not parts[0]:
            parts.pop(0)
        text = "\\\n".join(part for part in parts if part)
        if "." in self.escapes:
            text = LINE_START.sub(r"\1\\", text)
        return [FORMULA.sub(self.formula, text)] if text else []

    def block(self, element: "etree._Element", *, other: bool) -> list[str]:
        """A block element; ``other`` where a list follows a list and must not join it."""
        tag = str(element.tag)
        if tag in PARAGRAPHS:
            return self.blocks(element)
        if tag in ("ul", "ol"):
            return ["\n".join(self.items(element, other=other))]
        if tag == "table":
            return self.table(element)
        if tag == "pre":
            return [_fenced(element)]
        if tag == "hr":
            return ["***" if other else "---"]
        if tag == "blockquote":
            return ["\n".join(f"> {line}".rstrip() for line in "\n\n".join(self.blocks(element)).split("\n"))]
        inner = one_line(" ".join(self.blocks(element)))
        return [f"{'#' * int(tag[1])} {inner}"] if inner else []

    def items(self, element: "etree._Element", *, other: bool) -> Iterator[str]:
        """The lines of a list; a list with paragraphs in it is a loose one."""
        loose = element.find("li/p") is not None
        start = element.get("start") or "1"
        number = int(start) if start.isdigit() else 1
        for at, item in enumerate(child for child in element if child.tag == "li"):
            bullet = f"{number + at}{')' if other else '.'}" if element.tag == "ol" else "*" if other else "-"
            inner = ("\n\n" if loose else "\n").join(self.blocks(item)).split("\n")
            if loose and at:
                yield ""
            indent = " " * (len(bullet) + 1)
            yield f"{bullet} {inner[0]}".rstrip()
            yield from (f"{indent}{line}".rstrip() for line in inner[1:])

    def table(self, element: "etree._Element") -> list[str]:
        """A table of plain rows; cells that span others cannot be said."""
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
        rows = [row for row in rows if row]
        if not rows:
            return []
        cells = [cell for row in rows for cell in row]
        if any(cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for cell in cells):
            self.lost.append("table spans")
        width = max(len(row) for row in rows)
        sides = [_side(cell) for cell in rows[0]] + [""] * (width - len(rows[0]))
        rule = [{"left": ":--", "center": ":-:", "right": "--:"}.get(side, "---") for side in sides]
        lines = [[self.cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
        captions = [one_line(" ".join(self.blocks(caption))) for caption in element.findall("caption")]
        return [*captions, "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])]

    def cell(self, element: "etree._Element") -> str:
        """A cell in one line; a stroke in it is escaped, always."""
        text = one_line(" ".join(self.blocks(element)))
        return re.sub(r"(?<!\\)\|", r"\\|", text)

    def text(self, text: str | None) -> str:
        """A run of text: formulas between the marks of TeX are kept, the rest is escaped."""
        kept = TEX_BLOCK.sub(self.keep_block, TEX_INLINE.sub(self.keep_inline, text or ""))
        return self.plain(kept)

    def plain(self, text: str) -> str:
        """Characters that Markdown would read as marks, escaped."""
        return SPECIAL.sub(lambda sign: "\\" * (sign.group() in self.escapes) + sign.group(), text)

    def keep_inline(self, match: "re.Match[str]") -> str:
        """A formula in a line, out of the way of escaping."""
        return self.keep(f"${match.group(1).strip()}$")

    def keep_block(self, match: "re.Match[str]") -> str:
        """A formula of its own line."""
        return self.keep(f"$${(match.group(1) or match.group(2)).strip()}$$")

    def keep(self, formula: str) -> str:
        """The mark that stands for a formula."""
        self.formulas.append(formula)
        return f"\ue000{len(self.formulas) - 1}\ue001"

    def formula(self, match: "re.Match[str]") -> str:
        """The formula that a mark stands for."""
        return self.formulas[int(match.group(1))]

    def inside(self, element: "etree._Element") -> str:
        """What stands in an inline element; blocks in it are run together."""
        line = self.text(element.text)
        for child in element:
            line += " ".join(self.block(child, other=False)) if child.tag in BLOCKS else self.inline(child)
            line += self.text(child.tail)
        return line

    def inline(self, element: "etree._Element") -> str:
        """An inline element."""
        tag = str(element.tag)
        if tag == "br":
            return BREAK
        if tag in MEDIA:
            return self.media(element)
        if tag in ("code", "tt", "kbd", "samp"):
            return _code(element)
        inner = self.inside(element)
        if tag in ("strong", "b", "em", "i") and self.emphasis:
            return _wrapped(inner, "**" if tag in ("strong", "b") else "*", whole=self.emphasis == 2)
        if tag in ("sub", "sup"):
            return self.script(element, inner, "_" if tag == "sub" else "^")
        if tag == "a":
            return self.link(element, inner)
        if tag in ("u", "s", "del", "strike", "mark", "ins") and inner.strip():
            self.lost.append(tag)
        return f"“{inner}”" if tag == "q" else inner

    def script(self, element: "etree._Element", inner: str, sign: str) -> str:
        """A raised or lowered text as a formula, where it is one."""
        text = inner_text(element).strip()
        if len(element) or not text or re.search(r"[\\{}$%#&_^~\ue000]", text):
            self.lost.append(str(element.tag))
            return inner
        return self.keep(f"${sign}{{{text}}}$" if text.isascii() else f"${sign}{{\\text{{{text}}}}}$")

    def link(self, element: "etree._Element", inner: str) -> str:
        """A link; one without an address is its text."""
        address = (element.get("href") or "").strip()
        if not address or not inner.strip():
            return inner
        shown = f"<{address}>" if re.search(r"[\s()]", address) else address
        return f"[{one_line(inner)}]({shown})"

    def media(self, element: "etree._Element") -> str:
        """A picture or sound by the name of its asset; a formula drawn as a picture is a formula."""
        if latex := element.get("data-equation-content"):
            return self.keep(f"${latex.strip()}$")
        inner = element.find("source")
        address = element.get("src") or element.get("data") or (inner.get("src") if inner is not None else None) or ""
        label = element.get("alt") or element.get("title") or inner_text(element)
        alt = self.plain(one_line(label))
        name = self.name_of(address) if address else None
        if name is None:
            self.lost.append(f"{element.tag} {address[:60]}".strip())
            return alt
        return f"![{alt}](asset:{name})"


def _kept_break(match: "re.Match[str]") -> str:
    return "\n" if "\n" in match.group() else " "


def _wrapped(inner: str, mark: str, *, whole: bool) -> str:
    """Text between marks; spaces at its ends stay outside, where Markdown wants them, and punctuation if need be."""
    edge = r"\s*" if whole else r"[\s\W]*"
    found = re.fullmatch(rf"({edge})(.*?)({edge})", inner, re.DOTALL)
    if found is None or not found.group(2):
        return inner
    before, text, after = found.groups()
    return f"{before}{mark}{text}{mark}{after}"


def _code(element: "etree._Element") -> str:
    """Code in a line, between more backticks than it holds in a row."""
    text = SPACES.sub(" ", inner_text(element))
    if not text:
        return text
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    edges = text[0] + text[-1]
    pad = " " if "`" in edges or (edges == "  " and text.strip()) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _fenced(element: "etree._Element") -> str:
    text = inner_text(element).removesuffix("\n")
    code = element.find("code")
    classes = ((code if code is not None else element).get("class") or "").split()
    language = next((name.removeprefix("language-") for name in classes if name.startswith("language-")), "")
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _side(cell: "etree._Element") -> str:
    told = f"{cell.get('style', '')} {cell.get('class', '')} {cell.get('align', '')}"
    return next((side for side in ("left", "center", "right") if re.search(rf"\b{side}\b", told)), "")
