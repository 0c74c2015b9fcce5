"""Answers to one paper as arrays, whatever they came from: a session of ours or a file of somebody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from certification.psychometrics.notes import NOT_REACHED, Codes, Flags, Floats


@dataclass(frozen=True)
class SatItem:
    """An item of the paper: what it is called, what it carries, its options and which of them are right.

    ``options`` are names, such as A to D; empty where answers are no choices.
    """

    label: str
    maximum: float
    options: tuple[str, ...] = ()
    key: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sitting:
    """Who answered what.

    ``marks`` and ``missing`` (n, k) as in ``psychometrics.classical``; ``chosen`` has for each item with options who
    chose what (n, options), else None; ``seconds`` how long each took; ``pairs`` are neighbours by place;
    ``groups`` give for a feature, such as sex, the group of each candidate, "" where it is not known.
    """

    items: tuple[SatItem, ...]
    marks: Floats
    missing: Codes
    chosen: tuple[Flags | None, ...]
    names: tuple[str, ...] = ()
    seconds: Floats | None = None
    pairs: tuple[tuple[int, int], ...] = ()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many candidates."""
        return len(self.marks)

    @property
    def maximum(self) -> Floats:
        """What each item carries (k)."""
        return np.array([item.maximum for item in self.items], dtype=np.float64)

    @property
    def right(self) -> Flags:
        """Who has the full marks of an item (n, k)."""
        found: Flags = np.greater_equal(self.marks, self.maximum - 1e-9)
        return found

    @property
    def reached(self) -> Flags:
        """Who came as far as an item (n, k)."""
        found: Flags = np.not_equal(self.missing, NOT_REACHED)
        return found

    @property
    def totals(self) -> Floats:
        """The marks of each candidate (n)."""
        found: Floats = self.marks.sum(axis=1)
        return found

    def codes(self) -> tuple[Codes, int]:
        """The answers as one code per set of options chosen, -1 for none, for comparing sheets; and how many codes."""
        found = np.full(self.marks.shape, -1, dtype=np.int8)
        most = 2
        for j, chosen in enumerate(self.chosen):
            if chosen is None:
                found[:, j] = np.where(self.missing[:, j] < 0, -1, self.right[:, j])
                continue
            _sets, code = np.unique(chosen, axis=0, return_inverse=True)
            found[:, j] = np.where(chosen.any(axis=1), code.ravel(), -1)
            most = max(most, int(code.max(initial=0)) + 1)
        return found, most

    def only(self, rows: Flags) -> "Sitting":
        """The same paper with some of the candidates; who sat beside whom is lost."""
        return replace(
            self,
            marks=self.marks[rows],
            missing=self.missing[rows],
            chosen=tuple(None if one is None else one[rows] for one in self.chosen),
            names=tuple(name for name, kept in zip(self.names, rows, strict=True) if kept) if self.names else (),
            seconds=None if self.seconds is None else self.seconds[rows],
            pairs=(),
            groups={
                feature: [one for one, kept in zip(values, rows, strict=True) if kept]
                for feature, values in self.groups.items()
            },
        )
