"""Facts of a profile, checked and written into it."""

from dataclasses import dataclass
from datetime import date

from training_base.kernel.errors import Refusal
from training_base.people import rules
from training_base.people.models import Trainer
from training_base.people.rules import CoreTask, TrainerFacts


@dataclass(eq=False)
class NameMissing(Refusal):
    """A profile needs a name."""


@dataclass(eq=False)
class BirthImplausible(Refusal):
    """Nobody on file is that young or that old."""

    born_on: date
    youngest: int = rules.YOUNGEST_YEARS
    oldest: int = rules.OLDEST_YEARS


@dataclass(eq=False)
class PhoneShape(Refusal):
    """This is no telephone number."""

    phone: str


@dataclass(eq=False)
class EmailShape(Refusal):
    """This is no e-mail address."""

    email: str


@dataclass(eq=False)
class RatingRange(Refusal):
    """A core task is rated from 0 to 100."""

    task: CoreTask


def phone_of(phone: str | None) -> str | None:
    """A telephone number as it is kept.

    Raises:
        PhoneShape: it is none.
    """
    plain = rules.tidy(phone or "")
    if plain and not rules.PHONE.fullmatch(plain):
        raise PhoneShape(plain)
    return plain or None


def email_of(email: str | None) -> str | None:
    """An e-mail address as it is kept.

    Raises:
        EmailShape: it is none.
    """
    plain = rules.tidy(email or "")
    if plain and not rules.EMAIL.fullmatch(plain):
        raise EmailShape(plain)
    return plain or None


def check(facts: TrainerFacts, *, day: date) -> None:
    """Insist that the facts can be.

    Raises:
        NameMissing, BirthImplausible, PhoneShape, EmailShape, RatingRange: one of them cannot.
    """
    if not rules.tidy(facts.name):
        raise NameMissing
    if not rules.is_plausible_birth(facts.born_on, day):
        raise BirthImplausible(facts.born_on)
    for task, rating in facts.skill_profile.items():
        if not 0 <= rating <= 100:
            raise RatingRange(task)
    phone_of(facts.phone)
    email_of(facts.email)


def fill(trainer: Trainer, facts: TrainerFacts, *, day: date) -> None:
    """Write the facts into the profile, once they are checked.

    Raises:
        NameMissing, BirthImplausible, PhoneShape, EmailShape, RatingRange: one of them cannot be.
    """
    check(facts, day=day)
    trainer.name, trainer.sex, trainer.born_on = rules.tidy(facts.name), facts.sex, facts.born_on
    trainer.name_latin = rules.tidy(facts.name_latin or "") or None
    trainer.nationality = facts.nationality.upper()
    trainer.phone, trainer.email = phone_of(facts.phone), email_of(facts.email)
    trainer.domains = [domain.value for domain in facts.domains]
    trainer.skill_profile = {task.value: rating for task, rating in facts.skill_profile.items()}
    trainer.apprenticeship_completed = facts.apprenticeship_completed
