"""What a careful reader would question in a file of items, told as advice beside its dry run; pure."""

from collections.abc import Iterator, Mapping, Sequence

from certification.item_bank import lint
from certification.item_bank.content import Content
from certification.item_bank.exchange.report import WHOLE_FILE, Fault, ImportedItem, Problem, Severity
from certification.item_bank.lint import Finding, Flag

ADVICE_ONLY = frozenset({Finding.OPTION_RATIONALES_MISSING, Finding.REFERENCE_MISSING})
"""Findings that most files would show for most items: they are told in the bank, not for every line of a file."""

EXACT = frozenset({Finding.DUPLICATE, Finding.KEY_CONFLICT})
"""Findings about equal stems: the import names them as errors already."""


def linted(items: Sequence[ImportedItem]) -> Iterator[Problem]:
    """What is questioned in single items of a file, with the place of the stem."""
    for item in items:
        for flag in lint.flags_of(item.content, item.reference or ""):
            if flag.finding not in ADVICE_ONLY:
                yield _advice(item, flag, flag.detail)


def alike(items: Sequence[ImportedItem], bank: Mapping[str, Content]) -> Iterator[Problem]:
    """Items of one level of a file that are near copies of one another or of items of the bank, by code.

    Of a pair within the file, the later one is told.
    """
    contents = [*(item.content for item in items), *bank.values()]
    names = [*(item.code or str(item.place) for item in items), *bank]
    for at, (item, flags) in enumerate(zip(items, lint.pairs(range(len(items)), contents, most=1), strict=True)):
        for flag in flags:
            other = flag.other if flag.other is not None else at
            if flag.finding not in EXACT and (other < at or other >= len(items)):
                yield _advice(item, flag, names[other])


def patterns(items: Sequence[ImportedItem]) -> Iterator[Problem]:
    """Patterns of the keys of a whole file that would help somebody who knows nothing."""
    for bias in lint.biases(item.content for item in items):
        if bias.is_marked:
            seen = " / ".join(map(str, bias.observed))
            yield Problem(WHOLE_FILE, Fault.KEY_PATTERN, seen, f"{bias.pattern}:{bias.subject}", Severity.ADVICE)


def _advice(item: ImportedItem, flag: Flag, value: str) -> Problem:
    return Problem(item.at("stem"), Fault.QUESTIONED, value[:80], flag.finding.value, Severity.ADVICE)
