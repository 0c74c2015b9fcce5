"""Takes frameworks over: checked against what is here, stored as a whole, a draft brought up to its newest file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from certification.standards import exporting, objects, storing
from certification.standards.exchange import ours
from certification.standards.exchange.merging import merged
from certification.standards.exchange.package import CHILD, OURS, Package
from certification.standards.exchange.report import Fault, Problem, Reading
from certification.standards.exchange.rows import ours_of
from certification.standards.models import (
    NodeLink,
    Standard,
    StandardNode,
    Tier,
)
from training_base.kernel import audit
from training_base.kernel.actor import Actor
from training_base.kernel.errors import Refusal

CHUNK = 500
"""Values in one IN list: below the limit of every database."""


@dataclass(eq=False)
class FrameworkRefused(Refusal):
    """The file has problems; nothing of it is stored."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Plan:
    """What storing a file would do: to which draft, and how many items would be new, changed, removed.

    ``standard_id`` is None where the framework is not here yet.
    """

    reading: Reading
    standard_id: UUID | None = None
    new: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: bool = False

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stands in the way."""
        return self.reading.problems


@dataclass(frozen=True)
class ImportAnswer:
    """What an import stored; ``unchanged`` when the draft said the same before."""

    standard_id: UUID
    code: str
    new: int
    changed: int
    removed: int
    unchanged: bool


def check(session: Session, reading: Reading, *, base: str, now: datetime) -> Plan:
    """What storing a file would do, with the problems that only the database can tell.

    A sheet is completed from the draft of the same identifier.
    """
    package = reading.package
    if package is None:
        return Plan(reading)
    standard = session.scalar(sa.select(Standard).where(Standard.identifier == package.document.identifier))
    before = exporting.package_of(session, standard, base=base) if standard and standard.is_draft else None
    if reading.partial:
        package = merged(package, before, {title: str(kind) for kind, title in objects.ITEM_TYPES.items()}, now=now)
        reading = replace(reading, package=package)
    problems = [*ours.faults(package), *_taken(session, package, standard)]
    if standard is not None and before is None:
        problems.append(Problem("CFDocument.identifier", Fault.PUBLISHED, standard.code))
    if problems:
        return Plan(replace(reading, package=None, problems=tuple(problems)))
    if standard is None or before is None:
        return Plan(reading, new=len(package.items))
    return _compared(reading, before, package, standard.id)


def _compared(reading: Reading, before: Package, after: Package, standard_id: UUID) -> Plan:
    old, new = _statements(before), _statements(after)
    return Plan(
        reading,
        standard_id,
        new=len(new.keys() - old.keys()),
        changed=sum(1 for own in new.keys() & old.keys() if new[own] != old[own]),
        removed=len(old.keys() - new.keys()),
        unchanged=sorted_package(before) == sorted_package(after),
    )


def _statements(package: Package) -> dict[UUID, object]:
    """Each item with what hangs it under its parent."""
    placed = {link.origin.identifier: link for link in package.associations if link.kind == CHILD}
    return {item.identifier: (item, placed.get(str(item.identifier))) for item in package.items}


def sorted_package(package: Package) -> Package:
    """A package with its lists in one order, so that two that say the same are equal; types of ours say nothing new."""
    own = {objects.type_identifier(kind) for kind in objects.ITEM_TYPES}
    known = package.definitions
    return replace(
        package,
        items=_by_identifier(package.items),
        associations=_by_identifier(package.associations),
        rubrics=_by_identifier(package.rubrics),
        definitions=replace(
            known,
            concepts=_by_identifier(known.concepts),
            subjects=_by_identifier(known.subjects),
            licenses=_by_identifier(known.licenses),
            item_types=_by_identifier([part for part in known.item_types if part.identifier not in own]),
            groupings=_by_identifier(known.groupings),
        ),
    )


def _by_identifier(parts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(parts, key=lambda part: part.identifier))


def _taken(session: Session, package: Package, standard: Standard | None) -> Iterator[Problem]:
    """Identifiers and codes that belong to another standard."""
    mine = standard.id if standard else None
    items = {item.identifier: f"CFItems[{place}].identifier" for place, item in enumerate(package.items)}
    links = {link.identifier: f"CFAssociations[{place}].identifier" for place, link in enumerate(package.associations)}
    for paths, column, owner in (
        (items, StandardNode.identifier, StandardNode.standard_id),
        (items, Tier.identifier, Tier.standard_id),
        (links, StandardNode.placement_identifier, StandardNode.standard_id),
        (links, NodeLink.identifier, NodeLink.standard_id),
    ):
        for own in _elsewhere(session, list(paths), column, owner, mine):
            yield Problem(paths[own], Fault.IDENTIFIER_TAKEN, str(own))
    code = ours_of(package.document.extensions).get("code")
    holder = session.scalar(sa.select(Standard.id).where(Standard.code == str(code))) if code else None
    if holder is not None and holder != mine:
        yield Problem(f"CFDocument.extensions.{OURS}.code", Fault.CODE_TAKEN, str(code))


def _elsewhere(
    session: Session,
    wanted: Sequence[UUID],
    column: InstrumentedAttribute[UUID],
    owner: InstrumentedAttribute[UUID],
    mine: UUID | None,
) -> Iterator[UUID]:
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(column).where(column.in_(wanted[start : start + CHUNK]))
        yield from session.scalars(query if mine is None else query.where(owner != mine))


def import_framework(session: Session, reading: Reading, *, base: str, by: Actor, now: datetime) -> ImportAnswer:
    """Store all of a file or nothing: as a new private draft, or over the draft of the same identifier.

    Raises:
        FrameworkRefused: the file has problems, or the version is published and never changes.
    """
    plan = check(session, reading, base=base, now=now)
    package = plan.reading.package
    if package is None:
        raise FrameworkRefused(plan.problems)
    standard = session.get(Standard, plan.standard_id) if plan.standard_id else None
    before = audit.state_digest(standard) if standard else None
    if standard is None:
        standard = Standard(id=uuid4(), created_by_id=by.id, created_by=by.name, created_at=now)
    answer = ImportAnswer(standard.id, "", plan.new, plan.changed, plan.removed, plan.unchanged)
    if not plan.unchanged:
        storing.store(session, standard, package)
        details = {"digest": reading.digest, "new": plan.new, "changed": plan.changed, "removed": plan.removed}
        audit.record(session, "standard.imported", standard, by=by, at=now, before=before, details=details)
    return replace(answer, code=standard.code)
