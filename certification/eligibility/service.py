"""Questions and deeds about eligibility: who may go for a level, and enrolling those who may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from certification.eligibility.models import EligibilityRuleSet
from certification.eligibility.rules import (
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
from certification.standards.models import Tier
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


def in_force(session: Session, tier: Tier, *, on: date) -> EligibilityRuleSet | None:
    """The newest set of rules for a tier that is in force on a day: a later local one stands before the national."""
    return session.scalar(
        sa.select(EligibilityRuleSet)
        .where(
            EligibilityRuleSet.tier_id == tier.id,
            EligibilityRuleSet.from_on <= on,
            sa.or_(EligibilityRuleSet.until_on.is_(None), EligibilityRuleSet.until_on > on),
        )
        .order_by(EligibilityRuleSet.from_on.desc(), EligibilityRuleSet.code)
        .limit(1)
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
    """What the rules in force say about a trainer, a level and a day; asks no scope, since it shows no record.

    Raises:
        NotFound: no such trainer, or the adopted standard has no such level.
    """
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
    known = facts(trainer, on, held=held, confirmed=confirmed)
    rule_set = in_force(session, standards.tier_by_level(session, level), on=on)
    if rule_set is None:
        return judge(None, known, level=level)
    return judge(rule_set.rules, known, level=level, title_zh=rule_set.title_zh, title_en=rule_set.title_en)


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
