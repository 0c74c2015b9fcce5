"""What was adopted for a paper: its pass mark, and what its marks are worth on another paper."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from certification.exams.models import ExamSession, Registration
from certification.psychometrics.equating import converted
from certification.standards.models import Scheme
from certification.standards.rules import Component
from training_base.kernel.orm import Base, JSONValue

BY_PANEL = "standard_setting"
"""What a scheme's ``pass_mark_rule`` says where a panel's pass mark takes the place of the legal one."""


class PaperPassMark(Base):
    """The pass mark that a panel recommended for a paper and a second person adopted, in hundredths."""

    __tablename__ = "paper_pass_mark"

    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"), unique=True)
    pass_mark: Mapped[int]
    error: Mapped[int | None]
    adopted_by: Mapped[UUID]
    adopted_at: Mapped[datetime]


class PaperConversion(Base):
    """What marks on a paper are worth on another one, adopted by a second person.

    ``values`` are for marks 0, ``step``, 2 ``step`` ... of the paper, in steps; ``top`` is the greatest mark of the
    other paper, in hundredths.
    """

    __tablename__ = "paper_conversion"

    paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"), unique=True)
    onto_paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"))
    step: Mapped[int]
    top: Mapped[int]
    values: Mapped[list[float]] = mapped_column(JSONValue)
    adopted_by: Mapped[UUID]
    adopted_at: Mapped[datetime]

    def worth(self, marks: int) -> int:
        """Marks on the paper as marks on the other one, in hundredths, to the nearest."""
        return round(converted(marks, tuple(self.values), self.step, self.top))


class ConvertedMark(Base):
    """The raw marks of a registration beside what they were published as; kept for good."""

    __tablename__ = "converted_mark"

    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registration.id"), unique=True)
    center_id: Mapped[UUID] = mapped_column(sa.ForeignKey("training_center.id"), index=True)
    onto_paper_id: Mapped[UUID] = mapped_column(sa.ForeignKey("paper.id"))
    raw: Mapped[int]
    converted: Mapped[int]
    at: Mapped[datetime]


def conversion_of(session: Session, paper_id: UUID | None) -> PaperConversion | None:
    """The adopted conversion of a paper, if any."""
    return session.scalar(sa.select(PaperConversion).where(PaperConversion.paper_id == paper_id))


def published_marks(session: Session, exam_session: ExamSession, raw: Mapping[UUID, int]) -> dict[UUID, int]:
    """Marks by registration as they count: converted where the session's paper has an adopted conversion."""
    found = conversion_of(session, exam_session.paper_id)
    return {one: marks if found is None else found.worth(marks) for one, marks in raw.items()}


def keep_raw(session: Session, exam_session: ExamSession, raw: Mapping[UUID, int], *, now: datetime) -> None:
    """Write the raw marks beside the converted ones of a session that is published."""
    found = conversion_of(session, exam_session.paper_id)
    if found is None:
        return
    known = {one.registration_id: one for one in kept(session, exam_session)}
    for registration_id, marks in raw.items():
        row = known.get(registration_id) or ConvertedMark(
            registration_id=registration_id, center_id=exam_session.center_id
        )
        row.onto_paper_id, row.raw, row.converted, row.at = found.onto_paper_id, marks, found.worth(marks), now
        session.add(row)
    session.flush()


def kept(session: Session, exam_session: ExamSession) -> list[ConvertedMark]:
    """The raw and converted marks of a published session."""
    query = (
        sa.select(ConvertedMark)
        .join(Registration, Registration.id == ConvertedMark.registration_id)
        .where(Registration.exam_session_id == exam_session.id)
    )
    return list(session.scalars(query))


def as_published(session: Session, raw: Mapping[UUID, int]) -> dict[UUID, int]:
    """Raw marks of published registrations as they count: converted where they were published so."""
    rows = session.execute(
        sa.select(ConvertedMark.registration_id, PaperConversion)
        .join(Registration, Registration.id == ConvertedMark.registration_id)
        .join(ExamSession, ExamSession.id == Registration.exam_session_id)
        .join(PaperConversion, PaperConversion.paper_id == ExamSession.paper_id)
        .where(ConvertedMark.registration_id.in_(list(raw)))
    )
    by_conversion = {row[0]: row[1] for row in rows}
    return {one: by_conversion[one].worth(marks) if one in by_conversion else marks for one, marks in raw.items()}


def remark(session: Session, raw: Mapping[UUID, int], *, now: datetime) -> None:
    """Write raw marks that a re-marking changed beside what they count as now."""
    shown = as_published(session, raw)
    for row in session.scalars(sa.select(ConvertedMark).where(ConvertedMark.registration_id.in_(list(raw)))):
        row.raw, row.converted, row.at = raw[row.registration_id], shown[row.registration_id], now
    session.flush()


def pass_marks(session: Session, scheme: Scheme, paper_id: UUID | None) -> dict[Component, int]:
    """The least marks that pass, per component: the scheme's, or for theory the panel's where the scheme says so.

    A paper whose marks are converted is held to the pass mark of the paper they are converted to.
    """
    marks = dict(scheme.plan.pass_marks)
    if scheme.content.get("pass_mark_rule") != BY_PANEL or paper_id is None or Component.THEORY not in marks:
        return marks
    conversion = conversion_of(session, paper_id)
    judged = conversion.onto_paper_id if conversion is not None else paper_id
    adopted = session.scalar(sa.select(PaperPassMark.pass_mark).where(PaperPassMark.paper_id == judged))
    return marks if adopted is None else {**marks, Component.THEORY: adopted}
