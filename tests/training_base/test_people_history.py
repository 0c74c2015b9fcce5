"""What a profile tells of the past."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.make import NOW, TODAY, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent
from training_base.people import history
from training_base.people.models import EarlierCertificate, Education, Trainer, TrainerKeeper
from training_base.people.rules import (
    EarlierCertificateFacts,
    EducationFacts,
    EducationLevel,
    EmploymentFacts,
    TitleFacts,
    TitleRank,
)

SCHOOL = EducationFacts(EducationLevel.BACHELOR, "示例大学", "计算机科学", True, ended_on=date(2018, 6, 30))
WORK = EmploymentFacts("示例数据公司", "数据标注员", True, date(2018, 7, 1), date(2020, 6, 30))
TITLE = TitleFacts("助理工程师", TitleRank.JUNIOR, True, date(2021, 1, 1))
PAPER = EarlierCertificateFacts("4-04-05-05", 4, "OLD-0001", "示例评价机构", date(2022, 5, 1))


@pytest.fixture
def clerk(make: Make) -> Actor:
    return make.actor(make.center())


@pytest.fixture
def trainer(make: Make, clerk: Actor) -> Trainer:
    trainer = make.trainer()
    trainer.keepers.append(TrainerKeeper(center_id=next(iter(clerk.center_ids)), since=NOW))
    make.session.flush()
    return trainer


def work(session: Session, trainer: Trainer, by: Actor, **facts: Any) -> Any:
    return history.add_employment(session, trainer.id, replace(WORK, **facts), by=by, now=NOW)


def test_schooling_work_titles_and_papers_are_put_on_file(session: Session, trainer: Trainer, clerk: Actor) -> None:
    history.add_education(session, trainer.id, SCHOOL, by=clerk, now=NOW)
    history.add_employment(session, trainer.id, WORK, by=clerk, now=NOW)
    history.add_title(session, trainer.id, TITLE, by=clerk, now=NOW)
    history.add_earlier_certificate(session, trainer.id, PAPER, by=clerk, now=NOW)

    entries = (trainer.educations, trainer.employments, trainer.titles, trainer.earlier_certificates)
    assert [len(list_) for list_ in entries] == [1, 1, 1, 1]
    assert set(session.scalars(sa.select(AuditEvent.deed))) == {
        "education.added",
        "employment.added",
        "professional_title.added",
        "earlier_certificate.added",
    }


def test_somebody_in_the_final_year_has_not_ended_yet(session: Session, trainer: Trainer, clerk: Actor) -> None:
    facts = replace(SCHOOL, in_final_year=True, ended_on=None)

    assert history.add_education(session, trainer.id, facts, by=clerk, now=NOW).ended_on is None


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"school": " "}, history.TextMissing),
        ({"ended_on": None}, history.EndMissing),
        ({"ended_on": date(2027, 6, 30)}, history.DayAhead),
        ({"ended_on": date(1990, 6, 30)}, history.DayBeforeBirth),
    ],
)
def test_schooling_that_cannot_be_is_refused(
    session: Session, trainer: Trainer, clerk: Actor, facts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        history.add_education(session, trainer.id, replace(SCHOOL, **facts), by=clerk, now=NOW)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"ended_on": date(2018, 6, 30)}, history.PeriodReversed),
        ({"ended_on": date(2027, 1, 1)}, history.DayAhead),
        ({"started_on": date(2027, 1, 1), "ended_on": None}, history.DayAhead),
    ],
)
def test_work_that_cannot_be_is_refused(
    session: Session, trainer: Trainer, clerk: Actor, facts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        work(session, trainer, clerk, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"employer": "另一公司"},
        {"is_in_occupation": False},
        {"started_on": date(2017, 1, 1), "ended_on": None},
    ],
)
def test_time_that_would_count_twice_is_refused(
    session: Session, trainer: Trainer, clerk: Actor, facts: dict[str, Any]
) -> None:
    work(session, trainer, clerk)

    with pytest.raises(history.EmploymentOverlaps):
        work(session, trainer, clerk, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"employer": "另一公司", "is_in_occupation": False},
        {"employer": "另一公司", "started_on": date(2020, 6, 30), "ended_on": None},
        {"started_on": date(2016, 1, 1), "ended_on": date(2018, 6, 30)},
    ],
)
def test_a_second_job_and_a_change_of_jobs_are_taken(
    session: Session, trainer: Trainer, clerk: Actor, facts: dict[str, Any]
) -> None:
    work(session, trainer, clerk)

    work(session, trainer, clerk, **facts)

    assert len(trainer.employments) == 2


def test_work_comes_to_an_end(session: Session, trainer: Trainer, clerk: Actor) -> None:
    job = work(session, trainer, clerk, ended_on=None)

    history.end_employment(session, job.id, ended_on=TODAY, by=clerk, now=NOW)

    assert job.ended_on == TODAY


def test_work_does_not_end_before_it_began(session: Session, trainer: Trainer, clerk: Actor) -> None:
    job = work(session, trainer, clerk, ended_on=None)

    with pytest.raises(history.PeriodReversed):
        history.end_employment(session, job.id, ended_on=date(2018, 1, 1), by=clerk, now=NOW)


@pytest.mark.parametrize("level", [0, 6])
def test_a_paper_of_an_unknown_level_is_refused(session: Session, trainer: Trainer, clerk: Actor, level: int) -> None:
    with pytest.raises(history.LevelUnknown):
        history.add_earlier_certificate(session, trainer.id, replace(PAPER, level=level), by=clerk, now=NOW)


def test_a_paper_is_listed_once(session: Session, trainer: Trainer, clerk: Actor) -> None:
    history.add_earlier_certificate(session, trainer.id, PAPER, by=clerk, now=NOW)

    with pytest.raises(history.CertificateOnFile):
        history.add_earlier_certificate(session, trainer.id, replace(PAPER, number="old-0001"), by=clerk, now=NOW)


def test_an_entry_is_taken_off_the_file(session: Session, trainer: Trainer, clerk: Actor) -> None:
    paper = history.add_earlier_certificate(session, trainer.id, PAPER, by=clerk, now=NOW)

    history.remove(session, EarlierCertificate, paper.id, by=clerk, now=NOW)

    assert trainer.earlier_certificates == []


def test_entries_of_other_centers_are_not_found(session: Session, make: Make, trainer: Trainer, clerk: Actor) -> None:
    school = history.add_education(session, trainer.id, SCHOOL, by=clerk, now=NOW)

    with pytest.raises(NotFound):
        history.remove(session, Education, school.id, by=make.actor(make.center()), now=NOW)


def test_an_entry_that_never_was_is_not_found(session: Session, clerk: Actor) -> None:
    with pytest.raises(NotFound):
        history.remove(session, Education, uuid4(), by=clerk, now=NOW)
