"""Refusals: what the domain says when a rule says no."""

import re
from dataclasses import dataclass


class Refusal(Exception):
    """A rule said no, and a person may meet it; subclasses are named for the rule and carry its facts."""

    @classmethod
    def code(cls) -> str:
        """The refusal's stable name for programs, such as ``already_issued``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


@dataclass(eq=False)
class NotFound(Refusal):
    """No such record, or none that the actor may know of."""

    what: str
    key: object = None


@dataclass(eq=False)
class Conflict(Refusal):
    """Somebody else changed the record first."""

    what: str = "record"
