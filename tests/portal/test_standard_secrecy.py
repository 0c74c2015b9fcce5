"""A private draft leaks through no address, whatever of its names is put into whatever route."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule, UUIDConverter

from certification.standards.models import NodeLink
from certification.standards.rules import LinkKind
from portal.access import Role
from tests.make import Make
from tests.make_standards import make_node, make_standard, make_tier
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty

PLACES = ("/standards", "/ims", "/crosswalks", "/api", "/eligibility")
SECRETS = ("绝密标准", "绝密职能", "绝密等级")


def named(session: Session, make: Make) -> list[UUID | str]:
    """All names of a private draft and of what is in it."""
    standard = make_standard(make, title_zh=SECRETS[0], title_en=SECRETS[0])
    tier = make_tier(make, standard, title_zh=SECRETS[2], title_en=SECRETS[2])
    node = make_node(make, tier, zh=SECRETS[1], en=SECRETS[1])
    link = make.add(NodeLink(standard_id=standard.id, kind=LinkKind.IS_PEER_OF, origin_identifier=node.identifier))
    session.commit()
    rows = (standard, tier, node, link)
    return [standard.code, node.placement_identifier, *(row.id for row in rows), *(row.identifier for row in rows)]


def addresses(app: Flask, names: list[UUID | str]) -> Iterator[tuple[Rule, str]]:
    """Every address of the places where standards are shown, with each name in every gap it fits."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(PLACES):
            continue
        for name in names if rule.arguments else names[:1]:
            values: dict[str, Any] = {}
            for key, converter in rule._converters.items():
                samples = next(iter(converter.items)) if hasattr(converter, "items") else 3
                takes_uuid = isinstance(converter, UUIDConverter)
                is_text = type(converter).__name__ == "UnicodeConverter"
                values[key] = name if is_text or (takes_uuid and isinstance(name, UUID)) else samples
            built = rule.build(values, append_unknown=False) if all_fit(rule, values) else None
            if built is not None:
                yield rule, str(built[1])


def all_fit(rule: Rule, values: dict[str, Any]) -> bool:
    """Whether each gap for a UUID has one."""
    return all(isinstance(values[key], UUID) for key, one in rule._converters.items() if isinstance(one, UUIDConverter))


@pytest.mark.parametrize("who", ["nobody", "staff"])
def test_nothing_of_a_private_draft_is_read_outside(
    app: Flask, session: Session, make: Make, sign_in: SignIn, who: str
) -> None:
    names, leaks, asked = named(session, make), [], 0
    roles = (Role.EMPLOYER, Role.TRAINEE, Role.ADMINISTRATOR)
    browser = app.test_client() if who == "nobody" else sign_in(*StaffDuty, at=make.center(), roles=roles)
    for rule, address in addresses(app, names):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = browser.open(f"{address}?q=绝密&series={names[0]}", method=method)
            asked += 1
            if answer.status_code >= 500 or any(secret in answer.text for secret in SECRETS):
                leaks.append(f"{method} {address}: {answer.status_code}")

    assert leaks == []
    assert asked > 100
