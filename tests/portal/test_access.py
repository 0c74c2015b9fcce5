"""Who may open what: every route declares its right, and the matrix of roles, routes and centers holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from certification.item_bank.lint import Finding
from certification.item_review import commenting
from certification.item_review.models import ItemFlag
from certification.remarking import deciding
from certification.remarking import service as remarkings
from certification.scoring.rules import Treatment
from portal.access import GRANTS, Permission, Role, declared
from tests.make import Make
from tests.make_assembly import a_blueprint, a_solved_set
from tests.portal.conftest import SignIn
from training_base.centers.models import TrainingCenter
from training_base.centers.rules import StaffDuty
from training_base.kernel import audit, queue

OPEN = {Permission.PUBLIC, Permission.CANDIDATE}
OWN = {Permission.PROFILE_OWN, Permission.PRACTICE, Permission.SHARE, Permission.SIGNED_IN}


def rules(app: Flask) -> Iterator[tuple[Rule, str, Permission | None]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
                yield rule, method, declared(app.view_functions[rule.endpoint])


def test_every_route_declares_its_permission(app: Flask) -> None:
    assert [rule.rule for rule, _, permission in rules(app) if permission is None] == []


def test_every_permission_is_granted_to_somebody_and_used_by_a_route(app: Flask) -> None:
    used = {permission for _, _, permission in rules(app)}
    granted = {permission for rights in GRANTS.values() for permission in rights}

    assert set(Permission) - used == set()
    assert set(Permission) - granted - OPEN - {Permission.SIGNED_IN} == set()


def test_a_route_that_declares_nothing_is_refused(app: Flask) -> None:
    app.view_functions["home.index"], kept = (lambda: "open"), app.view_functions["home.index"]

    try:
        assert app.test_client().get("/").status_code == 403
    finally:
        app.view_functions["home.index"] = kept


@dataclass
class World:
    """One record of every kind at a center, by the names that addresses use."""

    center: TrainingCenter
    names: dict[str, Any]

    def path(self, rule: Rule) -> str:
        """The address of a route about this center's records; what it has none of is a random identifier."""
        samples = {name: next(iter(one.items)) for name, one in rule._converters.items() if hasattr(one, "items")}
        whole = {
            name: self.names.get(name) for name, one in rule._converters.items() if isinstance(one, IntegerConverter)
        }
        numbers = {name: value if isinstance(value, int) else 1 for name, value in whole.items()}
        known = {**samples, **self.names, **numbers}
        values = {name: known.get(name, uuid4()) for name in rule.arguments}
        return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def world(make: Make, session: Session) -> World:
    center = make.center()
    tier = make.tier()
    room, trainer = make.room(center), make.trainer(center)
    cohort = make.cohort(center)
    enrolment = make.enrolment(center, cohort=cohort, trainer=trainer)
    registration = make.registration(enrolment=enrolment)
    certificate = make.certificate(center)
    by, now = make.actor(center), datetime.now(UTC)
    event = audit.record(session, "center.updated", center, by=by, at=now, center_id=center.id)
    job = queue.enqueue(session, "certificates.issue", {}, by=by, now=now, center_id=center.id)
    paper = make.paper(center)
    item = remarkings.item_at(session, paper.id, 3, by=by)
    remarking = deciding.ask(session, item, Treatment.CREDIT_ALL, None, reason="无", by=by, now=now)
    item_here = make.item(tier, center_id=center.id)
    flag = ItemFlag(
        item_id=item_here.id, center_id=center.id, version=1, finding=Finding.NEGATIVE_STEM, detail="", found_at=now
    )
    session.add(flag)
    comment = commenting.comment(session, item_here.id, "无", by=by, now=now)
    session.flush()
    names = {
        "center_id": center.id, "room_id": room.id, "site_id": room.site_id, "trainer_id": trainer.id,
        "cohort_id": cohort.id, "course_id": cohort.course_id, "enrolment_id": enrolment.id,
        "registration_id": registration.id, "exam_session_id": registration.exam_session_id,
        "result_id": certificate.result_id, "number": certificate.number, "event_id": event.id, "job_id": job.id,
        "remarking_id": remarking.id, "position": 3,
        "flag_id": flag.id, "comment_id": comment.id,
        "item_id": item_here.id, "paper_id": paper.id, "level": 3,
        "blueprint_id": a_blueprint(make, center).id, "paper_set_id": a_solved_set(make, a_blueprint(make, center)).id,
        "scope_id": center.scopes[0].id, "code": "none", "token": "none",
    }  # fmt: skip
    return World(center, names)


def holder(who: Role | StaffDuty, sign_in: SignIn, make: Make, center: TrainingCenter) -> FlaskClient:
    if isinstance(who, StaffDuty):
        return sign_in(who, at=center)
    return sign_in(trainer=make.trainer()) if who is Role.TRAINEE else sign_in(roles=(who,))


@pytest.mark.parametrize("who", [*Role, *StaffDuty], ids=str)
def test_the_matrix_of_rights_holds(
    app: Flask, session: Session, make: Make, sign_in: SignIn, who: Role | StaffDuty
) -> None:
    here, wrong = world(make, session), []
    browser = holder(who, sign_in, make, here.center)
    for rule, method, permission in rules(app):
        assert permission is not None
        if permission in OPEN or rule.endpoint == "auth.sign_out":
            continue
        status = browser.open(here.path(rule), method=method).status_code
        may = permission is Permission.SIGNED_IN or permission in GRANTS[who]
        if (status == 403) is may or status >= 500 or status == 401:
            wrong.append(f"{method} {rule.rule}: {status}, may: {may}")

    assert wrong == []


@pytest.mark.parametrize("duty", list(StaffDuty), ids=str)
def test_staff_never_reach_the_records_of_another_center(
    app: Flask, session: Session, make: Make, sign_in: SignIn, duty: StaffDuty
) -> None:
    there, wrong = world(make, session), []
    browser = sign_in(duty, at=make.center())
    for rule, method, permission in rules(app):
        scoped = rule.arguments & there.names.keys() - {"level", "code", "token"}
        if not scoped or permission in OPEN | OWN | {None} or permission not in GRANTS[duty]:
            continue
        answer = browser.open(there.path(rule), method=method)
        if answer.status_code != 404:
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")

    assert wrong == []


def test_nobody_is_let_in_without_signing_in(app: Flask, session: Session, make: Make) -> None:
    here, wrong = world(make, session), []
    browser = app.test_client()
    for rule, method, permission in rules(app):
        if permission in OPEN:
            continue
        status = browser.open(here.path(rule), method=method).status_code
        if status != 401:
            wrong.append(f"{method} {rule.rule}: {status}")

    assert wrong == []
