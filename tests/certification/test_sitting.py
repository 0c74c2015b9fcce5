"""Which paper a candidate sits: by seat, or one of their own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.assembly.checking import breaches
from certification.exams import delivery, paper_choice, paper_sets, papers, room, sitting
from certification.exams.models import Paper, PaperSet, Registration
from certification.exams.rules import SEATS_IN_ROW, RegistrationStatus, paper_of_seat
from certification.standards.rules import Component
from tests.make import NOW, Make
from tests.make_assembly import a_blueprint, a_solved_set
from training_base.kernel.errors import NotFound


def neighbours(seat: int) -> Iterator[int]:
    """Seats left, right, in front and behind, in rows of six."""
    if seat % SEATS_IN_ROW:
        yield seat + 1
    yield seat + SEATS_IN_ROW


@given(st.integers(1, 999), st.integers(3, 20))
def test_neighbours_never_sit_the_same_of_three_or_more_papers(seat: int, count: int) -> None:
    mine = paper_of_seat(seat, count)

    assert 0 <= mine < count
    assert all(paper_of_seat(other, count) != mine for other in neighbours(seat))


@given(st.integers(1, 999), st.integers(5, 20))
def test_from_five_papers_on_corners_differ_too(seat: int, count: int) -> None:
    corners = [seat + SEATS_IN_ROW + step for step in (-1, 1) if 0 <= (seat - 1) % SEATS_IN_ROW + step < SEATS_IN_ROW]

    assert all(paper_of_seat(other, count) != paper_of_seat(seat, count) for other in corners)


def seated(make: Make, paper_set: PaperSet, *, own: bool = False, at: int = 1) -> Registration:
    """A candidate of a session that deals out the set's papers."""
    blueprint = paper_set.blueprint_version.blueprint
    exam_session = make.exam_session(
        blueprint.center, scheme=blueprint.scheme, paper_id=None, paper_set_id=paper_set.id, own_papers=own
    )
    registration = make.registration(exam_session)
    assert registration.ticket is not None
    registration.ticket.seat = at
    make.session.flush()
    return registration


def test_candidates_side_by_side_start_with_different_papers(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make, frozen=True)
    frozen = paper_sets.frozen_papers(session, paper_set.id)

    sat = [delivery.start(session, seated(make, paper_set, at=seat).id, "A", now=NOW).paper_id for seat in (1, 2, 3)]

    assert sat == [frozen[0].id, frozen[1].id, frozen[0].id]
    assert room.count_items(session, seated(make, paper_set).exam_session) == 6


def test_a_candidates_own_paper_keeps_every_limit_and_is_frozen(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make, a_blueprint(make, per_point=1), count=3, frozen=True)
    registration = seated(make, paper_set, own=True)

    attempt = delivery.start(session, registration.id, "A", now=NOW)

    paper = session.get_one(Paper, attempt.paper_id)
    assert paper.registration_id == registration.id
    assert papers.is_intact(paper)
    assert sum(item.marks for item in paper.items) == paper.total
    drawn = sitting.draw(paper_set, registration.id)
    assert breaches(paper_sets.solved_problem(paper_set), [drawn]) == []
    assert {item.item_id for item in paper.items} == {placed.item.id for placed in drawn}
    assert sitting.own_paper(session, registration, now=NOW).id == paper.id


def test_own_papers_differ_and_are_no_further_exposure(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make, count=3, frozen=True)
    tier_id = paper_set.blueprint_version.blueprint.scheme.tier_id
    before = papers.exposures(session, tier_id)

    made = [sitting.own_paper(session, seated(make, paper_set, own=True), now=NOW) for _ in range(5)]

    assert len({frozenset(item.item_id for item in paper.items) for paper in made}) > 1
    assert papers.exposures(session, tier_id) == before
    listed = session.scalars(papers.listing(by=make.actor(paper_set.center_id))).all()
    assert not {paper.id for paper in made} & {paper.id for paper in listed}


def test_own_papers_are_made_ahead_for_those_who_will_sit(session: Session, make: Make) -> None:
    paper_set = a_solved_set(make, frozen=True)
    waiting, gone = (seated(make, paper_set, own=True) for _ in range(2))
    gone.status = RegistrationStatus.WITHDRAWN
    seated(make, paper_set)
    session.flush()

    assert sitting.prepare_own_papers(session, now=NOW) == 1
    assert sitting.prepare_own_papers(session, now=NOW) == 0
    assert sitting.prepare_own_papers(session, now=NOW + timedelta(days=9)) == 0
    assert session.scalars(sa.select(Paper.registration_id).where(Paper.registration_id.is_not(None))).all() == [
        waiting.id
    ]


def choose(session: Session, make: Make, paper_set: PaperSet, *, own: bool = False, theory: bool = True) -> None:
    """Plan with a set."""
    blueprint = paper_set.blueprint_version.blueprint
    choice = paper_choice.PaperChoice(None, paper_set.id, own)
    component = Component.THEORY if theory else Component.SKILL
    by = make.actor(blueprint.center_id)
    paper_choice.check_paper(session, choice, blueprint.center_id, blueprint.scheme_id, component, by=by)


def test_a_session_takes_a_frozen_set_of_its_scheme(session: Session, make: Make) -> None:
    choose(session, make, a_solved_set(make, frozen=True), own=True)

    with pytest.raises(NotFound):
        choose(session, make, a_solved_set(make))
    with pytest.raises(paper_choice.TooFewParallel):
        choose(session, make, a_solved_set(make, count=1, frozen=True), own=True)
    with pytest.raises(paper_choice.PaperOfOtherScheme):
        choose(session, make, a_solved_set(make, frozen=True), theory=False)
