"""Rules about wordings: how alike they are, which are nearest, and what changed; for Chinese and Latin script alike."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

import numpy as np
from scipy import sparse

GRAMS = (2, 3)
"""Lengths of the runs that are compared: Chinese words have two characters, Latin stems three and more."""

EDGE = "\x02"
"""Stands before and after a text, so that a text of one character has a run too and beginnings weigh more."""

BLOCK = 500
"""Queries compared at once: bounds the memory at about this number times the corpus."""

LONG = 2000
"""Tokens above which two wordings are compared by sentences, since the effort grows with the square."""

TOKEN = re.compile(
    r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+(?:['’-][^\W\d_\u2e80-\u9fff]+)*|\d+(?:[.,]\d+)*|\s+|."
)
"""A Latin word, a number, white space, or one character of Chinese or punctuation."""

SENTENCE = re.compile(r"[^。！？；.!?;\n]*[。！？；.!?;\n]+|[^。！？；.!?;\n]+")

ISLAND = 1
"""So many unchanged characters of Chinese between two changes are noise rather than something kept."""


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A run of text with one fate; all but the added make the old text, all but the removed the new one."""

    change: Change
    text: str


@dataclass(frozen=True)
class Neighbour:
    """A text of the corpus by its position, and how near it is, from 0 to 1."""

    position: int
    score: float


def normalised(text: str) -> str:
    """A text without differences that nobody reads: width, case, white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> Counter[str]:
    """The runs of characters of a text with their numbers; none where the text is empty."""
    plain = normalised(text)
    if not plain:
        return Counter()
    edged = f"{EDGE}{plain}{EDGE}"
    return Counter(edged[start : start + size] for size in GRAMS for start in range(len(edged) - size + 1))


def similarity(a: str, b: str) -> float:
    """How alike two texts are, from 0 (nothing in common) to 1 (the same but for width, case and white space).

    Dice's coefficient of their runs of characters. An empty text is like an empty one only.
    """
    ours, theirs = grams(a), grams(b)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def nearest(
    queries: Sequence[str], corpus: Sequence[str], *, at_least: float = 0.3, most: int = 5
) -> list[list[Neighbour]]:
    """For each query the texts of the corpus nearest to it, the nearest first, of equally near ones the earlier.

    Nearness is the cosine of TF-IDF vectors of runs of characters: runs that stand in every text count for little.
    Compared in blocks, so that memory grows with the corpus and not with its square.

    Args:
        queries: the texts to place.
        corpus: the texts among which to look.
        at_least: the least nearness worth telling, above 0.
        most: how many to tell per query, at least 1.

    Raises:
        ValueError: ``at_least`` is not above 0 or ``most`` is below 1.
    """
    if at_least <= 0 or most < 1:
        raise ValueError("at_least must be above 0 and most at least 1")
    if not queries or not corpus:
        return [[] for _ in queries]
    vectors = _vectors([*corpus, *queries])
    columns = vectors[: len(corpus)].T.tocsr()
    found: list[list[Neighbour]] = []
    for start in range(len(corpus), len(corpus) + len(queries), BLOCK):
        block = (vectors[start : start + BLOCK] @ columns).tocsr()
        found += [_best(block, row, at_least, most) for row in range(block.shape[0])]
    return found


def _vectors(texts: Sequence[str]) -> sparse.csr_array:
    """One row of length 1 per text; a text without a run of characters is a row of zeros."""
    vocabulary: dict[str, int] = {}
    columns: list[int] = []
    counts: list[int] = []
    ends = [0]
    for text in texts:
        for gram, count in grams(text).items():
            columns.append(vocabulary.setdefault(gram, len(vocabulary)))
            counts.append(count)
        ends.append(len(columns))
    where, starts = np.asarray(columns, dtype=np.int64), np.asarray(ends)
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(where, minlength=len(vocabulary)))) + 1
    values = np.asarray(counts, dtype=np.float32) * rarity[where].astype(np.float32)
    rows = np.repeat(np.arange(len(texts)), np.diff(starts))
    lengths = np.sqrt(np.bincount(rows, weights=values.astype(np.float64) ** 2, minlength=len(texts)))
    values /= lengths[rows].astype(np.float32)
    return sparse.csr_array((values, where, starts), shape=(len(texts), max(1, len(vocabulary))))


def _best(block: sparse.csr_array, row: int, at_least: float, most: int) -> list[Neighbour]:
    first, last = block.indptr[row], block.indptr[row + 1]
    scores, positions = block.data[first:last], block.indices[first:last]
    near = np.flatnonzero(scores >= at_least - 1e-6)
    ranked = near[np.lexsort((positions[near], -scores[near]))][:most]
    return [Neighbour(int(positions[at]), min(1.0, float(scores[at]))) for at in ranked]


def differences(old: str, new: str) -> list[Piece]:
    """What changed from one wording to another: Latin script by words, Chinese by characters, put together to be read.

    Of a place that changed, what was removed comes before what was added. Long texts are compared by sentences.
    """
    ours, theirs = _tokens(old), _tokens(new)
    if max(len(ours), len(theirs)) > LONG:
        ours, theirs = SENTENCE.findall(old), SENTENCE.findall(new)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    spans = [("".join(ours[a:b]), "".join(theirs[c:d]), tag == "equal") for tag, a, b, c, d in matcher.get_opcodes()]
    return list(_pieces(_without_islands(spans)))


def _tokens(text: str) -> list[str]:
    return [match.group() for match in TOKEN.finditer(text)]


Span = tuple[str, str, bool]
"""The old and the new text of a stretch, and whether it is unchanged."""


def _is_island(text: str) -> bool:
    words = [token for token in _tokens(text) if any(char.isalnum() for char in token)]
    return len("".join(words)) <= ISLAND


def _without_islands(spans: Sequence[Span]) -> list[Span]:
    """Spans in which a scrap between two changes is told as changed: a reader takes in one change, not three."""
    merged: list[Span] = []
    for at, (old, new, same) in enumerate(spans):
        is_scrap = same and 0 < at < len(spans) - 1 and _is_island(old)
        if merged and not merged[-1][2] and (is_scrap or not same):
            merged[-1] = (merged[-1][0] + old, merged[-1][1] + new, False)
        else:
            merged.append((old, new, same))
    return merged


def _pieces(spans: Iterable[Span]) -> Iterable[Piece]:
    for old, new, same in spans:
        if same:
            yield Piece(Change.SAME, old)
            continue
        if old:
            yield Piece(Change.REMOVED, old)
        if new:
            yield Piece(Change.ADDED, new)
