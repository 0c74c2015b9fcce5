"""What candidates of a session are given to sit: one paper, parallel papers by seat, or papers of their own."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams.models import Paper, PaperSet
from certification.exams.rules import PaperSetStatus
from certification.standards.rules import Component
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal


@dataclass(eq=False)
class PaperMissing(Refusal):
    """A theory session needs a paper."""


@dataclass(eq=False)
class PaperOfOtherScheme(Refusal):
    """The paper was assembled for another scheme, or the session has no use for one."""

    paper_code: str


@dataclass(eq=False)
class TooFewParallel(Refusal):
    """Papers of their own for candidates are drawn from at least two parallel ones."""


@dataclass(frozen=True)
class PaperChoice:
    """A paper, or a set of frozen parallel ones; with ``own`` each candidate gets another paper from its items."""

    paper_id: UUID | None
    paper_set_id: UUID | None = None
    own: bool = False


def check_paper(
    session: Session, choice: PaperChoice, center_id: UUID, scheme_id: UUID, component: Component, *, by: Actor
) -> None:
    """See that the choice fits the exam.

    Raises:
        NotFound: no such paper or set of frozen papers at the center.
        PaperMissing: a theory exam without a paper.
        PaperOfOtherScheme: the paper is for another scheme, or the exam has none.
        TooFewParallel: own papers from a set of one.
    """
    if choice.paper_id is None and choice.paper_set_id is None:
        if component is Component.THEORY:
            raise PaperMissing
        return
    name, of_scheme = _named(session, choice, center_id, by)
    if of_scheme != scheme_id or component is not Component.THEORY:
        raise PaperOfOtherScheme(name)


def _named(session: Session, choice: PaperChoice, center_id: UUID, by: Actor) -> tuple[str, UUID]:
    """What was chosen is called, and its scheme."""
    if choice.paper_set_id is None:
        mine = Paper.id == choice.paper_id, Paper.center_id == center_id, by.scope(Paper.center_id)
        paper = session.scalar(sa.select(Paper).where(*mine))
        if paper is None:
            raise NotFound("paper", choice.paper_id)
        return paper.code, paper.scheme_id
    ours = PaperSet.id == choice.paper_set_id, PaperSet.center_id == center_id, by.scope(PaperSet.center_id)
    found = session.scalar(sa.select(PaperSet).where(*ours, PaperSet.status == PaperSetStatus.FROZEN))
    if found is None:
        raise NotFound("paper_set", choice.paper_set_id)
    if choice.own and found.count < 2:
        raise TooFewParallel
    return found.blueprint_version.blueprint.title, found.blueprint_version.blueprint.scheme_id
