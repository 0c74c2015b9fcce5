"""Two stored editions side by side: read as plain parts, tied by links through all editions between them."""

from sqlalchemy.orm import Session

from certification.standards import pairing
from certification.standards.comparison import Fate
from certification.standards.models import KnowledgePoint, NodeLink, Standard, TierWeight
from certification.standards.rules import Evidence, LinkKind, StandardStatus
from tests.make import Make
from tests.make_comparing import drop, first_version, next_version, node_of, tier_of
from tests.make_standards import make_node, make_standard, make_tier


def changed(session: Session, old: Standard, new: Standard) -> dict[str, tuple[Fate, ...]]:
    rows = pairing.compared(session, old, new).rows
    return {(row.old or row.new)[0].zh or "": row.fates for row in rows if row.fates != (Fate.UNCHANGED,)}


def test_a_new_edition_with_the_same_text_is_unchanged(session: Session, make: Make) -> None:
    old = first_version(make)

    comparison = pairing.compared(session, old, next_version(make, old))

    assert comparison.counts[Fate.UNCHANGED] == len(comparison.rows) == 11


def test_what_was_edited_in_the_draft_is_told(session: Session, make: Make) -> None:
    old = first_version(make)
    new = next_version(make, old)
    node_of(make, new, "1.1.1").zh = "能完成语音标注"
    drop(make, node_of(make, new, "2.1.1"))
    make_node(make, node_of(make, new, "1.1", 4), zh="能检查标注")
    tier_of(make, new, 4).training_hours = 60
    session.flush()

    assert changed(session, old, new) == {
        "能完成3级第1.1项图像标注": (Fate.REWORDED,),
        "能完成3级第2.1项图像标注": (Fate.WITHDRAWN,),
        "能检查标注": (Fate.NEW,),
        "4级": (Fate.WEIGHT_CHANGED,),
    }


def test_weights_are_compared_by_the_function_they_weigh(session: Session, make: Make) -> None:
    old = first_version(make)
    new = next_version(make, old)
    function = node_of(make, new, "2")
    session.query(TierWeight).filter_by(node_id=function.id).one().percent = 60
    basics = {"component": "theory", "zh": "职业道德", "en": "ethics", "percent": 5, "evidence": Evidence.OWN}
    make.add(TierWeight(tier_id=tier_of(make, new, 4).id, position=9, **basics))

    assert changed(session, old, new) == {"3级职能2": (Fate.WEIGHT_CHANGED,), "4级": (Fate.WEIGHT_CHANGED,)}


def test_editions_between_are_followed(session: Session, make: Make) -> None:
    first = first_version(make)
    second = next_version(make, first)
    second.status = StandardStatus.ADOPTED
    session.flush()
    third = next_version(make, second)

    assert changed(session, first, third) == {}
    assert changed(session, third, first) == {}


def test_an_exact_match_ties_in_both_directions(session: Session, make: Make) -> None:
    ours, theirs = make_standard(make), make_standard(make)
    one, other = make_node(make, ours, zh="甲", en="A"), make_node(make, theirs, zh="甲", en="A")
    kind = {"standard_id": ours.id, "kind": LinkKind.EXACT_MATCH_OF}
    make.add(NodeLink(**kind, origin_identifier=other.identifier, destination_identifier=one.identifier))
    make.add(NodeLink(**kind, origin_uri="https://example.org/x", destination_identifier=one.identifier))

    [row] = pairing.compared(session, ours, theirs).rows

    assert row.fates == (Fate.RENUMBERED,)


def test_tiers_that_no_link_names_are_tied_by_level_within_a_series_only(session: Session, make: Make) -> None:
    old, stranger = make_standard(make), make_standard(make)
    new = make_standard(make, series=old.series)
    for standard in (old, stranger, new):
        make_tier(make, standard, 3)
    make_tier(make, old, 4)

    assert changed(session, old, new) == {"4级": (Fate.WITHDRAWN,)}
    assert len(changed(session, old, stranger)) == 2


def test_knowledge_points_that_became_nodes_are_not_new(session: Session, make: Make) -> None:
    old = first_version(make)
    point = {"tier_id": tier_of(make, old, 3).id, "evidence": Evidence.OWN}
    make.add(KnowledgePoint(**point, code="1.1-01", area="1.1", title="图像的基本概念"))
    make.add(KnowledgePoint(**point, code="0.1-01", area="0.1", title="职业道德"))

    new = next_version(make, old)

    assert changed(session, old, new) == {}
    assert any(part.zh == "图像的基本概念" for part in pairing.parts(session, new.id))


def test_parents_come_before_their_children_in_the_order_of_the_text(session: Session, make: Make) -> None:
    parts = pairing.parts(session, first_version(make).id)
    seen = set()

    for part in parts:
        assert part.parent is None or part.parent in seen
        seen.add(part.key)
    assert [part.code for part in parts if part.kind == pairing.TIER] == ["4", "3"]
    assert [part.code for part in parts if part.level == 3][1:] == ["1", "1.1", "1.1.1", "2", "2.1", "2.1.1"]
