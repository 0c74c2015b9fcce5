"""QTI 1.2 as Canvas, Blackboard and others write it."""

from pathlib import Path

import pytest

from certification.item_bank import exchange
from certification.item_bank.exchange.report import ImportReport
from tests.certification.test_qti import zipped
from tests.make_exchange import png

DATA = Path(__file__).parents[1] / "data" / "exchange"


def found(report: ImportReport) -> list[tuple[str, object]]:
    """Kinds and keys."""
    return [(item.kind.value, item.key) for item in report.items]


def test_a_quiz_of_canvas_is_read_with_right_counts_kinds_and_keys() -> None:
    report = exchange.read(DATA / "canvas-1.2.xml")

    assert (report.format, report.rows) == ("qti12", 9)
    assert found(report) == [
        ("single_choice", (1,)), ("multiple_choice", (0, 2)), ("true_false", (1,)),
        ("short_text", ("recall", "sensitivity")), ("numeric", (("0.75", "0.01"),)), ("matching", (1, 0)),
        ("gap_select", (1, 0)), ("gap_text", (("artificial intelligence", "人工智能"),)),
    ]  # fmt: skip
    assert [(str(problem.place), problem.value) for problem in report.problems] == [
        ("104 questestinterop/item[9]", "essay_question")
    ]


def test_marks_chapters_and_feedback_of_canvas_come_over() -> None:
    first = exchange.read(DATA / "canvas-1.2.xml").items[0]

    assert (first.code, first.marks, first.chapter) == ("c1", 150, "标注基础")
    assert (first.feedback, first.content.option_rationales) == ("分类需要标签。", ("聚类不需要标签。", ""))


def test_a_pool_of_blackboard_is_read_with_right_counts_kinds_and_keys() -> None:
    report = exchange.read(DATA / "blackboard-1.2.xml")

    assert found(report) == [
        ("single_choice", (1,)), ("multiple_choice", (0, 1)), ("true_false", (0,)), ("ordering", (1, 0)),
        ("matching", (1, 0)),
    ]  # fmt: skip
    assert report.items[4].content.prompts == ("分类", "回归")
    assert report.items[4].options == ("均方误差", "F1 值")
    assert report.items[0].marks == 1000
    assert [(problem.reason, problem.value) for problem in report.problems] == [("kind_unsupported", "response_xy")]


def quiz(presentation: str, conditions: str, more: str = "") -> bytes:
    """A quiz of one item."""
    return (
        f'<questestinterop><item ident="a" title="T"><presentation>{presentation}</presentation>'
        f"<resprocessing>{conditions}</resprocessing>{more}</item></questestinterop>"
    ).encode()


def given(condition: str, points: str = "100", action: str = "Set") -> str:
    """A condition that earns points."""
    setting = f'<setvar varname="SCORE" action="{action}">{points}</setvar>'
    return f"<respcondition><conditionvar>{condition}</conditionvar>{setting}</respcondition>"


def is_(value: str, attributes: str = "") -> str:
    """The response is a value."""
    return f'<varequal respident="R"{attributes}>{value}</varequal>'


def text(value: str) -> str:
    """A text."""
    return f"<material><mattext>{value}</mattext></material>"


def labels(*names: str) -> str:
    """Options."""
    return "".join(f'<response_label ident="{name}">{text(name.lower() * 2)}</response_label>' for name in names)


def lid(cardinality: str = "Single") -> str:
    """A choice of three."""
    shown = labels("A", "B", "C")
    return (
        f'{text("Which?")}<response_lid ident="R" rcardinality="{cardinality}"><render_choice>{shown}</render_choice>'
        "</response_lid>"
    )


TYPED = f'{text("What?")}<response_str ident="R"><render_fib/></response_str>'


@pytest.mark.parametrize(
    ("presentation", "conditions", "kind", "key"),
    [
        (lid(), given(is_("B"), "1"), "single_choice", (1,)),
        (lid(), given(is_("B"), "2") + given(is_("A"), "1"), "single_choice", (1,)),
        (lid("Multiple"), given(is_("A"), "1", "Add") + given(is_("C"), "1", "Add") + given(is_("B"), "1", "Subtract"),
         "multiple_choice", (0, 2)),
        (lid("Multiple"), given(is_("B"), "SCORE.max"), "single_choice", (1,)),
        (lid("Ordered"), given(is_("C") + is_("A") + is_("B")), "ordering", (2, 0, 1)),
        (TYPED, given(f"<or>{is_('x')}{is_('y')}</or>"), "short_text", ("x", "y")),
        (TYPED, given(is_("x", ' case="Yes"')), "short_text", ("x",)),
        (TYPED, given('<vargte respident="R">1</vargte><varlte respident="R">2</varlte>'), "numeric",
         (("1.5", "0.5"),)),
    ],
)  # fmt: skip
def test_the_usual_conditions_are_understood(
    presentation: str, conditions: str, kind: str, key: tuple[object, ...]
) -> None:
    report = exchange.read(quiz(presentation, conditions))

    assert report.errors == ()
    assert found(report) == [(kind, key)]


@pytest.mark.parametrize(
    ("presentation", "conditions", "fault"),
    [
        (lid(), "", "answer_unreadable"),
        (lid(), given(""), "answer_unreadable"),
        (lid(), given(is_("A"), "many"), "answer_unreadable"),
        (lid(), given(is_("A") + is_("B")), "answer_one_only"),
        (lid(), given(is_("Z")), "answer_no_option"),
        (lid("Multiple"), given(f"<or>{is_('A')}{is_('B')}</or>"), "answer_unreadable"),
        (lid(), given('<varsubstring respident="R">A</varsubstring>'), "answer_unreadable"),
        (TYPED, given(is_("x") + is_("y", ' case="Yes"')), "part_unsupported"),
        (TYPED, given('<vargte respident="R">1</vargte>'), "answer_unreadable"),
        (TYPED, given('<vargte respident="R">one</vargte><varlte respident="R">2</varlte>'), "answer_unreadable"),
        (lid() + TYPED, given(is_("A")), "kind_unsupported"),
        ("", "", "kind_unsupported"),
    ],
)
def test_what_is_not_understood_is_a_problem_and_no_item(presentation: str, conditions: str, fault: str) -> None:
    report = exchange.read(quiz(presentation, conditions))

    assert report.items == ()
    assert [problem.reason for problem in report.errors] == [fault]


def test_a_package_gives_the_items_and_pictures_of_all_its_files() -> None:
    picture = '<mattext texttype="text/html">&lt;img src="$IMS-CC-FILEBASE$/a%20b.png" alt="p"></mattext>'
    shown = quiz(lid().replace("<mattext>Which?</mattext>", picture, 1), given(is_("B")))
    parts: dict[str, bytes | str] = {
        "imsmanifest.xml": '<manifest><resource type="imsqti_xmlv1p2" href="q/q.xml"/></manifest>', "q/q.xml": shown,
        "again/q.xml.qti": shown, "q/other.xml": "<quiz", "web_resources/a b.png": png(2, 2),
    }  # fmt: skip

    report = exchange.read(zipped(**parts))

    assert (report.format, report.rows, report.problems) == ("qti12", 1, ())
    assert report.items[0].stem == "![p](asset:a-b.png)"
    assert str(report.items[0].place) == "q/q.xml!1 questestinterop/item[1]"


def test_what_has_no_place_here_is_noted() -> None:
    more = (
        '<itemfeedback ident="correct_fb"><material><mattext>Well done.</mattext></material></itemfeedback>'
        '<itemfeedback ident="solution"><solution><solutionmaterial><material><mattext>Because.</mattext></material>'
        "</solutionmaterial></solution></itemfeedback>"
    )
    report = exchange.read(quiz(lid(), given(is_("B"), "2") + given(is_("A"), "1"), more))

    assert report.items[0].feedback == "Because."
    assert {problem.other for problem in report.warnings} == {"partial", "rationale"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><questestinterop>&b;</questestinterop>', "xml_entities"),
        (b"<questestinterop><item>", "xml_broken"),
        (b"<html/>", "file_unreadable"),
        (zipped(a__xml="<questestinterop/>", **{"../b.xml": "x"}), "package_name"),
        (zipped(a__xml="<questestinterop/>", b__zip=b"x"), "package_nested"),
        (zipped(a__xml=b"\0" * 30_000_000), "file_bomb"),
    ],
)
def test_hostile_and_broken_files_are_refused(content: bytes, fault: str) -> None:
    report = exchange.read(content, "qti12")

    assert [problem.reason for problem in report.problems] == [fault]
