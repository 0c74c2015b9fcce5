"""Takes an item over into what was found, once it is known that the bank could hold it."""

from certification.item_bank.content import faults
from certification.item_bank.exchange.elements import Scope
from certification.item_bank.exchange.report import Fault, ImportedItem


def take(scope: Scope, item: ImportedItem) -> None:
    """Add an item to the findings; one that says something impossible is noted instead."""
    wrong = faults(item.content)
    if wrong:
        for fault in wrong:
            scope.findings.fail(scope.place(), Fault.CONTENT_INVALID, item.content.stem, fault.value)
    else:
        scope.findings.items.append(item)
