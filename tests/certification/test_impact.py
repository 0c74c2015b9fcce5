"""What a new version touches: by tier and by duty, counted and listed in SQL, in the reader's centers."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from certification.certificates.rules import CertificateStatus
from certification.impact import service
from certification.impact.rules import Touched, tier_effects
from certification.standards.comparison import Effect, Part, compare
from certification.standards.models import KnowledgePoint, Scheme, Standard, TierWeight
from certification.standards.rules import Evidence
from tests.make import TODAY, Make
from tests.make_comparing import drop, first_version, next_version, node_of, tier_of
from tests.make_standards import make_node
from training_base.kernel.actor import Actor


@pytest.fixture
def old(make: Make) -> Standard:
    return first_version(make)


@pytest.fixture
def by(make: Make) -> Actor:
    return make.actor(everywhere=True)


def scheme_of(make: Make, old: Standard, level: int) -> Scheme:
    scheme = make.scheme()
    scheme.tier_id = tier_of(make, old, level).id
    make.session.flush()
    make.session.expire(scheme)
    return scheme


def narrower(make: Make, new: Standard) -> None:
    drop(make, node_of(make, new, "2.1.1"))


def wider(make: Make, new: Standard) -> None:
    make_node(make, node_of(make, new, "1.1"), zh="能检查标注")


def reworded(make: Make, new: Standard) -> None:
    node_of(make, new, "1.1.1").zh = "能完成语音标注"
    make.session.flush()


def nothing(make: Make, new: Standard) -> None:
    return None


@pytest.mark.parametrize(
    ("deed", "effect"),
    [
        (narrower, Effect.NARROWER),
        (wider, Effect.WIDER),
        (reworded, Effect.NEW_EVIDENCE),
        (nothing, Effect.UNCHANGED),
    ],
)
def test_certificates_of_the_level_get_the_effect_and_others_none(
    session: Session,
    make: Make,
    old: Standard,
    by: Actor,
    deed: Callable[[Make, Standard], None],
    effect: Effect,
) -> None:
    third, fourth = (make.certificate(scheme=scheme_of(make, old, level)) for level in (3, 4))
    new = next_version(make, old)
    deed(make, new)

    found = service.of(session, old, new)

    rows = session.execute(service.listing(found, Touched.CERTIFICATES, by=by, on=TODAY)).all()
    assert [(row.code, row.effect) for row in rows] == [(third.number, effect), (fourth.number, Effect.UNCHANGED)]
    assert third.tier_id == tier_of(make, old, 3).id


def test_certificates_that_are_over_or_of_other_centers_are_not_listed(
    session: Session, make: Make, old: Standard
) -> None:
    here, scheme = make.center(), scheme_of(make, old, 3)
    mine = make.certificate(here, scheme=scheme)
    make.certificate(scheme=scheme)
    make.certificate(here, scheme=scheme, status=CertificateStatus.WITHDRAWN)
    found = service.of(session, old, next_version(make, old))

    rows = session.execute(service.listing(found, Touched.CERTIFICATES, by=make.actor(here), on=TODAY)).all()

    assert [row.code for row in rows] == [mine.number]


def test_pools_and_tasks_follow_their_duty(session: Session, make: Make, old: Standard, by: Actor) -> None:
    tier = tier_of(make, old, 3)
    for area in ("1.1", "1.1", "2.1"):
        make.item(tier, area=area)
    make.skill_task(tier, "2.1")
    new = next_version(make, old)
    narrower(make, new)
    found = service.of(session, old, new)

    pools = session.execute(service.listing(found, Touched.ITEMS, by=by, on=TODAY)).all()
    tasks = session.execute(service.listing(found, Touched.TASKS, by=by, on=TODAY)).all()

    assert {(row.code, row.number, row.effect) for row in pools} == {("1.1", 2, "unchanged"), ("2.1", 1, "narrower")}
    assert [(row.level, row.effect) for row in tasks] == [(3, "narrower")]


def test_a_changed_weight_alone_touches_papers_and_no_certificate(
    session: Session, make: Make, old: Standard, by: Actor
) -> None:
    scheme, center = scheme_of(make, old, 3), make.center()
    make.paper(center, scheme)
    make.certificate(center, scheme=scheme)
    new = next_version(make, old)
    session.query(TierWeight).filter_by(node_id=node_of(make, new, "1").id).one().percent = 60
    session.flush()

    counts = service.summary(session, service.of(session, old, new), by=by, on=TODAY)

    assert counts[Touched.PAPERS][Effect.NEW_EVIDENCE] == 1
    assert counts[Touched.CERTIFICATES] == dict.fromkeys(Effect, 0) | {Effect.UNCHANGED: 1}


def test_a_level_that_is_gone_takes_all_with_it(session: Session, make: Make, old: Standard, by: Actor) -> None:
    center = make.center(levels=(4, 3))
    make.item(tier_of(make, old, 4), area="9.9")
    new = next_version(make, old)
    gone = tier_of(make, new, 4)
    for code in ("1.1.1", "1.1"):
        drop(make, node_of(make, new, code, 4))
    session.query(TierWeight).filter_by(tier_id=gone.id).delete()
    drop(make, node_of(make, new, "1", 4))
    session.delete(gone)
    session.flush()

    found = service.of(session, old, new)
    centers = session.execute(service.listing(found, Touched.CENTERS, by=by, on=TODAY)).all()
    pools = session.execute(service.listing(found, Touched.ITEMS, by=by, on=TODAY)).all()

    assert [(row.code, row.level, row.effect) for row in centers] == [
        (center.code, 3, "unchanged"),
        (center.code, 4, "withdrawn"),
    ]
    assert [row.effect for row in pools] == ["withdrawn"]
    assert found.tiers[tier_of(make, old, 4).id].new_level is None


def test_only_one_effect_is_listed_when_asked_for(session: Session, make: Make, old: Standard, by: Actor) -> None:
    make.certificate(scheme=scheme_of(make, old, 3))
    found = service.of(session, old, next_version(make, old))

    def count(effect: Effect) -> int:
        return len(session.execute(service.listing(found, Touched.CERTIFICATES, by=by, on=TODAY, effect=effect)).all())

    assert (count(Effect.UNCHANGED), count(Effect.WITHDRAWN)) == (1, 0)


def test_the_report_asks_a_fixed_number_of_questions(
    session: Session, make: Make, old: Standard, by: Actor, count_queries: list[str]
) -> None:
    for _ in range(3):
        make.certificate(scheme=scheme_of(make, old, 3))
    found = service.of(session, old, next_version(make, old))
    session.flush()
    count_queries.clear()

    service.summary(session, found, by=by, on=TODAY)

    assert len(count_queries) == len(Touched)


def test_a_tier_without_a_level_has_no_effect_of_its_own() -> None:
    from uuid import uuid4

    assert tier_effects(compare([Part(uuid4(), "tier")], [], [])) == {}


def test_knowledge_points_alone_touch_nothing(session: Session, make: Make, old: Standard) -> None:
    tier = tier_of(make, old, 3)
    new = next_version(make, old)
    make.add(KnowledgePoint(tier_id=tier.id, code="1.1-01", area="1.1", title="概念", evidence=Evidence.OWN))

    found = service.of(session, old, new)

    assert {one.effect for one in found.tiers.values()} == {Effect.UNCHANGED}
