"""The analysis of exam sessions: what is gathered, kept, and left at the items."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.analysis import service
from certification.analysis.models import ItemStatistic
from certification.exams.models import PaperItem
from certification.item_bank.calibration import calibrations
from certification.item_bank.rules import ItemKind
from certification.psychometrics.notes import NOT_REACHED
from certification.scoring import service as scoring
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from tests.make_analysis import long_paper, sat, theory_day
from training_base.kernel.errors import NotFound


def test_answers_are_gathered_with_seats_sex_and_time(session: Session, make: Make) -> None:
    day = theory_day(make, n=6)
    found = service.sitting_of(session, day.exam_session)

    assert (found.n, len(found.items)) == (6, 10)
    assert found.pairs == tuple((n, n + 1) for n in range(5))
    assert sorted(set(found.groups["sex"])) == ["female", "male"]
    assert found.seconds is not None
    assert found.seconds.tolist() == [3600] * 6
    assert found.maximum.tolist() == [1000] * 10


def test_kinds_differ_in_their_options(session: Session, make: Make) -> None:
    day = ExamDay(make, Component.THEORY)
    paper = day.paper()
    text = make.item(day.scheme.tier, ItemKind.SINGLE_CHOICE, "1.1")
    make.add(
        PaperItem(
            paper_id=paper.id, position=4, item_id=text.id, item_version_id=text.versions[0].id,
            kind=ItemKind.SHORT_TEXT, area="1.1", stem="题干", options=[], key=["答案"], marks=100,
        )
    )  # fmt: skip
    attempt = day.attempt(day.candidate(), paper_id=paper.id)
    day.answer(attempt, p1=[1], p3=[0, 2])
    scoring.mark_submitted(session, now=NOW, exam_session_id=day.id)

    found = service.sitting_of(session, day.exam_session)
    assert [item.options for item in found.items] == [("false", "true"), tuple("ABCD"), tuple("ABCD"), ()]
    assert found.marks.tolist() == [[2000, 0, 5000, 0]]
    assert found.missing[0, 3] == NOT_REACHED
    assert found.codes()[0][0].tolist()[3] == -1


def test_an_analysis_is_kept_with_what_it_says_of_each_item(session: Session, make: Make) -> None:
    day = theory_day(make)
    kept = service.analyse(session, day.id, by=make.actor(day.center), now=NOW)

    assert (kept.n, len(kept.report["items"]), len(kept.candidates)) == (40, 10, 40)
    assert kept.report["pool"] == {"n": 40}
    rows = session.scalars(sa.select(ItemStatistic).where(ItemStatistic.exam_session_id == day.id)).all()
    assert [row.n for row in rows] == [40] * 10
    assert service.by_session(session, day.id, by=make.actor(day.center)) is kept


def test_a_second_analysis_takes_the_place_of_the_first(session: Session, make: Make) -> None:
    day, by = theory_day(make), make.actor()
    by = make.actor(day.center)
    first = service.analyse(session, day.id, by=by, now=NOW)
    second = service.analyse(session, day.id, by=by, now=NOW + timedelta(days=1))

    assert first.id == second.id
    assert session.scalar(sa.select(sa.func.count()).select_from(ItemStatistic)) == 10


def test_items_are_calibrated_over_all_sessions_of_their_paper(session: Session, make: Make) -> None:
    one, other = ExamDay(make, Component.THEORY), ExamDay(make, Component.THEORY)
    paper = long_paper(one)
    sat(one, 110, paper=paper)
    sat(other, 110, seed=2, paper=paper)
    kept = service.analyse(session, one.id, by=make.actor(one.center), now=NOW)

    known = calibrations(session, [item.item_id for item in paper.items])
    assert {calibration.n for calibration in known.values()} == {220}
    assert all(calibration.a > 0 for calibration in known.values())
    focal = {row["focal"] for row in kept.report["items"][0]["dif"]}
    assert len(focal & {"female", "male"}) == 1
    assert len(focal & {one.center.code, other.center.code}) == 1
    again = service.analyse(session, one.id, by=make.actor(one.center), now=NOW + timedelta(days=1))
    assert again.report["models"]["2pl"]["information"][16] > 0
    assert next(iter(known.values())).calibrated_at == NOW + timedelta(days=1)


def test_an_item_is_compared_with_its_last_session(session: Session, make: Make) -> None:
    early, late = ExamDay(make, Component.THEORY), ExamDay(make, Component.THEORY)
    early.exam_session.starts_at -= timedelta(days=30)
    paper = long_paper(early)
    sat(early, 40, paper=paper)
    sat(late, 40, seed=3, paper=paper)
    service.analyse(session, early.id, by=make.actor(early.center), now=NOW)

    kept = service.analyse(session, late.id, by=make.actor(late.center), now=NOW)
    assert all(item["drift"]["before"] is not None for item in kept.report["items"])
    history = session.scalars(service.history_of(paper.items[0].item_id)).all()
    assert [row.exam_session_id for row in history] == [late.id, early.id]


def test_sessions_without_marks_have_nothing_to_analyse(session: Session, make: Make) -> None:
    day = ExamDay(make, Component.THEORY)
    with pytest.raises(service.NothingToAnalyse):
        service.analyse(session, day.id, by=make.actor(day.center), now=NOW)

    skill = ExamDay(make)
    assert service.sitting_of(session, skill.exam_session).n == 0


def test_sessions_of_other_centers_are_not_found(session: Session, make: Make) -> None:
    day = theory_day(make, n=3)
    stranger = make.actor(make.center())

    with pytest.raises(NotFound):
        service.analyse(session, day.id, by=stranger, now=NOW)
    with pytest.raises(NotFound):
        service.session_by_code(session, day.exam_session.code, by=stranger)
    assert service.by_session(session, day.id, by=stranger) is None


def test_the_list_holds_theory_sessions_that_are_over(session: Session, make: Make) -> None:
    day = theory_day(make, n=3)
    ExamDay(make, Component.SKILL, center=day.center)

    found = session.scalars(service.listing(by=make.actor(day.center))).all()
    assert [one.id for one in found] == [day.id]


def test_candidates_without_times_or_tickets_are_no_neighbours(session: Session, make: Make) -> None:
    day = theory_day(make, n=2)
    rows = service.marked(session, [day.id])
    session.delete(rows[0].registration.ticket)
    rows[0].registration.attempt.submitted_at = None  # type: ignore[union-attr]
    session.flush()
    session.expire(rows[0].registration, ["ticket"])

    found = service.arranged(service.paper_items(session, day.exam_session), rows)
    assert (found.pairs, found.seconds) == ((), None)
