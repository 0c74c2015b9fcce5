"""Frameworks in the database: they come back equal, drafts are brought up to date, published versions stay."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy.orm import Session

from certification.standards import catalog, exporting, importing
from certification.standards.exchange.package import Package
from certification.standards.exchange.reading import read_case
from certification.standards.exchange.report import Fault, Reading
from certification.standards.exchange.writing import write_case
from certification.standards.importing import sorted_package
from certification.standards.models import KnowledgePoint, Standard, StandardNode, Tier, TierWeight
from certification.standards.rules import StandardStatus
from tests.make import NOW, Make
from tests.make_frameworks import case_file, packages, publisher_file, uid, violations
from tests.make_standards import make_node, make_standard, make_tier
from training_base.kernel.actor import SYSTEM
from training_base.kernel.models import AuditEvent

BASE = "https://portal.example"


def reading(source: object) -> Reading:
    return read_case(json.dumps(source).encode())


def take(session: Session, source: object) -> importing.ImportAnswer:
    found = source if isinstance(source, Reading) else reading(source)
    return importing.import_framework(session, found, base=BASE, by=SYSTEM, now=NOW)


def given_back(session: Session, answer: importing.ImportAnswer) -> Package:
    standard = session.get_one(Standard, answer.standard_id)
    return exporting.package_of(session, standard, base=BASE)


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(package=packages())
def test_any_package_comes_back_equal_from_the_database(session: Session, package: Package) -> None:
    with session.begin_nested() as nested:
        answer = take(session, read_case(write_case(package).content))
        found = given_back(session, answer)
        nested.rollback()

    assert sorted_package(found) == sorted_package(package)


def test_a_package_of_another_publisher_comes_back_equal(session: Session) -> None:
    source = reading(publisher_file(60, words=9))

    answer = take(session, source)

    assert source.package is not None
    found = given_back(session, answer)
    assert sorted_package(found) == sorted_package(source.package)
    assert violations("CFPackage", json.loads(write_case(found).content)) == []


def national(session: Session) -> Standard:
    """The national standard with its knowledge points."""
    standard = catalog.load_standard(session, by=SYSTEM, now=NOW)
    catalog.load_knowledge_points(session, by=SYSTEM, now=NOW)
    return standard


def rows_of(session: Session, standard_id: object) -> dict[str, list[Any]]:
    """What stands in the tables of a standard, without our row keys."""
    tier = sa.select(Tier.id).where(Tier.standard_id == standard_id)
    node = sa.orm.aliased(StandardNode)
    return {
        "nodes": list(session.execute(
            sa.select(StandardNode.identifier, StandardNode.placement_identifier, StandardNode.kind, StandardNode.code,
                      StandardNode.zh, StandardNode.en, StandardNode.evidence, StandardNode.source, StandardNode.facts,
                      node.identifier, Tier.identifier)
            .outerjoin(node, node.id == StandardNode.parent_id).outerjoin(Tier, Tier.id == StandardNode.tier_id)
            .where(StandardNode.standard_id == standard_id).order_by(StandardNode.identifier))),
        "tiers": list(session.execute(
            sa.select(Tier.identifier, Tier.level, Tier.title_zh, Tier.title_en, Tier.training_hours, Tier.evidence,
                      Tier.validity_months, Tier.source, Tier.facts)
            .where(Tier.standard_id == standard_id).order_by(Tier.level))),
        "weights": list(session.execute(
            sa.select(Tier.level, TierWeight.component, TierWeight.position, TierWeight.zh, TierWeight.en,
                      TierWeight.percent, TierWeight.inferred_percent, TierWeight.evidence, TierWeight.source,
                      StandardNode.identifier)
            .select_from(TierWeight).join(Tier, Tier.id == TierWeight.tier_id)
            .outerjoin(StandardNode, StandardNode.id == TierWeight.node_id)
            .where(TierWeight.tier_id.in_(tier)).order_by(Tier.level, TierWeight.component, TierWeight.position))),
        "points": list(session.execute(
            sa.select(KnowledgePoint.identifier, KnowledgePoint.code, KnowledgePoint.area, KnowledgePoint.title,
                      KnowledgePoint.evidence, KnowledgePoint.source, Tier.level)
            .select_from(KnowledgePoint).join(Tier, Tier.id == KnowledgePoint.tier_id)
            .where(KnowledgePoint.tier_id.in_(tier)).order_by(KnowledgePoint.identifier))),
    }  # fmt: skip


def forget(session: Session, standard: Standard) -> None:
    """Delete a standard and all that belongs to it, as if it had never been loaded."""
    tiers = sa.select(Tier.id).where(Tier.standard_id == standard.id)
    session.execute(sa.delete(TierWeight).where(TierWeight.tier_id.in_(tiers)))
    session.execute(sa.delete(KnowledgePoint).where(KnowledgePoint.tier_id.in_(tiers)))
    session.execute(sa.delete(StandardNode).where(StandardNode.standard_id == standard.id))
    session.execute(sa.delete(Tier).where(Tier.standard_id == standard.id))
    session.execute(sa.delete(Standard).where(Standard.id == standard.id))
    session.expunge_all()


def test_our_national_standard_comes_back_equal(session: Session) -> None:
    standard = national(session)
    package = exporting.package_of(session, standard, base=BASE)
    content = write_case(package).content
    before = rows_of(session, standard.id)
    forget(session, standard)

    answer = take(session, read_case(content))

    assert violations("CFPackage", json.loads(content)) == []
    assert answer.new == len(package.items) > 300
    assert rows_of(session, answer.standard_id) == before
    assert given_back(session, answer) == package
    found = session.get_one(Standard, answer.standard_id)
    assert (found.code, found.status, found.issuers_zh) == (
        "national-2021", StandardStatus.PRIVATE_DRAFT, standard.issuers_zh,
    )  # fmt: skip


def test_a_municipal_draft_comes_back_equal_and_unchanged(session: Session, make: Make) -> None:
    standard = make_standard(make, changed_at=NOW)
    function = make_node(make, make_tier(make, standard))
    make_node(make, function, zh=None, en=None)
    make_node(make, standard, zh=None)
    package = exporting.package_of(session, standard, base=BASE)

    answer = take(session, read_case(write_case(package).content))

    assert (answer.standard_id, answer.unchanged) == (standard.id, True)
    assert violations("CFPackage", json.loads(write_case(package).content)) == []


def test_a_draft_is_brought_up_to_its_newest_file(session: Session) -> None:
    first = take(session, case_file(6, depth=3))
    source = case_file(7, depth=3)
    source["CFItems"][0]["fullStatement"] = "能够说明标注规范"
    del source["CFItems"][5], source["CFAssociations"][5]
    source["CFAssociations"][4]["destinationNodeURI"]["identifier"] = uid("f")

    answer = take(session, source)

    assert answer == importing.ImportAnswer(first.standard_id, first.code, 1, 2, 1, unchanged=False)
    expected = reading(source).package
    assert expected is not None
    assert sorted_package(given_back(session, answer)) == sorted_package(expected)
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.deed == "standard.imported")).all()
    assert sorted(event.details["new"] for event in events) == [1, 6]


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    first = take(session, case_file(4))

    again = take(session, case_file(4))

    assert (again.standard_id, again.unchanged, again.changed) == (first.standard_id, True, 0)
    assert session.scalar(sa.select(sa.func.count(AuditEvent.id)).where(AuditEvent.deed == "standard.imported")) == 1


def refused(session: Session, source: object) -> list[tuple[str, Fault]]:
    """The problems for which a file is refused, after which nothing of it is there."""
    count = sa.select(sa.func.count(StandardNode.id))
    before = session.scalar(count)
    with pytest.raises(importing.FrameworkRefused) as refusal:
        take(session, source)
    assert session.scalar(count) == before
    return [(problem.path, problem.fault) for problem in refusal.value.problems]


def test_a_published_version_never_changes(session: Session) -> None:
    answer = take(session, case_file(2))
    session.get_one(Standard, answer.standard_id).status = StandardStatus.TRIAL
    session.flush()

    assert refused(session, case_file(3)) == [("CFDocument.identifier", Fault.PUBLISHED)]


def test_identifiers_of_another_standard_are_refused(session: Session) -> None:
    take(session, case_file(2))

    found = refused(session, case_file(2, identifier=uid("other")) | {"CFAssociations": []})

    assert found == [(f"CFItems[{place}].identifier", Fault.IDENTIFIER_TAKEN) for place in range(2)]


def test_a_code_of_another_standard_is_refused(session: Session, make: Make) -> None:
    standard = make_standard(make)
    package = exporting.package_of(session, standard, base=BASE)
    source = json.loads(write_case(package).content)
    source["CFDocument"]["identifier"] = uid("other")

    assert refused(session, source) == [("CFDocument.extensions.zhixun.code", Fault.CODE_TAKEN)]


@pytest.mark.parametrize(
    ("ours", "where"),
    [
        ({"role": "king"}, "CFItems[1].extensions.zhixun.role"),
        ({"kind": 5}, "CFItems[1].extensions.zhixun.kind"),
        ({"evidence": "sworn"}, "CFItems[1].extensions.zhixun.evidence"),
        ({"facts": []}, "CFItems[1].extensions.zhixun.facts"),
        ({"unpublished": "yes"}, "CFItems[1].extensions.zhixun.unpublished"),
        ({"role": "tier", "level": 12}, "CFItems[1].extensions.zhixun.level"),
        ({"role": "tier", "level": 3}, "CFItems[1].extensions.zhixun.level"),
        ({"role": "tier", "level": True}, "CFItems[1].extensions.zhixun.level"),
        ({"weights": [{"zh": "x"}]}, "CFItems[1].extensions.zhixun.weights"),
        ({"role": "point", "area": "1"}, "CFItems[1].extensions.zhixun"),
    ],
)
def test_facts_of_ours_that_come_back_broken_are_refused(session: Session, ours: dict[str, Any], where: str) -> None:
    source = case_file(2, depth=2)
    source["CFItems"][1]["extensions"] = {"zhixun": ours}

    assert where in [path for path, fault in refused(session, source) if fault is Fault.FACTS_BROKEN]


def test_a_document_of_ours_names_what_it_needs(session: Session) -> None:
    found = refused(session, case_file(1, extensions={"zhixun": {"role": "standard", "code": "a/b", "life": 1}}))

    assert ("CFDocument.extensions.zhixun.code", Fault.FACTS_BROKEN) in found
    assert ("CFDocument.extensions.zhixun.series", Fault.MISSING) in found


def test_a_broken_file_stores_nothing(session: Session) -> None:
    assert refused(session, case_file(1, title=None)) == [("CFDocument.title", Fault.MISSING)]


def test_a_node_that_an_editor_moved_is_exported_in_its_new_place(session: Session) -> None:
    answer = take(session, case_file(3, depth=1))
    first, second = session.scalars(sa.select(StandardNode).order_by(StandardNode.position).limit(2))
    first.position, first.zh = second.position + 1, "新的文字"
    session.flush()

    package = given_back(session, answer)

    by_own = {link.origin.identifier: link for link in package.associations}
    assert (by_own[uid("f", 1)].sequence, by_own[uid("f", 0)].sequence) == (1, 2)
    second.parent_id = first.id
    session.flush()
    moved = {link.origin.identifier: link for link in given_back(session, answer).associations}[uid("f", 1)]
    assert moved.destination.identifier == uid("f", 0)
