"""Builds exam sessions that were sat and marked, for the tests of the analysis."""

from random import Random

import sqlalchemy as sa

from certification.exams.models import Paper, PaperItem, Registration
from certification.item_bank.rules import ItemKind
from certification.scoring import service as scoring
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from training_base.people.rules import Sex

RIGHT = 0
"""The right option of every item."""


def long_paper(day: ExamDay, count: int = 10) -> Paper:
    """A paper of single choices that carry the same, the first option being right."""
    paper = day.paper()
    day.make.session.execute(sa.delete(PaperItem).where(PaperItem.paper_id == paper.id))
    for position in range(1, count + 1):
        item = day.make.item(day.scheme.tier, ItemKind.SINGLE_CHOICE, "1.1")
        day.make.add(
            PaperItem(
                paper_id=paper.id,
                position=position,
                item_id=item.id,
                item_version_id=item.versions[0].id,
                kind=ItemKind.SINGLE_CHOICE,
                area="1.1",
                stem=f"题干 {position}",
                options=["甲", "乙", "丙", "丁"],
                key=[RIGHT],
                marks=10000 // count,
            )
        )
    day.make.session.expire(paper)
    return paper


def sat(day: ExamDay, n: int, *, seed: int = 1, paper: Paper | None = None) -> list[Registration]:
    """So many candidates who wrote and were marked; the n-th knows about n in 1.2 n of the answers."""
    lot, found = Random(seed), []
    paper = paper or long_paper(day)
    day.exam_session.paper_id = paper.id
    positions = list(day.make.session.scalars(sa.select(PaperItem.position).where(PaperItem.paper_id == paper.id)))
    for place in range(n):
        registration = day.candidate()
        day.make.session.expire(registration, ["ticket"])
        if registration.ticket is not None:
            registration.ticket.seat = place + 1
        registration.trainer.sex = Sex.FEMALE if place % 2 else Sex.MALE
        attempt = day.attempt(registration, paper_id=paper.id)
        knows = 0.15 + 0.8 * place / n
        answers = {
            f"p{position}": [RIGHT if lot.random() < knows - position / 60 else lot.randint(1, 3)]
            for position in positions
        }
        day.answer(attempt, **answers)
        found.append(registration)
    day.make.session.flush()
    scoring.mark_submitted(day.make.session, now=NOW, at_most=n + 1, exam_session_id=day.id)
    return found


def theory_day(make: Make, n: int = 40, **facts: object) -> ExamDay:
    """A theory session that is over, sat and marked by so many."""
    day = ExamDay(make, Component.THEORY, **facts)  # type: ignore[arg-type]
    sat(day, n)
    return day
