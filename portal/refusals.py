"""Refusals of the portal itself: accounts and one-time links."""

from dataclasses import dataclass

from training_base.kernel.errors import Refusal

LEAST_PASSWORD = 10


@dataclass(eq=False)
class NameTaken(Refusal):
    """Another account signs in under that name."""

    name: str


@dataclass(eq=False)
class WrongPassword(Refusal):
    """No active account has that name and password."""


@dataclass(eq=False)
class LinkSpent(Refusal):
    """The one-time link was used, has expired or never existed."""


@dataclass(eq=False)
class WeakPassword(Refusal):
    """The password is too short or is the name itself."""

    least: int = LEAST_PASSWORD
