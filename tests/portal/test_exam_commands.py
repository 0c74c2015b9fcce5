"""Commands of papers and exam sessions."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from certification.exams.models import Paper
from certification.exams.rules import ExamSessionStatus
from tests.make import Make


def run(app: Flask, *words: str) -> Result:
    """Run a command."""
    return app.test_cli_runner().invoke(args=list(words))


def assemble(app: Flask, make: Make, *more: str, bank: bool = True) -> Result:
    """Assemble a paper at a new center."""
    scheme, center = make.scheme(), make.center()
    if bank:
        make.bank(scheme.tier)
    make.session.commit()
    return run(app, "papers", "assemble", "--scheme", scheme.code, "--center", center.code, *more)


def test_a_paper_is_assembled_and_described_as_json(app: Flask, session: Session, make: Make) -> None:
    facts: dict[str, Any] = json.loads(assemble(app, make, "--seed", "7", "--title", "卷", "--json").output)

    paper = session.scalars(sa.select(Paper)).one()
    assert (facts["code"], facts["digest"], facts["seed"], facts["title"]) == (paper.code, paper.digest, 7, "卷")


def test_a_paper_is_assembled_and_named_in_a_line(app: Flask, session: Session, make: Make) -> None:
    answer = assemble(app, make)

    paper = session.scalars(sa.select(Paper)).one()
    assert answer.output == f"{paper.code}  {paper.digest}\n"
    assert paper.title == "考核方案"


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--seed", "-1"], "Invalid value"), (["--scheme", "none"], "Error: "), (["--center", "none"], "Error: ")],
)
def test_bad_input_ends_with_one_clear_line(app: Flask, make: Make, words: list[str], said: str) -> None:
    answer = assemble(app, make, *words)

    assert answer.exit_code != 0
    assert said in answer.output


def test_a_poor_bank_is_refused_cell_by_cell(app: Flask, make: Make) -> None:
    answer = assemble(app, make, bank=False)

    assert answer.exit_code == 1
    assert "true_false 1: 0/1" in answer.output


def test_papers_are_listed_and_a_changed_one_is_found(app: Flask, session: Session, make: Make) -> None:
    assemble(app, make)
    sound = run(app, "papers", "verify")
    changed = make.paper(make.center())
    session.commit()
    found = run(app, "papers", "verify", "--json")

    assert sound.output == "1 papers, 0 changed\n"
    assert found.exit_code == 1
    assert changed.code in found.output
    assert changed.code in run(app, "papers", "list").output
    assert len(json.loads(run(app, "papers", "list", "--json").output)) == 2


def test_sessions_are_listed_with_their_places(app: Flask, session: Session, make: Make) -> None:
    registration = make.registration()
    code = registration.exam_session.code
    closed = make.exam_session(status=ExamSessionStatus.CLOSED)
    session.commit()

    rows = json.loads(run(app, "exams", "list", "--status", "open", "--component", "theory", "--json").output)
    lines = run(app, "exams", "list").output

    assert [(row["code"], row["registered"], row["capacity"]) for row in rows] == [(code, 1, 30)]
    assert code in lines
    assert closed.code in lines
    assert run(app, "exams", "list", "--upcoming").output == ""
