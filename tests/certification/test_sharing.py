"""Share links: what a holder lets an employer see, and for how long."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from certification.certificates import service, sharing
from tests.make import NOW, Make
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent
from training_base.people.models import Trainer


def holder(make: Make, **facts: str) -> tuple[Trainer, Actor]:
    trainer = make.trainer(**facts)
    return trainer, make.actor(trainer_id=trainer.id)


def test_a_link_shows_the_levels_the_highest_first(session: Session, make: Make) -> None:
    trainer, by = holder(make, name="张晓岚")
    center = make.center()
    for level in (5, 3):
        make.certificate(center, trainer=trainer, scheme=make.scheme(make.tier(level)))
    new = sharing.create(session, " 某公司 ", 7, by=by, now=NOW)

    link = sharing.view(session, new.token, address="203.0.113.9", now=NOW)

    assert (link.trainer.name, link.label) == ("张晓岚", "某公司")
    assert [one.tier.level for one in service.of_trainer(session, link.trainer_id)] == [3, 5]


def test_the_token_is_long_and_kept_nowhere(session: Session, make: Make) -> None:
    _, by = holder(make)

    new = sharing.create(session, "某公司", 30, by=by, now=NOW)

    assert len(new.token) == 22
    assert new.token not in repr(vars(new.link))


def test_the_holder_sees_who_looked(session: Session, make: Make) -> None:
    _, by = holder(make)
    new = sharing.create(session, "某公司", 7, by=by, now=NOW)
    sharing.view(session, new.token, address="203.0.113.9", now=NOW)
    session.expire_all()

    (link,) = session.scalars(sharing.own_links(by=by))

    assert [(look.visitor, look.at) for look in link.accesses] == [("203.0.*.*", NOW)]


def test_a_link_ends_with_its_time_or_when_it_is_taken_back(session: Session, make: Make) -> None:
    _, by = holder(make)
    first, second = (sharing.create(session, "某公司", 7, by=by, now=NOW) for _ in range(2))
    sharing.revoke(session, second.link.id, by=by, now=NOW)

    with pytest.raises(sharing.LinkExpired):
        sharing.view(session, first.token, address="", now=NOW + timedelta(days=7))
    with pytest.raises(sharing.LinkRevoked):
        sharing.view(session, second.token, address="", now=NOW)
    with pytest.raises(NotFound):
        sharing.view(session, "guessed", address="", now=NOW)


def test_taking_back_twice_leaves_one_event(session: Session, make: Make) -> None:
    _, by = holder(make)
    new = sharing.create(session, "某公司", 7, by=by, now=NOW)

    for _ in range(2):
        sharing.revoke(session, new.link.id, by=by, now=NOW)

    deeds = [event.deed for event in session.query(AuditEvent).where(AuditEvent.actor_id == by.id)]
    assert sorted(deeds) == ["share.created", "share.revoked"]


def test_only_the_holder_takes_a_link_back(session: Session, make: Make) -> None:
    (_, by), (_, other) = holder(make), holder(make)
    new = sharing.create(session, "某公司", 7, by=by, now=NOW)

    for link_id, actor in ((new.link.id, other), (uuid4(), by)):
        with pytest.raises(NotFound):
            sharing.revoke(session, link_id, by=actor, now=NOW)


def test_without_a_profile_there_is_nothing_to_share(session: Session, make: Make) -> None:
    with pytest.raises(sharing.NoProfile):
        sharing.create(session, "某公司", 7, by=make.actor(), now=NOW)


def test_a_link_stays_open_only_as_long_as_is_offered(session: Session, make: Make) -> None:
    with pytest.raises(ValueError, match="not 365"):
        sharing.create(session, "某公司", 365, by=holder(make)[1], now=NOW)
