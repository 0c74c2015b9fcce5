"""A private draft does not exist for outsiders, nor does anything in it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from certification.standards import service, visibility
from certification.standards.models import NodeLink
from certification.standards.rules import LinkKind, StandardStatus
from tests.make import TODAY, Make
from tests.make_standards import make_node, make_standard, make_tier
from training_base.kernel.errors import NotFound

Question = Callable[..., Any]
QUESTIONS: dict[str, Question] = {
    "standard": visibility.standard,
    "tier": visibility.tier,
    "node": visibility.node,
    "link": visibility.link,
}


def keys(make: Make, status: StandardStatus) -> dict[str, list[Any]]:
    """All names under which a standard of that status and what is in it may be asked for."""
    standard = make_standard(make, status=status)
    tier = make_tier(make, standard)
    node = make_node(make, tier)
    link = make.add(NodeLink(standard_id=standard.id, kind=LinkKind.IS_PEER_OF, origin_identifier=node.identifier))
    return {
        "standard": [standard.id, standard.identifier, standard.code, str(standard.identifier), str(standard.id)],
        "tier": [tier.id, tier.identifier],
        "node": [node.id, node.identifier],
        "link": [link.identifier],
    }


@pytest.mark.parametrize("what", QUESTIONS)
def test_outsiders_do_not_find_a_private_draft(session: Session, make: Make, what: str) -> None:
    for key in keys(make, StandardStatus.PRIVATE_DRAFT)[what]:
        with pytest.raises(NotFound):
            QUESTIONS[what](session, key, by=make.actor())


@pytest.mark.parametrize("what", QUESTIONS)
def test_who_writes_standards_finds_it(session: Session, make: Make, what: str) -> None:
    found = [
        QUESTIONS[what](session, key, by=make.actor(everywhere=True))
        for key in keys(make, StandardStatus.PRIVATE_DRAFT)[what]
    ]

    assert len(set(found)) == 1


@pytest.mark.parametrize("what", QUESTIONS)
def test_everybody_finds_what_is_under_consultation(session: Session, make: Make, what: str) -> None:
    found = [QUESTIONS[what](session, key, by=make.actor()) for key in keys(make, StandardStatus.CONSULTATION)[what]]

    assert len(set(found)) == 1


@pytest.mark.parametrize("what", QUESTIONS)
def test_nobody_finds_what_is_not_there(session: Session, make: Make, what: str) -> None:
    with pytest.raises(NotFound):
        QUESTIONS[what](session, uuid4(), by=make.actor(everywhere=True))


def test_the_list_leaves_private_drafts_out_for_outsiders(session: Session, make: Make) -> None:
    draft, public = make_standard(make), make_standard(make, status=StandardStatus.TRIAL)

    assert session.scalars(service.listing(by=make.actor())).all() == [public]
    assert set(session.scalars(service.listing(by=make.actor(everywhere=True)))) == {draft, public}


@pytest.mark.parametrize("status", [StandardStatus.PRIVATE_DRAFT, StandardStatus.CONSULTATION])
def test_no_scheme_examines_a_draft(session: Session, make: Make, status: StandardStatus) -> None:
    scheme = make.scheme(make_tier(make, make_standard(make, status=status)))

    assert service.schemes_in_force(session, 3, on=TODAY) == []
    with pytest.raises(NotFound):
        service.scheme_by_code(session, scheme.code)
