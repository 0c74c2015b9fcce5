"""The command that analyses answers."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.certification.published import LSAT6, PATTERNS


@pytest.fixture
def lsat6(tmp_path: Path) -> Path:
    path = tmp_path / "lsat6.csv"
    rows = [",".join([*(str(int(one)) for one in row), str(int(n))]) for row, n in zip(PATTERNS, LSAT6, strict=True)]
    path.write_text("\n".join(["Item 1,Item 2,Item 3,Item 4,Item 5,freq", *rows]), encoding="utf-8")
    return path


def test_a_published_data_set_is_printed_with_its_figures(app: Flask, lsat6: Path) -> None:
    """Rizopoulos (2006): log-likelihood -2466.938, difficulty of the first item -3.6153 with error 0.3266."""
    result = app.test_cli_runner().invoke(args=["results", "analyse", "--responses", str(lsat6)])

    assert result.exit_code == 0, result.output
    assert "1000 candidates, 5 items" in result.output
    assert "rasch: log-likelihood -2466.938" in result.output
    assert "0.7551  0.0694  -3.6153  0.3266" in result.output


def test_json_holds_every_figure(app: Flask, lsat6: Path) -> None:
    result = app.test_cli_runner().invoke(args=["results", "analyse", "--responses", str(lsat6), "--json"])

    found = json.loads(result.output)
    assert round(found["models"]["2pl"]["log_likelihood"], 3) == -2466.653
    assert found["items"][2]["facility"] == 0.553


def test_a_doubtful_key_and_a_group_difference_are_told(app: Flask, tmp_path: Path) -> None:
    lines = [f"{'B' if n >= 20 else 'A'},{'A' if n >= 15 else 'B'},{'A' if n >= 25 else 'C'}" for n in range(40)]
    answers, key = tmp_path / "answers.csv", tmp_path / "key.csv"
    answers.write_text("\n".join(["q1,q2,q3", *lines]), encoding="utf-8")
    key.write_text("q1,A\nq2,A\nq3,A\n", encoding="utf-8")

    result = app.test_cli_runner().invoke(args=["results", "analyse", "--responses", str(answers), "--key", str(key)])
    assert "look at the key of q1: negative_key, better_distractor, strong_choose_other, like a key: B" in result.output


def test_group_differences_are_told(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    rows = [
        f"{int((n * 7 % 10) >= (6 if n % 2 else 2))},{int(n % 3 == 0)},{int(n % 5 < 3)},{int(n % 7 < 4)},{'ab'[n % 2]}"
        for n in range(800)
    ]
    path.write_text("\n".join(["q1,q2,q3,q4,group", *rows]), encoding="utf-8")

    result = app.test_cli_runner().invoke(args=["results", "analyse", "--responses", str(path)])
    assert "DIF C in q1: b against a, delta -" in result.output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "give either --session or --responses"),
        (["--session", "nothing"], "no exam session nothing"),
        (["--session", "x", "--key", "{file}"], "--key goes with --responses"),
        (["--responses", "{file}"], "row 2, column q1: '7' is neither 0 nor 1"),
    ],
)
def test_bad_input_ends_with_one_clear_line(app: Flask, tmp_path: Path, args: list[str], words: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("q1\n7\n", encoding="utf-8")

    result = app.test_cli_runner().invoke(args=["results", "analyse", *(one.format(file=path) for one in args)])
    assert result.exit_code != 0
    assert words in result.output
