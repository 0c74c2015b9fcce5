"""Identity documents of a profile: checked, sealed, and found again by their digest."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal
from training_base.kernel.keyring import keyring
from training_base.people import documents
from training_base.people.models import IdentityDocument, Trainer
from training_base.people.rules import DocumentFacts, DocumentKind


@dataclass(eq=False)
class DuplicateTrainer(Refusal):
    """The document belongs to somebody whom the actor's centers keep on file."""

    trainer_id: UUID
    name: str


@dataclass(eq=False)
class AlreadyOnFile(Refusal):
    """The document belongs to somebody whom another center keeps on file; it may be adopted."""


def refusal_for(owner: Trainer, by: Actor) -> Refusal:
    """Why a document that somebody on file holds is not added; other centers' people are not named."""
    if any(by.may_touch(keeper.center_id) for keeper in owner.keepers):
        return DuplicateTrainer(owner.id, owner.name)
    return AlreadyOnFile()


def owner_of(session: Session, digest: str) -> Trainer | None:
    """Who holds the document of that digest."""
    return session.scalar(sa.select(Trainer).join(IdentityDocument).where(IdentityDocument.number_digest == digest))


def new_document(
    session: Session, trainer: Trainer, facts: DocumentFacts, *, by: Actor, now: datetime
) -> IdentityDocument:
    """A checked document of the trainer.

    Raises:
        DocumentRefusal: the number is impossible, or is not this person's.
        DuplicateTrainer, AlreadyOnFile: it belongs to somebody else on file.
    """
    keys = keyring(session)
    number = documents.validate(
        facts.kind,
        facts.number,
        born_on=trainer.born_on,
        sex=trainer.sex,
        nationality=trainer.nationality,
    )
    digest = documents.digest(facts.kind, number, key=keys.digest)
    with session.no_autoflush:
        owner = owner_of(session, digest)
    if owner is not None:
        raise refusal_for(owner, by)
    document_id = uuid4()
    bound_to = documents.binding(trainer.id, document_id)
    return IdentityDocument(
        id=document_id,
        trainer_id=trainer.id,
        kind=facts.kind,
        number_encrypted=documents.encrypt(number, key=keys.identity, bound_to=bound_to),
        number_digest=digest,
        number_masked=documents.mask(number),
        valid_until=facts.valid_until,
        added_at=now,
    )


def digests_of(session: Session, number: str) -> tuple[str, ...]:
    """What a document number is found by, whichever kind it is; nothing where the text cannot be a number."""
    plain = documents.normalise(number)
    if not (5 <= len(plain) <= 18 and plain.isascii() and any(letter.isdigit() for letter in plain)):
        return ()
    key = keyring(session).digest
    return tuple(documents.digest(kind, plain, key=key) for kind in DocumentKind)


def number_of(session: Session, document: IdentityDocument) -> str:
    """The full number of a document; whoever shows it to a person goes through ``service.reveal``."""
    bound_to = documents.binding(document.trainer_id, document.id)
    return documents.decrypt(document.number_encrypted, key=keyring(session).identity, bound_to=bound_to)
