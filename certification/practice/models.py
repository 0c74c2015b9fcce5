"""Tables of practice: quizzes and their answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.item_bank.models import ItemVersion
from certification.practice.rules import QuizMode
from certification.standards.models import Tier
from training_base.kernel.orm import Base, JSONValue
from training_base.people.models import Trainer


class PracticeQuiz(Base):
    """A quiz a trainer takes to learn; it never counts."""

    __tablename__ = "practice_quiz"

    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"), index=True)
    tier_id: Mapped[UUID] = mapped_column(sa.ForeignKey("tier.id"))
    mode: Mapped[QuizMode]
    area: Mapped[str | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    trainer: Mapped[Trainer] = relationship()
    tier: Mapped[Tier] = relationship()
    answers: Mapped[list["PracticeAnswer"]] = relationship(back_populates="quiz", order_by="PracticeAnswer.position")

    @property
    def answered(self) -> int:
        """How many of its items were answered."""
        return sum(answer.answered_at is not None for answer in self.answers)

    @property
    def right(self) -> int:
        """How many of its items were answered rightly."""
        return sum(answer.is_correct is True for answer in self.answers)


class PracticeAnswer(Base):
    """One item of a quiz; ``value`` and ``is_correct`` are None until it is answered."""

    __tablename__ = "practice_answer"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "position"),
        sa.Index("ix_practice_answer_wrong", "trainer_id", "item_id", "answered_at"),
    )

    quiz_id: Mapped[UUID] = mapped_column(sa.ForeignKey("practice_quiz.id"))
    trainer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("trainer.id"))
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item.id"))
    item_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("item_version.id"))
    value: Mapped[Any] = mapped_column(JSONValue, nullable=True)
    is_correct: Mapped[bool | None]
    answered_at: Mapped[datetime | None]

    quiz: Mapped[PracticeQuiz] = relationship(back_populates="answers")
    item_version: Mapped[ItemVersion] = relationship()
