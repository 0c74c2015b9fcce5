"""Item files: 10,000 items read and written in each format."""

import time
from collections.abc import Callable, Sequence

from benchmarks.reading import Reading
from certification.item_bank import exchange
from certification.item_bank.content import Content
from certification.item_bank.exchange.report import ImportedItem, Place
from certification.item_bank.rules import ItemKind, ItemUse

COUNT = 10_000
TARGET = 1_000
"""Items a second below which a bank of 10,000 keeps a person waiting for more than ten seconds."""


def bank(
    kinds: Sequence[ItemKind] = (ItemKind.TRUE_FALSE, ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE),
) -> list[ImportedItem]:
    """Items of three kinds with options and rationales of ordinary length."""
    items = []
    for number in range(COUNT):
        kind = kinds[number % len(kinds)]
        stem = f"第 {number} 题：标注项目进入第 {number % 97} 批交付前，负责人首先应当核对的是下列哪一项内容？"
        options = tuple(
            f"核对第 {number} 批的{word}并留下记录" for word in ("标注规范", "抽检结果", "人员排班", "存储位置")
        )
        key = {ItemKind.TRUE_FALSE: (number % 2,), ItemKind.MULTIPLE_CHOICE: (0, 1)}.get(kind, (number % 4,))
        content = Content(
            kind, stem, () if kind is ItemKind.TRUE_FALSE else options, key=key, rationale="规范和抽检决定能否交付。"
        )
        items.append(
            ImportedItem(
                Place(),
                content,
                code=f"B-{number:05}",
                level=number % 5 + 1,
                difficulty=number % 5 + 1,
                knowledge_point="3-2.1-01",
                reference="国家职业技能标准",
                use=ItemUse.EXAM,
            )
        )
    return items


def taken(deed: Callable[[], object]) -> float:
    """Items a second of a deed on the whole bank, done once."""
    start = time.perf_counter()
    deed()
    return COUNT / (time.perf_counter() - start)


def readings() -> list[Reading]:
    """Writing and reading, format by format."""
    found = []
    for form in exchange.WRITABLE:
        items = bank((ItemKind.SINGLE_CHOICE,)) if form == "aiken" else bank()
        content, report = exchange.write(items, form)
        wrote = taken(lambda items=items, form=form: exchange.write(items, form))
        back = exchange.read(content, form)
        if len(back.items) != COUNT - len(report.left_out) or back.errors:
            raise RuntimeError(f"{form}: {len(back.items)} items, {back.errors[:3]}")
        read = taken(lambda content=content, form=form: exchange.read(content, form))
        note = f"target {TARGET:,}; {len(content) / 1e6:.1f} MB"
        found += [
            Reading(f"write 10,000 items as {form}", wrote, note),
            Reading(f"read 10,000 items as {form}", read, note),
        ]
    return found
