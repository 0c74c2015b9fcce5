"""Re-marking: two people, foreseen as it is done, old marks kept, carried on to results and certificates."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.certificates import service as certificates
from certification.certificates.models import StatusChange
from certification.certificates.rules import CertificateStatus, ChangeKind, ChangeReason, ChangeStatus
from certification.exams.models import PaperItem, Registration
from certification.remarking import deciding, rules, service
from certification.remarking.models import Remarking, RemarkingOutcome
from certification.remarking.rules import Consequence, RemarkingStatus
from certification.scoring import corrections, publication
from certification.scoring import service as scoring
from certification.scoring.models import Mark, Result
from certification.scoring.rules import Keys, Published, Treatment, awarded, counting, judged, keys_after
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

LATER = NOW + timedelta(days=1)


class Case:
    """A theory session that is over, its paper, and three people of the center."""

    def __init__(self, session: Session, make: Make, day: ExamDay | None = None) -> None:
        self.session, self.make = session, make
        self.day = day or ExamDay(make, Component.THEORY)
        self.paper = self.day.paper() if day is None else day.exam_session.paper
        self.asker, self.approver = make.actor(self.day.center), make.actor(self.day.center)

    def sat(self, registration: Registration | None = None, **answers: Any) -> Registration:
        """A candidate who handed in and was marked."""
        registration = registration or self.day.candidate()
        self.day.answer(self.day.attempt(registration), **answers)
        scoring.mark_theory(self.session, registration.id, by=self.approver, now=NOW)
        return registration

    def item(self, position: int, by: Actor | None = None) -> PaperItem:
        """A printed item as somebody of the center finds it."""
        assert self.paper is not None
        return service.item_at(self.session, self.paper.id, position, by=by or self.asker)

    def ask(self, position: int = 2, treatment: Treatment = Treatment.REPLACE, key: Any = (2,)) -> Remarking:
        """A request about one item."""
        key = None if treatment is Treatment.CREDIT_ALL else list(key)
        return deciding.ask(
            self.session, self.item(position), treatment, key, reason="答案有误", by=self.asker, now=NOW
        )

    def digest(self, remarking: Remarking) -> str:
        """What a reader of the request has seen."""
        seen = service.preview(self.session, remarking.paper_item, remarking.treatment, remarking.key)
        return seen.numbers.digest

    def carry_out(self, remarking: Remarking) -> None:
        """Approve and mark everybody anew, as the job does."""
        seen = self.digest(remarking)
        deciding.approve(self.session, remarking.id, seen=seen, by=self.approver, now=LATER)
        after: UUID | None = None
        while after := deciding.apply_next(self.session, remarking.id, after, by=self.approver, now=LATER):
            pass

    def publish(self) -> None:
        """Publish the session."""
        publication.publish(self.session, self.day.id, by=self.approver, now=NOW)

    def marks(self, registration: Registration) -> int:
        """The marks of a candidate now."""
        return self.session.scalars(sa.select(Mark.marks).where(Mark.registration_id == registration.id)).one()

    def outcome(self, registration: Registration) -> RemarkingOutcome:
        """What became of a candidate."""
        query = sa.select(RemarkingOutcome).where(RemarkingOutcome.registration_id == registration.id)
        return self.session.scalars(query).one()

    def passed_skill(self, registration: Registration) -> None:
        """Marks of the skill exam, published before, so that theory decides."""
        other = ExamDay(self.make, Component.SKILL, center=self.day.center, scheme=self.day.scheme)
        twin = other.candidate(enrolment=registration.enrolment)
        other.mark(twin, 8000)
        publication.publish(self.session, other.id, by=self.approver, now=NOW - timedelta(days=1))


@pytest.fixture
def case(session: Session, make: Make) -> Case:
    return Case(session, make)


def test_a_new_key_moves_the_marks_and_leaves_the_paper_alone(case: Case) -> None:
    right, wrong = case.sat(p1=[1], p2=[2]), case.sat(p1=[1], p2=[1])

    case.carry_out(case.ask())

    assert (case.marks(right), case.marks(wrong)) == (5000, 2000)
    assert case.item(2).key == [1]
    assert (case.outcome(right).marks_before, case.outcome(wrong).marks_before) == (2000, 5000)


def test_accepting_another_key_takes_nothing_from_anybody(case: Case) -> None:
    new, old, neither = case.sat(p2=[2]), case.sat(p2=[1]), case.sat(p2=[0])

    case.carry_out(case.ask(treatment=Treatment.ACCEPT_ALSO))

    assert [case.marks(one) for one in (new, old, neither)] == [3000, 3000, 0]


def test_crediting_everybody_reaches_those_who_left_the_item_out(case: Case) -> None:
    blank = case.sat(p1=[1])

    case.carry_out(case.ask(treatment=Treatment.CREDIT_ALL))

    assert case.marks(blank) == 5000


def test_what_is_foreseen_is_what_is_done(case: Case) -> None:
    people = [case.sat(p1=[1], p2=[place], p3=[0, 2]) for place in range(4)]
    case.publish()
    request = case.ask()
    seen = service.preview(case.session, request.paper_item, request.treatment, request.key)

    case.carry_out(request)

    done = {one.registration_id: one for one in case.session.scalars(sa.select(RemarkingOutcome))}
    assert {one.registration_id for one in seen.shifts} == done.keys() == {people[1].id, people[2].id}
    for shift in seen.shifts:
        outcome = done[shift.registration_id]
        assert (shift.marks_before, shift.marks_after) == (outcome.marks_before, outcome.marks_after)
        assert (shift.result_before, shift.result_after) == (outcome.result_before, outcome.result_after)
        assert seen.consequences[shift.registration_id] is outcome.consequence
    assert (seen.numbers.marked, seen.numbers.up, seen.numbers.down) == (4, 1, 1)


def test_carrying_it_out_again_changes_nothing(case: Case) -> None:
    candidate = case.sat(p2=[2])
    request = case.ask()
    case.carry_out(request)
    events = case.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))

    last = deciding.apply_next(case.session, request.id, None, by=case.approver, now=LATER)

    assert last == candidate.id
    assert deciding.apply_next(case.session, request.id, last, by=case.approver, now=LATER) is None
    assert case.marks(candidate) == 3000
    assert case.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == events


def test_a_paper_marked_later_is_marked_by_the_corrected_key(case: Case) -> None:
    case.carry_out(case.ask())

    late = case.sat(p2=[2])

    assert case.marks(late) == 3000
    detail = case.session.scalars(sa.select(Mark.detail)).one()
    assert (detail[1]["key"], detail[1]["accepted"]) == ([1], [[2]])


def test_an_earlier_correction_is_taken_back_by_another_one(case: Case) -> None:
    candidate = case.sat(p2=[1])
    case.carry_out(case.ask(treatment=Treatment.CREDIT_ALL))

    case.carry_out(case.ask(treatment=Treatment.REPLACE, key=(2,)))

    assert case.marks(candidate) == 0
    assert [one.treatment for one in service.of_item(case.session, case.item(2).id)].count(Treatment.REPLACE) == 1


def test_a_pass_gained_goes_on_to_the_decision(case: Case, session: Session) -> None:
    candidate = case.sat(p2=[2], p3=[0, 2])
    case.passed_skill(candidate)
    case.publish()
    waiting = certificates.awaiting_decision(by=case.approver)
    before = session.scalars(waiting).all()

    case.carry_out(case.ask())

    assert before == []
    assert [one.enrolment_id for one in session.scalars(waiting)] == [candidate.enrolment_id]
    assert case.outcome(candidate).consequence is Consequence.CERTIFY
    assert candidate.passed is True


def test_a_certificate_that_loses_its_ground_is_put_up_for_withdrawal(case: Case, session: Session) -> None:
    candidate = case.sat(p2=[1], p3=[0, 2])
    case.passed_skill(candidate)
    case.publish()
    result = session.scalars(sa.select(Result).where(Result.enrolment_id == candidate.enrolment_id)).one()
    certificate = case.make.certificate(case.day.center, result=result, theory_marks=8000, skill_marks=8000)

    case.carry_out(case.ask())

    change = session.scalars(sa.select(StatusChange)).one()
    assert (change.certificate_id, change.status, change.reason) == (
        certificate.id,
        ChangeStatus.ASKED,
        ChangeReason.ISSUED_IN_ERROR,
    )
    assert change.asked_by == case.asker.id
    assert certificate.status is CertificateStatus.VALID
    assert (result.passed, result.short) == (False, ["theory"])
    assert case.outcome(candidate).change_id == change.id


def test_a_withdrawal_that_waits_already_is_not_asked_for_twice(case: Case, session: Session) -> None:
    candidate = case.sat(p2=[1], p3=[0, 2])
    case.passed_skill(candidate)
    case.publish()
    result = session.scalars(sa.select(Result).where(Result.enrolment_id == candidate.enrolment_id)).one()
    certificate = case.make.certificate(case.day.center, result=result)
    kind, ground = ChangeKind.SUSPEND, ChangeReason.INVESTIGATION
    certificates.ask_change(session, certificate.number, kind, ground, "调查", by=case.asker, now=NOW)

    case.carry_out(case.ask())

    assert len(session.scalars(sa.select(StatusChange)).all()) == 1
    assert case.outcome(candidate).change_id is None


def test_a_correction_taken_back_takes_back_the_withdrawal_too(case: Case, session: Session) -> None:
    candidate = case.sat(p2=[1], p3=[0, 2])
    case.passed_skill(candidate)
    case.publish()
    result = session.scalars(sa.select(Result).where(Result.enrolment_id == candidate.enrolment_id)).one()
    certificate = case.make.certificate(case.day.center, result=result, theory_marks=8000, skill_marks=8000)
    case.carry_out(case.ask())

    case.carry_out(case.ask(key=(1,)))

    assert session.scalars(sa.select(StatusChange.status)).all() == [ChangeStatus.DECLINED]
    assert (result.passed, certificate.status) == (True, CertificateStatus.VALID)


def test_whoever_sat_the_paper_does_not_turn_a_request_down(case: Case) -> None:
    candidate = case.sat(p1=[1])
    involved = replace(case.approver, trainer_id=candidate.trainer_id)
    request = case.ask()

    with pytest.raises(deciding.SatThisPaper):
        deciding.decline(case.session, request.id, reason="无误", by=involved, now=LATER)


def test_a_better_attempt_published_before_goes_on_counting(case: Case, session: Session) -> None:
    first = case.sat(p2=[1], p3=[0, 2])
    case.publish()
    second = Case(
        session, case.make, ExamDay(case.make, Component.THEORY, center=case.day.center, scheme=case.day.scheme)
    )
    second.day.paper()
    second.paper = second.day.exam_session.paper
    again = second.sat(second.day.candidate(enrolment=first.enrolment), p3=[0, 2])
    publication.publish(session, second.day.id, by=case.approver, now=LATER)
    result = session.scalars(sa.select(Result).where(Result.enrolment_id == first.enrolment_id)).one()

    case.carry_out(case.ask())

    assert (result.components[0].registration_id, result.components[0].marks) == (first.id, 5000)
    case.carry_out(case.ask(position=3, key=(0, 1)))
    assert (result.components[0].registration_id, result.components[0].marks) == (again.id, 5000)


def test_marks_that_change_without_the_result_say_so_on_the_certificate(case: Case, session: Session) -> None:
    candidate = case.sat(p1=[1], p2=[2], p3=[0, 2])
    case.passed_skill(candidate)
    case.publish()
    result = session.scalars(sa.select(Result).where(Result.enrolment_id == candidate.enrolment_id)).one()
    case.make.certificate(case.day.center, result=result, theory_marks=7000)

    case.carry_out(case.ask())

    assert case.outcome(candidate).consequence is Consequence.REPLACE


def test_nobody_approves_their_own_request(case: Case) -> None:
    request = case.ask()

    with pytest.raises(deciding.RemarkingNeedsSecondPerson):
        deciding.approve(case.session, request.id, seen=case.digest(request), by=case.asker, now=LATER)


def test_whoever_sat_the_paper_has_no_say(case: Case) -> None:
    candidate = case.sat(p1=[1])
    involved = replace(case.approver, trainer_id=candidate.trainer_id)
    request = case.ask()

    with pytest.raises(deciding.SatThisPaper):
        deciding.approve(case.session, request.id, seen=case.digest(request), by=involved, now=LATER)


def test_an_approval_holds_only_for_what_was_shown(case: Case) -> None:
    case.sat(p2=[2])
    request = case.ask()
    seen = case.digest(request)
    case.sat(p2=[1])

    with pytest.raises(deciding.ForeseenChanged):
        deciding.approve(case.session, request.id, seen=seen, by=case.approver, now=LATER)


def test_a_request_is_decided_once(case: Case) -> None:
    request = case.ask()
    deciding.decline(case.session, request.id, reason="答案无误", by=case.approver, now=LATER)

    with pytest.raises(deciding.RemarkingDecided):
        deciding.approve(case.session, request.id, seen=case.digest(request), by=case.approver, now=LATER)
    assert request.status is RemarkingStatus.DECLINED


def test_declining_needs_its_reason(case: Case) -> None:
    request = case.ask()

    with pytest.raises(deciding.RemarkingReasonMissing):
        deciding.decline(case.session, request.id, reason="  ", by=case.approver, now=LATER)


def test_one_request_about_an_item_at_a_time(case: Case) -> None:
    case.ask()

    with pytest.raises(deciding.RemarkingOpen):
        case.ask(key=(3,))


@pytest.mark.parametrize("key", [[], [0, 1], [7], ["x"], None])
def test_an_impossible_key_is_refused(case: Case, key: Any) -> None:
    with pytest.raises(service.KeyImpossible):
        service.preview(case.session, case.item(2), Treatment.REPLACE, key)


def test_a_key_that_changes_nothing_is_refused(case: Case) -> None:
    with pytest.raises(service.KeyUnchanged):
        case.ask(key=(1,))


def test_a_request_needs_its_reason(case: Case) -> None:
    with pytest.raises(deciding.RemarkingReasonMissing):
        deciding.ask(case.session, case.item(2), Treatment.REPLACE, [2], reason=" ", by=case.asker, now=NOW)


def test_another_center_sees_neither_papers_nor_requests(case: Case) -> None:
    request, stranger = case.ask(), case.make.actor(case.make.center())

    with pytest.raises(NotFound):
        case.item(2, by=stranger)
    with pytest.raises(NotFound):
        service.by_id(case.session, request.id, by=stranger)
    assert case.session.scalars(service.listing(by=stranger)).all() == []
    assert case.session.scalars(service.listing(by=case.asker, status=RemarkingStatus.ASKED)).all() == [request]


def test_a_request_that_another_center_may_not_see_is_not_decided_there(case: Case) -> None:
    request, stranger = case.ask(), case.make.actor(case.make.center())

    with pytest.raises(NotFound):
        deciding.decline(case.session, request.id, reason="无", by=stranger, now=LATER)


def test_the_same_version_in_another_paper_is_pointed_out(case: Case) -> None:
    other, item = case.make.paper(case.day.center, case.day.scheme), case.item(2)
    other.items[0].item_version_id = item.item_version_id
    case.session.flush()

    assert [(one.paper_id, one.position) for one in service.twins(case.session, item, by=case.asker)] == [(other.id, 1)]


def test_who_was_told_is_noted_once(case: Case) -> None:
    candidate = case.sat(p2=[2])
    request = case.ask()
    case.carry_out(request)
    outcome = case.outcome(candidate)

    assert deciding.tell(case.session, request.id, [outcome.id], by=case.asker, now=LATER) == 1
    assert deciding.tell(case.session, request.id, [outcome.id, uuid4()], by=case.asker, now=LATER) == 0
    assert (outcome.told_at, outcome.told_by_name) == (LATER, case.asker.name)
    assert case.session.scalars(service.outcomes(request.id, consequence=Consequence.MARKS_ONLY)).all() == [outcome]


def test_every_step_is_on_record(case: Case) -> None:
    case.sat(p2=[2], p3=[0, 2])
    case.publish()

    case.carry_out(case.ask())

    deeds = set(case.session.scalars(sa.select(AuditEvent.deed)))
    assert deeds >= {"remarking.asked", "remarking.approved", "remarking.applied", "mark.remarked", "result.remarked"}


KEYS = st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True).map(sorted)
CHANGES = st.lists(st.tuples(st.sampled_from(Treatment), KEYS), max_size=6)


@given(KEYS, CHANGES, KEYS)
def test_accepting_more_never_takes_marks_away(printed: list[int], changes: Any, answer: list[int]) -> None:
    kind = {one: 100 if one == tuple(answer) else 0 for one in map(tuple, [printed, answer])}
    earned = lambda key: kind.get(tuple(key), 0)  # noqa: E731
    before = keys_after(printed, changes)

    for treatment in (Treatment.ACCEPT_ALSO, Treatment.CREDIT_ALL):
        after = keys_after(printed, [*changes, (treatment, answer)])
        assert awarded(after, 100, earned) >= awarded(before, 100, earned)


@given(KEYS, CHANGES, KEYS)
def test_replacing_forgets_what_came_before(printed: list[int], changes: Any, key: list[int]) -> None:
    assert keys_after(printed, [*changes, (Treatment.REPLACE, key)]) == Keys((key,))


ATTEMPTS = st.lists(
    st.builds(
        Published,
        registration_id=st.uuids(),
        component=st.sampled_from([Component.THEORY, Component.SKILL]),
        marks=st.integers(0, 10000),
        on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
        pass_mark=st.just(6000),
        months=st.none(),
    ),
    min_size=1,
    max_size=8,
)


@given(ATTEMPTS)
def test_without_an_end_the_best_attempt_counts_and_the_earliest_of_equals(attempts: list[Published]) -> None:
    chosen = counting(attempts)

    for component, one in chosen.items():
        own = [other for other in attempts if other.component is component]
        assert one.marks == max(other.marks for other in own)
        assert one.registration_id == next(other.registration_id for other in own if other.marks == one.marks)


@given(ATTEMPTS, st.integers(0, 7), st.integers(0, 10000))
def test_more_marks_never_lose_a_pass(attempts: list[Published], place: int, more: int) -> None:
    marks = {Component.THEORY: 6000, Component.SKILL: 6000}
    place %= len(attempts)
    better = [*attempts]
    better[place] = replace(attempts[place], marks=min(10000, attempts[place].marks + more))

    assert judged(better, marks).passed >= judged(attempts, marks).passed


def test_a_pass_that_ran_out_does_not_stand_in_the_way_of_a_later_attempt() -> None:
    old = Published(uuid4(), Component.THEORY, 9000, date(2024, 1, 10), 6000, 12)
    new = Published(uuid4(), Component.THEORY, 6500, date(2025, 2, 1), 6000, 12)

    assert counting([old, new])[Component.THEORY].registration_id == new.registration_id
    assert judged([old, new], {Component.THEORY: 6000}).passed


@pytest.mark.parametrize(
    ("before", "after", "status", "shown", "counts", "expected"),
    [
        (True, False, CertificateStatus.VALID, 8000, 5000, Consequence.WITHDRAW),
        (True, False, CertificateStatus.WITHDRAWN, 8000, 5000, Consequence.LOST),
        (True, False, None, None, 5000, Consequence.LOST),
        (False, True, None, None, 6500, Consequence.CERTIFY),
        (False, True, CertificateStatus.WITHDRAWN, 8000, 8000, Consequence.CERTIFY),
        (False, True, CertificateStatus.VALID, 8000, 8000, Consequence.MARKS_ONLY),
        (True, True, CertificateStatus.VALID, 8000, 8500, Consequence.REPLACE),
        (True, True, CertificateStatus.VALID, None, 8500, Consequence.MARKS_ONLY),
        (True, True, CertificateStatus.WITHDRAWN, 8000, 8500, Consequence.MARKS_ONLY),
        (False, False, None, None, 3000, Consequence.MARKS_ONLY),
        (None, None, None, None, None, Consequence.MARKS_ONLY),
    ],
)
def test_what_new_marks_lead_to(
    before: bool | None,
    after: bool | None,
    status: CertificateStatus | None,
    shown: int | None,
    counts: int | None,
    expected: Consequence,
) -> None:
    found = rules.consequence(
        result_before=before, result_after=after, certificate=status, marks_shown=shown, marks_counting=counts
    )

    assert found is expected


def test_a_session_of_which_nothing_is_published_has_no_results_to_change(case: Case) -> None:
    candidate = case.sat(p2=[2])

    (shift,) = service.preview(case.session, case.item(2), Treatment.REPLACE, [2]).shifts

    assert (shift.registration_id, shift.result_id, shift.passed_after) == (candidate.id, None, None)
    assert corrections.count_marked(case.session, case.item(2).paper_id) == 1
