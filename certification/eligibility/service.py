"""Questions and deeds about eligibility: who may go for a level, and enrolling those who may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, selectinload

from certification.eligibility.models import EligibilityRuleSet, RelatedList
from certification.eligibility.rules import (
    Assessment,
    ConditionKind,
    EligibilityAnswer,
    Facts,
    HeldCertificate,
    Period,
    Schooling,
    Title,
    judge,
)
from certification.standards import service as standards
from certification.standards.models import Standard, Tier
from certification.standards.rules import OCCUPATION
from training_base.centers import service as centers
from training_base.centers.rules import day_at
from training_base.cohorts import service as cohorts
from training_base.cohorts.models import Enrolment
from training_base.cohorts.rules import EnrolmentStatus
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people import service as people
from training_base.people.models import Trainer


@dataclass(eq=False)
class NotEligible(Refusal):
    """No rule of the level is met on the day; the answer says what is missing."""

    answer: EligibilityAnswer


@dataclass(eq=False)
class RulesNotPublished(Refusal):
    """What the level asks for is not known, so nobody can be judged."""

    level: int
    on: date


def sets_in_force(session: Session, tier: Tier, *, on: date) -> list[EligibilityRuleSet]:
    """The sets of rules for a tier that are in force on a day, the newest first: a later local one decides.

    A set belongs to the occupation, the kind of standard and the level of its tier, so that it goes on when a new
    edition is adopted.
    """
    edition = aliased(Standard)
    return list(
        session.scalars(
            sa.select(EligibilityRuleSet)
            .join(Tier, EligibilityRuleSet.tier_id == Tier.id)
            .join(edition, Tier.standard_id == edition.id)
            .where(
                Tier.level == tier.level,
                edition.occupation_code == tier.standard.occupation_code,
                edition.kind == tier.standard.kind,
                EligibilityRuleSet.from_on <= on,
                sa.or_(EligibilityRuleSet.until_on.is_(None), EligibilityRuleSet.until_on > on),
            )
            .order_by(EligibilityRuleSet.from_on.desc(), EligibilityRuleSet.code)
        )
    )


def in_force(session: Session, tier: Tier, *, on: date) -> EligibilityRuleSet | None:
    """The set of rules that decides for a tier on a day."""
    return next(iter(sets_in_force(session, tier, on=on)), None)


def related_lists(session: Session, *, on: date) -> list[RelatedList]:
    """The lists of related occupations and subjects that are in force on a day; unknown ones are among them."""
    return list(
        session.scalars(
            sa.select(RelatedList)
            .where(RelatedList.from_on <= on, sa.or_(RelatedList.until_on.is_(None), RelatedList.until_on > on))
            .order_by(RelatedList.kind, RelatedList.from_on.desc(), RelatedList.code)
        )
    )


def facts(
    trainer: Trainer,
    on: date,
    *,
    held: Iterable[HeldCertificate] = (),
    confirmed: Iterable[ConditionKind] = (),
) -> Facts:
    """What the rules ask about a trainer.

    Args:
        trainer: with the records of schooling, work, titles and earlier certificates.
        on: the day to judge.
        held: valid certificates issued by this portal; they stand floors above, so the caller brings them.
        confirmed: conditions for which somebody at the center has seen the paper.
    """
    earlier = (
        HeldCertificate(one.level, one.issued_on)
        for one in trainer.earlier_certificates
        if one.occupation_code == OCCUPATION
    )
    return Facts(
        on=on,
        born_on=trainer.born_on,
        work=tuple(Period(e.started_on, e.ended_on) for e in trainer.employments if e.is_in_occupation),
        certificates=(*earlier, *held),
        schooling=tuple(Schooling(e.level, e.is_related, e.in_final_year, e.ended_on) for e in trainer.educations),
        titles=tuple(Title(t.rank, t.matches_subject, t.awarded_on) for t in trainer.titles),
        apprenticeship_completed=trainer.apprenticeship_completed,
        confirmed=frozenset(confirmed),
    )


def evaluate(
    session: Session,
    trainer_id: UUID,
    level: int,
    *,
    on: date,
    held: Iterable[HeldCertificate] = (),
    confirmed: Iterable[ConditionKind] = (),
) -> EligibilityAnswer:
    """What the rules that decide say about a trainer, a level and a day; asks no scope, since it shows no record.

    Raises:
        NotFound: no such trainer, or the adopted standard has no such level.
    """
    return assess(session, trainer_id, level, on=on, held=held, confirmed=confirmed).deciding


def assess(
    session: Session,
    trainer_id: UUID,
    level: int,
    *,
    on: date,
    held: Iterable[HeldCertificate] = (),
    confirmed: Iterable[ConditionKind] = (),
) -> Assessment:
    """What each set of rules in force says about a trainer, a level and a day.

    Raises:
        NotFound: no such trainer, or the adopted standard has no such level.
    """
    known = facts(_with_past(session, trainer_id), on, held=held, confirmed=confirmed)
    answers = [
        judge(one.rules, known, level=level, title_zh=one.title_zh, title_en=one.title_en, code=one.code)
        for one in sets_in_force(session, standards.tier_by_level(session, level), on=on)
    ]
    return Assessment(answers[0], tuple(answers[1:])) if answers else Assessment(judge(None, known, level=level))


def _with_past(session: Session, trainer_id: UUID) -> Trainer:
    trainer = session.scalar(
        sa.select(Trainer)
        .where(Trainer.id == trainer_id)
        .options(
            selectinload(Trainer.educations),
            selectinload(Trainer.employments),
            selectinload(Trainer.titles),
            selectinload(Trainer.earlier_certificates),
        )
    )
    if trainer is None:
        raise NotFound("trainer", trainer_id)
    return trainer


def require(session: Session, trainer_id: UUID, level: int, *, on: date, held: Iterable[HeldCertificate] = ()) -> str:
    """The rule by which a trainer may go for a level.

    A rule that was found met at enrolment, with papers seen by hand, keeps counting as long as it is in force and
    the place is kept.

    Raises:
        NotFound: no such trainer or level.
        RulesNotPublished: the rules in force are not known.
        NotEligible: none of them is met.
    """
    answer = evaluate(session, trainer_id, level, on=on, held=held)
    if answer.met is None:
        established = session.scalar(
            sa.select(Enrolment.eligible_by)
            .where(
                Enrolment.trainer_id == trainer_id,
                Enrolment.level == level,
                Enrolment.status != EnrolmentStatus.LEFT,
                Enrolment.eligible_by.in_([rule.rule_id for rule in answer.tried]),
            )
            .limit(1)
        )
        return established or _rule_of(answer)
    return answer.met


def enrol(
    session: Session,
    cohort_id: UUID,
    trainer_id: UUID,
    *,
    by: Actor,
    now: datetime,
    held: Iterable[HeldCertificate] = (),
    confirmed: Iterable[ConditionKind] = (),
) -> Enrolment:
    """Give a trainer who may go for the level a place in a cohort.

    Args:
        session: the session of the deed.
        cohort_id: which cohort.
        trainer_id: who.
        by: who enrols.
        now: when; eligibility is judged on that day of the center.
        held: valid certificates issued by this portal.
        confirmed: conditions for which ``by`` has seen the paper; the audit trail keeps them.

    Raises:
        NotFound: no such cohort or trainer within the actor's scope.
        OutsideFiledScope: the center is not on record for the level.
        CenterNotActive: the center is suspended or closed.
        RulesNotPublished: the rules in force are not known.
        NotEligible: none of them is met.
        Refusal: any other of ``cohorts.service.enrol``.
    """
    cohort = cohorts.by_id(session, cohort_id, by=by)
    trainer = people.by_id(session, trainer_id, by=by)
    seen, level, today = sorted(confirmed), cohort.course.level, day_at(now, cohort.center.zone)
    centers.require_scope(session, cohort.center_id, level, on=today)
    rule = _rule_of(evaluate(session, trainer.id, level, on=today, held=held, confirmed=seen))
    return cohorts.enrol(session, cohort.id, trainer.id, eligible_by=rule, by=by, now=now, details={"confirmed": seen})


def _rule_of(answer: EligibilityAnswer) -> str:
    if not answer.published:
        raise RulesNotPublished(answer.level, answer.on)
    if answer.met is None:
        raise NotEligible(answer)
    return answer.met
