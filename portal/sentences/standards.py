"""Sentences for the refusals of standards: they have none but *not found*."""

from collections.abc import Callable
from typing import Any

from training_base.kernel.errors import Refusal

SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {}
