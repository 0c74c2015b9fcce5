"""What became of the parts of one version in another, told by the links between them and never by their codes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from certification.wording.rules import Piece, differences


class Fate(StrEnum):
    """What became of a part; a row may have several, unless it is unchanged, new or withdrawn."""

    UNCHANGED = "unchanged"
    REWORDED = "reworded"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    WEIGHT_CHANGED = "weight_changed"
    RENUMBERED = "renumbered"
    WITHDRAWN = "withdrawn"
    NEW = "new"


class Effect(StrEnum):
    """What a new version means for what stands on the old one: a certificate, a paper, a pool of items."""

    UNCHANGED = "unchanged"
    WIDER = "wider"
    NARROWER = "narrower"
    NEW_EVIDENCE = "new_evidence"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Part:
    """A tier or node of a version; the parent of a topmost node is its tier.

    ``figures`` are what it weighs, by component and area in per cent, and a tier's training hours.
    """

    key: UUID
    kind: str
    parent: UUID | None = None
    level: int | None = None
    code: str | None = None
    zh: str | None = None
    en: str | None = None
    figures: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """Parts of both versions that belong together by links, and what became of them; one side may be empty."""

    fates: tuple[Fate, ...]
    old: tuple[Part, ...]
    new: tuple[Part, ...]

    @property
    def kind(self) -> str:
        """What its parts are."""
        return (self.old or self.new)[0].kind

    @property
    def wording(self) -> list[Piece]:
        """The change of the wording word by word; of parts split or merged, of their texts one after the other."""
        return differences(_said(self.old), _said(self.new))

    @property
    def wording_en(self) -> list[Piece]:
        """The same of the English wording."""
        return differences(_said_in_english(self.old), _said_in_english(self.new))


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side: rows in the order of the new one, withdrawn parts where they stood."""

    rows: tuple[Row, ...]
    row_of_old: Mapping[UUID, int]
    row_of_new: Mapping[UUID, int]

    @property
    def counts(self) -> dict[Fate, int]:
        """How many rows have each fate; a row with two counts in both."""
        return {fate: sum(fate in row.fates for row in self.rows) for fate in Fate}


def _said(parts: Iterable[Part]) -> str:
    return "\n".join(part.zh or "" for part in parts)


def _said_in_english(parts: Iterable[Part]) -> str:
    return "\n".join(part.en or "" for part in parts)


def compare(old: Sequence[Part], new: Sequence[Part], ties: Iterable[tuple[UUID, UUID]]) -> Comparison:
    """Put two versions side by side.

    Args:
        old: the parts of the earlier version, parents before children, in the order of the document.
        new: those of the later one.
        ties: pairs of an old and a new key that a link joins; pairs of anything else are left out.
            A part that stands under the same key in both versions is tied to itself.
    """
    groups = _groups(old, new, ties)
    order = _in_order(old, new, groups)
    row_of_old = {part.key: at for at, group in enumerate(order) for part in group[0]}
    row_of_new = {part.key: at for at, group in enumerate(order) for part in group[1]}
    rows = tuple(Row(_fates(*group, row_of_old, row_of_new), tuple(group[0]), tuple(group[1])) for group in order)
    return Comparison(rows, row_of_old, row_of_new)


Group = tuple[list[Part], list[Part]]
"""The old and the new parts that links join, directly or by way of one another."""


class _Joined:
    """Which things were joined: a forest whose roots stand for their groups."""

    def __init__(self) -> None:
        self.above: dict[tuple[bool, UUID], tuple[bool, UUID]] = {}

    def root(self, one: tuple[bool, UUID]) -> tuple[bool, UUID]:
        """What stands for the group; shortens the way for the next question."""
        path = []
        while (above := self.above.get(one, one)) != one:
            path.append(one)
            one = above
        self.above.update(dict.fromkeys(path, one))
        return one

    def join(self, one: tuple[bool, UUID], other: tuple[bool, UUID]) -> None:
        """Make two groups one."""
        self.above[self.root(one)] = self.root(other)


def _groups(old: Sequence[Part], new: Sequence[Part], ties: Iterable[tuple[UUID, UUID]]) -> list[Group]:
    before, after = {part.key for part in old}, {part.key for part in new}
    joined = _Joined()
    for one, other in [*ties, *((key, key) for key in before & after)]:
        if one in before and other in after:
            joined.join((False, one), (True, other))
    groups: dict[tuple[bool, UUID], Group] = defaultdict(lambda: ([], []))
    for is_new, parts in ((False, old), (True, new)):
        for part in parts:
            groups[joined.root((is_new, part.key))][is_new].append(part)
    return list(groups.values())


def _in_order(old: Sequence[Part], new: Sequence[Part], groups: Iterable[Group]) -> list[Group]:
    """In the order of the new version; a withdrawn part follows the part that it followed in the old one."""
    place = {part.key: at for at, part in enumerate(new)}
    group_of = {part.key: group for group in groups for part in group[0]}
    first = {id(group): (place[group[1][0].key], 0) for group in groups if group[1]}
    last, passed = (-1, 0), 0
    for part in old:
        group = group_of[part.key]
        if id(group) in first:
            last = (first[id(group)][0], 0)
        else:
            passed += 1
            first[id(group)] = (last[0], passed)
    return sorted(groups, key=lambda group: first[id(group)])


def _fates(
    old: Sequence[Part], new: Sequence[Part], row_of_old: Mapping[UUID, int], row_of_new: Mapping[UUID, int]
) -> tuple[Fate, ...]:
    if not old:
        return (Fate.NEW,)
    if not new:
        return (Fate.WITHDRAWN,)
    parents_before = {row_of_old.get(part.parent) for part in old if part.parent}
    parents_after = {row_of_new.get(part.parent) for part in new if part.parent}
    found = {
        Fate.SPLIT: len(new) > 1,
        Fate.MERGED: len(old) > 1,
        Fate.REWORDED: len(old) == len(new) == 1 and (old[0].zh, old[0].en) != (new[0].zh, new[0].en),
        Fate.MOVED: parents_before != parents_after,
        Fate.WEIGHT_CHANGED: _weighs(old) != _weighs(new),
        Fate.RENUMBERED: {part.code for part in old} != {part.code for part in new},
    }
    return tuple(fate for fate in Fate if found.get(fate)) or (Fate.UNCHANGED,)


def _weighs(parts: Iterable[Part]) -> list[tuple[str, int | None]]:
    return sorted((name, value) for part in parts for name, value in part.figures.items() if value is not None)


CHANGED_IN_SUBSTANCE = frozenset({Fate.REWORDED, Fate.SPLIT, Fate.MERGED})
"""What may ask for other evidence; whether it really does, a crosswalk says, which a person decides."""


def effects(comparison: Comparison, kind: str, *, without: Collection[str] = ()) -> dict[int, Effect]:
    """What the new version means for each part of a kind, with all that stands beneath it.

    Something added makes it wider, something withdrawn or moved away narrower. What was reworded, split or merged,
    or both added to and taken from, needs new evidence. Weights and numbers do not change what is asked.

    Args:
        comparison: the two versions.
        kind: what to tell the effect for, such as ``tier`` or ``duty``.
        without: kinds of parts that ask nothing of anybody, and so have no effect.

    Returns:
        the effect per row of that kind which has an old part, by the row's position.
    """
    before = _homes(comparison, kind, of_new=False)
    after = _homes(comparison, kind, of_new=True)
    marks: dict[int, set[str]] = {at: set() for at, row in enumerate(comparison.rows) if row.kind == kind and row.old}
    for row in comparison.rows:
        if row.kind in without:
            continue
        left = {before[part.key] for part in row.old}
        right = {after[part.key] for part in row.new}
        for at in left | right:
            if at is not None and at in marks:
                marks[at] |= _marks(row, lost=at not in right, gained=at not in left)
    return {at: _effect(found, is_gone=not comparison.rows[at].new) for at, found in marks.items()}


def _marks(row: Row, *, lost: bool, gained: bool) -> set[str]:
    if lost:
        return {"less"}
    if gained:
        return {"more"}
    return {"changed"} if CHANGED_IN_SUBSTANCE & set(row.fates) else set()


def _effect(marks: set[str], *, is_gone: bool) -> Effect:
    if is_gone:
        return Effect.WITHDRAWN
    if "changed" in marks or {"more", "less"} <= marks:
        return Effect.NEW_EVIDENCE
    if marks:
        return Effect.WIDER if "more" in marks else Effect.NARROWER
    return Effect.UNCHANGED


def _homes(comparison: Comparison, kind: str, *, of_new: bool) -> dict[UUID | None, int | None]:
    """For each part the row of the part of that kind in or under which it stands; None for what stands elsewhere."""
    parts = [part for row in comparison.rows for part in (row.new if of_new else row.old)]
    rows = comparison.row_of_new if of_new else comparison.row_of_old
    by_key = {part.key: part for part in parts}
    homes: dict[UUID | None, int | None] = {None: None}
    for part in parts:
        path, at = [], part
        while at.key not in homes and at.kind != kind and at.parent in by_key:
            path.append(at.key)
            at = by_key[at.parent]
        homes.setdefault(at.key, rows[at.key] if at.kind == kind else None)
        homes.update(dict.fromkeys(path, homes[at.key]))
    return homes
