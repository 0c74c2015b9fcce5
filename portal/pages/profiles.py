"""What the profile page of a trainer is composed of: levels held, training, results, the way to the next level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from certification.certificates import service as certificates
from certification.certificates.models import Certificate, Decision
from certification.certificates.rules import DecisionOutcome
from certification.crosswalks import standing as crosswalks
from certification.scoring import service as scoring
from certification.scoring.models import Result, ResultComponent
from certification.standards import service as standards
from certification.standards.models import Tier
from certification.standards.rules import OCCUPATION, Component
from portal.access import Permission
from portal.auth.current import actor, may
from portal.auth.models import Account
from portal.filters import hours, marks
from portal.labels import label, level_name
from training_base.cohorts import service as cohorts
from training_base.cohorts.models import Enrolment
from training_base.cohorts.rules import EnrolmentStatus, minutes_due, minutes_missing
from training_base.kernel.actor import Actor
from training_base.people.models import EarlierCertificate, Trainer
from training_base.people.rules import CoreTask, Domain

ORDER = list(Component)
Step = tuple[str, str, str | None]


@dataclass(frozen=True)
class Level:
    """A level that the person holds or held; ``certificate`` is None for one that was not issued here."""

    number: str
    level: int
    tier: Tier | None
    issuer: Any
    issued_on: date
    expires_on: date | None
    status: str
    address: str | None = None
    certificate: Certificate | None = None
    entry: EarlierCertificate | None = None

    @property
    def counts(self) -> bool:
        """Whether it was issued here and may be relied on today."""
        return self.status == "valid"


@dataclass(frozen=True)
class Training:
    """A place in a cohort, the minutes that are due, and what became of it."""

    enrolment: Enrolment
    due: int
    components: Sequence[ResultComponent]
    steps: Sequence[Step]


def _address(certificate: Certificate, *, own: bool) -> str:
    """Where the reader finds the certificate: among the own, in the center's file, else by the public check."""
    if own:
        return url_for("certificates.mine")
    if may(Permission.CERTIFICATE_READ) and actor(Permission.CERTIFICATE_READ).may_touch(certificate.center_id):
        return url_for("certificates.show", number=certificate.number)
    return url_for("verify.show", number=certificate.number)


def _issued(certificate: Certificate, today: date, *, own: bool) -> Level:
    status = certificate.status.value
    if status == "valid" and not certificate.holds_on(today):
        status = "expired"
    return Level(
        certificate.number,
        certificate.tier.level,
        certificate.tier,
        certificate.center,
        certificate.issued_on,
        certificate.expires_on,
        status,
        _address(certificate, own=own),
        certificate=certificate,
    )


def _elsewhere(paper: EarlierCertificate, tiers: dict[int, Tier]) -> Level:
    tier = tiers.get(paper.level) if paper.occupation_code == OCCUPATION else None
    return Level(paper.number, paper.level, tier, paper.issuer, paper.issued_on, None, "elsewhere", entry=paper)


def levels_of(session: Session, trainer: Trainer, today: date, *, own: bool) -> list[Level]:
    """Levels earned here and elsewhere, the highest first, then the newest."""
    tiers = {tier.level: tier for tier in standards.tiers(session)}
    held = [_issued(certificate, today, own=own) for certificate in certificates.of_trainer(session, trainer.id)]
    held += [_elsewhere(paper, tiers) for paper in trainer.earlier_certificates]
    return sorted(held, key=lambda level: (level.level, -level.issued_on.toordinal(), level.number))


def _component(component: Component, result: Result | None) -> Step:
    part = next((part for part in result.components if part.component is component), None) if result else None
    if part is None:
        return label(component), "todo", None
    note = _("%(marks)s marks", marks=marks(part.marks))
    return label(component), "done" if part.passed else "todo", note


def _decided(decision: Decision | None) -> Step:
    if decision is None:
        return _("Decision"), "todo", None
    state = "done" if decision.outcome is DecisionOutcome.CERTIFY else "blocked"
    return _("Decision"), state, label(decision.outcome)


def steps_of(
    enrolment: Enrolment, result: Result | None, decision: Decision | None, certificate: Certificate | None
) -> list[Step]:
    """The main job from the tier to the certificate, and how far this enrolment has come."""
    due = minutes_due(enrolment.level)
    short = minutes_missing(enrolment.level, enrolment.credited_minutes)
    progress = _("%(credited)s of %(due)s hours", credited=hours(enrolment.credited_minutes), due=hours(due))
    components = [Component.THEORY, Component.SKILL, *([Component.REVIEW] if enrolment.level <= 2 else [])]
    steps: list[Step] = [
        (_("Level"), "done", level_name(enrolment.level)),
        (_("Eligibility"), "done" if enrolment.eligible_by else "todo", enrolment.eligible_by),
        (_("Training hours"), "todo" if short else "done", progress),
        *(_component(component, result) for component in components),
        _decided(decision),
        (
            _("Certificate"),
            "done" if certificate else "todo",
            certificate.issued_on.isoformat() if certificate else None,
        ),
    ]
    open_ = next((place for place, step in enumerate(steps) if step[1] != "done"), None)
    if open_ is not None and steps[open_][1] == "todo" and enrolment.status is not EnrolmentStatus.LEFT:
        name, _state, note = steps[open_]
        steps[open_] = (name, "current", note)
    return steps


def trainings_of(session: Session, trainer: Trainer, by: Actor, *, own: bool) -> list[Training]:
    """Places in cohorts with what became of them: one's own, or those in the reader's centers."""
    query = scoring.own_results(by=by) if own else scoring.results_listing(by=by)
    results = {
        result.enrolment_id: result for result in session.scalars(query.where(Result.trainer_id == trainer.id)).unique()
    }
    trainings = []
    for enrolment in cohorts.enrolments_of(session, trainer.id):
        if own or by.may_touch(enrolment.center_id):
            result = results.get(enrolment.id)
            decision = certificates.find_decision(session, result.id) if result else None
            certificate = certificates.find_of_result(session, result.id) if result else None
            steps = steps_of(enrolment, result, decision, certificate)
            parts = sorted(result.components, key=lambda part: ORDER.index(part.component)) if result else []
            trainings.append(Training(enrolment, minutes_due(enrolment.level), parts, steps))
    return trainings


def of(session: Session, trainer: Trainer, *, by: Actor, today: date, own: bool = False) -> dict[str, Any]:
    """All that the profile page shows besides the profile itself."""
    levels = levels_of(session, trainer, today, own=own)
    account = session.scalar(sa.select(Account).where(Account.trainer_id == trainer.id))
    tiers = {level.tier.id: level.tier for level in levels if level.tier is not None}
    reader = actor(Permission.STANDARD_WRITE)
    return {
        "levels": levels,
        "standings": {key: crosswalks.standings(session, tier, by=reader) for key, tier in tiers.items()},
        "best": next((level for level in levels if level.counts), None),
        "trainings": trainings_of(session, trainer, by, own=own),
        "ratings": [(task, trainer.skill_profile.get(task.value)) for task in CoreTask],
        "account": account,
        "domains": [Domain(value) for value in trainer.domains],
        "today": today,
    }
