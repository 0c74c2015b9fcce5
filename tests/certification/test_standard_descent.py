"""Where the parts of a new edition come from is said by ties, which may be added and taken away."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from certification.standards import descent, editing, history, service, versions
from certification.standards.editing import NodeFacts, Place
from certification.standards.models import Standard, StandardNode
from certification.standards.rules import StandardStatus
from certification.standards.versions import DraftFacts
from tests.make import NOW, Make
from tests.make_standards import make_node, make_standard, make_tier
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound


class Next:
    """The draft that follows an edition with the functions 1 and 2 at levels 4 and 3."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session, self.by = session, make.actor(everywhere=True)
        old = make_standard(make, status=StandardStatus.ADOPTED)
        self.old = {
            (level, code): make_node(make, tier, code=code)
            for level, tier in ((4, make_tier(make, old, 4)), (3, make_tier(make, old, 3)))
            for code in "12"
        }
        self.draft: Standard = versions.revise(session, old.id, DraftFacts("n", "2", "新", "New"), by=self.by, now=NOW)

    def node(self, level: int, code: str) -> StandardNode:
        tier = next(tier for tier in self.draft.tiers if tier.level == level)
        branches = service.tree(self.session, tier.id)
        return next(branch.node for branch in branches if branch.node.code == code)

    def do(self, deed: Any, *words: Any, **more: Any) -> Any:
        return deed(self.session, *words, by=self.by, now=NOW, **more)


@pytest.fixture
def following(session: Session, make: Make) -> Next:
    return Next(session, make)


def test_a_copied_part_comes_from_its_original(following: Next) -> None:
    assert descent.origins(following.session, following.node(3, "1")) == [following.old[3, "1"]]


def test_parts_are_merged_and_parted_again(following: Next) -> None:
    node, by_code = following.node(3, "1"), following.old

    following.do(descent.tie, node.id, "2")

    assert descent.origins(following.session, node) == [by_code[3, "1"], by_code[3, "2"]]
    following.do(descent.untie, node.id, by_code[3, "1"].id)
    assert descent.origins(following.session, node) == [by_code[3, "2"]]
    following.do(history.undo, following.draft.id)
    assert descent.origins(following.session, node) == [by_code[3, "1"], by_code[3, "2"]]


def test_a_new_part_may_come_from_an_old_one(following: Next) -> None:
    tier = following.node(4, "1").tier_id
    facts = NodeFacts("9", "拆出")
    made = following.do(editing.add, following.draft.id, Place(tier_id=tier), facts, kind=None)

    assert descent.origins(following.session, made) == []
    assert following.do(descent.tie, made.id, "1") is following.old[4, "1"]


def test_what_is_said_already_or_is_not_there_is_refused(following: Next, make: Make) -> None:
    node = following.node(3, "1")

    with pytest.raises(descent.AlreadyTied):
        following.do(descent.tie, node.id, "1")
    with pytest.raises(descent.NoSuchPart):
        following.do(descent.tie, node.id, "none")
    for origin in (following.old[3, "2"].id, following.draft.id):
        with pytest.raises(NotFound):
            following.do(descent.untie, node.id, origin)


def test_a_code_that_stands_only_elsewhere_is_found_there(following: Next, make: Make) -> None:
    by: Actor = following.by
    framework = make_standard(make, status=StandardStatus.ADOPTED)
    first = make_node(make, framework, code="a")
    make_node(make, framework, code="b")
    new = versions.revise(following.session, framework.id, DraftFacts("f", "2", "新", "New"), by=by, now=NOW)
    node = following.do(editing.add, new.id, Place(), NodeFacts("c", "条"), kind=None)

    assert following.do(descent.tie, node.id, "a") is first
