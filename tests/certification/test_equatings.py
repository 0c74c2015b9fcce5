"""Equating papers of ours: worked out from what was marked, adopted by a second person, raw marks kept."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.analysis import equatings
from certification.analysis.models import Equating
from certification.analysis.rules import EquatingStatus
from certification.exams.models import Paper, PaperItem
from certification.scoring import conversion
from certification.scoring import service as scoring
from certification.scoring.models import ResultComponent
from certification.standards.rules import Component
from tests.exam_day import ExamDay
from tests.make import NOW, Make
from tests.make_analysis import long_paper, sat
from training_base.kernel.errors import NotFound


def share_items(make: Make, new: Paper, old: Paper, count: int) -> None:
    """Let the first items of both papers be the same ones."""
    for one, other in list(zip(new.items, old.items, strict=True))[:count]:
        row = make.session.get_one(PaperItem, one.id)
        row.item_id, row.item_version_id = other.item_id, other.item_version_id
    make.session.flush()
    make.session.expire(new)


class Two:
    """Two papers of one scheme, sat by so many each."""

    def __init__(self, make: Make, n: int = 40, common: int = 0) -> None:
        self.session = make.session
        self.old = ExamDay(make, Component.THEORY)
        self.new = ExamDay(make, Component.THEORY, center=self.old.center, scheme=self.old.scheme)
        self.papers = long_paper(self.new), long_paper(self.old)
        share_items(make, *self.papers, common)
        sat(self.old, n, paper=self.papers[1])
        self.people = sat(self.new, n, seed=9, paper=self.papers[0])
        self.by, self.other = make.actor(self.old.center), make.actor(self.old.center)

    def propose(self, method: str, **more: int) -> Equating:
        """Work it out."""
        return equatings.propose(
            self.session, self.papers[0].id, self.papers[1].id, method, by=self.by, now=NOW, **more
        )


@pytest.mark.parametrize("method", ["mean", "linear", "equipercentile"])
def test_random_groups_are_equated(make: Make, method: str) -> None:
    found = Two(make).propose(method, smooth=4)

    assert (found.n_new, found.n_old, found.step, len(found.values)) == (40, 40, 1000, 11)
    assert (found.slope is None) == (method == "equipercentile")
    assert max(found.errors) > 0


@pytest.mark.parametrize("method", ["tucker", "levine", "chained_linear", "chained_equipercentile"])
def test_items_in_common_are_the_anchor(make: Make, method: str) -> None:
    found = Two(make, common=5).propose(method)

    assert found.anchors == 5
    assert found.values[8] == pytest.approx(8, abs=2)


def test_true_marks_are_equated_over_linked_calibrations(make: Make) -> None:
    found = Two(make, n=220, common=5).propose(equatings.IRT)

    assert found.values[0] == 0
    assert found.values[10] == pytest.approx(10)
    assert found.errors == []
    assert found.values[5] == pytest.approx(5, abs=0.7)


@pytest.mark.parametrize(("method", "common"), [("tucker", 0), (equatings.IRT, 5)])
def test_what_the_answers_do_not_carry_is_refused(make: Make, method: str, common: int) -> None:
    with pytest.raises(equatings.NotEquatable):
        Two(make, n=10, common=common).propose(method)


def test_true_marks_need_slopes_and_a_scale(make: Make) -> None:
    two = Two(make, n=210, common=2)
    new, old = equatings.sides(two.session, *two.papers)
    flat = equatings.Side(new.paper, new.sitting.only(new.sitting.totals >= 0), new.common)
    flat.sitting.marks[:, 0] = 1000
    assert equatings.true_marks(flat, old, 1000).note is not None
    twin = equatings.Side(old.paper, old.sitting, (0, 0))
    assert equatings.true_marks(equatings.Side(new.paper, new.sitting, (1, 1)), twin, 1000).note is not None


def test_a_paper_is_not_equated_to_itself(session: Session, make: Make) -> None:
    two = Two(make, n=3)

    with pytest.raises(equatings.SamePaper):
        equatings.propose(session, two.papers[0].id, two.papers[0].id, "mean", by=two.by, now=NOW)
    with pytest.raises(NotFound):
        equatings.propose(session, two.papers[0].id, two.papers[1].id, "mean", by=make.actor(make.center()), now=NOW)


def test_who_worked_it_out_does_not_adopt_it(session: Session, make: Make) -> None:
    two = Two(make)
    row = two.propose("mean")

    with pytest.raises(equatings.OwnProposal):
        equatings.adopt(session, row.id, by=two.by, now=NOW)
    with pytest.raises(NotFound):
        equatings.by_id(session, row.id, by=make.actor(make.center()))
    equatings.drop(session, row.id, by=two.by, now=NOW)
    assert row.status is EquatingStatus.DROPPED
    for deed in (equatings.drop, equatings.adopt):
        with pytest.raises(equatings.NotProposed):
            deed(session, row.id, by=two.other, now=NOW)


def test_marks_published_after_adoption_are_converted_and_the_raw_ones_kept(session: Session, make: Make) -> None:
    two = Two(make)
    row = two.propose("mean")
    found = equatings.adopt(session, row.id, by=two.other, now=NOW)
    scoring.publish(session, two.new.id, by=two.other, now=NOW)

    kept = {one.registration_id: one for one in conversion.kept(session, two.new.exam_session)}
    assert len(kept) == 40
    shift = (row.intercept or 0) * row.step
    middle = kept[two.people[20].id]
    assert middle.converted == pytest.approx(middle.raw + shift, abs=1)
    assert middle.converted == found.worth(middle.raw)
    component = session.scalars(
        sa.select(ResultComponent).where(ResultComponent.registration_id == two.people[20].id)
    ).one()
    assert component.marks == middle.converted


def test_a_second_adoption_takes_the_place_of_the_first(session: Session, make: Make) -> None:
    two = Two(make)
    equatings.adopt(session, two.propose("mean").id, by=two.other, now=NOW)
    equatings.adopt(session, two.propose("linear").id, by=two.other, now=NOW)

    assert session.scalar(sa.select(sa.func.count()).select_from(conversion.PaperConversion)) == 1
    assert len(session.scalars(equatings.listing(by=two.by)).all()) == 2


def test_a_remarking_moves_converted_marks_too(session: Session, make: Make) -> None:
    two = Two(make)
    equatings.adopt(session, two.propose("mean").id, by=two.other, now=NOW)
    scoring.publish(session, two.new.id, by=two.other, now=NOW)
    kept = conversion.kept(session, two.new.exam_session)[0]
    conversion.remark(session, {kept.registration_id: kept.raw + 1000}, now=NOW)

    found = conversion.conversion_of(session, two.papers[0].id)
    assert found is not None
    assert kept.converted == found.worth(kept.raw)
    assert conversion.as_published(session, {kept.registration_id: 5000})[kept.registration_id] == found.worth(5000)
    conversion.keep_raw(session, two.new.exam_session, {kept.registration_id: 100}, now=NOW)
    assert kept.raw == 100


def test_the_converted_paper_is_held_to_the_pass_mark_of_the_other(session: Session, make: Make) -> None:
    two = Two(make)
    equatings.adopt(session, two.propose("mean").id, by=two.other, now=NOW)
    scheme = two.new.scheme
    scheme.content = {**scheme.content, "pass_mark_rule": conversion.BY_PANEL}
    make.add(
        conversion.PaperPassMark(paper_id=two.papers[1].id, pass_mark=5500, adopted_by=two.other.id, adopted_at=NOW)
    )

    assert conversion.pass_marks(session, scheme, two.papers[0].id)[Component.THEORY] == 5500
