"""Deeds and questions about training centers: the body and what it is filed for; who holds which duty."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from training_base.centers.models import FiledScope, Site, StaffRole, TrainingCenter
from training_base.centers.rules import (
    DISTRICTS,
    FUNCTIONAL_AREAS,
    CenterKind,
    CenterStatus,
    CodeProblem,
    StaffDuty,
    Term,
    code_problem,
    jobs_overlap,
)
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Conflict, NotFound, Refusal


@dataclass(eq=False)
class BadCenterCode(Refusal):
    """The code is not S or Y and 12 digits, or its letter is not that of the kind."""

    code_given: str
    problem: CodeProblem


@dataclass(eq=False)
class CodeTaken(Refusal):
    """Another body has this code."""

    code_given: str


@dataclass(eq=False)
class NotADistrict(Refusal):
    """Not one of the 16 districts; functional areas are none."""

    district: str
    is_area: bool


@dataclass(eq=False)
class NotAnArea(Refusal):
    """No functional area that we know of."""

    area: str


@dataclass(eq=False)
class EndBeforeStart(Refusal):
    """A term that ends before it starts."""

    from_on: date
    until_on: date


@dataclass(eq=False)
class ScopeOverlaps(Refusal):
    """The level is already filed for some of these days."""

    level: int
    from_on: date
    until_on: date | None


@dataclass(eq=False)
class AlreadyEnded(Refusal):
    """What is to end has ended before."""

    until_on: date


@dataclass(eq=False)
class OutsideFiledScope(Refusal):
    """The center is not on record for the level on that day."""

    level: int
    on: date


@dataclass(eq=False)
class CenterNotActive(Refusal):
    """The center is suspended or closed."""

    status: CenterStatus


@dataclass(frozen=True)
class CenterFacts:
    """What may change about a body; its code and kind never do."""

    name_zh: str
    name_en: str
    district: str
    functional_area: str | None = None
    zone: str = "Asia/Shanghai"
    phone: str | None = None


@dataclass(frozen=True)
class ScopeFacts:
    """What a body files: a level (1 to 5), a job or None for all, a term whose last day does not count."""

    occupation_code: str
    level: int
    from_on: date
    until_on: date | None = None
    job: str | None = None


def by_id(session: Session, center_id: UUID, *, by: Actor) -> TrainingCenter:
    """A center within the actor's scope, with its sites, rooms and scopes.

    Raises:
        NotFound: no such center, or outside the actor's scope.
    """
    center = session.scalar(
        sa.select(TrainingCenter)
        .where(TrainingCenter.id == center_id, by.scope(TrainingCenter.id))
        .options(selectinload(TrainingCenter.sites).selectinload(Site.rooms), selectinload(TrainingCenter.scopes))
    )
    if center is None:
        raise NotFound("training_center", center_id)
    return center


def by_code(session: Session, code: str, *, by: Actor) -> TrainingCenter:
    """A center by its 13-character code.

    Raises:
        NotFound: no such center, or outside the actor's scope.
    """
    center_id = session.scalar(sa.select(TrainingCenter.id).where(TrainingCenter.code == code))
    if center_id is None:
        raise NotFound("training_center", code)
    return by_id(session, center_id, by=by)


def listing(
    *,
    by: Actor,
    q: str | None = None,
    district: str | None = None,
    status: CenterStatus | None = None,
    level: int | None = None,
    on: date | None = None,
) -> sa.Select[TrainingCenter]:
    """The actor's centers, by name.

    Args:
        by: who asks.
        q: part of a name or of the code.
        district: one of the 16.
        status: whether the body may work.
        level: filed for this level ...
        on: ... on this day; by default ever.
    """
    query = sa.select(TrainingCenter).where(by.scope(TrainingCenter.id))
    if q:
        columns = (TrainingCenter.name_zh, TrainingCenter.name_en, TrainingCenter.code)
        query = query.where(sa.or_(*(column.icontains(q, autoescape=True) for column in columns)))
    if district:
        query = query.where(TrainingCenter.district == district)
    if status:
        query = query.where(TrainingCenter.status == status)
    if level:
        filed = [FiledScope.level == level] + ([_in_force(FiledScope, on)] if on else [])
        query = query.where(TrainingCenter.scopes.any(sa.and_(*filed)))
    return query.options(selectinload(TrainingCenter.scopes)).order_by(TrainingCenter.name_zh, TrainingCenter.id)


def create(
    session: Session, facts: CenterFacts, *, code: str, kind: CenterKind, by: Actor, now: datetime
) -> TrainingCenter:
    """Put a body on record; from then on its code never changes.

    Raises:
        BadCenterCode: not 13 characters of the right shape, or the letter of the other kind.
        CodeTaken: another body has the code.
        NotADistrict: no such district.
        NotAnArea: no such functional area.
    """
    problem = code_problem(code, kind)
    if problem is not None:
        raise BadCenterCode(code, problem)
    _check_place(facts)
    if session.scalar(sa.select(TrainingCenter.id).where(TrainingCenter.code == code)) is not None:
        raise CodeTaken(code)
    center = TrainingCenter(code=code, kind=kind, created_at=now, **vars(facts))
    session.add(center)
    session.flush()
    audit.record(session, "center.created", center, by=by, at=now, center_id=center.id)
    return center


def update(
    session: Session, center_id: UUID, facts: CenterFacts, *, revision: int, by: Actor, now: datetime
) -> TrainingCenter:
    """Change what may change about a body.

    Args:
        session: the session of the deed.
        center_id: which body.
        facts: all of them, as they shall be.
        revision: the one that the person saw.
        by: who changes it.
        now: when.

    Raises:
        NotFound: no such center in the actor's scope.
        Conflict: somebody else changed it since.
        NotADistrict: no such district.
        NotAnArea: no such functional area.
    """
    center = locked(session, center_id, by=by)
    if center.revision != revision:
        raise Conflict("training_center")
    _check_place(facts)
    before = audit.state_digest(center)
    for name, value in vars(facts).items():
        setattr(center, name, value)
    audit.record(session, "center.updated", center, by=by, at=now, before=before, center_id=center.id)
    return center


def set_status(session: Session, center_id: UUID, status: CenterStatus, *, by: Actor, now: datetime) -> TrainingCenter:
    """Suspend a body, close it, or let it work again.

    Raises:
        NotFound: no such center in the actor's scope.
    """
    center = locked(session, center_id, by=by)
    before = audit.state_digest(center)
    center.status = status
    details = {"status": status.value}
    audit.record(session, "center.status", center, by=by, at=now, before=before, details=details, center_id=center.id)
    return center


def file_scope(session: Session, center_id: UUID, facts: ScopeFacts, *, by: Actor, now: datetime) -> FiledScope:
    """Put on record that a center may teach and examine a level for a term.

    Raises:
        NotFound: no such center in the actor's scope.
        EndBeforeStart: the term has no day.
        ScopeOverlaps: the level is filed already, for the same or all jobs, on some of these days.
    """
    check_term(facts.from_on, facts.until_on)
    center = locked(session, center_id, by=by)
    term = Term(facts.from_on, facts.until_on)
    for other in session.scalars(
        sa.select(FiledScope).where(
            FiledScope.center_id == center.id,
            FiledScope.occupation_code == facts.occupation_code,
            FiledScope.level == facts.level,
        )
    ):
        if jobs_overlap(facts.job, other.job) and term.overlaps(Term(other.from_on, other.until_on)):
            raise ScopeOverlaps(other.level, other.from_on, other.until_on)
    scope = FiledScope(center_id=center.id, **vars(facts))
    session.add(scope)
    session.flush()
    audit.record(session, "scope.filed", scope, by=by, at=now, details={"level": facts.level})
    return scope


def end_scope(session: Session, scope_id: UUID, *, until_on: date, by: Actor, now: datetime) -> FiledScope:
    """Let a filed scope end; ``until_on`` is the first day on which it no longer counts.

    Raises:
        NotFound: no such scope in the actor's centers.
        AlreadyEnded: it ended earlier.
        EndBeforeStart: it would end before it started.
    """
    scope = session.scalar(
        sa.select(FiledScope).where(FiledScope.id == scope_id, by.scope(FiledScope.center_id)).with_for_update()
    )
    if scope is None:
        raise NotFound("filed_scope", scope_id)
    if scope.until_on is not None and scope.until_on <= until_on:
        raise AlreadyEnded(scope.until_on)
    check_term(scope.from_on, until_on)
    before = audit.state_digest(scope)
    scope.until_on = until_on
    audit.record(session, "scope.ended", scope, by=by, at=now, before=before)
    return scope


def require_scope(session: Session, center_id: UUID, level: int, *, on: date) -> None:
    """Insist that a center may teach and examine a level on a day.

    Raises:
        NotFound: no such center.
        CenterNotActive: it is suspended or closed.
        OutsideFiledScope: it is not on record for the level that day.
    """
    center = session.get(TrainingCenter, center_id)
    if center is None:
        raise NotFound("training_center", center_id)
    if center.status is not CenterStatus.ACTIVE:
        raise CenterNotActive(center.status)
    filed = session.scalar(
        sa.select(FiledScope.id)
        .where(FiledScope.center_id == center_id, FiledScope.level == level, _in_force(FiledScope, on))
        .limit(1)
    )
    if filed is None:
        raise OutsideFiledScope(level, on)


def staff_listing(*, center_id: UUID, duty: StaffDuty | None = None, on: date | None = None) -> sa.Select[StaffRole]:
    """Duties at a center by name, of one kind and on one day if given; else ended ones are among them."""
    query = sa.select(StaffRole).where(StaffRole.center_id == center_id)
    if duty:
        query = query.where(StaffRole.duty == duty)
    if on:
        query = query.where(_in_force(StaffRole, on))
    return query.order_by(StaffRole.name, StaffRole.actor_id, StaffRole.from_on, StaffRole.id)


def duties_of(session: Session, actor_id: UUID, *, on: date) -> list[StaffRole]:
    """The duties somebody holds at any center on a day."""
    query = sa.select(StaffRole).where(StaffRole.actor_id == actor_id, _in_force(StaffRole, on))
    return list(session.scalars(query.order_by(StaffRole.center_id, StaffRole.duty)))


def _in_force(table: type[FiledScope] | type[StaffRole], on: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.from_on <= on, sa.or_(table.until_on.is_(None), table.until_on > on))


def locked(session: Session, center_id: UUID, *, by: Actor) -> TrainingCenter:
    """A center within the actor's scope, locked: two deeds that must not overlap come one after the other.

    Raises:
        NotFound: no such center, or outside the actor's scope.
    """
    center = session.scalar(
        sa.select(TrainingCenter)
        .where(TrainingCenter.id == center_id, by.scope(TrainingCenter.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if center is None:
        raise NotFound("training_center", center_id)
    return center


def _check_place(facts: CenterFacts) -> None:
    if facts.district not in DISTRICTS:
        raise NotADistrict(facts.district, facts.district in FUNCTIONAL_AREAS)
    if facts.functional_area is not None and facts.functional_area not in FUNCTIONAL_AREAS:
        raise NotAnArea(facts.functional_area)


def check_term(from_on: date, until_on: date | None) -> None:
    """Insist that a term has a day.

    Raises:
        EndBeforeStart: it has none.
    """
    if until_on is not None and until_on <= from_on:
        raise EndBeforeStart(from_on, until_on)
