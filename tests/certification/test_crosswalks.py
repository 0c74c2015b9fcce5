"""Crosswalks: decided by people, published by a second one, followed to what a certificate counts for."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.crosswalks import deciding, service, standing
from certification.crosswalks.models import CrosswalkRow
from certification.crosswalks.rules import CrosswalkStatus, Relation, RowStatus, Worth
from certification.standards.rules import Grade, NodeKind, StandardStatus
from tests.make import NOW, Make
from tests.make_crosswalks import Sides, criterion, crosswalk, published, related, two_sides
from tests.make_standards import make_standard, make_tier
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent


@pytest.fixture
def sides(make: Make) -> Sides:
    return two_sides(make)


@pytest.fixture
def outsider(make: Make) -> Actor:
    return make.actor()


def test_a_draft_says_who_wrote_it_and_outsiders_do_not_see_it(
    session: Session, make: Make, sides: Sides, outsider: Actor
) -> None:
    found = crosswalk(make, sides)

    assert (found.author, found.version, found.status) == (sides.author.name, 1, CrosswalkStatus.DRAFT)
    assert service.by_id(session, found.identifier, by=sides.author) is found
    assert session.scalars(service.listing(by=outsider)).all() == []
    with pytest.raises(NotFound):
        service.by_id(session, found.id, by=outsider)


def test_an_edition_is_not_set_against_itself(session: Session, sides: Sides) -> None:
    facts = service.CrosswalkFacts("对照", "Crosswalk", "比对")

    with pytest.raises(service.SameStandard):
        service.draft(session, sides.national.id, sides.national.code, facts, by=sides.author, now=NOW)


def test_a_row_keeps_who_decided_what_and_why(session: Session, make: Make, sides: Sides) -> None:
    row = related(make, sides, crosswalk(make, sides), 3, Relation.EXACT)

    assert (row.status, row.relation, row.reason) == (RowStatus.ACCEPTED, Relation.EXACT, "逐条比对")
    assert (row.decided_by, row.decided_at) == (sides.author.name, NOW)
    assert (row.origin, row.destination) == (sides.ours[3], sides.theirs[3])
    assert "crosswalk.decided" in session.scalars(sa.select(AuditEvent.deed)).all()


def test_none_goes_without_a_counterpart_and_the_rest_with_one(session: Session, make: Make, sides: Sides) -> None:
    found, end = crosswalk(make, sides), sides.ours[3].identifier
    decide = {"by": sides.author, "now": NOW}

    with pytest.raises(deciding.CounterpartDisagrees):
        deciding.relate(session, found.id, deciding.Ends(end), Relation.EXACT, "无", **decide)  # type: ignore[arg-type]
    ends = deciding.Ends(end, sides.theirs[3].identifier)
    with pytest.raises(deciding.CounterpartDisagrees):
        deciding.relate(session, found.id, ends, Relation.NONE, "无", **decide)  # type: ignore[arg-type]
    row = related(make, sides, found, 3, Relation.NONE)
    with pytest.raises(deciding.CounterpartDisagrees):
        deciding.accept(session, row.id, Relation.EXACT, "有", by=sides.author, now=NOW)


def test_a_pair_is_decided_once(make: Make, sides: Sides) -> None:
    found = crosswalk(make, sides)
    related(make, sides, found, 3, Relation.EXACT)

    with pytest.raises(deciding.AlreadyRelated):
        related(make, sides, found, 3, Relation.BROADER)


def test_an_end_of_a_third_standard_or_a_tier_against_a_node_is_refused(
    session: Session, make: Make, sides: Sides
) -> None:
    found, stranger = crosswalk(make, sides), make_tier(make, make_standard(make))
    node = criterion(make, sides.theirs[3], "能标注")

    for end in (stranger, node):
        ends = deciding.Ends(sides.ours[3].identifier, end.identifier)
        with pytest.raises(deciding.StrangeEnd):
            deciding.relate(session, found.id, ends, Relation.EXACT, "比对", by=sides.author, now=NOW)


def proposed(session: Session, make: Make, sides: Sides) -> list[CrosswalkRow]:
    criterion(make, sides.ours[3], "能按照标注规范完成图像数据的分类标注")
    criterion(make, sides.ours[3], "能撰写会议通知")
    criterion(make, sides.theirs[3], "能依照标注规范完成图像数据分类标注")
    found = crosswalk(make, sides)
    alike = deciding.proposals(session, found.id, by=sides.author)
    assert deciding.propose(session, found.id, alike, by=sides.author, now=NOW) == len(alike)
    return list(session.scalars(deciding.rows(found.id, status=RowStatus.PROPOSED)))


def test_likeness_proposes_and_decides_nothing(session: Session, make: Make, sides: Sides) -> None:
    rows = proposed(session, make, sides)

    [row] = [row for row in rows if row.origin_node and row.origin_node.kind is NodeKind.CRITERION]
    assert row.destination_node is not None
    assert row.destination_node.zh == "能依照标注规范完成图像数据分类标注"
    assert (row.relation, row.decided_by) == (None, None)
    assert 350 <= (row.likeness or 0) <= 1000
    with pytest.raises(service.Undecided):
        service.hand_in(session, row.crosswalk_id, by=sides.author, now=NOW)


def test_of_equal_texts_that_of_the_same_level_is_proposed(session: Session, make: Make, sides: Sides) -> None:
    criterion(make, sides.ours[3], "能检查标注质量")
    for level in (5, 3, 4):
        criterion(make, sides.theirs[level], "能检查标注质量")
    found = crosswalk(make, sides)

    deciding.propose(
        session, found.id, deciding.proposals(session, found.id, by=sides.author), by=sides.author, now=NOW
    )

    rows = session.scalars(deciding.rows(found.id)).all()
    assert len(rows) == 3
    assert {row.destination_node.tier for row in rows if row.destination_node} == {sides.theirs[3]}


def test_what_was_declined_or_settled_is_not_proposed_again(session: Session, make: Make, sides: Sides) -> None:
    first, *rest = proposed(session, make, sides)
    deciding.decline(session, first.id, "用词相近而已", by=sides.author, now=NOW)
    for row in rest:
        deciding.accept(session, row.id, Relation.EXACT, "同一要求", by=sides.author, now=NOW)

    assert deciding.proposals(session, first.crosswalk_id, by=sides.author) == []
    assert deciding.propose(session, first.crosswalk_id, [], by=sides.author, now=NOW) == 0
    assert (first.status, first.relation, first.reason) == (RowStatus.DECLINED, None, "用词相近而已")


def test_a_row_nobody_knows_is_not_decided(session: Session, make: Make, sides: Sides) -> None:
    with pytest.raises(NotFound):
        deciding.decline(session, sides.national.id, "无", by=sides.author, now=NOW)


def test_an_empty_crosswalk_is_not_handed_in(session: Session, make: Make, sides: Sides) -> None:
    with pytest.raises(service.NothingRelated):
        service.hand_in(session, crosswalk(make, sides).id, by=sides.author, now=NOW)


def test_neither_the_author_nor_whoever_decided_a_row_publishes(session: Session, make: Make, sides: Sides) -> None:
    found, third = crosswalk(make, sides), make.actor(everywhere=True)
    row = related(make, sides, found, 3, Relation.EXACT)
    deciding.accept(session, row.id, Relation.BROADER, "更严", by=third, now=NOW)
    service.hand_in(session, found.id, by=sides.author, now=NOW)

    for own in (sides.author, third):
        with pytest.raises(service.OwnCrosswalk):
            service.publish(session, found.id, by=own, now=NOW)
    assert service.publish(session, found.id, by=sides.second, now=NOW).published_by == sides.second.name


def test_what_was_handed_in_is_closed_until_it_is_sent_back(session: Session, make: Make, sides: Sides) -> None:
    found = crosswalk(make, sides)
    row = related(make, sides, found, 3, Relation.EXACT)
    service.hand_in(session, found.id, by=sides.author, now=NOW)

    with pytest.raises(service.NotOpen):
        deciding.decline(session, row.id, "不妥", by=sides.author, now=NOW)
    service.send_back(session, found.id, "请补充依据", by=sides.second, now=NOW)
    facts = service.CrosswalkFacts("等级对照", "Crosswalk", "专家会议纪要")
    assert service.edit(session, found.id, facts, by=sides.author, now=NOW).evidence == "专家会议纪要"


def test_a_change_of_a_published_one_is_a_new_version(session: Session, make: Make, sides: Sides) -> None:
    first = published(make, sides, (3, Relation.EXACT, None))

    second = service.revise(session, first.id, by=sides.author, now=NOW)
    with pytest.raises(service.NotOpen):
        service.revise(session, first.id, by=sides.author, now=NOW)
    related(make, sides, second, 4, Relation.EXACT)
    service.hand_in(session, second.id, by=sides.author, now=NOW)
    service.publish(session, second.id, by=sides.second, now=NOW)

    assert (second.version, service.counts(session, second.id)[RowStatus.ACCEPTED]) == (2, 2)
    assert (first.status, second.status) == (CrosswalkStatus.SUPERSEDED, CrosswalkStatus.PUBLISHED)


def test_outsiders_see_published_ones_between_public_editions(
    session: Session, make: Make, sides: Sides, outsider: Actor
) -> None:
    found = published(make, sides, (3, Relation.EXACT, None))
    assert service.by_id(session, found.id, by=outsider) is found

    sides.municipal.status = StandardStatus.PRIVATE_DRAFT
    session.flush()

    with pytest.raises(NotFound):
        service.by_id(session, found.id, by=outsider)
    assert standing.standings(session, sides.ours[3], by=outsider) == []
    assert service.published_between(session, [sides.national.id]) == [found]


def test_the_matrix_shows_eight_grades_of_which_three_have_no_level(session: Session, make: Make, sides: Sides) -> None:
    extra = make_tier(make, sides.national, 7)
    found = crosswalk(make, sides)
    row = related(make, sides, found, 3, Relation.BROADER, 4)
    none = related(make, sides, found, 5, Relation.NONE)

    matrix = standing.matrix(session, found)

    assert [line.grade for line in matrix.lines] == [*reversed(Grade), None]
    assert [line.tier for line in matrix.lines if line.grade in {Grade.APPRENTICE, Grade.CHIEF_TECHNICIAN}] == [
        None
    ] * 2
    assert (
        next(line.grade for line in matrix.lines if line.grade and line.grade.level is None) is Grade.CHIEF_TECHNICIAN
    )
    assert matrix.columns == tuple(sides.theirs[level] for level in (3, 4, 5))
    assert [line.cells for line in matrix.lines if line.grade is Grade.SENIOR] == [(None, row, None)]
    assert [line.none for line in matrix.lines if line.grade is Grade.JUNIOR] == [none]
    assert matrix.lines[-1].tier is extra


def test_coverage_counts_what_is_related_without_counterpart_and_open(
    session: Session, make: Make, sides: Sides
) -> None:
    nodes = [criterion(make, sides.ours[3], text) for text in ("甲", "乙", "丙")]
    other, found = criterion(make, sides.theirs[3], "甲"), crosswalk(make, sides)
    decide = {"by": sides.author, "now": NOW}
    both = deciding.Ends(nodes[0].identifier, other.identifier)
    deciding.relate(session, found.id, both, Relation.EXACT, "同", **decide)  # type: ignore[arg-type]
    deciding.relate(session, found.id, deciding.Ends(nodes[1].identifier), Relation.NONE, "无", **decide)  # type: ignore[arg-type]

    [ours] = [c for c in standing.coverage(session, found, of_origin=True) if c.kind is NodeKind.CRITERION]
    [theirs] = [c for c in standing.coverage(session, found, of_origin=False) if c.kind is NodeKind.CRITERION]

    assert (ours.related, ours.none, ours.gaps) == (1, 1, 1)
    assert (theirs.related, theirs.none, theirs.gaps) == (1, 0, 0)
    open_ones = session.scalars(standing.gaps(found, of_origin=True)).all()
    assert [node for node in open_ones if node.kind is NodeKind.CRITERION] == [nodes[2]]


def test_a_certificate_counts_for_what_was_decided_and_the_way_is_told(
    session: Session, make: Make, sides: Sides, outsider: Actor
) -> None:
    found = published(make, sides, (3, Relation.NARROWER, None), (4, Relation.EXACT, None))

    [answer] = standing.standings(session, sides.ours[3], by=outsider)

    assert answer.standard is sides.municipal
    assert (answer.tier, answer.covered) == (sides.theirs[4], sides.ours[4])
    assert [(one.origin, one.relation, one.row.crosswalk) for one in answer.strides] == [
        (sides.ours[4], Relation.EXACT, found)
    ]
    assert [tier for tier, _ in answer.partial] == [sides.theirs[3]]


def test_a_direct_crosswalk_without_a_row_for_the_tier_is_told_as_nothing(
    session: Session, make: Make, sides: Sides, outsider: Actor
) -> None:
    published(make, sides, (3, Relation.EXACT, None))

    [answer] = standing.standings(session, sides.ours[5], by=outsider)

    assert (answer.answer.worth, answer.tier, answer.strides) == (Worth.NOTHING, None, ())


def test_editions_that_nothing_leads_to_are_not_told(
    session: Session, make: Make, sides: Sides, outsider: Actor
) -> None:
    published(make, sides, (3, Relation.EXACT, None))

    assert standing.standings(session, make_tier(make, make_standard(make)), by=outsider) == []


def test_a_draft_counts_for_nothing(session: Session, make: Make, sides: Sides) -> None:
    related(make, sides, crosswalk(make, sides), 3, Relation.EXACT)

    assert standing.standings(session, sides.ours[3], by=sides.author) == []
