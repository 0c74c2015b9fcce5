"""What a careful reader would question in an item, between two items, and in a whole bank; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from scipy import stats

from certification.item_bank.content import Content, answer_of
from certification.item_bank.rules import ItemKind, stem_digest
from certification.wording.rules import nearest, normalised, similarity

CHOICES = frozenset({ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE})

ALIKE = 0.75
"""Likeness from which two items are told as near copies; the two most alike of our 438 sample items reach 0.57."""

CANDIDATE = 0.3
"""Nearness from which two items are looked at more closely; it weighs rare runs, so it depends on the whole bank."""

LONGER = 1.5
"""How many times as long as the mean of the others the key may be before its length gives it away."""

LEAST_LENGTH = 8
"""Characters below which the length of an option tells nothing."""

SURE = 0.01
"""Probability below which a pattern of keys is told: one false alarm in a hundred banks."""

LEAST_ITEMS = 20
"""Items below which no pattern of keys is looked for."""

ALL_ABOVE = re.compile(r"以上(都|全|皆|均)(是|对|正确)|上述(都|全|皆|均)(是|对|正确)|all of the above", re.IGNORECASE)
NONE_ABOVE = re.compile(r"以上(都|全|皆|均)(不|错|非)|以上皆非|none of the above", re.IGNORECASE)
NEGATIVE = re.compile(
    r"不正确|错误的|不属于|不包括|不符合|不应|不能|不是|不恰当|不合理|不可以|有误|\bnot\b|\bexcept\b|\bleast\b|\bincorrect\b",
    re.IGNORECASE,
)
EMPHASIS = re.compile(r"(\*\*|__)(.+?)\1")
ABSOLUTE = re.compile(r"绝对|一定|必然|永远|从不|任何情况|always|never", re.IGNORECASE)


class Finding(StrEnum):
    """What may be questioned."""

    KEY_CONFLICT = "key_conflict"
    DUPLICATE = "duplicate"
    NEAR_KEY_CONFLICT = "near_key_conflict"
    NEAR_DUPLICATE = "near_duplicate"
    RATIONALE_MISSING = "rationale_missing"
    REFERENCE_MISSING = "reference_missing"
    OPTION_RATIONALES_MISSING = "option_rationales_missing"
    ALL_OF_THE_ABOVE = "all_of_the_above"
    NONE_OF_THE_ABOVE = "none_of_the_above"
    NEGATIVE_STEM = "negative_stem"
    LONGEST_IS_KEY = "longest_is_key"
    ABSOLUTE_DISTRACTOR = "absolute_distractor"


SERIOUS = frozenset({Finding.KEY_CONFLICT, Finding.DUPLICATE, Finding.NEAR_KEY_CONFLICT})
"""Findings that must be cleared up before an item is approved; the others are advice."""


class Pattern(StrEnum):
    """What the keys of a bank may give away."""

    KEY_POSITION = "key_position"
    LONGEST_KEY = "longest_key"
    TRUE_SHARE = "true_share"


@dataclass(frozen=True)
class Flag:
    """A finding about an item; ``other`` is the position of the other item in the list, ``score`` how near it is."""

    finding: Finding
    detail: str = ""
    other: int | None = None
    score: float | None = None


@dataclass(frozen=True)
class Bias:
    """A pattern of keys: how often it was seen and expected, and how probable so much of it is by chance.

    ``subject`` is the number of options for positions of keys ("4"), else empty; ``observed`` and ``expected`` are
    per position for positions of keys, else one number each.
    """

    pattern: Pattern
    subject: str
    items: int
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    probability: float

    @property
    def is_marked(self) -> bool:
        """Whether chance hardly explains it."""
        return self.probability < SURE


def flags_of(content: Content, reference: str = "") -> list[Flag]:
    """What may be questioned in one item by itself.

    Source: rules of writing selected-response items as in Haladyna, Downing and Rodriguez (2002), Applied Measurement
    in Education 15(3): avoid all/none of the above, negatives unless emphasised, options of unequal length, specific
    determiners.
    """
    return [*_notes(content, reference), *_stem(content), *(_options(content) if content.kind in CHOICES else ())]


def _notes(content: Content, reference: str) -> Iterator[Flag]:
    if not content.rationale.strip():
        yield Flag(Finding.RATIONALE_MISSING)
    if not reference.strip():
        yield Flag(Finding.REFERENCE_MISSING)
    if content.kind in CHOICES and not any(text.strip() for text in content.option_rationales):
        yield Flag(Finding.OPTION_RATIONALES_MISSING)


def _stem(content: Content) -> Iterator[Flag]:
    """A negative that is not emphasised; in a statement to judge it is only a part of what is stated."""
    if content.kind not in CHOICES:
        return
    emphasised = " ".join(match.group(2) for match in EMPHASIS.finditer(content.stem))
    found = NEGATIVE.search(EMPHASIS.sub("", content.stem))
    if found and found.group() not in emphasised:
        yield Flag(Finding.NEGATIVE_STEM, found.group())


def _options(content: Content) -> Iterator[Flag]:
    for finding, pattern in ((Finding.ALL_OF_THE_ABOVE, ALL_ABOVE), (Finding.NONE_OF_THE_ABOVE, NONE_ABOVE)):
        for option in content.options:
            if pattern.search(option):
                yield Flag(finding, option)
    if content.kind is ItemKind.SINGLE_CHOICE and gives_away(content):
        yield Flag(Finding.LONGEST_IS_KEY, content.options[content.key[0]])
    for place, option in enumerate(content.options):
        if place not in content.key and (found := ABSOLUTE.search(option)):
            yield Flag(Finding.ABSOLUTE_DISTRACTOR, found.group())


def gives_away(content: Content) -> bool:
    """Whether the key of a single choice is so much longer than the rest that its length gives it away."""
    lengths = [len(normalised(option)) for option in content.options]
    key = lengths[content.key[0]]
    others = [length for place, length in enumerate(lengths) if place != content.key[0]]
    return key >= LEAST_LENGTH and key > max(others) and key > LONGER * sum(others) / len(others)


def text_of(content: Content) -> str:
    """What two items are compared by: stem and everything that is chosen from, in no order."""
    parts = sorted((*content.options, *content.prompts, *(choice for gap in content.gaps for choice in gap)))
    return "\n".join((content.stem, *parts))


def pairs(
    asked: Sequence[int], contents: Sequence[Content], *, at_least: float = ALIKE, most: int = 5
) -> list[list[Flag]]:
    """For each asked item, by its position, the others that say the same or nearly so.

    The same stem with another answer is a key conflict; the same stem and answer a duplicate; else the nearness of
    texts decides, and near copies that differ in their answer are told apart.

    Args:
        asked: positions in ``contents``.
        contents: all items among which to look; each is valid.
        at_least: the least likeness worth telling.
        most: how many near copies to tell per item.
    """
    texts = [text_of(content) for content in contents]
    digests = [stem_digest(content.stem) for content in contents]
    same_stem: dict[str, list[int]] = {}
    for place, digest in enumerate(digests):
        same_stem.setdefault(digest, []).append(place)
    near = nearest([texts[place] for place in asked], texts, at_least=CANDIDATE, most=2 * most + 1)
    found: list[list[Flag]] = []
    for place, neighbours in zip(asked, near, strict=True):
        twins = [other for other in same_stem[digests[place]] if other != place]
        others = [one.position for one in neighbours if one.position != place and one.position not in twins]
        alike = ((other, similarity(texts[place], texts[other])) for other in others)
        flags = [_pair(contents, place, other, 1.0, exact=True) for other in twins]
        flags += [_pair(contents, place, other, score, exact=False) for other, score in alike if score >= at_least][
            :most
        ]
        found.append(flags)
    return found


def _pair(contents: Sequence[Content], place: int, other: int, score: float, *, exact: bool) -> Flag:
    ours, theirs = contents[place], contents[other]
    same = ours.kind is theirs.kind and answer_of(ours) == answer_of(theirs)
    if exact:
        return Flag(Finding.DUPLICATE if same else Finding.KEY_CONFLICT, other=other, score=score)
    return Flag(Finding.NEAR_DUPLICATE if same else _near_conflict(ours, theirs), other=other, score=score)


def _near_conflict(ours: Content, theirs: Content) -> Finding:
    """Near copies with another answer: in conflict where they offer the same choices, else only alike."""
    return Finding.NEAR_KEY_CONFLICT if _choices(ours) == _choices(theirs) else Finding.NEAR_DUPLICATE


def _choices(content: Content) -> tuple[object, ...]:
    return content.kind, frozenset(normalised(option) for option in content.options)


def biases(contents: Iterable[Content]) -> list[Bias]:
    """Patterns of the keys of a bank that somebody who knows nothing could use.

    Positions of keys are tested by chi-square against equal shares, the longest option and the share of true
    statements against chance. Papers shuffle options; exported and printed banks do not.
    """
    known = list(contents)
    single = [content for content in known if content.kind is ItemKind.SINGLE_CHOICE]
    found: list[Bias] = []
    for count in sorted({len(content.options) for content in single}):
        some = [content for content in single if len(content.options) == count]
        if len(some) >= LEAST_ITEMS:
            found.append(_positions(some, count))
    if len(single) >= LEAST_ITEMS:
        found.append(_longest(single))
    judged = [content for content in known if content.kind is ItemKind.TRUE_FALSE]
    if len(judged) >= LEAST_ITEMS:
        true = sum(content.key[0] for content in judged)
        chance = float(stats.binomtest(true, len(judged), 0.5).pvalue)
        found.append(Bias(Pattern.TRUE_SHARE, "", len(judged), (true,), (len(judged) / 2,), chance))
    return found


def _positions(some: Sequence[Content], count: int) -> Bias:
    seen = Counter(content.key[0] for content in some)
    observed = tuple(seen[place] for place in range(count))
    expected = (len(some) / count,) * count
    chance = float(stats.chisquare(observed).pvalue)
    return Bias(Pattern.KEY_POSITION, str(count), len(some), observed, expected, chance)


def _longest(single: Sequence[Content]) -> Bias:
    """How often the key alone is the longest option, against one chance in as many as there are options."""
    usable = [content for content in single if _has_longest(content)]
    hits = sum(len(content.options[content.key[0]]) == max(map(len, content.options)) for content in usable)
    chances = [1 / len(content.options) for content in usable]
    mean, spread = sum(chances), sqrt(sum(chance * (1 - chance) for chance in chances)) or 1.0
    probability = float(stats.norm.sf((hits - 0.5 - mean) / spread))
    return Bias(Pattern.LONGEST_KEY, "", len(usable), (hits,), (mean,), probability)


def _has_longest(content: Content) -> bool:
    lengths = sorted(map(len, content.options))
    return lengths[-1] > lengths[-2]
