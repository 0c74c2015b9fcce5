"""Runs the deed of a form in a unit of work of its own."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from portal.database import unit_of_work
from portal.forms.base import BaseForm
from training_base.kernel.errors import Refusal

T = TypeVar("T")


def kept(form: BaseForm, deed: Callable[[Session], T]) -> T | None:
    """What the deed gave once it is committed; None where it was refused, which the form then shows."""
    try:
        with unit_of_work() as session:
            return deed(session)
    except Refusal as refusal:
        form.refuse(refusal)
        return None
