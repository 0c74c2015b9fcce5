"""Texts, formulas and pictures between our Markdown and the formats of other programs."""

import struct

import pytest
from hypothesis import given, settings
from lxml import etree

from certification.item_bank.exchange import filing, mathml, media
from certification.item_bank.exchange.elements import Scope, hundredths, marks_text
from certification.item_bank.exchange.html_text import to_markdown
from certification.item_bank.exchange.markup import Dialect, assets_in, math_element, plain_text, to_html
from certification.item_bank.exchange.report import Findings
from tests.make_exchange import markdown, png


def named(address: str) -> str | None:
    """Our own addresses only."""
    return address.removeprefix("asset:") if address.startswith("asset:") else None


@pytest.mark.parametrize("dialect", [Dialect(), Dialect(math=math_element, styled=True)])
@settings(deadline=None, max_examples=60)
@given(text=markdown())
def test_markdown_comes_back_from_html_saying_the_same(dialect: Dialect, text: str) -> None:
    shown = to_html(text, dialect)

    found = to_markdown(shown, named)

    assert found.lost == ()
    assert to_html(found.text) == to_html(text)


@pytest.mark.parametrize(
    ("source", "text", "lost"),
    [
        ("a\n  b", "a\nb", ()),
        ("<p>a<br>b<br></p><br>", "a\\\nb", ()),
        ("H<sub>2</sub>O, m<sup>2</sup>, x<sub>甲</sub>", "H$_{2}$O, m$^{2}$, x$_{\\text{甲}}$", ()),
        ("x<sup><b>2</b></sup>", "x**2**", ("sup",)),
        ("<u>a</u> <s>b</s>", "a b", ("u", "s")),
        ("<q>a</q>", "“a”", ()),
        ('<a href="https://example.org/a b">c</a> <a>d</a>', "[c](<https://example.org/a b>) d", ()),
        ("<b>重点。</b>然后", "**重点**。然后", ()),
        ("甲<b>（</b>乙", "甲（乙", ("emphasis",)),
        ("<b> a </b>c", "**a** c", ()),
        ("<b></b>c", "c", ()),
        ("3 * 4 * 5 and a_b_c", "3 * 4 * 5 and a_b_c", ()),
        ("*a* and [b](c)", "\\*a\\* and [b\\](c)", ()),
        ("5$ and 6$", "5$ and 6$", ()),
        ("1986. A year", "1986\\. A year", ()),
        ("&lt;b&gt; &amp;amp;", "<b> \\&amp;", ()),
        ("\\(a_b\\) and \\[c\\] and $$d$$", "$a_b$ and $$c$$ and $$d$$", ()),
        ('<img class="equation_image" data-equation-content="x^2" src="e">', "$x^2$", ()),
        ('<img src="https://example.org/p.png" alt="p">', "p", ("img https://example.org/p.png",)),
        ("<img>", "", ("img",)),
        ('<audio title="s"><source src="asset:s.mp3"></audio>', "![s](asset:s.mp3)", ()),
        ('<object data="asset:p.png">p</object>', "![p](asset:p.png)", ()),
        ("<pre>a\n b</pre>", "```\na\n b\n```", ()),
        ("<h2></h2><h3>a\nb</h3>", "### a b", ()),
        ("<table><caption>c</caption><tr><td colspan=2>a|b</td></tr><tr><td>d</td><td>e</td></tr></table>",
         "c\n\n| a\\|b |  |\n| --- | --- |\n| d | e |", ("table spans",)),
        ("<table></table>a", "a", ()),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b", ()),
        ("<ol start=3><li>a</li></ol><ol><li>b</li></ol>", "3. a\n\n1) b", ()),
        ("a<hr>b<hr><hr>", "a\n\n---\n\nb\n\n---\n\n***", ()),
        ("<span>a<div>b</div></span>", "ab", ()),
        ("<code></code><code>`a</code>", "`` `a ``", ()),
        ("<script>x</script><style>y</style><iframe src=z></iframe>a", "a", ("iframe", "script")),
        ('<p onclick="x"><a href="javascript:y">a</a></p>', "a", ()),
        ("<math><mi>x</mi><mo>≤</mo><mn>2</mn></math>", "$x\\le 2$", ()),
        ('<m:math display="block"><m:mi>x</m:mi></m:math>', "$$x$$", ()),
        ("<math><maction>x</maction></math>", "x", ("math (maction)",)),
    ],
)  # fmt: skip
def test_html_of_other_programs_becomes_markdown(source: str, text: str, lost: tuple[str, ...]) -> None:
    found = to_markdown(source, named)

    assert (found.text, found.lost) == (text, lost)


MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'


@pytest.mark.parametrize(
    ("inner", "latex"),
    [
        ("<mfrac><mn>1</mn><mi>x</mi></mfrac>", "\\frac{1}{x}"),
        ("<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>", "{ab}^{2}"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_{i}^{2}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", "\\sum _{i}^{n}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot><msqrt><mi>y</mi></msqrt>", "\\sqrt[3]{x}\\sqrt{y}"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "\\overline{x}"),
        ("<mover><mi>x</mi><mo>∗</mo></mover>", "\\overset{∗}{x}"),
        ("<mover><mo>∑</mo><mi>n</mi></mover>", "\\sum^{n}"),
        ("<munder><mi>lim</mi><mi>x</mi></munder>", "\\lim _{x}"),
        ("<mi>sin</mi><mi>rate</mi><mspace/><mtext>甲</mtext>", "\\sin \\mathrm{rate}\\ \\text{甲}"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "\\left(a,b\\right)"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd></mtr></mtable>",
         "\\begin{matrix}1 & 0 \\\\ 0\\end{matrix}"),
        ("<mi>5</mi><mo>%</mo><mo>\u2062</mo>", "5\\%"),
    ],
)  # fmt: skip
def test_mathml_becomes_latex(inner: str, latex: str) -> None:
    assert mathml.to_latex(etree.fromstring(MATH.format(inner))) == latex


@pytest.mark.parametrize("inner", ["<mglyph/>", "<mfrac><mn>1</mn></mfrac>", "<mo>\\</mo>", "<mtext>a_b</mtext>"])
def test_a_formula_that_cannot_be_told_is_not_guessed(inner: str) -> None:
    with pytest.raises(mathml.NotCarried):
        mathml.to_latex(etree.fromstring(MATH.format(inner)))


@pytest.mark.parametrize("latex", ["\\frac{1}{2}", "x^", "\\left(", "a<b", "\\unknown{x}"])
def test_a_formula_keeps_its_source_as_mathml(latex: str) -> None:
    assert mathml.to_latex(etree.fromstring(mathml.from_latex(latex, display=True))) == latex


def test_the_assets_of_a_text_are_listed_once_each() -> None:
    assert assets_in("![a](asset:x.png) ![b](asset:y.mp3)\n\n![c](asset:x.png) ![d](https://example.org/z.png)") == (
        "x.png",
        "y.mp3",
    )


def test_a_text_says_in_one_line_whether_its_marks_matter() -> None:
    assert plain_text("a * b\n$x$") == ("a * b \\(x\\)", True)
    assert plain_text("**a**") == ("a", False)


JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08" + struct.pack(">HH", 3, 5) + b"\0" * 8
WEBP = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(7, 5), (7, 5)),
        (b"GIF89a" + struct.pack("<HH", 4, 3), (4, 3)),
        (JPEG, (5, 3)),
        (JPEG[:9], None),
        (b"\xff\xd8\xff\xe0\0\x04abx", None),
        (WEBP + b"VP8X" + b"\0" * 8 + (9).to_bytes(3, "little") + (1).to_bytes(3, "little"), (10, 2)),
        (WEBP + b"VP8L" + b"\0" * 5 + (9 | 1 << 14).to_bytes(4, "little"), (10, 2)),
        (WEBP + b"VP8 " + b"\0" * 10 + struct.pack("<HH", 6, 4), (6, 4)),
        (b"ID3", None),
        (b"<svg/>", None),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_head(content: bytes, size: tuple[int, int] | None) -> None:
    assert media.size_of(content) == size


def test_files_are_named_by_what_they_are_and_never_alike() -> None:
    album = media.Album()

    names = [album.add(name, png(width, 1)) for name, width in (("a/图 1.GIF", 1), ("1.png", 2), ("x/1.PNG", 3))]

    assert names == ["1.png", "1-2.png", "1-3.PNG"]
    assert album.add("other.png", png(1, 1)) == "1.png"
    assert album.add("a.svg", b"<svg/>") is None


def test_pairs_that_are_none_are_noted_and_left_out() -> None:
    scope = Scope(etree.fromstring("<a/>"), Findings(), "a")

    fields = filing.fields_of({"level": "high", "marks": "150", "use": "party", "reference": "GB"}, scope)

    assert fields == {"reference": "GB", "marks": 150}
    assert [problem.reason for problem in scope.findings.problems] == ["syntax", "use_unknown"]
    assert filing.from_tags(["zhixun:level=3", "zhixun:odd", "b"]) == ({"level": "3"}, ("zhixun:odd", "b"))


@pytest.mark.parametrize(
    ("text", "marks"), [("1.5", 150), ("0", 0), ("-1", None), ("x", None), ("1.005", None), (None, None)]
)
def test_marks_are_hundredths_or_not_read(text: str | None, marks: int | None) -> None:
    assert hundredths(text) == marks
    assert marks is None or marks_text(marks) == text
