"""Markdown of items as HTML: formulas, pictures and sounds of the bank, and nothing that runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from portal.richtext import is_plain, rich, rich_line, with_gaps


def address(name: str) -> str:
    return f"/m/{name}"


def test_a_formula_becomes_mathml() -> None:
    html = rich(r"召回率 $R=\frac{TP}{TP+FN}$", address)

    assert "<mfrac>" in html
    assert '<math display="inline">' in html
    assert 'display="block"' in rich("$$x^2$$", address)
    assert "$" not in rich("按 $$x^2$$ 计算", address)


def test_a_price_is_no_formula() -> None:
    assert rich_line("5 美元写作 $5，6 美元写作 $6", address) == "5 美元写作 $5，6 美元写作 $6"


@pytest.mark.parametrize("source", [r"\frac{", "x" * 1001, r"\begin{matrix}"])
def test_a_formula_that_cannot_be_read_stands_as_typed(source: str) -> None:
    assert f'<code class="formula-source">{source}</code>' in rich(f"${source}$", address)


def test_pictures_and_sounds_come_from_the_bank_only() -> None:
    html = rich('![板"](asset:a.png) ![铃](asset:b.mp3) ![远](https://example.org/c.png)', address)

    assert '<img class="media" src="/m/a.png" alt="板&#34;">' in html
    assert '<audio controls preload="auto" src="/m/b.mp3" aria-label="铃"></audio>' in html
    assert '<span class="media-missing">远</span>' in html
    assert "example.org" not in html


def test_a_picture_without_an_address_shows_its_name() -> None:
    assert "asset:a.png" in rich("![](asset:a.png)", lambda _name: "")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{<img src=x onerror=alert(1)>}$",
        r"$\href{javascript:alert(1)}{x}$",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        '![x](asset:a.png"onerror="alert)',
    ],
)
def test_nothing_runs(text: str) -> None:
    html = rich(text, address)

    for danger in ("<script", "<img src=x", 'onerror="', 'href="javascript', 'href="data'):
        assert danger not in html


@given(st.text(alphabet="ab $\\{}<>\"'&!()[]_^*|`~\n", max_size=60))
def test_whatever_is_typed_gives_only_known_elements(text: str) -> None:
    html = rich(text, address)

    assert "<script" not in html
    assert "javascript:" not in html


def test_cells_are_aligned_without_an_inline_style() -> None:
    html = rich("| 甲 | 乙 |\n|:-|-:|\n| 1 | 2 |", address)

    assert '<td class="align-right">2</td>' in html
    assert "style" not in html


def test_gaps_are_put_into_the_stem() -> None:
    html = with_gaps(rich("甲{{1}}乙{{2}}", address), lambda number: Markup(f"<b>{number}</b>"))

    assert html == "<p>甲<b>1</b>乙<b>2</b></p>\n"


@pytest.mark.parametrize(
    ("text", "plain"), [('说"好" & <b>', True), ("a_b_c 3*4", True), ("**重**", False), ("$x$", False), ("a\nb", False)]
)
def test_what_needs_no_setting_is_plain(text: str, plain: bool) -> None:
    assert is_plain(text) is plain
