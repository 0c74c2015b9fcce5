"""Standard setting: what a panel's judgements say the least marks that pass should be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from certification.psychometrics.irt import probabilities
from certification.psychometrics.notes import Floats, Note

RESPONSE_PROBABILITY = 2 / 3
"""A Bookmark is set where the borderline candidate has this chance of an item."""


@dataclass(frozen=True)
class Cut:
    """A recommended pass mark in the unit of the items' marks.

    ``by_judge`` is each judge's own; ``spread`` their standard deviation (n - 1); ``error`` the standard error of the
    mean over judges; ``by_item`` the mean judgement of each item, None where nobody judged it.
    """

    value: float | None
    error: float | None
    spread: float | None
    by_judge: tuple[float | None, ...]
    by_item: tuple[float | None, ...]
    item_spread: tuple[float | None, ...]
    note: Note | None


@dataclass(frozen=True)
class BookmarkCut:
    """A Bookmark's pass mark: the median ability at the panel's bookmarks and the marks expected there."""

    ability: float | None
    value: float | None
    error: float | None
    spread: float | None
    by_judge: tuple[float | None, ...]
    note: Note | None


def angoff(ratings: Floats, marks: Floats) -> Cut:
    """The modified Angoff pass mark of one round.

    A judge says for each item how likely a just acceptable candidate has it right; a judge's mark is the sum of these
    times what the items carry, and the panel's the mean of the judges. The standard error is sd / sqrt(judges). A judge
    who left out an item is counted by item only. Source: Angoff (1971) in Thorndike, Educational Measurement, page 515;
    Cizek and Bunch (2007), Standard Setting, chapter 6.

    Args:
        ratings: (judges, items) from 0 to 1; not a number where none was given.
        marks: what each item carries (items).
    """
    known = np.isfinite(ratings)
    own = np.where(known, ratings, 0.0) @ marks
    by_judge = tuple(float(mark) if known[place].all() else None for place, mark in enumerate(own))
    columns = [ratings[known[:, j], j] for j in range(ratings.shape[1])]
    by_item = tuple(float(column.mean()) if len(column) else None for column in columns)
    item_spread = tuple(float(column.std(ddof=1)) if len(column) > 1 else None for column in columns)
    complete = own[known.all(axis=1)]
    if len(complete) == 0:
        return Cut(None, None, None, by_judge, by_item, item_spread, Note.TOO_FEW)
    spread = float(complete.std(ddof=1)) if len(complete) > 1 else None
    error = None if spread is None else spread / len(complete) ** 0.5
    return Cut(
        float(complete.mean()), error, spread, by_judge, by_item, item_spread, Note.TOO_FEW if spread is None else None
    )


def bookmark_order(a: Floats, d: Floats, chance: float = RESPONSE_PROBABILITY) -> tuple[Floats, list[int]]:
    """The ability at which each item is had right with the given chance, and the items from the easiest to the hardest.

    theta = (ln(p / (1 - p)) - d) / a; items without a slope above 0 have none and come last.
    Source: Mitzel, Lewis, Patz and Green (2001) in Cizek, Setting Performance Standards, chapter 9.
    """
    place = np.full(len(a), np.inf)
    place[a > 0] = (np.log(chance / (1 - chance)) - d[a > 0]) / a[a > 0]
    return place, [int(j) for j in np.argsort(place, kind="stable") if np.isfinite(place[j])]


def bookmark(
    placed: Sequence[int | None], a: Floats, d: Floats, marks: Floats, chance: float = RESPONSE_PROBABILITY
) -> BookmarkCut:
    """The pass mark from the panel's bookmarks in the booklet of items in order of difficulty.

    A bookmark at n says: a just acceptable candidate masters the n items before it; the cut is the ability of the last
    of these. The panel's is the median; the marks are what a candidate of that ability is expected to have. The
    standard error is that of the median of judges, 1.2533 sd / sqrt(judges), in marks.

    Args:
        placed: for each judge how many items come before the bookmark, from 1; None where none was set.
        a: slopes of the items, in the order of the paper.
        d: their intercepts.
        marks: what each carries.
        chance: the response probability.
    """
    place, order = bookmark_order(a, d, chance)
    theta = [None if one is None or not 1 <= one <= len(order) else float(place[order[one - 1]]) for one in placed]
    judged = np.array([one for one in theta if one is not None])
    if len(judged) == 0:
        return BookmarkCut(None, None, None, None, (None,) * len(theta), Note.TOO_FEW)
    own = probabilities(judged, a, d) @ marks
    each = iter(own)
    by_judge = tuple(None if one is None else float(next(each)) for one in theta)
    ability = float(np.median(judged))
    value = float((probabilities(np.array([ability]), a, d) @ marks)[0])
    spread = float(own.std(ddof=1)) if len(own) > 1 else None
    error = None if spread is None else 1.2533 * spread / len(own) ** 0.5
    return BookmarkCut(ability, value, error, spread, by_judge, Note.TOO_FEW if spread is None else None)
