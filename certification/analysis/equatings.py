"""Equating two papers: worked out from all who sat them, adopted by a second person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from certification.analysis import rules
from certification.analysis.models import Equating
from certification.analysis.rules import EquatingStatus
from certification.analysis.service import OVER, arranged, marked
from certification.analysis.sitting import Sitting
from certification.exams.models import ExamSession, Paper, PaperItem
from certification.psychometrics import equating, irt, linking
from certification.psychometrics.equating import Equated, Method, Sample
from certification.psychometrics.notes import Counts, Note
from certification.scoring.conversion import PaperConversion
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal

IRT = "irt_true_score"
"""Equating of true marks over calibrations that common items link."""

METHODS = (*(method.value for method in Method), IRT)

LEAST_IRT = 200


@dataclass(eq=False)
class SamePaper(Refusal):
    """A paper cannot be equated to itself, nor to one of another level."""


@dataclass(eq=False)
class NotEquatable(Refusal):
    """The answers do not carry this method; ``note`` says why."""

    note: Note


@dataclass(eq=False)
class NotProposed(Refusal):
    """It was adopted or given up before."""


@dataclass(eq=False)
class OwnProposal(Refusal):
    """Whoever worked it out does not adopt it."""


@dataclass(frozen=True)
class Side:
    """One of two papers with its answers; ``common`` are the places of the items that both have."""

    paper: Paper
    sitting: Sitting
    common: tuple[int, ...]

    def steps(self, step: int) -> Counts:
        """Totals in steps (n)."""
        return np.rint(self.sitting.totals / step).astype(np.int64)

    def anchor(self, step: int) -> Counts:
        """Marks on the common items in steps (n)."""
        found: Counts = np.rint(self.sitting.marks[:, list(self.common)].sum(axis=1) / step).astype(np.int64)
        return found

    def sample(self, step: int) -> Sample:
        """The group as equating takes it."""
        top = self.paper.total // step
        if not self.common:
            return Sample(self.steps(step), top)
        anchor_top = int(sum(self.sitting.items[place].maximum for place in self.common)) // step
        return Sample(self.steps(step), top, self.anchor(step), anchor_top)


def propose(
    session: Session, new_id: UUID, old_id: UUID, method: str, *, smooth: int = 0, by: Actor, now: datetime
) -> Equating:
    """Work out what marks on the new paper are worth on the old one, from all sessions that are over.

    Raises:
        NotFound: one of the papers is not in the actor's centers.
        SamePaper: they are one, or of different levels.
        NotEquatable: the answers do not carry the method.
    """
    new_paper, old_paper = _paper(session, new_id, by), _paper(session, old_id, by)
    if new_id == old_id or new_paper.scheme.tier_id != old_paper.scheme.tier_id:
        raise SamePaper
    new, old = sides(session, new_paper, old_paper)
    marks = [item.marks for paper in (new_paper, old_paper) for item in paper.items]
    step = rules.common_step(marks, max(new_paper.total, old_paper.total))
    found = true_marks(new, old, step) if method == IRT else equate(new, old, Method(method), step, smooth)
    if not found.values:
        raise NotEquatable(found.note or Note.TOO_FEW)
    row = Equating(
        new_paper_id=new_id,
        old_paper_id=old_id,
        center_id=new_paper.center_id,
        method=method,
        smooth=smooth,
        step=step,
        anchors=len(new.common),
        n_new=new.sitting.n,
        n_old=old.sitting.n,
        values=list(found.values),
        errors=list(found.errors),
        slope=found.slope,
        intercept=found.intercept,
        proposed_by=by.id,
        proposed_by_name=by.name,
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, "equating.proposed", row, by=by, at=now, details={"method": method})
    return row


def _paper(session: Session, paper_id: UUID, by: Actor) -> Paper:
    found = session.scalar(
        sa.select(Paper)
        .where(Paper.id == paper_id, by.scope(Paper.center_id))
        .options(joinedload(Paper.items), joinedload(Paper.scheme))
    )
    if found is None:
        raise NotFound("paper", paper_id)
    return found


def sides(session: Session, new: Paper, old: Paper) -> tuple[Side, Side]:
    """Both papers with their answers and the items in common, in one order."""
    places = {item.item_version_id: place for place, item in enumerate(old.items)}
    shared = [(place, places[item.item_version_id]) for place, item in enumerate(new.items)
              if item.item_version_id in places]  # fmt: skip
    one, other = (tuple(pair[side] for pair in shared) for side in (0, 1))
    return (
        Side(new, sitting_of_paper(session, new.id, new.items), one),
        Side(old, sitting_of_paper(session, old.id, old.items), other),
    )


def sitting_of_paper(session: Session, paper_id: UUID, items: list[PaperItem]) -> Sitting:
    """All who sat a paper in sessions that are over, wherever."""
    over = session.scalars(
        sa.select(ExamSession.id).where(ExamSession.paper_id == paper_id, ExamSession.status.in_(OVER))
    ).all()
    return arranged(items, marked(session, over))


def equate(new: Side, old: Side, method: Method, step: int, smooth: int) -> Equated:
    """By observed marks."""
    return equating.equate(new.sample(step), old.sample(step), method, smooth=smooth)


def true_marks(new: Side, old: Side, step: int) -> Equated:
    """By true marks: each paper is calibrated by 2PL and the scales are linked over the common items (Stocking-Lord).

    No standard error is given: the two calibrations' errors are not carried through.
    """
    blank = Equated(Method.LINEAR, (), (), None, None, Note.TOO_FEW)
    if min(new.sitting.n, old.sitting.n) < LEAST_IRT or len(new.common) < 2:
        return blank
    fits = [irt.fit(side.sitting.right.astype(np.float64), reached=side.sitting.reached) for side in (new, old)]
    (new_a, new_d, new_known), (old_a, old_d, old_known) = (one.slopes() for one in fits)
    if not (new_known.all() and old_known.all() and min(new_a.min(), old_a.min()) > 0):
        return Equated(Method.LINEAR, (), (), None, None, Note.CONSTANT)
    mine, theirs = list(new.common), list(old.common)
    scale = linking.link(
        new_a[mine], (-new_d / new_a)[mine], old_a[theirs], (-old_d / old_a)[theirs], linking.Linking.STOCKING_LORD
    )
    if scale.slope is None or scale.intercept is None or scale.slope <= 0:
        return Equated(Method.LINEAR, (), (), None, None, scale.note or Note.NOT_CONVERGED)
    a = new_a / scale.slope
    new_curve = linking.Curve(a, new_d - a * scale.intercept, new.sitting.maximum)
    old_curve = linking.Curve(old_a, old_d, old.sitting.maximum)
    at = np.arange(new.paper.total // step + 1).astype(np.float64) * step
    values = linking.true_mark_equating(new_curve, old_curve, at) / step
    return Equated(Method.LINEAR, tuple(map(float, values)), (), None, None, None)


def by_id(session: Session, equating_id: UUID, *, by: Actor) -> Equating:
    """An equating in the actor's centers.

    Raises:
        NotFound: none.
    """
    found = session.scalar(
        sa.select(Equating)
        .where(Equating.id == equating_id, by.scope(Equating.center_id))
        .options(joinedload(Equating.new_paper), joinedload(Equating.old_paper))
    )
    if found is None:
        raise NotFound("equating", equating_id)
    return found


def listing(*, by: Actor) -> sa.Select[Equating]:
    """The equatings of the actor's centers, the newest first."""
    return (
        sa.select(Equating)
        .where(by.scope(Equating.center_id))
        .options(joinedload(Equating.new_paper), joinedload(Equating.old_paper))
        .order_by(Equating.proposed_at.desc(), Equating.id)
    )


def adopt(session: Session, equating_id: UUID, *, by: Actor, now: datetime) -> PaperConversion:
    """Have marks on the new paper published as marks on the old one from now on; what was published stays.

    Raises:
        NotFound: none in the actor's centers.
        NotProposed: it was adopted or given up before.
        OwnProposal: the actor worked it out.
    """
    row = by_id(session, equating_id, by=by)
    if row.status is not EquatingStatus.PROPOSED:
        raise NotProposed
    if row.proposed_by == by.id:
        raise OwnProposal
    found = session.scalar(sa.select(PaperConversion).where(PaperConversion.paper_id == row.new_paper_id))
    if found is None:
        found = PaperConversion(paper_id=row.new_paper_id)
        session.add(found)
    found.onto_paper_id, found.step, found.top = row.old_paper_id, row.step, row.old_paper.total
    found.values, found.adopted_by, found.adopted_at = list(row.values), by.id, now
    row.status = EquatingStatus.ADOPTED
    row.adopted_by, row.adopted_by_name, row.adopted_at = by.id, by.name, now
    session.flush()
    audit.record(session, "equating.adopted", row, by=by, at=now)
    return found


def drop(session: Session, equating_id: UUID, *, by: Actor, now: datetime) -> None:
    """Give a proposal up.

    Raises:
        NotFound: none in the actor's centers.
        NotProposed: it was adopted or given up before.
    """
    row = by_id(session, equating_id, by=by)
    if row.status is not EquatingStatus.PROPOSED:
        raise NotProposed
    row.status = EquatingStatus.DROPPED
    session.flush()
    audit.record(session, "equating.dropped", row, by=by, at=now)
