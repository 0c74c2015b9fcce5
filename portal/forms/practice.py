"""Forms of practice: what to practise, and an answer."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from certification.item_bank.content import Content
from certification.item_bank.rules import ItemKind
from certification.practice.rules import SIZES
from portal.forms.base import BaseForm


class StartForm(BaseForm):
    """A new quiz: area and size."""

    area = SelectField(_("Knowledge area"))
    count = RadioField(_("Size of the quiz"), default=str(SIZES[1]), validators=[InputRequired()])

    def __init__(self, areas: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area.choices = [("", _("All areas")), *areas]
        self.count.choices = [(str(size), ngettext("%(num)s item", "%(num)s items", size)) for size in SIZES]


class AnswerForm(BaseForm):
    """An answer to an item of any kind; the service checks it against the item."""

    def value(self, content: Content, sent: MultiDict[str, str]) -> Any:
        """What was sent, in the shape that the kind asks; what cannot be read comes as it is and is refused."""
        if content.kind in (ItemKind.SHORT_TEXT, ItemKind.NUMERIC):
            return sent.get("value", "")
        if content.kind in _PLACES:
            places = [sent.get(f"value-{place}", "") for place in range(_PLACES[content.kind](content))]
            if content.kind is ItemKind.GAP_TEXT:
                return places
            return [_number(text) for text in places]
        if content.kind is ItemKind.ORDERING:
            return _order([_number(sent.get(f"value-{part}", "")) for part in range(len(content.options))])
        if content.kind is ItemKind.HOTSPOT:
            point = [_number(sent.get(name, "")) for name in ("across", "down")]
            return [] if None in point else point
        return [_number(text) for text in sent.getlist("value")]


_PLACES: dict[ItemKind, Callable[[Content], int]] = {
    ItemKind.MATCHING: lambda item: len(item.prompts),
    ItemKind.GAP_SELECT: lambda item: len(item.gaps),
    ItemKind.GAP_TEXT: lambda item: len(item.key),
}
"""How many fields the kinds have that ask once for each place."""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None


def _order(places: list[int | None]) -> list[int]:
    """The parts in the order of the places they were given, 1 for the first; [] where a place is missing or twice."""
    if sorted(place or 0 for place in places) != list(range(1, len(places) + 1)):
        return []
    return sorted(range(len(places)), key=lambda part: places[part] or 0)
