"""Compiles the Chinese texts of all areas into one catalogue, and checks that none is missing or unused."""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "portal" / "translations" / "zh"
TARGET = SOURCE / "LC_MESSAGES" / "messages.mo"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def areas() -> Iterator[tuple[str, Catalog]]:
    """Each area's catalogue, by name."""
    for path in sorted(SOURCE.glob("*.po")):
        with path.open("rb") as file:
            yield path.stem, read_po(file, locale="zh")


def key(message_id: str | tuple[str, ...] | list[str]) -> str:
    """The singular, which a plural message is found by."""
    return message_id if isinstance(message_id, str) else message_id[0]


def merged() -> tuple[Catalog, list[str]]:
    """All areas in one catalogue, and what is wrong with them."""
    whole, faults, seen = Catalog(locale="zh"), [], dict[str, tuple[str, Message]]()
    for area, catalog in areas():
        for message in catalog:
            if not message.id:
                continue
            name, text = key(message.id), message.string
            earlier = seen.get(name)
            if earlier and earlier[1].string not in (text, (text,)) and not message.pluralizable:
                faults.append(f"{area}.po: {name!r} has another translation in {earlier[0]}.po")
            first = text if isinstance(text, str) else "".join(text)
            if not first:
                faults.append(f"{area}.po: {name!r} is not translated")
            wanted = set(PLACEHOLDER.findall(name if isinstance(message.id, str) else message.id[1]))
            if set(PLACEHOLDER.findall(first)) - wanted:
                faults.append(f"{area}.po: {name!r} has placeholders that the text does not")
            if earlier is None or (message.pluralizable and not earlier[1].pluralizable):
                seen[name] = (area, message)
                whole.delete(name)
                whole.add(message.id, message.string)
    return whole, faults


def used() -> dict[str, str]:
    """Every text that code and templates show, and where."""
    found: dict[str, str] = {}
    options = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
    for file, line, message, _comments, _context in extract_from_dir(ROOT / "portal", METHODS, options, KEYWORDS):
        found.setdefault(key(message), f"portal/{file}:{line}")
    return found


def main() -> int:
    """Compile; with --check also compare with what is used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a text is missing, unused or faulty")
    wants_check = parser.parse_args().check
    whole, faults = merged()
    TARGET.parent.mkdir(exist_ok=True)
    with TARGET.open("wb") as file:
        write_mo(file, whole)
    if not wants_check:
        return 0
    texts, translated = used(), {key(message.id) for message in whole if message.id}
    faults += [f"{place}: {text!r} is not translated" for text, place in texts.items() if text not in translated]
    faults += [f"{text!r} is translated but not used" for text in sorted(translated - texts.keys())]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(texts)} texts, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
