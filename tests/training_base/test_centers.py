"""Centers: codes, places, filed scope, staff, premises."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.standards.rules import OCCUPATION
from tests.make import NOW, TODAY, Make
from training_base.centers import premises, service, staffing
from training_base.centers.rules import (
    DISTRICTS,
    FUNCTIONAL_AREAS,
    CenterKind,
    CenterStatus,
    CodeProblem,
    StaffDuty,
    Term,
    code_problem,
    day_at,
    jobs_overlap,
    recusals,
)
from training_base.kernel.errors import Conflict, NotFound
from training_base.kernel.models import AuditEvent

FACTS = service.CenterFacts(name_zh="浦东评价中心", name_en="Pudong Center", district="浦东新区")
TERMS = st.builds(
    lambda start, days: Term(
        TODAY + timedelta(days=start), None if days is None else TODAY + timedelta(days=start + days)
    ),
    st.integers(-400, 400),
    st.none() | st.integers(1, 400),
)


def scope(
    level: int = 2, *, job: str | None = None, from_on: date = TODAY, until_on: date | None = None
) -> service.ScopeFacts:
    return service.ScopeFacts(OCCUPATION, level, from_on, until_on, job)


def teacher(**facts: object) -> staffing.StaffFacts:
    base = {"actor_id": uuid4(), "name": "王老师", "duty": StaffDuty.TEACHER, "from_on": TODAY}
    return staffing.StaffFacts(**{**base, **facts})  # type: ignore[arg-type]


def test_the_city_has_sixteen_districts_and_no_area_is_one() -> None:
    assert len(DISTRICTS) == 16
    assert not DISTRICTS.keys() & FUNCTIONAL_AREAS.keys()


@pytest.mark.parametrize(
    ("code", "kind", "problem"),
    [
        ("S000000000001", CenterKind.THIRD_PARTY, None),
        ("Y000000000001", CenterKind.EMPLOYER, None),
        ("Y000000000001", CenterKind.THIRD_PARTY, CodeProblem.KIND),
        ("S00000000001", CenterKind.THIRD_PARTY, CodeProblem.SHAPE),
        ("X000000000001", CenterKind.THIRD_PARTY, CodeProblem.SHAPE),
        ("S00000000000１", CenterKind.THIRD_PARTY, CodeProblem.SHAPE),
        ("S0000000000012", CenterKind.THIRD_PARTY, CodeProblem.SHAPE),
    ],
)
def test_a_code_is_a_letter_of_its_kind_and_twelve_digits(
    code: str, kind: CenterKind, problem: CodeProblem | None
) -> None:
    assert code_problem(code, kind) is problem


@given(TERMS, TERMS)
def test_terms_overlap_when_some_day_lies_in_both(one: Term, other: Term) -> None:
    later = max(one.from_on, other.from_on)

    assert one.overlaps(other) == other.overlaps(one) == (one.holds(later) and other.holds(later))


def test_a_term_does_not_hold_on_its_last_day() -> None:
    term = Term(TODAY, TODAY + timedelta(days=1))

    assert term.holds(TODAY)
    assert not term.holds(TODAY + timedelta(days=1))
    assert not term.holds(TODAY - timedelta(days=1))


def test_a_filing_for_all_jobs_overlaps_each_of_them() -> None:
    assert jobs_overlap(None, "数据标注员")
    assert jobs_overlap("数据标注员", None)
    assert jobs_overlap("数据标注员", "数据标注员")
    assert not jobs_overlap("数据标注员", "人工智能算法测试员")


def test_the_day_is_that_of_the_center() -> None:
    evening = NOW.replace(hour=17)

    assert day_at(evening, "Asia/Shanghai") == TODAY + timedelta(days=1)


def test_duties_that_ask_for_standing_aside_are_named() -> None:
    assert recusals([StaffDuty.CERTIFICATION_OFFICER, StaffDuty.TEACHER]) == [
        (StaffDuty.TEACHER, StaffDuty.CERTIFICATION_OFFICER)
    ]
    assert recusals([StaffDuty.MANAGER, StaffDuty.TEACHER]) == []


def test_a_center_is_put_on_record(session: Session, make: Make) -> None:
    owner = make.actor(everywhere=True)

    center = service.create(session, FACTS, code="S310115000001", kind=CenterKind.THIRD_PARTY, by=owner, now=NOW)

    assert service.by_code(session, "S310115000001", by=owner) is center
    event = session.scalars(sa.select(AuditEvent)).one()
    assert (event.deed, event.center_id) == ("center.created", center.id)


def test_a_bad_code_is_refused(session: Session, make: Make) -> None:
    with pytest.raises(service.BadCenterCode) as refused:
        service.create(session, FACTS, code="S31", kind=CenterKind.THIRD_PARTY, by=make.actor(), now=NOW)

    assert refused.value.problem is CodeProblem.SHAPE


def test_two_centers_never_share_a_code(session: Session, make: Make) -> None:
    code = make.center().code

    with pytest.raises(service.CodeTaken):
        service.create(session, FACTS, code=code, kind=CenterKind.THIRD_PARTY, by=make.actor(), now=NOW)


@pytest.mark.parametrize(("district", "is_area"), [("张江科学城", True), ("昆山市", False)])
def test_an_area_or_another_town_is_no_district(session: Session, make: Make, district: str, is_area: bool) -> None:
    facts = service.CenterFacts(name_zh="甲", name_en="A", district=district)

    with pytest.raises(service.NotADistrict) as refused:
        service.create(session, facts, code="S310115000001", kind=CenterKind.THIRD_PARTY, by=make.actor(), now=NOW)

    assert refused.value.is_area is is_area


def test_an_unknown_area_is_refused(session: Session, make: Make) -> None:
    center = make.center()
    facts = service.CenterFacts(name_zh="甲", name_en="A", district="浦东新区", functional_area="火星")

    with pytest.raises(service.NotAnArea):
        service.update(session, center.id, facts, revision=1, by=make.actor(center), now=NOW)


def test_a_center_changes_but_not_over_another_change(session: Session, make: Make) -> None:
    center = make.center()
    by = make.actor(center)
    service.update(session, center.id, FACTS, revision=1, by=by, now=NOW)

    with pytest.raises(Conflict):
        service.update(session, center.id, FACTS, revision=1, by=by, now=NOW)

    assert (center.name_zh, center.revision) == ("浦东评价中心", 2)


def test_a_center_of_others_is_not_found(session: Session, make: Make) -> None:
    center, other = make.center(), make.center()
    by = make.actor(other)

    deeds: list[Callable[[], object]] = [
        lambda: service.by_id(session, center.id, by=by),
        lambda: service.by_code(session, center.code, by=by),
        lambda: service.by_code(session, "S999999999999", by=by),
        lambda: service.update(session, center.id, FACTS, revision=1, by=by, now=NOW),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()


def test_centers_are_found_by_name_district_status_and_level(session: Session, make: Make) -> None:
    center = make.center(name_zh="张江一百", district="浦东新区", levels=(3,))
    make.center(name_zh="徐汇百分", district="徐汇区", levels=(5,), status=CenterStatus.SUSPENDED)
    by = make.actor(everywhere=True)

    for narrowed in (
        service.listing(by=by, q="江一"),
        service.listing(by=by, district="浦东新区"),
        service.listing(by=by, status=CenterStatus.ACTIVE),
        service.listing(by=by, level=3),
        service.listing(by=by, level=3, on=TODAY),
    ):
        assert session.scalars(narrowed).all() == [center]
    assert not session.scalars(service.listing(by=by, q="%")).all()
    assert not session.scalars(service.listing(by=by, level=3, on=date(2020, 1, 1))).all()


def test_a_suspended_center_may_not_teach_or_examine(session: Session, make: Make) -> None:
    center = make.center()
    service.require_scope(session, center.id, 3, on=TODAY)

    service.set_status(session, center.id, CenterStatus.SUSPENDED, by=make.actor(center), now=NOW)

    with pytest.raises(service.CenterNotActive):
        service.require_scope(session, center.id, 3, on=TODAY)


def test_a_level_outside_the_filed_scope_is_refused(session: Session, make: Make) -> None:
    center = make.center(levels=(5, 4))

    with pytest.raises(service.OutsideFiledScope) as refused:
        service.require_scope(session, center.id, 3, on=TODAY)

    assert (refused.value.level, refused.value.on) == (3, TODAY)


def test_a_center_names_the_levels_of_a_day(session: Session, make: Make) -> None:
    center = make.center(levels=(3, 5))

    assert center.levels_on(TODAY) == [5, 3]
    assert center.levels_on(date(2020, 1, 1)) == []


def test_nothing_may_be_done_at_a_center_that_is_not_there(session: Session) -> None:
    with pytest.raises(NotFound):
        service.require_scope(session, uuid4(), 3, on=TODAY)


def test_a_scope_counts_from_its_first_day_to_the_day_before_its_end(session: Session, make: Make) -> None:
    center, end = make.center(), TODAY + timedelta(days=10)
    service.file_scope(session, center.id, scope(2, until_on=end), by=make.actor(center), now=NOW)

    service.require_scope(session, center.id, 2, on=end - timedelta(days=1))

    with pytest.raises(service.OutsideFiledScope):
        service.require_scope(session, center.id, 2, on=end)


def test_a_level_is_not_filed_twice_for_the_same_days(session: Session, make: Make) -> None:
    center = make.center()
    by, end = make.actor(center), TODAY + timedelta(days=10)
    service.file_scope(session, center.id, scope(2, until_on=end, job="数据标注员"), by=by, now=NOW)

    service.file_scope(session, center.id, scope(2, job="人工智能算法测试员"), by=by, now=NOW)
    service.file_scope(session, center.id, scope(2, from_on=end, job="数据标注员"), by=by, now=NOW)
    with pytest.raises(service.ScopeOverlaps):
        service.file_scope(session, center.id, scope(2), by=by, now=NOW)


def test_a_term_needs_a_day(session: Session, make: Make) -> None:
    center = make.center()

    with pytest.raises(service.EndBeforeStart):
        service.file_scope(session, center.id, scope(2, until_on=TODAY), by=make.actor(center), now=NOW)


def test_a_scope_is_ended_once_and_not_before_it_started(session: Session, make: Make) -> None:
    center = make.center()
    by, end = make.actor(center), TODAY + timedelta(days=10)
    filed = service.file_scope(session, center.id, scope(2), by=by, now=NOW)

    with pytest.raises(service.EndBeforeStart):
        service.end_scope(session, filed.id, until_on=TODAY, by=by, now=NOW)
    service.end_scope(session, filed.id, until_on=end, by=by, now=NOW)

    assert filed.until_on == end
    with pytest.raises(service.AlreadyEnded):
        service.end_scope(session, filed.id, until_on=end, by=by, now=NOW)
    with pytest.raises(NotFound):
        service.end_scope(session, filed.id, until_on=end, by=make.actor(), now=NOW)


def test_staff_holds_duties_for_a_term(session: Session, make: Make) -> None:
    center = make.center()
    facts = teacher(until_on=TODAY + timedelta(days=5))

    role = staffing.assign(session, center.id, facts, by=make.actor(center), now=NOW)

    assert service.duties_of(session, facts.actor_id, on=TODAY) == [role]
    assert service.duties_of(session, facts.actor_id, on=TODAY + timedelta(days=5)) == []
    assert session.scalars(service.staff_listing(center_id=center.id, duty=StaffDuty.TEACHER)).all() == [role]
    assert session.scalars(service.staff_listing(center_id=center.id, on=TODAY - timedelta(days=1))).all() == []


def test_a_duty_is_not_held_twice_at_once(session: Session, make: Make) -> None:
    center = make.center()
    by, end, facts = make.actor(center), TODAY + timedelta(days=5), teacher()
    first = staffing.assign(session, center.id, facts, by=by, now=NOW)

    with pytest.raises(staffing.DutyHeld):
        staffing.assign(session, center.id, facts, by=by, now=NOW)
    staffing.end_duty(session, first.id, until_on=end, by=by, now=NOW)
    again = teacher(actor_id=facts.actor_id, from_on=end)
    staffing.assign(session, center.id, again, by=by, now=NOW)

    assert len(session.scalars(service.staff_listing(center_id=center.id)).all()) == 2


def test_a_duty_ends_once_and_not_before_it_started(session: Session, make: Make) -> None:
    center = make.center()
    by = make.actor(center)
    role = staffing.assign(session, center.id, teacher(), by=by, now=NOW)

    with pytest.raises(service.EndBeforeStart):
        staffing.end_duty(session, role.id, until_on=TODAY - timedelta(days=1), by=by, now=NOW)
    staffing.end_duty(session, role.id, until_on=TODAY, by=by, now=NOW)

    with pytest.raises(service.AlreadyEnded):
        staffing.end_duty(session, role.id, until_on=TODAY, by=by, now=NOW)
    with pytest.raises(NotFound):
        staffing.end_duty(session, role.id, until_on=TODAY, by=make.actor(), now=NOW)


def test_a_site_has_rooms_with_workstations(session: Session, make: Make) -> None:
    center = make.center()
    by = make.actor(center)
    site = premises.add_site(session, center.id, premises.SiteFacts("总部", "示范路1号", "浦东新区"), by=by, now=NOW)
    room = premises.add_room(session, site.id, premises.RoomFacts("机房一", 30), by=by, now=NOW)

    premises.update_site(session, site.id, premises.SiteFacts("分部", "示范路2号", "徐汇区"), by=by, now=NOW)
    premises.update_room(session, room.id, premises.RoomFacts("机房一", 40), by=by, now=NOW)

    assert (site.district, room.workstations) == ("徐汇区", 40)
    assert session.scalars(premises.rooms_listing(by=by, center_id=center.id)).all() == [room]
    assert session.scalars(premises.rooms_listing(by=make.actor())).all() == []


def test_a_site_stands_in_a_district(session: Session, make: Make) -> None:
    center = make.center()

    with pytest.raises(service.NotADistrict):
        premises.add_site(
            session, center.id, premises.SiteFacts("总部", "路", "张江科学城"), by=make.actor(center), now=NOW
        )


def test_rooms_of_a_site_have_names_of_their_own_and_a_workstation(session: Session, make: Make) -> None:
    center = make.center()
    by, room = make.actor(center), make.room(center)

    with pytest.raises(premises.RoomNameTaken):
        premises.add_room(session, room.site_id, premises.RoomFacts(room.name, 10), by=by, now=NOW)
    with pytest.raises(premises.NoWorkstations):
        premises.add_room(session, room.site_id, premises.RoomFacts("空房", 0), by=by, now=NOW)


def test_premises_of_others_are_not_found(session: Session, make: Make) -> None:
    room, stranger = make.room(make.center()), make.actor(make.center())

    with pytest.raises(NotFound):
        premises.site_by_id(session, room.site_id, by=stranger)
    with pytest.raises(NotFound):
        premises.room_by_id(session, room.id, by=stranger)
