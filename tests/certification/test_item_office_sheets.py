"""Sheets as exam offices write them: wide, long, a sheet for each kind, options in one cell; and our own, whole."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from certification.item_bank import exchange
from certification.item_bank.content import Content
from certification.item_bank.exchange import headings, keys
from certification.item_bank.exchange.report import Fault, Feature, ImportReport, Severity
from certification.item_bank.rules import ItemKind
from tests.make_sheets import LINES, Rows, contents, csv_of, item_of, words, xlsx_of

DATA = Path(__file__).parent.parent / "data" / "exchange"
GAPPED = "先{{1}}后{{2}}。"
MATCHED = {"prompts": ("甲", "乙"), "options": ("一", "二"), "key": (1, 0)}
SHAPES = ({"shape": "rect", "coords": [1, 2, 30, 40]}, {"shape": "circle", "coords": [500, 500, 80]})
WIDE = [
    "序号",
    "题型",
    "试题题干",
    "选项A",
    "选项B",
    "选项C",
    "选项D",
    "标准答案",
    "答案解析",
    "难易程度",
    "分值",
    "考点",
    "章节",
]


def errors(report: ImportReport) -> list[tuple[str, Fault]]:
    return [(str(problem.place), problem.fault) for problem in report.errors]


def read_one(*cells: object, head: list[str] | None = None) -> ImportReport:
    return exchange.read(csv_of(head or WIDE, cells))


def answered(text: str, *options: str, kind: str = "") -> ImportReport:
    return read_one(kind, "哪些正确？", *options, text, head=["题型", "题干", *"ABCDE"[: len(options)], "答案"])


def test_titles_stand_above_the_headings_and_every_column_is_understood() -> None:
    rows = [
        [
            1,
            "单选题",
            "标注前先读什么？",
            "规范",
            "考勤",
            "合同",
            "手册",
            "Ａ",
            "规范统一口径",
            "易",
            "1.5分",
            "3-1.1-01",
            "第一章",
        ],
        [2, "多选题", "质量指标有哪些？", "准确率", "一致率", "工时", "工资", "A、B", None, "中", 2, None, None],
        [3, "判断题", "抽检可以代替全检。", None, None, None, None, "×", None, "难", 1, None, None],
    ]

    report = exchange.read(xlsx_of(["三级理论题库"], ["单位：示例中心"], WIDE, *rows, merged=["A1:M1"]))

    assert report.problems == ()
    assert [(item.place.line, item.kind, item.key) for item in report.items] == [
        (4, ItemKind.SINGLE_CHOICE, (0,)),
        (5, ItemKind.MULTIPLE_CHOICE, (0, 1)),
        (6, ItemKind.TRUE_FALSE, (0,)),
    ]
    first = report.items[0]
    assert (first.difficulty, first.marks, first.knowledge_point, first.chapter) == (1, 150, "3-1.1-01", "第一章")
    assert (first.feedback, [item.difficulty for item in report.items]) == ("规范统一口径", [1, 3, 5])


def test_an_old_workbook_has_a_sheet_for_each_kind() -> None:
    report = exchange.read(DATA / "office-97.xls")

    assert (report.format, report.problems) == ("xls", ())
    assert [(str(item.place), item.kind, item.key) for item in report.items] == [
        ("单选题!3", ItemKind.SINGLE_CHOICE, (0,)),
        ("单选题!4", ItemKind.SINGLE_CHOICE, (1,)),
        ("判断题!2", ItemKind.TRUE_FALSE, (0,)),
        ("判断题!3", ItemKind.TRUE_FALSE, (1,)),
    ]
    assert report.items[1].options == ("1", "2", "10", "100")
    assert [item.chapter for item in report.items[2:]] == ["职业道德", "职业道德"]


@pytest.mark.parametrize(
    "key", ["AC", "A,C", "A;C", "A|C", "A、C", "ａｃ", "Ａ，Ｃ", "C A", "A/C", "A；C", "(AC)", "一\n三"]
)
def test_a_key_of_several_letters_is_written_in_many_ways(key: str) -> None:
    report = answered(key, "一", "二", "三")

    assert (report.errors, report.items[0].key) == ((), (0, 2))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("正确", 1),
        ("错误", 0),
        ("对", 1),
        ("错", 0),
        ("√", 1),
        ("×", 0),
        ("T", 1),
        ("F", 0),
        ("Ｔ", 1),
        ("A", 1),
        ("B", 0),
        ("1", 1),
        ("0", 0),
        ("A.正确", 1),
        ("B、错误", 0),
        ("False", 0),
        ("是", 1),
        ("否", 0),
    ],
)
def test_a_judgement_is_written_in_many_ways(key: str, value: int) -> None:
    report = answered(key, kind="判断题")

    assert (report.errors, report.items[0].key) == ((), (value,))


@pytest.mark.parametrize(("key", "value"), [("A", 0), ("B", 1), ("B. 正确", 1), ("错误", 0)])
def test_a_judgement_follows_the_options_that_are_spelled_out(key: str, value: int) -> None:
    assert answered(key, "错误", "正确", kind="判断题").items[0].key == (value,)


@pytest.mark.parametrize(
    ("key", "options", "fault"),
    [
        ("A-C", ["一", "二", "三"], Fault.ANSWER_UNREADABLE),
        ("A", ["B", "A", "三"], Fault.ANSWER_AMBIGUOUS),
        ("E", ["一", "二", "三"], Fault.ANSWER_NO_OPTION),
        ("1", ["一", "二", "三"], Fault.ANSWER_UNREADABLE),
        ("A. 二", ["一", "二", "三"], Fault.ANSWER_UNREADABLE),
        ("一\n一", ["一", "二", "三"], Fault.ANSWER_UNREADABLE),
        ("", ["一", "二", "三"], Fault.MISSING),
    ],
)
def test_a_key_that_may_be_wrong_is_never_guessed(key: str, options: list[str], fault: Fault) -> None:
    report = answered(key, *options, kind="单选题")

    assert [problem.fault for problem in report.errors] == [fault]
    assert report.items == ()


@pytest.mark.parametrize(
    "cell",
    [
        "A. 一 B. 二 C. 三",
        "A、一；B、二；C、三",
        "A.一B.二C.三",
        "A：一\nB：二\nC：三",
        "（A）一（B）二（C）三",
        "Ａ．一　Ｂ．二　Ｃ．三",
        "一\n二\n三",
        "一|二|三",
        "一；二；三",
        "A 一\nB 二\nC 三",
    ],
)
def test_options_may_share_a_cell(cell: str) -> None:
    report = read_one("题", cell, "C", head=["题目", "选项", "答案"])

    assert (report.errors, report.items[0].options, report.items[0].key) == ((), ("一", "二", "三"), (2,))


@pytest.mark.parametrize("cell", ["一二三", "A. 一 C. 三 B. 二", "一；；三"])
def test_options_that_cannot_be_told_apart_are_named(cell: str) -> None:
    report = read_one("题", cell, "A", head=["题目", "选项", "答案"])

    assert errors(report) == [("B2 选项", Fault.OPTIONS_UNREADABLE)]


def test_each_option_may_have_a_row() -> None:
    head = ["题干", "选项号", "选项内容", "是否正确"]
    rows: Rows = [
        ["甲？", "A", "一", "否"],
        ["", "B", "二", "是"],
        ["乙？", "A", "一", "1"],
        ["", "B", "二", "1"],
        ["", "C", "三", 0],
    ]

    report = exchange.read(csv_of(head, *rows))

    assert report.errors == ()
    assert [(item.place.line, item.options, item.key) for item in report.items] == [
        (2, ("一", "二"), (1,)),
        (4, ("一", "二", "三"), (0, 1)),
    ]


def test_a_stem_may_be_merged_over_the_rows_of_its_options() -> None:
    rows: Rows = [
        [1, "甲？", "A.一", "B"],
        [None, None, "B.二", None],
        [2, "乙？", "A.一", "A"],
        [None, None, "B.二", None],
    ]

    merged = exchange.read(xlsx_of(["题号", "题干", "选项", "答案"], *rows, merged=["A2:A3", "B2:B3", "D2:D3"]))

    assert merged.errors == ()
    assert [(item.stem, item.options, item.key) for item in merged.items] == [
        ("甲？", ("一", "二"), (1,)),
        ("乙？", ("一", "二"), (0,)),
    ]


def test_long_rows_that_disagree_are_named() -> None:
    head = ["题干", "选项号", "选项内容", "是否正确", "答案"]
    rows = [
        ["甲", "A", "一", "是", "B"],
        ["", "B", "二", "否", ""],
        ["乙", "A", "一", "否", ""],
        ["", "B", "一", "否", ""],
    ]

    report = exchange.read(csv_of(head, *rows))

    assert errors(report) == [
        ("E2 答案", Fault.ANSWER_CONFLICT),
        ("C4 选项内容", Fault.OPTION_REPEATED),
        ("D4 是否正确", Fault.MISSING),
    ]


def test_a_line_above_the_items_may_name_their_kind() -> None:
    rows = [
        ["一、单选题（每题1分）"],
        ["甲", "x", "y", "A"],
        ["二、判断题"],
        ["乙", "", "", "√"],
        ["三、简答题"],
        ["丙", "", "", "略"],
    ]

    report = exchange.read(csv_of(["题干", "A", "B", "答案"], *rows))

    assert [(item.stem, item.kind) for item in report.items] == [
        ("甲", ItemKind.SINGLE_CHOICE),
        ("乙", ItemKind.TRUE_FALSE),
    ]
    assert errors(report) == [("7 题型", Fault.KIND_UNSUPPORTED)]


def test_headings_may_span_two_rows_and_stand_again_on_the_next_page() -> None:
    head = [["序号", "题目", "选项", None, None, "答案"], [None, None, "A", "B", "C", None]]
    merged = ["C1:E1", "A1:A2", "B1:B2", "F1:F2"]

    report = exchange.read(xlsx_of(*head, [1, "甲", "一", "二", "三", "B"], merged=merged))
    again = exchange.read(csv_of(["题目", "答案"], ["甲", "对"], ["题目", "答案"], ["乙", "错"]))

    assert (report.problems, report.items[0].options, report.items[0].key) == ((), ("一", "二", "三"), (1,))
    assert [item.place.line for item in again.items] == [2, 4]


def test_a_sheet_without_headings_is_named_and_legends_are_passed_over() -> None:
    sheets: dict[str, Any] = {
        "判断题": [["题目", "答案"], ["甲", "对"]],
        "统计": [["合计", 1]],
        "填写说明": [["写法", "如下"]],
    }

    report = exchange.read(xlsx_of(**sheets))

    assert [(str(problem.place), problem.fault) for problem in report.warnings] == [
        ("统计!1 题干", Fault.SHEET_SKIPPED)
    ]
    assert errors(exchange.read(xlsx_of(["合计", 1]), "xlsx")) == [("1 题干", Fault.COLUMN_MISSING)]


def test_english_headings_and_kinds_are_understood() -> None:
    head = ["Question", "Type", "Option 1", "Option 2", "Option 3", "Correct Answer", "Points", "Explanation", "Remark"]
    rows = [
        ["Which?", "Multiple Choice", "a", "b", "c", "2", "1", "why", "x"],
        ["Which ones?", "MCQ", "a", "b", "c", "1,3", "2", "", ""],
    ]

    report = exchange.read(csv_of(head, *rows, separator=";"))

    assert [(item.kind, item.key, item.marks) for item in report.items] == [
        (ItemKind.SINGLE_CHOICE, (1,), 100),
        (ItemKind.MULTIPLE_CHOICE, (0, 2), 200),
    ]
    assert [(problem.column, problem.fault) for problem in report.problems] == [("Remark", Fault.COLUMN_UNUSED)]


@pytest.mark.parametrize(
    ("kind", "cells", "content"),
    [
        ("匹配题", {"左项": "1. 甲\n2. 乙", "A": "一", "B": "二", "答案": "1-B; 2-A"}, MATCHED),
        ("连线题", {"左项": "甲\n乙", "选项": "一|二", "答案": "BA"}, MATCHED),
        ("数值题", {"答案": "3.14", "误差": "0.01"}, {"key": (("3.14", "0.01"),)}),
        ("计算题", {"答案": "[1, 2]\n5±0.1"}, {"key": (("1.5", "0.5"), ("5", "0.1"))}),
        ("排序题", {"A": "一", "B": "二", "C": "三", "答案": "C→A→B"}, {"key": (2, 0, 1)}),
        ("短答题", {"答案": "北京|北京市"}, {"key": ("北京", "北京市")}),
        ("填空题", {"答案": "甲；乙"}, {"stem": GAPPED, "key": (("甲",), ("乙",))}),
        ("填空题", {"答案": "甲|子\n乙"}, {"stem": GAPPED, "key": (("甲", "子"), ("乙",))}),
        (
            "选词填空",
            {"空的选项": "1: 甲|乙\n2: 丙|丁", "答案": "1-B 2-A"},
            {"gaps": (("甲", "乙"), ("丙", "丁")), "key": (1, 0)},
        ),
        (
            "选词填空",
            {"A": "甲", "B": "乙", "答案": "BA"},
            {"stem": GAPPED, "gaps": (("甲", "乙"),) * 2, "key": (1, 0)},
        ),
        ("热点题", {"图片": "a.png", "答案": "rect 1 2 30 40\ncircle 500 500 80"}, {"image": "a.png", "key": SHAPES}),
    ],
)
def test_the_other_kinds_have_a_syntax_too(kind: str, cells: dict[str, str], content: dict[str, object]) -> None:
    report = read_one(kind, "先____后（　）。", *cells.values(), head=["题型", "题干", *cells])

    (item,) = report.items
    assert {name: getattr(item.content, name) for name in content} == content


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("匹配题", {"左项": "甲\n乙", "A": "一", "B": "二", "答案": "1-B"}),
        ("匹配题", {"左项": "甲\n乙", "A": "一", "B": "二", "答案": "1-B 1-A"}),
        ("匹配题", {"左项": "甲\n乙", "A": "一", "B": "二", "答案": "AC"}),
        ("数值题", {"答案": "约三"}),
        ("数值题", {"答案": "[2, 1]"}),
        ("数值题", {"答案": "3", "误差": "-1"}),
        ("排序题", {"A": "一", "B": "二", "C": "三", "答案": "CA"}),
        ("填空题", {"答案": "甲；乙；丙"}),
        ("填空题", {"答案": "甲\n乙\n丙"}),
        ("选词填空", {"A": "甲", "B": "乙", "答案": "BC"}),
        ("热点题", {"图片": "a.png", "答案": "square 1 2 3"}),
        ("判断题", {"答案": "或许"}),
    ],
)
def test_a_key_of_another_kind_that_cannot_be_read_is_named(kind: str, cells: dict[str, str]) -> None:
    report = read_one(kind, "先____后（　）。", *cells.values(), head=["题型", "题干", *cells])

    assert [(problem.column, problem.fault) for problem in report.errors] == [("答案", Fault.ANSWER_UNREADABLE)]


def test_an_answer_that_may_be_two_is_told() -> None:
    report = read_one("短答题", "协议族叫什么？", "TCP/IP", head=["题型", "题干", "答案"])

    assert [(problem.fault, problem.severity) for problem in report.problems] == [
        (Fault.ANSWER_AMBIGUOUS, Severity.WARNING)
    ]
    assert report.items[0].key == ("TCP/IP",)


def test_a_call_in_a_csv_is_refused_and_a_negative_number_is_not() -> None:
    report = exchange.read(
        csv_of(["题目", "A", "B", "答案"], ["=HYPERLINK(1)", "-1", "+2", "A"], ["甲", "=cmd|x", "@1", "B"])
    )

    assert errors(report) == [("A2 题目", Fault.FORMULA), ("B3 A", Fault.FORMULA)]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(content=contents())
def test_nothing_is_lost_in_a_sheet_of_ours(content: Content) -> None:
    item = item_of(content, marks=150, chapter="第一章", tags=("甲", "乙"), language="zh-CN", title="标题")

    for form in ("xlsx", "csv"):
        written, losses = exchange.write([item], form)
        (read,) = exchange.read(written, form).items
        assert (read.content, read.marks, read.tags, read.title) == (content, 150, ("甲", "乙"), "标题")
        assert [loss.feature for loss in losses.losses] == ([Feature.MEDIA] if content.image else [])


@given(parts=words(1, 5, LINES), sign=...)
def test_a_list_in_a_cell_comes_back(parts: list[str], sign: bool) -> None:
    joined = keys.written(parts, "|" if sign else "\n")

    assert keys.texts(joined, "|" if sign else "\n|") == parts


def test_a_heading_has_many_names() -> None:
    named = ["试题 题干", "选项Ａ", "Option B", "备选答案C", "正确答案*", "选项A解析", "Feedback B", "猜测"]

    assert [headings.field_of(name) for name in named] == [
        "stem", "option:A", "option:B", "option:C", "key", "note:A", "note:B", None,
    ]  # fmt: skip
