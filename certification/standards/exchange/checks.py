"""What must hold between the objects of a framework: identifiers once each, one tree without loose ends."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from certification.standards.exchange.package import (
    CHILD,
    Association,
    Criterion,
    Document,
    Item,
    Link,
    NodeLink,
    Package,
)
from certification.standards.exchange.report import Fault, Note, Problem, Remark

SHOWN = 6
"""Identifiers named of a cycle."""


@dataclass(frozen=True)
class Found:
    """The objects of a package by path, and the identifiers of those that could not be read."""

    objects: Mapping[str, object]
    broken: frozenset[str] = frozenset()

    @cached_property
    def items(self) -> dict[str, str]:
        """The path of every item, by identifier."""
        return {str(part.identifier): path for path, part in self.objects.items() if isinstance(part, Item)}

    @cached_property
    def document(self) -> str:
        """The identifier of the document; empty where it could not be read."""
        return next((str(part.identifier) for part in self.objects.values() if isinstance(part, Document)), "")

    @cached_property
    def children(self) -> list[tuple[str, Association]]:
        """The associations that make the tree, with their paths."""
        found = self.objects.items()
        return [(path, part) for path, part in found if isinstance(part, Association) and part.kind == CHILD]


def of_package(package: Package) -> Found:
    """The objects of a package that was not read from a file."""
    found: dict[str, object] = {"CFDocument": package.document}
    definitions = package.definitions
    lists: dict[str, tuple[Any, ...]] = {
        "CFItems": package.items,
        "CFAssociations": package.associations,
        "CFDefinitions.CFConcepts": definitions.concepts,
        "CFDefinitions.CFSubjects": definitions.subjects,
        "CFDefinitions.CFLicenses": definitions.licenses,
        "CFDefinitions.CFItemTypes": definitions.item_types,
        "CFDefinitions.CFAssociationGroupings": definitions.groupings,
        "CFRubrics": package.rubrics,
    }
    for name, parts in lists.items():
        found |= {f"{name}[{place}]": part for place, part in enumerate(parts)}
    return Found(found)


def faults(found: Found) -> Iterator[Problem]:
    """Every violation with its path; what could not be read is not blamed again for being away."""
    yield from _repeated(found)
    parents: dict[str, str] = {}
    pairs: set[tuple[str, str]] = set()
    for path, link in found.children:
        child, parent = link.origin.identifier, link.destination.identifier
        if child not in found.items and child not in found.broken:
            yield Problem(f"{path}.originNodeURI", Fault.DANGLING_CHILD, child)
        elif parent not in found.items and parent != found.document and parent not in found.broken:
            yield Problem(f"{path}.destinationNodeURI", Fault.DANGLING_PARENT, parent)
        elif (child, parent) in pairs:
            yield Problem(path, Fault.CHILD_REPEATED, child, parent)
        elif child in parents:
            yield Problem(path, Fault.TWO_PARENTS, child, f"{parents[child]}, {parent}")
        else:
            pairs.add((child, parent))
            parents[child] = parent
    yield from _cycles(parents, found)


def _repeated(found: Found) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for path, part in found.objects.items():
        if isinstance(part, Link | NodeLink):
            continue
        own = str(getattr(part, "identifier", ""))
        if own and first.setdefault(own, path) != path:
            yield Problem(f"{path}.identifier", Fault.IDENTIFIER_REPEATED, own, first[own])


def _cycles(parents: Mapping[str, str], found: Found) -> Iterator[Problem]:
    """Each ring of items once, at its first item in the file."""
    done: set[str] = set()
    for start in parents:
        trail: dict[str, None] = {}
        node: str | None = start
        while node is not None and node not in done and node not in trail:
            trail[node] = None
            node = parents.get(node)
        if node is not None and node in trail:
            walked = list(trail)
            ring = walked[walked.index(node) :]
            where = min((found.items[name] for name in ring if name in found.items), default="CFAssociations")
            yield Problem(where, Fault.CYCLE, ring[0], " > ".join([*ring[:SHOWN], ring[0]]))
        done |= trail.keys()


def remarks(found: Found) -> Iterator[Note]:
    """Items outside the tree, and references to definitions that the package does not bring along."""
    placed = {link.origin.identifier for _, link in found.children}
    for own, path in found.items.items():
        if own not in placed:
            yield Note(path, Remark.OUTSIDE_TREE, own)
    known = {str(getattr(part, "identifier", "")) for part in found.objects.values() if not isinstance(part, Link)}
    for path, part in found.objects.items():
        for name, link in _references(part):
            if str(link.identifier) not in known | found.broken:
                yield Note(f"{path}.{name}", Remark.DEFINITION_OUTSIDE, str(link.identifier))


def _references(part: object) -> Iterable[tuple[str, Link]]:
    named: dict[str, Link | None] = {}
    if isinstance(part, Document | Item):
        named = {"licenseURI": part.license}
        named |= {f"subjectURI[{place}]": link for place, link in enumerate(part.subject_links)}
    if isinstance(part, Item):
        named |= {"CFItemTypeURI": part.item_type_link, "conceptKeywordsURI": part.keywords_link}
    if isinstance(part, Association):
        named = {"CFAssociationGroupingURI": part.grouping}
    if isinstance(part, Criterion):
        named = {"CFItemURI": part.item}
    return [(name, link) for name, link in named.items() if link is not None]
