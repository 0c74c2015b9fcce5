"""Markdown of items as safe HTML: formulas become MathML, pictures and sounds come from the bank, nothing runs."""

import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from typing import Any

import nh3
from latex2mathml import exceptions as latex
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

Address = Callable[[str], str]
"""Gives the address of an asset by its name; "" where it is not to be shown."""

GAP = re.compile(r"\{\{(\d{1,2})\}\}")
AUDIO = (".mp3", ".ogg", ".wav")
ASSET = "asset:"

MATH_TAGS = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none", "mtable", "mtr", "mtd", "mlabeledtr",
    "mstyle", "mpadded", "mphantom", "menclose", "merror",
}  # fmt: skip
MATH_ATTRIBUTES = {
    "*": {"display", "displaystyle", "scriptlevel", "stretchy", "fence", "separator", "mathvariant", "linethickness",
          "columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines", "accent", "accentunder",
          "movablelimits", "largeop", "lspace", "rspace", "width", "height", "depth", "minsize", "maxsize", "form"},
}  # fmt: skip
UNREADABLE = (
    latex.DenominatorNotFoundError, latex.DoubleSubscriptsError, latex.DoubleSuperscriptsError,
    latex.ExtraLeftOrMissingRightError, latex.InvalidAlignmentError, latex.InvalidStyleForGenfracError,
    latex.InvalidWidthError, latex.LimitsMustFollowMathOperatorError, latex.MissingEndError,
    latex.MissingSuperScriptOrSubscriptError, latex.NoAvailableTokensError, latex.NumeratorNotFoundError,
    ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError,
)  # fmt: skip
"""What the converter raises for a formula that is none."""

FORMULA_LENGTH = 1000


@lru_cache(maxsize=2048)
def formula(source: str, display: str) -> str:
    """A formula as MathML, cleaned: the converter passes raw text on. One that cannot be read stands there as typed."""
    try:
        if len(source) > FORMULA_LENGTH:
            raise ValueError("too long")
        made = convert(source, display=display)
    except UNREADABLE:
        return f'<code class="formula-source">{escape(source)}</code>'
    return nh3.clean(made, tags=MATH_TAGS, attributes=MATH_ATTRIBUTES, link_rel=None)


def _formula(source: str, options: dict[str, Any]) -> str:
    return formula(source.strip(), "block" if options.get("display_mode") else "inline")


def _media(renderer: RendererHTML, tokens: list[Token], at: int, _options: Any, env: dict[str, Any]) -> str:
    """A picture or a sound of the bank; any other address is not fetched, only its description is shown."""
    token = tokens[at]
    source, text = str(token.attrGet("src") or ""), renderer.renderInlineAsText(token.children or [], _options, env)
    address = env["address"](source.removeprefix(ASSET)) if source.startswith(ASSET) else ""
    if not address:
        return str(Markup('<span class="media-missing">{}</span>').format(text or source))
    if source.endswith(AUDIO):
        return str(Markup('<audio controls preload="auto" src="{}" aria-label="{}"></audio>').format(address, text))
    return str(Markup('<img class="media" src="{}" alt="{}">').format(address, text))


def _cell(renderer: RendererHTML, tokens: list[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    """A cell of a table; where it is aligned, by a class: the content policy allows no inline style."""
    aligned = re.search(r"text-align:(\w+)", str(tokens[at].attrs.pop("style", "")))
    if aligned:
        tokens[at].attrSet("class", f"align-{aligned[1]}")
    return str(renderer.renderToken(tokens, at, options, env))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("autolink")
    dollarmath_plugin(parser, allow_space=False, allow_digits=False, double_inline=True, renderer=_formula)
    parser.validateLink = lambda url: url.startswith((ASSET, "https://", "http://"))  # type: ignore[method-assign]
    parser.add_render_rule("image", _media)
    parser.add_render_rule("th_open", _cell)
    parser.add_render_rule("td_open", _cell)
    return parser


PARSER = _parser()


def rich(text: str, address: Address) -> Markup:
    """Paragraphs, tables, lists, formulas, pictures and sounds of a stem, a stimulus or a rationale."""
    return Markup(PARSER.render(text, {"address": address}))  # noqa: S704  raw HTML is off, formulas are cleaned


def rich_line(text: str, address: Address) -> Markup:
    """The same within a line: an option, a prompt, a choice."""
    return Markup(PARSER.renderInline(text, {"address": address}))  # noqa: S704  as above


def with_gaps(html: Markup, gap: Callable[[int], Markup]) -> Markup:
    """The HTML of a stem with what each gap is shown as."""
    return Markup(GAP.sub(lambda found: str(gap(int(found[1]))), str(html)))  # noqa: S704  both parts are safe


def is_plain(text: str) -> bool:
    """Whether a text looks the same without being set: then a reader may take it as it is."""
    return unescape(PARSER.renderInline(text, {"address": lambda _name: ""})) == text and "\n" not in text
