"""The exam API of a candidate: sign in, start or resume, save, submit."""

from datetime import UTC, datetime
from itertools import groupby
from secrets import token_urlsafe
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, request, url_for
from pydantic import Field, StrictInt, StrictStr
from sqlalchemy.orm import Session

from certification.exams import delivery
from certification.exams.delivery import Question
from certification.exams.models import Attempt, Registration
from certification.exams.rules import LONGEST_TEXT, Answer
from certification.exams.submission import NotCounted, TooLate
from certification.item_bank.content import ANSWER_LENGTH, gaps_of
from certification.item_bank.rules import ItemKind
from portal.access import Permission, needs
from portal.api.contract import In, Out, contract
from portal.auth import candidate
from portal.auth.candidate import Candidate
from portal.auth.current import address
from portal.database import unit_of_work
from portal.filters import markdown
from portal.limits import limiter
from portal.richtext import is_plain, rich, rich_line

api = Blueprint("api_exam", __name__, url_prefix="/api/v1/exam")

TASK = "task"
Position = Annotated[int, Field(ge=1, le=10_000)]
Seq = Annotated[StrictInt, Field(ge=1, le=2**53)]
Part = StrictInt | None | Annotated[StrictStr, Field(max_length=ANSWER_LENGTH)]
Value = Annotated[list[Part], Field(max_length=20)] | Annotated[StrictStr, Field(max_length=LONGEST_TEXT)]


class SignInIn(In):
    """What stands on the admission ticket and on the board; ``device`` is what this computer called itself before."""

    admission_number: str = Field(min_length=1, max_length=40)
    access_code: str = Field(min_length=1, max_length=40)
    device: str | None = Field(default=None, min_length=16, max_length=64)


class CandidateOut(Out):
    """Who signed in."""

    name: str
    admission_number: str
    seat: int


class SessionOut(Out):
    """What is examined, where and when."""

    code: str
    title: str
    component: str
    room: str
    starts_at: datetime
    ends_at: datetime
    minutes: int


class SignInOut(Out):
    """The bearer token for everything else."""

    token: str
    device: str
    candidate: CandidateOut
    session: SessionOut
    server_time: datetime


class ResponseIn(In):
    """An answer; [] is none.

    Positions of options from 0; [1] or [0] for true or false; for matching and gaps to choose one position or null
    each; for an ordering all positions in order; texts of gaps; [x, y] in thousandths of a picture; or a text.
    """

    position: Position
    value: Value
    seq: Seq


class ResponseOut(Out):
    """The answer that counts at a position."""

    position: int
    value: list[int | None] | list[str] | str
    seq: int

    @classmethod
    def of(cls, answer: Answer) -> "ResponseOut":
        """As the domain gives it."""
        return cls(position=answer.position, value=answer.value, seq=answer.seq)


class StimulusOut(Out):
    """What an item shares with its neighbours, as HTML; ``id`` tells whether it is the same."""

    id: str
    title: str
    html: str


class SetOut(Out):
    """Texts of an item as HTML: with formulas, pictures and sounds."""

    stem: str
    options: list[str]
    prompts: list[str]


class ItemOut(Out):
    """What is asked at a position, without the key; the stem of a task is HTML; marks in hundredths.

    ``stem``, ``options`` and ``prompts`` are Markdown; where that differs from plain text, ``html`` has them set. Gaps
    stand in the stem as {{1}}, {{2}}, with their choices in ``gaps`` where there are any.
    """

    position: int
    type: str
    title: str | None
    stem: str
    options: list[str]
    marks: int
    prompts: list[str] = Field(default_factory=list)
    gaps: list[list[str]] = Field(default_factory=list)
    gap_count: int = 0
    image: str | None = None
    html: SetOut | None = None
    stimulus: StimulusOut | None = None


class SectionOut(Out):
    """Items of one type that follow one another."""

    type: str
    items: list[ItemOut]


class PaperOut(Out):
    """The paper in the order it is sat."""

    sections: list[SectionOut]


class StateOut(Out):
    """How an attempt stands; ``receipt`` once it is handed in."""

    attempt_id: UUID
    server_time: datetime
    deadline: datetime
    submitted_at: datetime | None
    receipt: str | None
    responses: list[ResponseOut]


class AttemptOut(StateOut):
    """An attempt with its paper."""

    paper: PaperOut


class SaveIn(In):
    """All that is unsaved."""

    responses: list[ResponseIn] = Field(max_length=1000)


class SavedOut(Out):
    """The ``seq`` that counts at a position now."""

    position: int
    seq: int


class SaveOut(Out):
    """What is stored for good when this arrives."""

    saved: list[SavedOut]
    server_time: datetime
    deadline: datetime


class SubmitIn(In):
    """A key of the client's own making; the same one when it asks again."""

    idempotency_key: str = Field(min_length=8, max_length=64)


class SubmitOut(Out):
    """The receipt over what was handed in."""

    submitted_at: datetime
    receipt: str


def _admission_number() -> str:
    """Tries are counted per admission number: a whole room may share one address."""
    body = request.get_json(silent=True, force=True)
    number = body.get("admission_number") if isinstance(body, dict) else None
    return f"{address()}:{str(number)[:40]}"


@api.post("/sign-in")
@limiter.limit("10 per minute", key_func=_admission_number)
@limiter.limit("1200 per minute")
@needs(Permission.PUBLIC)
@contract(SignInOut, body=SignInIn)
def sign_in(body: SignInIn) -> SignInOut:
    """Sign in with the admission number and the room code."""
    now, device = datetime.now(UTC), body.device or token_urlsafe(16)
    with unit_of_work() as session:
        found = delivery.sign_in(session, body.admission_number, body.access_code, device, now=now)
        return _signed_in(found, device, now)


@api.post("/attempt")
@needs(Permission.CANDIDATE)
@contract(AttemptOut)
def start() -> AttemptOut:
    """Start the attempt, or resume it: same paper, same order, the time that is left."""
    who, where, now = candidate.current(), address(), datetime.now(UTC)
    try:
        with unit_of_work() as session:
            attempt = delivery.start(session, who.registration_id, who.device, now=now, address=where)
            return AttemptOut(**_state(session, attempt, now), paper=_paper(session, attempt))
    except TooLate:
        _close_overdue(who, now)
        raise


@api.get("/attempts/<uuid:attempt_id>")
@needs(Permission.CANDIDATE)
@contract(StateOut)
def show(attempt_id: UUID) -> StateOut:
    """How the attempt stands: its deadline, what is saved, and the receipt once it is handed in."""
    who, now = candidate.current(), datetime.now(UTC)
    with unit_of_work() as session:
        attempt = delivery.attempt_of(session, attempt_id, registration_id=who.registration_id, now=now)
        return StateOut(**_state(session, attempt, now))


@api.put("/attempts/<uuid:attempt_id>/responses")
@needs(Permission.CANDIDATE)
@contract(SaveOut, body=SaveIn)
def save(attempt_id: UUID, body: SaveIn) -> SaveOut:
    """Save answers; at each position the highest seq counts. What is acknowledged is stored for good."""
    who, now = candidate.current(), datetime.now(UTC)
    sent = [Answer(each.position, each.value, each.seq) for each in body.responses]
    own = who.registration_id
    try:
        with unit_of_work() as session:
            kept = delivery.save(session, attempt_id, sent, who.device, now=now, registration_id=own)
            saved = [SavedOut(position=each.position, seq=each.seq) for each in kept]
            deadline = session.get_one(Attempt, attempt_id).deadline
            return SaveOut(saved=saved, server_time=now, deadline=deadline)
    except NotCounted as refusal:
        with unit_of_work() as session:
            delivery.keep_refused(session, attempt_id, sent, refusal, now=now)
        raise


@api.post("/attempts/<uuid:attempt_id>/submit")
@needs(Permission.CANDIDATE)
@contract(SubmitOut, body=SubmitIn)
def submit(attempt_id: UUID, body: SubmitIn) -> SubmitOut:
    """Hand the attempt in; asked again with the same key, the first answer is given again."""
    who, where, now = candidate.current(), address(), datetime.now(UTC)
    own = who.registration_id
    try:
        with unit_of_work() as session:
            done = delivery.submit(
                session, attempt_id, body.idempotency_key, now=now, registration_id=own, address=where
            )
            return SubmitOut(submitted_at=done.submitted_at or now, receipt=done.receipt or "")
    except TooLate:
        _close_overdue(who, now)
        raise


def _close_overdue(who: Candidate, now: datetime) -> None:
    with unit_of_work() as session:
        delivery.attempt_of_registration(session, who.registration_id, now=now)


def _signed_in(found: Registration, device: str, now: datetime) -> SignInOut:
    exam_session, ticket = found.exam_session, found.ticket
    number, seat = (ticket.number, ticket.seat) if ticket else ("", 0)
    return SignInOut(
        token=candidate.token_for(Candidate(found.id, device)),
        device=device,
        candidate=CandidateOut(name=found.trainer.name, admission_number=number, seat=seat),
        session=SessionOut(
            code=exam_session.code,
            title=exam_session.title,
            component=exam_session.component.value,
            room=exam_session.room.name,
            starts_at=exam_session.starts_at,
            ends_at=exam_session.ends_at,
            minutes=exam_session.minutes,
        ),
        server_time=now,
    )


def _state(session: Session, attempt: Attempt, now: datetime) -> dict[str, Any]:
    return {
        "attempt_id": attempt.id,
        "server_time": now,
        "deadline": attempt.deadline,
        "submitted_at": attempt.submitted_at,
        "receipt": attempt.receipt,
        "responses": [ResponseOut.of(answer) for answer in delivery.answers(session, attempt.id)],
    }


def _paper(session: Session, attempt: Attempt) -> PaperOut:
    items = [_item(question) for question in delivery.questions(session, attempt)]
    sections = [SectionOut(type=kind, items=list(group)) for kind, group in groupby(items, lambda i: i.type)]
    return PaperOut(sections=sections)


def _media(name: str) -> str:
    return url_for("media.desk", name=name)


def _item(question: Question) -> ItemOut:
    content = question.content
    shown = ItemOut(
        position=question.position,
        type=question.kind or TASK,
        title=question.title,
        stem=question.stem if content else str(markdown(question.stem)),
        options=list(question.options),
        marks=question.marks,
    )
    if content is None:
        return shown
    shown.prompts, shown.gaps = list(content.prompts), [list(gap) for gap in content.gaps]
    shown.gap_count = len(gaps_of(content.stem)) if content.kind in (ItemKind.GAP_SELECT, ItemKind.GAP_TEXT) else 0
    shown.image = _media(content.image) if content.image else None
    if not all(map(is_plain, (content.stem, *content.options, *content.prompts))):
        shown.html = SetOut(
            stem=str(rich(content.stem, _media)),
            options=[str(rich_line(text, _media)) for text in content.options],
            prompts=[str(rich_line(text, _media)) for text in content.prompts],
        )
    if shared := question.stimulus:
        html = str(rich(shared["body"], _media))
        shown.stimulus = StimulusOut(id=shared["id"], title=shared["title"], html=html)
    return shown
