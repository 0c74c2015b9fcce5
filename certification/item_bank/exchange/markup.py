"""Our Markdown as HTML for other programs: formulas, pictures and sound as the other format writes them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from certification.item_bank.exchange import mathml

ASSET = "asset:"
ALIGNMENTS = ("left", "center", "right")
SOUNDS = (".mp3", ".ogg", ".oga", ".wav", ".m4a", ".aac", ".flac")
TAGS = re.compile(r"<[^>]*>")
DELIMITERS = ("\\(", "\\)", "\\[", "\\]", "$$")
"""What other programs take for the edge of a formula, wherever it stands in a text."""

PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False, "xhtmlOut": True}).enable("table")
PARSER.use(dollarmath_plugin, allow_labels=False, allow_space=False, double_inline=True)


def tex(latex: str, *, display: bool) -> str:
    """A formula between the marks that MathJax looks for."""
    return escape(f"\\[{latex}\\]" if display else f"\\({latex}\\)", quote=False)


def math_element(latex: str, *, display: bool) -> str:
    """A formula as MathML that keeps its source."""
    return mathml.from_latex(latex, display=display)


def plain_src(name: str) -> str:
    """The asset's own name, with its scheme."""
    return ASSET + name


@dataclass(frozen=True)
class Dialect:
    """How a format writes what HTML leaves open.

    ``src`` turns the name of an asset into an address, ``math`` a formula into HTML; ``sound`` is whether the format
    has an element for sound (else it is an ``object``). ``styled`` is whether a column's side is a style or a class.
    """

    src: Callable[[str], str] = plain_src
    math: Callable[..., str] = tex
    sound: bool = True
    styled: bool = False


class _Renderer(RendererHTML):
    """HTML of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect

    def text(self, tokens: Sequence[Token], idx: int, options: Mapping[str, Any], env: Any) -> str:
        """Plain text; what looks like the edge of a formula is split, so that nobody takes it for one."""
        return split_delimiters(escape(tokens[idx].content, quote=False))

    def math_inline(self, tokens: Sequence[Token], idx: int, options: Mapping[str, Any], env: Any) -> str:
        """A formula in a line."""
        return self.dialect.math(tokens[idx].content, display=False)

    def math_inline_double(self, tokens: Sequence[Token], idx: int, options: Mapping[str, Any], env: Any) -> str:
        """A formula that is set apart, though it stands in a line."""
        return self.dialect.math(tokens[idx].content, display=True)

    def math_block(self, tokens: Sequence[Token], idx: int, options: Mapping[str, Any], env: Any) -> str:
        """A formula on lines of its own."""
        return f"<p>{self.dialect.math(tokens[idx].content.strip(), display=True)}</p>\n"

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A picture or a sound."""
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env) if token.children else ""
        address = str(token.attrs["src"])
        return _media(address, alt, self.dialect)

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A cell; its side is a class, where styles are not used."""
        return self._cell(tokens[idx])

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A cell of the heading."""
        return self._cell(tokens[idx])

    def _cell(self, token: Token) -> str:
        style = str(token.attrs.get("style", ""))
        side = style.removeprefix("text-align:")
        if side not in ALIGNMENTS:
            return f"<{token.tag}>"
        shown = f'style="text-align:{side}"' if self.dialect.styled else f'class="qti-align-{side}"'
        return f"<{token.tag} {shown}>"


def _media(address: str, alt: str, dialect: Dialect) -> str:
    name = address.removeprefix(ASSET)
    src = escape(dialect.src(name) if address.startswith(ASSET) else address)
    shown = escape(alt)
    if not name.casefold().endswith(SOUNDS):
        return f'<img src="{src}" alt="{shown}" />'
    if dialect.sound:
        return f'<audio src="{src}" controls="true" title="{shown}">{shown}</audio>'
    return f'<object data="{src}" type="audio/mpeg">{shown}</object>'


def split_delimiters(shown: str) -> str:
    """A text in which the edges of formulas are broken up by empty marks."""
    for edge in DELIMITERS:
        shown = shown.replace(edge, f"<span>{edge[0]}</span>{edge[1]}")
    return shown


def to_html(text: str, dialect: Dialect = Dialect()) -> str:
    """Markdown as well-formed HTML blocks."""
    return _render(text, dialect, inline=False)


def to_inline_html(text: str, dialect: Dialect = Dialect()) -> str:
    """Markdown as HTML without the paragraph around it where it is a single one, else as blocks."""
    return _render(text, dialect, inline=True)


def _render(text: str, dialect: Dialect, *, inline: bool) -> str:
    env: dict[str, Any] = {}
    tokens = PARSER.parse(text, env)
    renderer = _Renderer(dialect)
    if inline and [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        return renderer.render(tokens[1:2], PARSER.options, env).strip()
    return renderer.render(tokens, PARSER.options, env).strip()


def assets_in(text: str) -> tuple[str, ...]:
    """The names of the assets a text shows, in order, each once."""
    names: dict[str, None] = {}
    for token in PARSER.parse(text):
        for child in token.children or ():
            address = str(child.attrs.get("src", "")) if child.type == "image" else ""
            if address.startswith(ASSET):
                names[address.removeprefix(ASSET)] = None
    return tuple(names)


def plain_text(text: str) -> tuple[str, bool]:
    """Markdown in one line without its marks, and whether nothing was lost by that."""
    shown = to_inline_html(text)
    bare = TAGS.sub("", shown.replace("<br />", " "))
    return " ".join(unescape(bare).split()), bare == shown.replace("<span>", "").replace("</span>", "")
