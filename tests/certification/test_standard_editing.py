"""Editing a draft: nodes come, change, move and go; every edit can be taken back; two editors do not collide."""

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.standards import editing, history, placing, service, weighing
from certification.standards.editing import NodeFacts, Place
from certification.standards.models import NodeLink, Standard, StandardEdit, StandardNode, Tier, TierWeight
from certification.standards.placing import CHILDREN, Way
from certification.standards.rules import Component, Evidence, LinkKind, NodeKind, StandardStatus
from certification.standards.weighing import TierFacts, WeightFacts
from tests.make import NOW, Make
from tests.make_standards import make_node, make_standard, make_tier
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


class Bench:
    """A draft with one tier, two functions of two duties of two criteria each, and its editor."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session, self.make = session, make
        self.by: Actor = make.actor(everywhere=True)
        self.standard: Standard = make_standard(make)
        self.tier: Tier = make_tier(make, self.standard)
        self.nodes: dict[str, StandardNode] = {}
        for f in "12":
            self.grow(f, self.tier)
            for d in "12":
                self.grow(f"{f}.{d}", self.nodes[f])
                for c in "12":
                    self.grow(f"{f}.{d}.{c}", self.nodes[f"{f}.{d}"])

    def grow(self, code: str, above: Any) -> None:
        self.nodes[code] = make_node(self.make, above, code=code, zh=f"文{code}")

    def do(self, deed: Any, *words: Any, **more: Any) -> Any:
        return deed(self.session, *words, by=self.by, now=NOW, **more)

    def outline(self) -> str:
        """The codes of the tree, a bracket for what stands beneath."""

        def say(branches: list[service.Branch]) -> str:
            parts = (f"{b.node.code}({say(b.children)})" if b.children else str(b.node.code) for b in branches)
            return " ".join(parts)

        self.session.expire_all()
        return say(service.tree(self.session, self.tier.id))

    def state(self) -> dict[str, Any]:
        """All that an edit may change, without the places."""
        self.session.expire_all()
        rows = self.session.scalars(sa.select(StandardNode).where(StandardNode.standard_id == self.standard.id))
        return {str(row.id): history.same(history.snapshot(self.session, row)) for row in rows} | {
            "outline": self.outline()
        }


@pytest.fixture
def bench(session: Session, make: Make) -> Bench:
    return Bench(session, make)


START = "1(1.1(1.1.1 1.1.2) 1.2(1.2.1 1.2.2)) 2(2.1(2.1.1 2.1.2) 2.2(2.2.1 2.2.2))"
SECOND = START[START.index("2(2.1(") :]


def test_a_new_node_takes_the_usual_kind_of_its_place(bench: Bench) -> None:
    duty = bench.nodes["1.1"]

    made = bench.do(editing.add, bench.standard.id, Place(parent_id=duty.id), NodeFacts(code="new", zh="新"), kind=None)

    assert made.kind is NodeKind.CRITERION
    assert bench.outline() == START.replace("1.1.1 1.1.2", "new 1.1.1 1.1.2")


@pytest.mark.parametrize(("kind", "parent"), [(NodeKind.FUNCTION, "1"), (NodeKind.CRITERION, "1"), (None, "1.1.1")])
def test_a_node_may_not_stand_where_the_tree_has_another_shape(
    bench: Bench, kind: NodeKind | None, parent: str
) -> None:
    place = Place(parent_id=bench.nodes[parent].id)

    with pytest.raises(editing.MayNotStandThere):
        bench.do(editing.add, bench.standard.id, place, NodeFacts(), kind=kind)


def test_places_of_another_standard_are_not_found(bench: Bench, make: Make) -> None:
    other = make_standard(make)

    for place in (Place(parent_id=bench.nodes["1"].id), Place(tier_id=bench.tier.id)):
        with pytest.raises(NotFound):
            bench.do(editing.add, other.id, place, NodeFacts(), kind=None)


def test_a_framework_without_tiers_holds_items(bench: Bench, make: Make) -> None:
    framework = make_standard(make)

    top = bench.do(editing.add, framework.id, Place(), NodeFacts(zh="框架"), kind=None)
    below = bench.do(editing.add, framework.id, Place(parent_id=top.id), NodeFacts(zh="条目"), kind=None)

    assert (top.kind, below.kind, below.tier_id) == (NodeKind.ITEM, NodeKind.ITEM, None)


def test_a_published_text_is_not_edited(bench: Bench) -> None:
    bench.standard.status = StandardStatus.CONSULTATION

    with pytest.raises(history.NotADraft):
        bench.do(editing.change, bench.nodes["1"].id, NodeFacts(zh="别的"), revision=None)
    with pytest.raises(history.NotADraft):
        bench.do(editing.remove, bench.nodes["1"].id, revision=None)
    with pytest.raises(history.NotADraft):
        bench.do(history.undo, bench.standard.id)


def test_outsiders_do_not_find_a_node_to_edit(bench: Bench) -> None:
    with pytest.raises(NotFound):
        editing.remove(bench.session, bench.nodes["1"].id, revision=None, by=bench.make.actor(), now=NOW)


def test_the_second_of_two_editors_is_told(bench: Bench) -> None:
    node = bench.nodes["1"]
    seen = node.revision

    bench.do(editing.change, node.id, NodeFacts(code="1", zh="先"), revision=seen)

    with pytest.raises(history.EditedMeanwhile):
        bench.do(editing.change, node.id, NodeFacts(code="1", zh="后"), revision=seen)
    assert node.zh == "先"


def test_moving_siblings_does_not_disturb_an_editor(bench: Bench) -> None:
    seen = bench.nodes["1"].revision

    bench.do(editing.step, bench.nodes["2"].id, Way.UP, revision=None)
    bench.do(editing.change, bench.nodes["1"].id, NodeFacts(code="1", zh="字"), revision=seen)

    assert bench.outline().startswith("2(")


@pytest.mark.parametrize(
    ("code", "way", "expected"),
    [
        ("1.1.2", Way.UP, START.replace("1.1.1 1.1.2", "1.1.2 1.1.1")),
        ("1.1.1", Way.DOWN, START.replace("1.1.1 1.1.2", "1.1.2 1.1.1")),
        ("1.1.1", Way.UP, START),
        ("1.1.2", Way.DOWN, START),
        ("1", Way.OUTDENT, START),
        ("1", Way.INDENT, START),
        ("1.1.2", Way.OUTDENT, START.replace("1.1(1.1.1 1.1.2) 1.2", "1.1(1.1.1) 1.1.2 1.2")),
    ],
)
def test_a_node_moves_one_step(bench: Bench, code: str, way: Way, expected: str) -> None:
    bench.do(editing.step, bench.nodes[code].id, way, revision=None)

    assert bench.outline() == expected


def test_an_indented_node_takes_the_kind_of_its_new_place_and_comes_back(bench: Bench) -> None:
    key = bench.nodes["1.1.2"].id

    kinds = [bench.do(editing.step, key, way, revision=None).kind for way in (Way.OUTDENT, Way.INDENT)]

    assert kinds == [NodeKind.DUTY, NodeKind.CRITERION]
    assert bench.outline() == START


def test_what_holds_duties_does_not_become_a_duty(bench: Bench) -> None:
    with pytest.raises(editing.MayNotStandThere):
        bench.do(editing.step, bench.nodes["2"].id, Way.INDENT, revision=None)


def test_a_node_does_not_move_under_itself(bench: Bench) -> None:
    for inside in ("1", "1.1"):
        with pytest.raises(editing.UnderItself):
            bench.do(editing.move, bench.nodes["1"].id, Place(parent_id=bench.nodes[inside].id), revision=None)


def test_a_branch_moves_to_another_tier_whole(bench: Bench, make: Make) -> None:
    other = make_tier(make, bench.standard, 4)

    bench.do(editing.move, bench.nodes["1"].id, Place(tier_id=other.id), revision=None)

    assert bench.outline() == SECOND
    assert {bench.nodes[code].tier_id for code in ("1", "1.1", "1.2.2")} == {other.id}
    bench.do(history.undo, bench.standard.id)
    assert bench.outline() == START


def test_a_used_up_gap_is_renumbered(bench: Bench) -> None:
    bench.nodes["1"].position, bench.nodes["2"].position = 1, 2
    bench.session.flush()

    place = Place(tier_id=bench.tier.id, after=bench.nodes["1"].id)
    bench.do(editing.add, bench.standard.id, place, NodeFacts(code="x"), kind=None)

    assert [branch.node.code for branch in service.tree(bench.session, bench.tier.id)] == ["1", "x", "2"]
    assert bench.nodes["2"].position == 3 * placing.STEP


def test_a_place_behind_a_sibling_that_is_gone_is_the_last(bench: Bench) -> None:
    place = Place(tier_id=bench.tier.id, after=bench.nodes["1.1"].id)

    bench.do(editing.add, bench.standard.id, place, NodeFacts(code="x"), kind=None)

    assert bench.outline() == f"{START} x"


def test_removing_takes_the_branch_its_links_and_its_hold_on_weights(bench: Bench, session: Session) -> None:
    node = bench.nodes["1"]
    rows = [WeightFacts("业务", "Business", 100, node.id)]
    bench.do(weighing.weigh, bench.tier.id, Component.THEORY, rows, revision=None)
    facts = {"standard_id": bench.standard.id, "kind": LinkKind.REPLACED_BY}
    bench.make.add(NodeLink(destination_identifier=bench.nodes["1.1"].identifier, **facts))

    gone = bench.do(editing.remove, node.id, revision=node.revision)

    assert gone == 7
    assert session.scalars(sa.select(NodeLink)).all() == []
    assert bench.outline() == SECOND
    bench.do(history.undo, bench.standard.id)
    assert bench.outline() == START
    assert session.scalars(sa.select(NodeLink)).one().destination_identifier == bench.nodes["1.1"].identifier
    assert bench.tier.weights[0].node_id == node.id


def test_undo_and_redo_go_through_all_edits(bench: Bench) -> None:
    states = [bench.state()]
    for deed, words in (
        (editing.change, (bench.nodes["1"].id, NodeFacts(code="9", zh="改"))),
        (editing.step, (bench.nodes["1.2"].id, Way.UP)),
        (editing.move, (bench.nodes["1.1.1"].id, Place(parent_id=bench.nodes["2.1"].id))),
        (editing.remove, (bench.nodes["2.2"].id,)),
    ):
        bench.do(deed, *words, revision=None)
        states.append(bench.state())

    for earlier in reversed(states[:-1]):
        bench.do(history.undo, bench.standard.id)
        assert bench.state() == earlier
    for later in states[1:]:
        bench.do(history.redo, bench.standard.id)
        assert bench.state() == later


def test_without_edits_there_is_nothing_to_undo_or_redo(bench: Bench) -> None:
    with pytest.raises(history.NothingToUndo):
        bench.do(history.undo, bench.standard.id)
    with pytest.raises(history.NothingToRedo):
        bench.do(history.redo, bench.standard.id)


def test_a_new_edit_ends_what_could_be_done_again(bench: Bench) -> None:
    bench.do(editing.change, bench.nodes["1"].id, NodeFacts(zh="一"), revision=None)
    bench.do(history.undo, bench.standard.id)
    bench.do(editing.change, bench.nodes["2"].id, NodeFacts(zh="二"), revision=None)

    with pytest.raises(history.NothingToRedo):
        bench.do(history.redo, bench.standard.id)


def test_an_edit_over_which_another_editor_wrote_is_not_undone(bench: Bench) -> None:
    node = bench.nodes["1"]
    bench.do(editing.change, node.id, NodeFacts(zh="甲"), revision=None)
    other = bench.make.actor(everywhere=True)
    editing.change(bench.session, node.id, NodeFacts(zh="乙"), revision=None, by=other, now=NOW)

    with pytest.raises(history.EditedMeanwhile):
        bench.do(history.undo, bench.standard.id)
    assert node.zh == "乙"


def test_what_changes_nothing_is_no_edit(bench: Bench, session: Session) -> None:
    node = bench.nodes["1"]

    bench.do(editing.change, node.id, NodeFacts(code=node.code, zh=node.zh, en=node.en), revision=None)

    assert session.scalars(sa.select(StandardEdit)).all() == []


def test_weights_grow_shrink_and_come_back(bench: Bench) -> None:
    def column() -> list[tuple[str, int | None]]:
        bench.session.expire_all()
        return [(row.zh, row.percent) for row in service.weights(bench.session, bench.tier.id)[Component.SKILL]]

    def weigh(*rows: tuple[str, int | None]) -> None:
        facts = [WeightFacts(zh, zh, percent) for zh, percent in rows]
        bench.do(weighing.weigh, bench.tier.id, Component.SKILL, facts, revision=None)

    weigh(("一", 40), ("二", None))
    weigh(("一", 60), ("二", 30), ("三", 10))
    weigh(("一", 100))

    assert column() == [("一", 100)]
    bench.do(history.undo, bench.standard.id)
    assert column() == [("一", 60), ("二", 30), ("三", 10)]
    bench.do(history.undo, bench.standard.id)
    assert column() == [("一", 40), ("二", None)]


def test_a_weight_that_is_saved_as_it_was_keeps_how_it_is_known(bench: Bench) -> None:
    facts = {"component": Component.THEORY, "zh": "一", "en": "One", "evidence": Evidence.INFERRED, "position": 0}
    weight = bench.make.add(TierWeight(tier_id=bench.tier.id, percent=None, inferred_percent=40, **facts))

    bench.do(weighing.weigh, bench.tier.id, Component.THEORY, [WeightFacts("一", "One", None)], revision=None)

    assert (weight.evidence, weight.inferred_percent) == (Evidence.INFERRED, 40)
    bench.do(weighing.weigh, bench.tier.id, Component.THEORY, [WeightFacts("一", "One", 50)], revision=None)
    assert (weight.evidence, weight.inferred_percent) == (Evidence.OWN, None)


def test_weights_are_locked_against_the_second_editor(bench: Bench) -> None:
    seen = bench.tier.revision
    rows = [WeightFacts("一", "One", 100)]
    bench.do(weighing.weigh, bench.tier.id, Component.THEORY, rows, revision=seen)

    with pytest.raises(history.EditedMeanwhile):
        bench.do(weighing.weigh, bench.tier.id, Component.THEORY, rows, revision=seen)
    with pytest.raises(history.EditedMeanwhile):
        bench.do(weighing.change_tier, bench.tier.id, TierFacts(3, "三", "Three"), revision=seen)


def test_a_weight_of_a_node_elsewhere_is_refused(bench: Bench, make: Make) -> None:
    other = make_node(make, make_tier(make, bench.standard, 5))

    rows = [WeightFacts("一", "One", 100, other.id)]

    with pytest.raises(NotFound):
        bench.do(weighing.weigh, bench.tier.id, Component.THEORY, rows, revision=None)


def test_tiers_are_added_changed_and_taken_out(bench: Bench) -> None:
    tier = bench.do(weighing.add_tier, bench.standard.id, TierFacts(5, "五级", "Level 5"))

    with pytest.raises(weighing.LevelTaken):
        bench.do(weighing.add_tier, bench.standard.id, TierFacts(5, "五级", "Level 5"))
    with pytest.raises(weighing.LevelTaken):
        bench.do(weighing.change_tier, tier.id, TierFacts(3, "三级", "Level 3"), revision=None)
    bench.do(weighing.change_tier, tier.id, TierFacts(5, "初级", "Entry", 80), revision=tier.revision)
    assert (tier.title_zh, tier.training_hours) == ("初级", 80)
    bench.do(weighing.remove_tier, tier.id)
    bench.session.expire_all()
    assert [row.level for row in bench.standard.tiers] == [3]


def test_a_tier_with_something_in_it_stays(bench: Bench) -> None:
    with pytest.raises(weighing.TierNotEmpty):
        bench.do(weighing.remove_tier, bench.tier.id)


@given(
    kind=st.sampled_from(NodeKind),
    below=st.lists(st.sampled_from(NodeKind), max_size=3),
    parent=st.none() | st.sampled_from(NodeKind),
    in_tier=st.booleans(),
)
def test_what_a_node_becomes_fits_its_place_and_what_it_holds(
    kind: NodeKind, below: list[NodeKind], parent: NodeKind | None, in_tier: bool
) -> None:
    becomes = placing.kind_under(kind, below, parent, in_tier=in_tier)

    if becomes is not None:
        assert becomes in placing.holds(parent, in_tier=in_tier)
        assert becomes is kind or all(child in CHILDREN.get(becomes, ()) for child in below)


@given(st.none() | st.integers(-(10**6), 10**6), st.none() | st.integers(-(10**6), 10**6))
def test_a_position_lies_between_its_neighbours(before: int | None, after: int | None) -> None:
    position = placing.between(before, after)

    if position is not None:
        assert before is None or before < position
        assert after is None or position < after or (before is not None and after <= before)
    else:
        assert before is not None
        assert after is not None
        assert after - before <= 1
