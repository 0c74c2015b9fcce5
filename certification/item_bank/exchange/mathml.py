"""Formulas between LaTeX and presentation MathML; what cannot be told is refused, never guessed."""

import re
from collections.abc import Callable
from xml.sax.saxutils import escape

from latex2mathml import exceptions
from latex2mathml.converter import convert
from lxml import etree

from certification.item_bank.exchange.elements import inner_text

TEX = "application/x-tex"
NAMESPACE = "http://www.w3.org/1998/Math/MathML"

COMMANDS = {
    "≤": "\\le", "≥": "\\ge", "≠": "\\ne", "×": "\\times", "÷": "\\div", "±": "\\pm", "∓": "\\mp", "⋅": "\\cdot",
    "·": "\\cdot", "∞": "\\infty", "∑": "\\sum", "∏": "\\prod", "∫": "\\int", "√": "\\surd", "≈": "\\approx",
    "→": "\\to", "←": "\\leftarrow", "⇒": "\\Rightarrow", "⇔": "\\Leftrightarrow", "∈": "\\in", "∉": "\\notin",
    "⊂": "\\subset", "⊆": "\\subseteq", "∪": "\\cup", "∩": "\\cap", "∀": "\\forall", "∃": "\\exists", "∂": "\\partial",
    "∇": "\\nabla", "∝": "\\propto", "∅": "\\emptyset", "…": "\\ldots", "⋯": "\\cdots", "−": "-", "∣": "\\mid",
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon", "ϵ": "\\epsilon",
    "ζ": "\\zeta", "η": "\\eta", "θ": "\\theta", "ι": "\\iota", "κ": "\\kappa", "λ": "\\lambda", "μ": "\\mu",
    "ν": "\\nu", "ξ": "\\xi", "π": "\\pi", "ρ": "\\rho", "σ": "\\sigma", "τ": "\\tau", "φ": "\\varphi", "ϕ": "\\phi",
    "χ": "\\chi", "ψ": "\\psi", "ω": "\\omega", "Γ": "\\Gamma", "Δ": "\\Delta", "Θ": "\\Theta", "Λ": "\\Lambda",
    "Ξ": "\\Xi", "Π": "\\Pi", "Σ": "\\Sigma", "Φ": "\\Phi", "Ψ": "\\Psi", "Ω": "\\Omega",
    "{": "\\{", "}": "\\}", "%": "\\%", "#": "\\#", "&": "\\&", "$": "\\$", "_": "\\_",
    "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u200b": "", "\xa0": "\\ ",
}  # fmt: skip
"""Signs of MathML and how LaTeX writes them; invisible operators are left out."""

ACCENTS = {"¯": "\\overline", "‾": "\\overline", "^": "\\hat", "ˆ": "\\hat", "~": "\\tilde", "˜": "\\tilde",
           "→": "\\vec", "⃗": "\\vec", "˙": "\\dot", ".": "\\dot"}  # fmt: skip
FUNCTIONS = ("sin", "cos", "tan", "log", "ln", "exp", "lim", "max", "min", "gcd", "det", "arcsin", "arccos", "arctan")


NOT_UNDERSTOOD: tuple[type[Exception], ...] = (
    ValueError, LookupError, TypeError, AttributeError, RecursionError, StopIteration, etree.XMLSyntaxError,
    *(found for found in vars(exceptions).values() if isinstance(found, type) and issubclass(found, Exception)),
)  # fmt: skip
"""All by which the converter says that it does not understand a formula."""


class NotCarried(ValueError):
    """A formula that has no safe LaTeX."""


def from_latex(latex: str, *, display: bool) -> str:
    """LaTeX as a MathML element that keeps its source as an annotation; where LaTeX is not understood, it is text."""
    try:
        root = etree.fromstring(convert(latex).encode())
    except NOT_UNDERSTOOD:
        body = f"<mtext>{escape(latex)}</mtext>"
    else:
        body = "".join(etree.tostring(child, encoding="unicode") for child in root)
        body = body.replace(f' xmlns="{NAMESPACE}"', "")
    note = f'<annotation encoding="{TEX}">{escape(latex)}</annotation>'
    block = ' display="block"' if display else ""
    row = body if body.startswith("<mrow") and body.count("<mrow>") == 1 else f"<mrow>{body}</mrow>"
    return f'<math xmlns="{NAMESPACE}"{block}><semantics>{row}{note}</semantics></math>'


def to_latex(root: "etree._Element") -> str:
    """LaTeX of a ``math`` element; its own source where it carries one.

    Raises:
        NotCarried: there is an element that has no counterpart.
    """
    for note in root.iter("{*}annotation"):
        if note.get("encoding", "").casefold() in (TEX, "latex", "tex", "text/x-latex") and note.text:
            return note.text.strip()
    return re.sub(r"\s+", " ", _row(root)).strip()


def _name(element: "etree._Element") -> str:
    return etree.QName(element).localname


def _parts(element: "etree._Element") -> list["etree._Element"]:
    return [child for child in element if isinstance(child.tag, str)]


def _row(element: "etree._Element") -> str:
    return "".join(_one(child) for child in _parts(element))


def _one(element: "etree._Element") -> str:
    name = _name(element)
    if name not in _WRITERS:
        raise NotCarried(name)
    return _WRITERS[name](element)


def _signs(text: str) -> str:
    found = "".join(f"{COMMANDS[char]} " if COMMANDS.get(char, "").startswith("\\") else COMMANDS.get(char, char)
                    for char in text.strip())  # fmt: skip
    if "\\" in text:
        raise NotCarried(text)
    return found


def _name_or_sign(element: "etree._Element") -> str:
    text = (element.text or "").strip()
    if text in FUNCTIONS:
        return f"\\{text} "
    return _signs(text) if len(text) < 2 else f"\\mathrm{{{_signs(text)}}}"


def _text(element: "etree._Element") -> str:
    text = element.text or ""
    if re.search(r"[\\{}$%#&_^~]", text):
        raise NotCarried(text)
    return f"\\text{{{text}}}"


def _exactly(element: "etree._Element", count: int) -> list[str]:
    parts = _parts(element)
    if len(parts) != count:
        raise NotCarried(_name(element))
    return [_one(part) for part in parts]


def _scripts(element: "etree._Element", pattern: str) -> str:
    base, *scripts = _exactly(element, pattern.count("{}"))
    return pattern.format(base if len(base) == 1 or base.startswith("\\") else f"{{{base}}}", *scripts)


def _over(element: "etree._Element") -> str:
    base, above = _exactly(element, 2)
    sign = inner_text(_parts(element)[1]).strip()
    if sign in ACCENTS:
        return f"{ACCENTS[sign]}{{{base}}}"
    return f"{base.strip()}^{{{above}}}" if base.startswith(("\\sum", "\\prod")) else f"\\overset{{{above}}}{{{base}}}"


def _table(element: "etree._Element") -> str:
    rows = [" & ".join(_row(cell) for cell in _parts(row)) for row in _parts(element)]
    return "\\begin{matrix}" + " \\\\ ".join(rows) + "\\end{matrix}"


def _fenced(element: "etree._Element") -> str:
    inner = _signs(element.get("separators", ",")[:1] or ",").join(_one(part) for part in _parts(element))
    return f"\\left{_signs(element.get('open', '('))}{inner}\\right{_signs(element.get('close', ')'))}"


def _root(element: "etree._Element") -> str:
    base, degree = _exactly(element, 2)
    return f"\\sqrt[{degree}]{{{base}}}"


_WRITERS: dict[str, Callable[["etree._Element"], str]] = {
    "math": _row, "mrow": _row, "mstyle": _row, "mpadded": _row, "semantics": lambda element: _one(_parts(element)[0]),
    "mi": _name_or_sign, "mn": lambda element: _signs(element.text or ""), "mo": _name_or_sign, "mtext": _text,
    "mspace": lambda _: "\\ ", "msqrt": lambda element: f"\\sqrt{{{_row(element)}}}", "mroot": _root,
    "mfrac": lambda element: "\\frac{{{}}}{{{}}}".format(*_exactly(element, 2)),
    "msub": lambda element: _scripts(element, "{}_{{{}}}"), "msup": lambda element: _scripts(element, "{}^{{{}}}"),
    "msubsup": lambda element: _scripts(element, "{}_{{{}}}^{{{}}}"),
    "munder": lambda element: _scripts(element, "{}_{{{}}}"), "mover": _over,
    "munderover": lambda element: _scripts(element, "{}_{{{}}}^{{{}}}"), "mtable": _table, "mfenced": _fenced,
}  # fmt: skip
