"""What changed from one version of an item to another, field by field, to be read; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from certification.item_bank.content import Content
from certification.wording.rules import Change, Piece, differences, similarity

MOVED = 0.6
"""Likeness from which an option of the new version is told as a rewording of an old one."""


@dataclass(frozen=True)
class OptionChange:
    """An option before and after; a text that is None was not there. Positions count from 0."""

    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether its wording or its place is another one."""
        return self.before != self.after or any(piece.change is not Change.SAME for piece in self.pieces)


@dataclass(frozen=True)
class VersionChange:
    """What changed between two versions; a field whose pieces are all the same did not change."""

    stem: tuple[Piece, ...]
    options: tuple[OptionChange, ...]
    prompts: tuple[OptionChange, ...]
    rationale: tuple[Piece, ...]
    reference: tuple[Piece, ...]
    is_kind_changed: bool
    is_key_changed: bool


def compare(old: Content, new: Content, *, references: tuple[str, str] = ("", "")) -> VersionChange:
    """What changed from one version to the next; options are paired by likeness, not by place.

    Args:
        old: the earlier content.
        new: the later content.
        references: the earlier and the later reference.
    """
    return VersionChange(
        stem=tuple(differences(old.stem, new.stem)),
        options=paired(old.options, new.options),
        prompts=paired(old.prompts, new.prompts),
        rationale=tuple(differences(old.rationale, new.rationale)),
        reference=tuple(differences(*references)),
        is_kind_changed=old.kind is not new.kind,
        is_key_changed=old.key != new.key,
    )


def is_same(pieces: Sequence[Piece]) -> bool:
    """Whether nothing changed."""
    return all(piece.change is Change.SAME for piece in pieces)


def paired(old: Sequence[str], new: Sequence[str]) -> tuple[OptionChange, ...]:
    """Texts of the new list with what they were, then those that are gone; the most alike are paired first."""
    likeness = sorted(
        ((similarity(ours, theirs), -abs(a - b), a, b) for a, ours in enumerate(old) for b, theirs in enumerate(new)),
        reverse=True,
    )
    before: dict[int, int] = {}
    for score, _distance, a, b in likeness:
        if score >= MOVED and b not in before and a not in before.values():
            before[b] = a
    changes = [
        OptionChange(before.get(b), b, tuple(differences(old[before[b]] if b in before else "", text)))
        for b, text in enumerate(new)
    ]
    gone = [a for a in range(len(old)) if a not in before.values()]
    return (*changes, *(OptionChange(a, None, tuple(differences(old[a], ""))) for a in gone))
