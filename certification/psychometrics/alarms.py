"""Alarms about single items: perhaps a wrong key, or a change against earlier sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from certification.psychometrics.distractors import OptionFigures
from certification.psychometrics.notes import Floats, Note

FEW = 20
"""Under so many candidates no alarm is given."""

ROBUST_Z = 1.645
WORTH_IT = 0.05


class KeySign(StrEnum):
    """Why a key is doubted, the strongest sign first."""

    NEGATIVE_KEY = "negative_key"
    BETTER_DISTRACTOR = "better_distractor"
    STRONG_CHOOSE_OTHER = "strong_choose_other"


@dataclass(frozen=True)
class KeyAlarm:
    """``option`` is the one that behaves like a key, where there is one."""

    signs: tuple[KeySign, ...]
    option: int | None


def key_alarm(table: Sequence[OptionFigures], corrected_r: float | None, n: int) -> KeyAlarm | None:
    """Whether the key of an item should be looked at again; None where not.

    Signs: the item falls as the rest of the paper rises; another option correlates with the rest, by 0.05 or more,
    while the key does less; among the strongest fifth another option is chosen more often than the key.
    Source: Haladyna and Rodriguez (2013), chapter 18; the limits are ours.

    Args:
        table: the options, the last row being no answer.
        corrected_r: of the item with the rest of the paper.
        n: how many candidates.
    """
    keys = [one for one in table if one.is_key]
    if n < FEW or not keys:
        return None
    others = [(place, one) for place, one in enumerate(table[:-1]) if not one.is_key and one.chosen]
    key_r = min(one.r if one.r is not None else 0.0 for one in keys)
    key_top = min(one.trace[-1] or 0.0 for one in keys)
    place, best = max(others, key=lambda pair: pair[1].r or -1.0, default=(None, None))
    top_place, top = max(others, key=lambda pair: pair[1].trace[-1] or 0.0, default=(None, None))
    better = best is not None and (best.r or 0.0) >= WORTH_IT and (best.r or 0.0) > key_r
    chosen = top is not None and (top.trace[-1] or 0.0) > key_top
    signs = [
        sign
        for sign, seen in (
            (KeySign.NEGATIVE_KEY, corrected_r is not None and corrected_r < 0),
            (KeySign.BETTER_DISTRACTOR, better),
            (KeySign.STRONG_CHOOSE_OTHER, chosen),
        )
        if seen
    ]
    return KeyAlarm(tuple(signs), place if better else top_place if chosen else None) if signs else None


@dataclass(frozen=True)
class Drift:
    """The change of each item with its robust z, None where it is not known; ``note`` where nothing can be said."""

    z: tuple[float | None, ...]
    changed: tuple[bool, ...]
    note: Note | None


def drift(now: Floats, before: Floats, limit: float = ROBUST_Z) -> Drift:
    """Which items changed more than the others against an earlier session.

    z = (change - median of the changes) / (0.74 interquartile range), so that a difference between the candidates as a
    whole, which moves all items, is not taken for drift. Facilities are compared as log odds.
    Source: Huynh and Meyer (2010), Practical Assessment, Research and Evaluation 15(2).

    Args:
        now: difficulties (b) or log odds of facilities of the same items in both sessions (k); not a number is unknown.
        before: the same of the earlier session.
        limit: the absolute z from which an item counts as changed; 1.645 is their rule.
    """
    change = now - before
    known = np.isfinite(change)
    if known.sum() < 5:
        return Drift((None,) * len(change), (False,) * len(change), Note.TOO_FEW)
    low, middle, high = np.percentile(change[known], [25, 50, 75])
    width = 0.74 * (high - low)
    if width < 1e-9:
        return Drift((None,) * len(change), (False,) * len(change), Note.CONSTANT)
    z = [float((one - middle) / width) if seen else None for one, seen in zip(change, known, strict=True)]
    return Drift(tuple(z), tuple(one is not None and abs(one) >= limit for one in z), None)


def log_odds(facility: Sequence[float | None]) -> Floats:
    """Log odds of facilities, kept from 0.01 to 0.99; what is unknown is not a number."""
    share = np.array([np.nan if one is None else min(max(one, 0.01), 0.99) for one in facility], dtype=np.float64)
    found: Floats = np.log(share / (1 - share))
    return found
