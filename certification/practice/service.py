"""Deeds and questions of practice: quizzes on items that are never examined."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.item_bank import kinds
from certification.item_bank.content import Content
from certification.item_bank.models import Asset, Item, ItemVersion, StimulusVersion
from certification.item_bank.rules import CHOICE_KINDS, ItemStatus, ItemUse
from certification.item_bank.service import in_area
from certification.practice.models import PracticeAnswer, PracticeQuiz
from certification.practice.rules import AreaProgress, QuizMode, choose
from certification.standards import service as standards
from certification.standards.models import KnowledgePoint
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound, Refusal
from training_base.people.models import TrainerKeeper


@dataclass(eq=False)
class NothingToPractise(Refusal):
    """No item fits what was asked for."""

    mode: QuizMode


@dataclass(eq=False)
class NoAnswer(Refusal):
    """Nothing was chosen, or something that the item does not offer."""

    position: int


@dataclass(eq=False)
class QuizFinished(Refusal):
    """The quiz is over; its open items are not answered any more."""


def start(
    session: Session,
    level: int,
    *,
    area: str | None,
    count: int,
    mode: QuizMode,
    seed: int,
    by: Actor,
    now: datetime,
) -> PracticeQuiz:
    """Begin a quiz from the practice items of a level; the versions of today are kept with it.

    Args:
        area: a code such as "2.1", "2" for every duty 2.x, or None for all.
        count: at most so many items.
        mode: new items first, or only items whose newest answer was wrong.
        seed: chance comes in from outside.

    Raises:
        NotFound: the actor has no profile, or the level is not loaded.
        NothingToPractise: no item fits.
    """
    trainer_id = _own(by)
    tier = standards.tier_by_level(session, level)
    chosen = choose(*_candidates(session, tier.id, mode, area=area, by=by), count, seed)
    if not chosen:
        raise NothingToPractise(mode)
    quiz = PracticeQuiz(id=uuid4(), trainer_id=trainer_id, tier_id=tier.id, mode=mode, area=area, started_at=now)
    quiz.answers = [
        PracticeAnswer(trainer_id=trainer_id, position=position, item_id=row.id, item_version_id=row.version_id)
        for position, row in enumerate(chosen, 1)
    ]
    session.add(quiz)
    audit.record(session, "practice_quiz.started", quiz, by=by, at=now)
    return quiz


def _candidates(
    session: Session, tier_id: UUID, mode: QuizMode, *, area: str | None, by: Actor
) -> tuple[list[Any], list[Any]]:
    """Items that come first and items that fill up: new before known, or wrong ones only."""
    available = session.execute(_open_items(tier_id, by=by, area=area)).all()
    newest = _newest(session, _own(by), tier_id)
    if mode is QuizMode.WRONG:
        return [row for row in available if not newest.get(row.id, True)], []
    fresh = [row for row in available if row.id not in newest]
    return fresh, [row for row in available if row.id in newest]


def _own(by: Actor) -> UUID:
    if by.trainer_id is None:
        raise NotFound("trainer")
    return by.trainer_id


def _open_items(tier_id: UUID, *, by: Actor, area: str | None = None) -> sa.Select[UUID, UUID, str]:
    """Identifiers, current versions and areas of items the trainer may practise: never an exam item.

    They belong to the common bank or to a center that keeps the trainer on file.
    """
    keepers = sa.select(TrainerKeeper.center_id).where(TrainerKeeper.trainer_id == by.trainer_id)
    query = (
        sa.select(Item.id, ItemVersion.id.label("version_id"), KnowledgePoint.area)
        .join(ItemVersion, sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.version))
        .join(Item.knowledge_point)
        .where(Item.tier_id == tier_id, Item.use == ItemUse.PRACTICE, Item.status == ItemStatus.APPROVED)
        .where(sa.or_(Item.center_id.is_(None), Item.center_id.in_(keepers)))
        .order_by(Item.code)
    )
    return query if area is None else query.where(in_area(area))


def _newest(session: Session, trainer_id: UUID, tier_id: UUID) -> dict[UUID, bool]:
    """Whether the newest answer to each item the trainer ever answered was right."""
    rows = session.execute(
        sa.select(PracticeAnswer.item_id, PracticeAnswer.is_correct)
        .join(PracticeAnswer.quiz)
        .where(PracticeAnswer.trainer_id == trainer_id, PracticeQuiz.tier_id == tier_id)
        .where(PracticeAnswer.answered_at.is_not(None))
        .order_by(PracticeAnswer.answered_at)
    )
    return {item_id: bool(is_correct) for item_id, is_correct in rows}


def by_id(session: Session, quiz_id: UUID, *, by: Actor) -> PracticeQuiz:
    """A quiz of the actor's own.

    Raises:
        NotFound: there is none.
    """
    quiz = session.scalar(
        sa.select(PracticeQuiz).where(PracticeQuiz.id == quiz_id, PracticeQuiz.trainer_id == _own(by))
    )
    if quiz is None:
        raise NotFound("practice_quiz", quiz_id)
    return quiz


def answer_at(session: Session, quiz_id: UUID, position: int, *, by: Actor) -> PracticeAnswer:
    """One place of a quiz, with its item.

    Raises:
        NotFound: there is no such quiz of the actor's, or no such place in it.
    """
    by_id(session, quiz_id, by=by)
    found = session.scalar(
        sa.select(PracticeAnswer)
        .where(PracticeAnswer.quiz_id == quiz_id, PracticeAnswer.position == position)
        .options(joinedload(PracticeAnswer.item_version).joinedload(ItemVersion.item))
    )
    if found is None:
        raise NotFound("practice_answer", position)
    return found


def printed(given: PracticeAnswer) -> Content:
    """The item of a place as the trainee sees it every time: what would show the key by its order is shuffled."""
    content = given.item_version.content
    return content if content.kind in CHOICE_KINDS else kinds.shuffled(content, str(given.id))


def answer(session: Session, quiz_id: UUID, position: int, value: Any, *, by: Actor, now: datetime) -> PracticeAnswer:
    """Answer one item; the first answer stands, a repeat gives it back. The last answer finishes the quiz.

    Args:
        value: a response of the item's kind, see ``item_bank.kinds``.

    Raises:
        NotFound: there is no such place in a quiz of the actor's.
        QuizFinished: the quiz is over.
        NoAnswer: nothing was chosen, or what the item does not offer.
    """
    given = answer_at(session, quiz_id, position, by=by)
    if given.answered_at is not None:
        return given
    if given.quiz.finished_at is not None:
        raise QuizFinished
    content = printed(given)
    try:
        given.value = kinds.check_response(value, content)
    except ValueError as error:
        raise NoAnswer(position) from error
    if not given.value:
        raise NoAnswer(position)
    given.is_correct, given.answered_at = kinds.is_correct(given.value, content), now
    session.flush()
    if all(other.answered_at is not None for other in given.quiz.answers):
        finish(session, quiz_id, by=by, now=now)
    return given


def asset(session: Session, name: str, *, by: Actor) -> Asset:
    """A picture or a sound of an item in one of the actor's quizzes.

    Raises:
        NotFound: there is none.
    """
    shown = sa.or_(
        ItemVersion.assets.any(Asset.name == name),
        ItemVersion.stimulus_version.has(StimulusVersion.assets.any(Asset.name == name)),
    )
    own = (
        sa.select(PracticeAnswer.id)
        .join(PracticeAnswer.item_version)
        .where(PracticeAnswer.trainer_id == _own(by), shown)
        .limit(1)
    )
    found = session.scalar(sa.select(Asset).where(Asset.name == name))
    if found is None or session.scalar(own) is None:
        raise NotFound("asset", name)
    return found


def finish(session: Session, quiz_id: UUID, *, by: Actor, now: datetime) -> PracticeQuiz:
    """End a quiz, however much of it was answered; ending it again changes nothing.

    Raises:
        NotFound: there is no such quiz of the actor's.
    """
    quiz = by_id(session, quiz_id, by=by)
    if quiz.finished_at is None:
        before = audit.state_digest(quiz)
        quiz.finished_at = now
        audit.record(session, "practice_quiz.finished", quiz, by=by, at=now, before=before)
    return quiz


def progress(session: Session, tier_id: UUID, *, by: Actor) -> list[AreaProgress]:
    """How far the actor is in every area of a tier that has practice items, by code of the area.

    Raises:
        NotFound: the actor has no profile.
    """
    newest = _newest(session, _own(by), tier_id)
    counts: dict[str, list[int]] = {}
    for item_id, _version, area in session.execute(_open_items(tier_id, by=by)):
        count = counts.setdefault(area, [0, 0, 0])
        count[0] += 1
        count[1] += item_id in newest
        count[2] += newest.get(item_id, False)
    return [AreaProgress(area, *counts[area]) for area in sorted(counts)]


def count_wrong(session: Session, tier_id: UUID, *, by: Actor) -> int:
    """Items of a tier that the actor may practise and answered wrongly the last time.

    Raises:
        NotFound: the actor has no profile.
    """
    newest = _newest(session, _own(by), tier_id)
    return sum(not newest.get(row.id, True) for row in session.execute(_open_items(tier_id, by=by)))


def history(*, by: Actor) -> sa.Select[PracticeQuiz]:
    """The actor's quizzes, newest first, with tier and answers loaded.

    Raises:
        NotFound: the actor has no profile.
    """
    return (
        sa.select(PracticeQuiz)
        .options(joinedload(PracticeQuiz.tier), selectinload(PracticeQuiz.answers))
        .where(PracticeQuiz.trainer_id == _own(by))
        .order_by(PracticeQuiz.started_at.desc(), PracticeQuiz.id)
    )
