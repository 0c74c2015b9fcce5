"""Which paper a candidate sits: the session's one, one of parallel papers by seat, or a paper of their own."""

import random
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.assembly import swapping
from certification.assembly.rules import Placed
from certification.exams import paper_sets, papers
from certification.exams.models import ExamSession, Paper, PaperItem, PaperSet, Registration
from certification.exams.rules import RegistrationStatus, paper_of_seat
from training_base.kernel.actor import SYSTEM

COPIED = tuple(
    column.key
    for column in sa.inspect(PaperItem).column_attrs
    if column.key not in {"id", "paper_id", "position", "marks"}
)
"""What a candidate's own paper takes over from the frozen papers of its set, as printed there."""


def paper_id_of(session: Session, registration: Registration, *, now: datetime) -> UUID | None:
    """The paper of a candidate; an own paper that was not prepared is made now. None for an exam without papers."""
    exam_session = registration.exam_session
    if exam_session.paper_set_id is None:
        return exam_session.paper_id
    if exam_session.own_papers:
        return own_paper(session, registration, now=now).id
    ids = _papers_of(session, exam_session.paper_set_id)
    seat = registration.ticket.seat if registration.ticket else 1
    return ids[paper_of_seat(seat, len(ids))]


def _papers_of(session: Session, paper_set_id: UUID) -> Sequence[UUID]:
    query = sa.select(Paper.id).where(Paper.paper_set_id == paper_set_id, Paper.registration_id.is_(None))
    return session.scalars(query.order_by(Paper.set_position)).all()


def own_paper(session: Session, registration: Registration, *, now: datetime) -> Paper:
    """The candidate's own paper: drawn from the set's items by a seed that only depends on set and registration.

    Items are printed as the set's frozen papers print them; every limit of the set holds for it.
    """
    made = session.scalar(sa.select(Paper).where(Paper.registration_id == registration.id))
    if made is not None:
        return made
    paper_set = session.get_one(PaperSet, registration.exam_session.paper_set_id)
    frozen = _frozen(session, paper_set)
    drawn = draw(paper_set, registration.id)
    seed = f"{paper_set.seed}:{registration.id}"
    printed = {item.item_id: item for paper in frozen for item in paper.items}
    order = paper_sets.in_printed_order(drawn, paper_sets.solved_problem(paper_set).specification, seed)
    paper = Paper(
        code=f"{frozen[0].code}-{registration.id.hex[:12].upper()}",
        center_id=paper_set.center_id,
        scheme_id=frozen[0].scheme_id,
        title=frozen[0].title,
        seed=paper_set.seed,
        minutes=frozen[0].minutes,
        total=frozen[0].total,
        scorer=frozen[0].scorer,
        assembled_by=SYSTEM.id,
        assembled_at=now,
        paper_set_id=paper_set.id,
        registration_id=registration.id,
        items=[
            PaperItem(position=position, marks=marks, **{name: getattr(printed[item.id], name) for name in COPIED})
            for position, (item, marks) in enumerate(order, start=1)
        ],
    )
    paper.digest = papers.content_digest(paper)
    session.add(paper)
    session.flush()
    return paper


def draw(paper_set: PaperSet, registration_id: UUID) -> tuple[Placed, ...]:
    """The items of a candidate's own paper; the same set and registration give the same items again."""
    asked = paper_sets.solved_problem(paper_set)
    solved = paper_sets.solved_papers(paper_set, asked)
    seed = f"{paper_set.seed}:{registration_id}"
    start = random.Random(f"start:{seed}").choice(solved)  # noqa: S311  a draw that can be repeated, not a secret
    return swapping.walk(swapping.Pool(asked), start, seed)


def _frozen(session: Session, paper_set: PaperSet) -> list[Paper]:
    query = (
        sa.select(Paper)
        .where(Paper.paper_set_id == paper_set.id, Paper.registration_id.is_(None))
        .options(selectinload(Paper.items))
        .order_by(Paper.set_position)
    )
    return list(session.scalars(query))


def prepare_own_papers(session: Session, *, now: datetime, at_most: int = 20) -> int:
    """Make own papers of registered candidates ahead of the start, so many at a time; the number made."""
    query = (
        sa.select(Registration)
        .join(Registration.exam_session)
        .outerjoin(Paper, Paper.registration_id == Registration.id)
        .where(
            Registration.status.in_((RegistrationStatus.REGISTERED, RegistrationStatus.ADMITTED)),
            ExamSession.own_papers,
            ExamSession.ends_at > now,
            Paper.id.is_(None),
        )
        .options(joinedload(Registration.exam_session))
        .order_by(ExamSession.starts_at, Registration.id)
        .limit(at_most)
    )
    waiting = session.scalars(query).all()
    for registration in waiting:
        own_paper(session, registration, now=now)
    return len(waiting)
