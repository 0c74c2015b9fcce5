"""Files of answers: every shape they come in, and every fault with its row and column."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.analysis import files, report
from certification.psychometrics.notes import NOT_REACHED, OMITTED
from tests.certification.published import LSAT7, PATTERNS


def lsat7() -> bytes:
    """LSAT section 7 in frequency form."""
    rows = [[*(str(int(cell)) for cell in row), str(int(n))] for row, n in zip(PATTERNS, LSAT7, strict=True)]
    return "\n".join(",".join(row) for row in [["i1", "i2", "i3", "i4", "i5", "freq"], *rows]).encode()


def faults(content: str, key: str | None = None) -> list[str]:
    with pytest.raises(files.Unreadable) as refused:
        files.read(content.encode(), key.encode() if key else None)
    return [str(fault) for fault in refused.value.faults]


def test_a_published_data_set_in_frequency_form_has_its_figures() -> None:
    found = report.build(files.read(lsat7()))

    assert (found["n"], round(found["reliability"]["alpha"], 3)) == (1000, 0.453)
    assert [round(item["2pl"]["a"], 3) for item in found["items"]] == [0.988, 1.081, 1.707, 0.765, 0.736]
    assert found["models"]["rasch"]["log_likelihood"] == pytest.approx(-2664.9, abs=0.05)


def test_options_are_marked_by_the_key() -> None:
    sitting = files.read(
        "考号;性别;q1;q2;q3\n01;女;a;BC;1\n02;男;B;;2\n03;男;;C,B;\n".encode("gb18030"), b"q1,q2,q3\nA,BC,1\n"
    )

    assert sitting.marks.tolist() == [[1, 1, 1], [0, 0, 0], [0, 1, 0]]
    assert sitting.missing.tolist() == [[0, 0, 0], [0, OMITTED, 0], [OMITTED, 0, NOT_REACHED]]
    assert sitting.names == ("01", "02", "03")
    assert list(sitting.groups["性别"]) == ["女", "男", "男"]
    assert sitting.items[1].key == (1, 2)


def test_a_key_may_stand_in_rows() -> None:
    assert files.read_key("q1,B\nq2,3\n".encode("utf-8-sig"), ["q2", "q1"]) == ["3", "B"]


@given(st.lists(st.lists(st.sampled_from(["0", "1", "", "NA"]), min_size=3, max_size=3), min_size=1, max_size=8))
def test_right_answers_are_counted_whatever_is_missing(rows: list[list[str]]) -> None:
    rows = [["1", "0", "1"], *rows]
    text = "\n".join("\t".join(["x", *row]) for row in rows)

    sitting = files.read(f"id\tq1\tq2\tq3\n{text}\n".encode())
    assert sitting.totals.tolist() == [row.count("1") for row in rows]


def test_faults_name_their_row_and_column() -> None:
    assert faults("q1,q2\n1,x\n2,0\n") == [
        "row 2, column q2: 'x' is neither 0 nor 1; answers as options need a key",
        "row 3, column q1: '2' is neither 0 nor 1; answers as options need a key",
    ]
    assert faults("q1,q2\nA,?\n", "q1,q2\nA,B\n") == [
        "row 2, column q2: '?' is no option: letters from A, or a number from 1"
    ]
    assert faults("q1,q2\nA,B\n", "q1,q2\nA,%\n") == [
        "row 1, column q2: the key '%' is no option: letters from A, or a number from 1"
    ]
    assert faults("q1,q2\nA,B\n", "q1,A\n") == ["row 1, column q2: the key file has no key for this item"]
    assert faults("q1,q2\n1\n") == ["row 2, column -: has 1 cells, the header has 2"]
    assert faults("q1,q1\n1,0\n") == ["row 1, column q1: two columns have this name"]
    assert faults("q1,freq\n1,2.5\n") == ["row 2, column freq: '2.5' is no whole number from 0"]
    assert faults("q1,freq\n1,200001\n") == ["row 1, column freq: more than 200000 candidates in all"]
    assert faults("id,freq\n1,2\n") == ["row 1, column -: no column is an item"]
    assert faults("q1\n") == ["row 1, column -: the file needs a header with the items and at least one candidate"]
    assert "a key file has the items" in faults("q1\nA\n", "B\n")[0]


def test_at_most_twenty_faults_are_told() -> None:
    assert len(faults("q1\n" + "x\n" * 50)) == files.MOST_FAULTS


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(files.Unreadable, match="neither UTF-8 nor GB 18030"):
        files.read(b"\xff\xff\xff")


@pytest.mark.parametrize(
    ("cell", "places"),
    [("a", (0,)), ("CA", (0, 2)), ("A、C", (0, 2)), ("2", (1,)), ("AA", None), ("0", None), ("Z", None)],
)
def test_cells_name_options(cell: str, places: tuple[int, ...] | None) -> None:
    assert files.options_of(cell) == places


def test_a_group_column_leads_to_differential_item_functioning() -> None:
    random = np.random.default_rng(3)
    ability, focal = random.normal(size=600), np.arange(600) % 2
    right = random.random((600, 8)) < 1 / (1 + np.exp(-ability[:, None] + np.r_[1.5, [0] * 7] * focal[:, None]))
    lines = [
        ",".join([*("1" if one else "0" for one in row), "ab"[sex]]) for row, sex in zip(right, focal, strict=True)
    ]
    content = "\n".join(["q1,q2,q3,q4,q5,q6,q7,q8,group", *lines]).encode()

    found = report.build(files.read(content))
    assert [item["dif"][0]["mh"]["ets"] == "C" for item in found["items"]] == [True] + [False] * 7


def test_earlier_facilities_tell_what_drifted() -> None:
    sitting = files.read(lsat7())
    found = report.build(sitting, earlier=[0.828, 0.658, 0.3, 0.606, None])

    assert found["items"][4]["drift"] == {"before": None, "z": None, "changed": False}
    whole = report.build(sitting, earlier=[0.83, 0.65, 0.2, 0.61, 0.85])
    assert whole["items"][2]["drift"]["changed"]


def test_answers_that_are_all_right_carry_no_model() -> None:
    found = report.build(files.read(b"q1,q2\n" + b"1,1\n" * 60))

    assert (found["models"], found["items"][0]["note"]) == ({}, "constant")


def test_marks_are_spread_over_twentieths() -> None:
    assert report.distribution(np.array([0.0, 49.9, 50, 100]), 100)[::9] == [1, 1, 0]
    assert report.distribution(np.array([0.0, 49.9, 50, 100]), 100)[-1] == 1
    assert report.distribution(np.array([0.0]), 0) == [0] * 20
