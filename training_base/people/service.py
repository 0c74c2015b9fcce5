"""Deeds and questions about trainers' profiles and identity documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Conflict, NotFound, Refusal
from training_base.kernel.keyring import keyring
from training_base.people import documents, identity, profile, rules
from training_base.people.models import IdentityDocument, Trainer, TrainerKeeper
from training_base.people.rules import ContactFacts, DocumentFacts, TrainerFacts

LEAST_REASON = 5
"""Characters that a reason for unmasking needs at least."""


@dataclass(eq=False)
class NotTheSamePerson(Refusal):
    """Nobody on file has both this document and this name."""


@dataclass(eq=False)
class LastDocument(Refusal):
    """A profile keeps at least one identity document."""


@dataclass(eq=False)
class ReasonTooShort(Refusal):
    """Unmasking needs a reason that says something."""

    least: int = LEAST_REASON


def _kept(by: Actor) -> sa.ColumnElement[bool]:
    """The condition that one of the actor's centers keeps the trainer on file."""
    if by.everywhere:
        return sa.true()
    return Trainer.keepers.any(by.scope(TrainerKeeper.center_id))


def center_of(trainer: Trainer, by: Actor) -> UUID | None:
    """The center in whose name the actor acts on the profile, for the audit trail."""
    centers = [keeper.center_id for keeper in sorted(trainer.keepers, key=lambda keeper: keeper.since)]
    return next((center for center in centers if by.may_touch(center)), next(iter(centers), None))


def create(
    session: Session,
    facts: TrainerFacts,
    document: DocumentFacts,
    *,
    center_id: UUID,
    by: Actor,
    now: datetime,
) -> Trainer:
    """Put a person on file at a center.

    Raises:
        NotFound: the center is none of the actor's.
        NameMissing, BirthImplausible, PhoneShape, EmailShape, RatingRange: a fact cannot be.
        DocumentRefusal: the number is impossible, or is not this person's.
        DuplicateTrainer: the actor's centers keep the person already.
        AlreadyOnFile: another center keeps the person; see ``adopt``.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    trainer = Trainer(id=uuid4(), created_at=now)
    profile.fill(trainer, facts, day=now.date())
    paper = identity.new_document(session, trainer, document, by=by, now=now)
    trainer.documents.append(paper)
    trainer.keepers.append(TrainerKeeper(center_id=center_id, since=now))
    session.add(trainer)
    audit.record(
        session,
        "trainer.created",
        trainer,
        by=by,
        at=now,
        center_id=center_id,
        details={"document_kind": document.kind.value},
    )
    return trainer


def adopt(
    session: Session, document: DocumentFacts, name: str, *, center_id: UUID, by: Actor, now: datetime
) -> Trainer:
    """Make a center a further keeper of a person on file elsewhere, whose document and name it has seen.

    Raises:
        NotFound: the center is none of the actor's.
        NotTheSamePerson: no such document on file, or under another name; which of both is not told.
    """
    if not by.may_touch(center_id):
        raise NotFound("training_center", center_id)
    trainer = identity.owner_of(session, documents.digest(document.kind, document.number, key=keyring(session).digest))
    if trainer is None or not rules.same_name(trainer.name, name):
        raise NotTheSamePerson
    if all(keeper.center_id != center_id for keeper in trainer.keepers):
        before = audit.state_digest(trainer)
        trainer.keepers.append(TrainerKeeper(center_id=center_id, since=now))
        audit.record(session, "trainer.adopted", trainer, by=by, at=now, before=before, center_id=center_id)
    return trainer


def by_id(session: Session, trainer_id: UUID, *, by: Actor) -> Trainer:
    """A trainer whom the actor's centers keep on file.

    Raises:
        NotFound: no such trainer there.
    """
    trainer = session.scalar(sa.select(Trainer).where(Trainer.id == trainer_id, _kept(by)))
    if trainer is None:
        raise NotFound("trainer", trainer_id)
    return trainer


def own(session: Session, *, by: Actor) -> Trainer:
    """The actor's own profile.

    Raises:
        NotFound: the actor has none.
    """
    trainer = session.get(Trainer, by.trainer_id) if by.trainer_id else None
    if trainer is None:
        raise NotFound("trainer", by.trainer_id)
    return trainer


def listing(*, by: Actor, q: str | None = None, digests: Sequence[str] = ()) -> sa.Select[Trainer]:
    """Trainers on file at the actor's centers, by name.

    Args:
        by: who asks.
        q: part of a name, in Chinese or Latin letters, or the beginning of a telephone number.
        digests: from ``identity.digests_of``; whoever has such a document is listed too.
    """
    query = sa.select(Trainer).where(_kept(by)).options(selectinload(Trainer.documents))
    sought = rules.tidy(q or "")
    if sought:
        found = [
            Trainer.name.contains(sought, autoescape=True),
            Trainer.name_latin.icontains(sought, autoescape=True),
            Trainer.phone.startswith(sought, autoescape=True),
        ]
        if digests:
            found.append(Trainer.documents.any(IdentityDocument.number_digest.in_(digests)))
        query = query.where(sa.or_(*found))
    return query.order_by(Trainer.name, Trainer.id)


def update(
    session: Session, trainer_id: UUID, facts: TrainerFacts, *, revision: int, by: Actor, now: datetime
) -> Trainer:
    """Change what the profile says.

    Raises:
        NotFound: no such trainer in the actor's centers.
        Conflict: somebody changed the profile since ``revision``.
        NameMissing, BirthImplausible, PhoneShape, EmailShape, RatingRange: a fact cannot be.
        DocumentRefusal: a document on file states another birth date or sex.
    """
    trainer = by_id(session, trainer_id, by=by)
    if trainer.revision != revision:
        raise Conflict("trainer")
    before = audit.state_digest(trainer)
    with session.no_autoflush:
        profile.fill(trainer, facts, day=now.date())
        for document in trainer.documents:
            documents.validate(
                document.kind,
                identity.number_of(session, document),
                born_on=trainer.born_on,
                sex=trainer.sex,
                nationality=trainer.nationality,
            )
    center_id = center_of(trainer, by)
    audit.record(session, "trainer.changed", trainer, by=by, at=now, before=before, center_id=center_id)
    return trainer


def update_own(session: Session, facts: ContactFacts, *, revision: int, by: Actor, now: datetime) -> Trainer:
    """Change one's own contact data and fields of work.

    Raises:
        NotFound: the actor has no profile.
        Conflict: somebody changed the profile since ``revision``.
        PhoneShape, EmailShape: a fact cannot be.
    """
    trainer = own(session, by=by)
    if trainer.revision != revision:
        raise Conflict("trainer")
    before = audit.state_digest(trainer)
    phone, email = profile.phone_of(facts.phone), profile.email_of(facts.email)
    trainer.phone, trainer.email = phone, email
    trainer.domains = [domain.value for domain in facts.domains]
    center_id = center_of(trainer, by)
    audit.record(session, "trainer.changed", trainer, by=by, at=now, before=before, center_id=center_id)
    return trainer


def add_document(
    session: Session, trainer_id: UUID, facts: DocumentFacts, *, by: Actor, now: datetime
) -> IdentityDocument:
    """Put a further identity document on file.

    Raises:
        NotFound: no such trainer in the actor's centers.
        DocumentRefusal: the number is impossible, or is not this person's.
        DuplicateTrainer, AlreadyOnFile: the document is on file already.
    """
    trainer = by_id(session, trainer_id, by=by)
    document = identity.new_document(session, trainer, facts, by=by, now=now)
    trainer.documents.append(document)
    audit.record(session, "document.added", document, by=by, at=now, center_id=center_of(trainer, by))
    return document


def document_by_id(session: Session, document_id: UUID, *, by: Actor) -> IdentityDocument:
    """A document of a trainer whom the actor's centers keep on file.

    Raises:
        NotFound: no such document there.
    """
    query = sa.select(IdentityDocument).join(Trainer).where(IdentityDocument.id == document_id, _kept(by))
    document = session.scalar(query)
    if document is None:
        raise NotFound("identity_document", document_id)
    return document


def remove_document(session: Session, document_id: UUID, *, by: Actor, now: datetime) -> Trainer:
    """Take a document off the file; its trainer is given back.

    Raises:
        NotFound: no such document in the actor's centers.
        LastDocument: it is the only one.
    """
    document = document_by_id(session, document_id, by=by)
    trainer = document.trainer
    if len(trainer.documents) == 1:
        raise LastDocument
    audit.record(
        session,
        "document.removed",
        document,
        by=by,
        at=now,
        before=audit.state_digest(document),
        center_id=center_of(trainer, by),
        details={"kind": document.kind.value},
    )
    session.delete(document)
    session.flush()
    session.expire(trainer, ["documents"])
    return trainer


def reveal(session: Session, document_id: UUID, *, reason: str, by: Actor, now: datetime) -> str:
    """The full number of a document; who looked, and why, stays in the audit trail.

    Raises:
        NotFound: no such document in the actor's centers.
        ReasonTooShort: the reason says nothing.
    """
    document = document_by_id(session, document_id, by=by)
    plain = rules.tidy(reason)
    if len(plain) < LEAST_REASON:
        raise ReasonTooShort
    audit.record(
        session,
        "document.revealed",
        document,
        by=by,
        at=now,
        before=audit.state_digest(document),
        center_id=center_of(document.trainer, by),
        details={"reason": plain, "kind": document.kind.value},
    )
    return identity.number_of(session, document)
