"""HTML of other programs as our Markdown: cleaned first, then turned; what Markdown cannot say is named."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import nh3
from lxml import etree, html

from certification.item_bank.exchange import html_blocks, mathml
from certification.item_bank.exchange.elements import inner_text
from certification.item_bank.exchange.markup import to_html

NameOf = Callable[[str], str | None]
"""The asset's name for an address in the file; None where there is no such asset."""

_WORDS = re.compile(r"\w+")
KEPT = frozenset(
    _WORDS.findall(
        "a abbr audio b blockquote br caption cite code col colgroup dd del div dl dt em figcaption figure"
        " h1 h2 h3 h4 h5 h6 hr i img li object ol p pre q s section small source span strike strong sub sup table tbody"
        " td tfoot th thead tr tt u ul var video kbd samp dfn center font article header footer mark ins label nobr big"
    )
)
ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt", "data-equation-content"}, "audio": {"src", "title"}, "source": {"src"},
    "video": {"src", "title"}, "object": {"data", "type"}, "code": {"class"}, "pre": {"class"}, "ol": {"start"},
    "td": {"style", "class", "align", "colspan", "rowspan"}, "th": {"style", "class", "align", "colspan", "rowspan"},
}  # fmt: skip
SILENT = frozenset(_WORDS.findall("html body head title meta link tbody wbr style param"))
"""Elements that say nothing of the text; their going needs no word."""

MATH = re.compile(r"<(?:\w+:)?math\b.*?</(?:\w+:)?math\s*>", re.DOTALL | re.IGNORECASE)
PREFIX = re.compile(r"(</?)\w+:")
TAG = re.compile(r"<([A-Za-z][\w:.-]*)")
MARK, END = "\ue000", "\ue001"
PRIVATE = re.compile("[\ue000\ue001]")


@dataclass
class Marked:
    """A text as Markdown, and the names of what could not be carried."""

    text: str
    lost: tuple[str, ...] = ()


@dataclass
class _Formulas:
    """Formulas taken out of a text before it is cleaned."""

    found: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def take(self, match: "re.Match[str]") -> str:
        """Put a mark where a MathML element stands."""
        source = PREFIX.sub(r"\1", match.group())
        try:
            root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
            latex = mathml.to_latex(root)
        except (mathml.NotCarried, etree.XMLSyntaxError) as error:
            self.lost.append(f"math ({error})"[:60])
            return re.sub(r"<[^>]*>", "", source)
        wide = root.get("display") == "block"
        self.found.append(f"$${latex}$$" if wide else f"${latex}$")
        return f"{MARK}{len(self.found) - 1}{END}"


def to_markdown(source: str, name_of: NameOf) -> Marked:
    """HTML as Markdown.

    Args:
        source: a piece of HTML, well-formed or not.
        name_of: gives the name of a picture or sound by its address.
    """
    formulas = _Formulas()
    raw = MATH.sub(formulas.take, PRIVATE.sub("", source))
    clean = nh3.clean(
        raw, tags=set(KEPT), attributes=ATTRIBUTES, clean_content_tags={"script", "style"}, link_rel=None,
        url_schemes={"http", "https", "mailto", "data", "asset"}, strip_comments=True,
    )  # fmt: skip
    dropped = {tag.lower() for tag in TAG.findall(raw)} - KEPT - SILENT
    lost = [*formulas.lost, *sorted(dropped)]
    root = html.fragment_fromstring(clean, create_parent="div")
    return _turn(root, formulas.found, name_of, lost)


def _turn(root: "etree._Element", formulas: list[str], name_of: NameOf, lost: list[str]) -> Marked:
    """The simplest writing that says the same: no escape that is not needed, and the emphasis if it comes out."""

    def write(escapes: frozenset[str], emphasis: int) -> tuple[str, list[str]]:
        writer = html_blocks.Writer(tuple(formulas), name_of, escapes=escapes, emphasis=emphasis)
        return writer.document(root), writer.lost

    emphasis = next((way for way in (2, 1) if _comes_out(write(html_blocks.ESCAPES, way)[0], root)), 0)
    text, found = write(html_blocks.ESCAPES, emphasis)
    if not emphasis:
        found.append("emphasis")
    text = _plainest(text, lambda escapes: write(escapes, emphasis)[0])
    return Marked(text, tuple(dict.fromkeys([*lost, *found])))


def _plainest(text: str, write: Callable[[frozenset[str]], str]) -> str:
    """The text with as few escapes as give the same HTML."""
    bare = write(frozenset())
    if bare == text:
        return text
    shown = to_html(text)
    if to_html(bare) == shown:
        return bare
    needed = html_blocks.ESCAPES
    for sign in sorted(html_blocks.ESCAPES):
        fewer = needed - {sign}
        if to_html(write(fewer)) == shown:
            needed = fewer
    return write(needed)


def _comes_out(text: str, root: "etree._Element") -> bool:
    """Whether the emphasis is read as emphasis again: Markdown has no way to say it inside some Chinese phrases."""
    said = sum(bool(inner_text(part).strip()) for part in root.iter("strong", "b", "em", "i"))
    shown = to_html(text) if said else ""
    return shown.count("<strong>") + shown.count("<em>") == said
