"""Writes items as GIFT, and says of each what GIFT cannot."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from certification.item_bank.content import Content
from certification.item_bank.exchange import filing
from certification.item_bank.exchange.gift_text import escaped
from certification.item_bank.exchange.report import Asset, Feature, ImportedItem, Loss, LossReport
from certification.item_bank.exchange.sheet_write import media_of
from certification.item_bank.rules import ItemKind

FORM = "[markdown]"


def _noted(text: str, note: str) -> str:
    return f"{escaped(text)}#{escaped(note)}" if note else escaped(text)


def _notes(content: Content) -> tuple[str, ...]:
    return content.option_rationales or ("",) * len(content.options)


def _single(content: Content) -> str:
    pairs = enumerate(zip(content.options, _notes(content), strict=True))
    return "\n".join(f"\t{'=' if at in content.key else '~'}{_noted(text, note)}" for at, (text, note) in pairs)


def _multiple(content: Content) -> str:
    share = f"{Decimal(100) / len(content.key):.5f}".rstrip("0").rstrip(".")
    pairs = enumerate(zip(content.options, _notes(content), strict=True))
    weighted = ((share if at in content.key else "-100", text, note) for at, (text, note) in pairs)
    return "\n".join(f"\t~%{weight}%{_noted(text, note)}" for weight, text, note in weighted)


def _short(content: Content) -> str:
    return "\n".join(f"\t=%100%{escaped(text.replace('*', chr(92) + '*'))}" for text in content.key)


def _numeric(content: Content) -> str:
    return "#\n" + "\n".join(f"\t=%100%{value}:{slack}" for value, slack in content.key)


def _matching(content: Content) -> str:
    pairs = [(prompt, content.options[at]) for prompt, at in zip(content.prompts, content.key, strict=True)]
    free = [("", option) for at, option in enumerate(content.options) if at not in content.key]
    return "\n".join(f"\t={escaped(prompt)} -> {escaped(option)}" for prompt, option in [*pairs, *free])


ANSWERS: dict[ItemKind, Callable[[Content], str]] = {
    ItemKind.TRUE_FALSE: lambda content: "TRUE" if content.key == (1,) else "FALSE",
    ItemKind.SINGLE_CHOICE: _single,
    ItemKind.MULTIPLE_CHOICE: _multiple,
    ItemKind.SHORT_TEXT: _short,
    ItemKind.NUMERIC: _numeric,
    ItemKind.MATCHING: _matching,
}
"""How the answers of a kind stand between the braces; the other kinds cannot be said."""


def _comment(item: ImportedItem) -> str:
    """Number and tags as Moodle keeps them, in a comment above the item."""
    pairs = filing.pairs_of(item, without=("code", "title", "chapter", "partial"))
    marks = [f"[id:{item.code}]"] if item.code else []
    marks += [f"[tag:{tag.replace(']', chr(92) + ']')}]" for tag in (*item.tags, *filing.as_tags(pairs))]
    return f"// {' '.join(marks)}\n" if marks else ""


def _written(item: ImportedItem) -> str:
    content = item.content
    title = f"::{escaped(item.title)}::" if item.title else ""
    general = f"\n\t####{escaped(content.rationale)}" if content.rationale else ""
    inner = ANSWERS[content.kind](content)
    inner = f"{inner}{general}\n" if content.kind is ItemKind.TRUE_FALSE else f"\n{inner}{general}\n"
    return f"{_comment(item)}{title}{FORM}{escaped(content.stem)}{{{inner}}}\n"


def losses_of(number: int, item: ImportedItem) -> list[Loss]:
    """What GIFT does not say of an item it can hold."""
    content = item.content
    lost = [
        (Feature.CASE_SENSITIVE, content.case_sensitive, ""),
        (Feature.PARTIAL, content.kind is ItemKind.MATCHING and not content.partial, ""),
        (Feature.WEIGHTS, content.kind is ItemKind.MULTIPLE_CHOICE, ""),
        (Feature.OPTION_RATIONALES, content.kind is ItemKind.MATCHING and any(content.option_rationales), ""),
        (Feature.MEDIA, bool(media_of(content)), media_of(content)),
    ]
    return [Loss(number, item.code or "", feature, value) for feature, is_lost, value in lost if is_lost]


def write_gift(items: Sequence[ImportedItem], assets: Sequence[Asset] = ()) -> tuple[bytes, LossReport]:
    """Items as GIFT in UTF-8. Texts are marked as Markdown, which Moodle shows as such."""
    written: list[str] = []
    losses: list[Loss] = []
    chapter = ""
    for number, item in enumerate(items, 1):
        if not _can_say(item.content):
            losses.append(Loss(number, item.code or "", Feature.KIND, item.kind.value, whole=True))
            continue
        if (item.chapter or "") != chapter:
            chapter = item.chapter or ""
            written.append(f"$CATEGORY: {chapter or 'top'}\n")
        written.append(_written(item))
        losses += losses_of(number, item)
    return "\n".join(written).encode(), LossReport(tuple(losses))


def _can_say(content: Content) -> bool:
    """Whether the kind has a place in GIFT, and no text of a pair would be read as two."""
    if content.kind not in ANSWERS:
        return False
    return content.kind is not ItemKind.MATCHING or not any("->" in text for text in content.prompts + content.options)
