"""Closed sets about standards, the eight grades, and the shape of a scheme."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

OCCUPATION = "4-04-05-05"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:zhixun:standards")


class StandardKind(StrEnum):
    """Whose standard it is."""

    NATIONAL = "national"
    MUNICIPAL = "municipal"
    OTHER = "other"


class StandardStatus(StrEnum):
    """The life of an edition, in order: only the first is open to changes, and closed to outsiders."""

    PRIVATE_DRAFT = "private_draft"
    CONSULTATION = "consultation"
    TRIAL = "trial"
    ADOPTED = "adopted"
    DEPRECATED = "deprecated"


PUBLISHED = (StandardStatus.TRIAL, StandardStatus.ADOPTED, StandardStatus.DEPRECATED)
"""Editions that are in force or were: their text binds."""


class Evidence(StrEnum):
    """How a fact is known; what is unknown stays unknown."""

    SEEN = "seen"
    SEEN_LOCAL = "seen_local"
    SECONDARY = "secondary"
    INFERRED = "inferred"
    OWN = "own"
    UNKNOWN = "unknown"


class NodeKind(StrEnum):
    """What a node of a standard is; ``item`` stands for whatever another publisher's framework is made of."""

    FUNCTION = "function"
    DUTY = "duty"
    CRITERION = "criterion"
    KNOWLEDGE = "knowledge"
    THEME = "theme"
    KNOWLEDGE_POINT = "knowledge_point"
    ITEM = "item"


class LinkKind(StrEnum):
    """How two nodes belong together; the association types of 1EdTech CASE 1.1, and those beyond it."""

    IS_CHILD_OF = "isChildOf"
    IS_PEER_OF = "isPeerOf"
    IS_PART_OF = "isPartOf"
    EXACT_MATCH_OF = "exactMatchOf"
    PRECEDES = "precedes"
    IS_RELATED_TO = "isRelatedTo"
    REPLACED_BY = "replacedBy"
    EXEMPLAR = "exemplar"
    HAS_SKILL_LEVEL = "hasSkillLevel"
    IS_TRANSLATION_OF = "isTranslationOf"
    OTHER = "other"


class EditKind(StrEnum):
    """What an edit of a draft does."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    MOVE = "move"
    WEIGH = "weigh"


class Disposal(StrEnum):
    """What becomes of a comment on a draft."""

    ACCEPTED = "accepted"
    IN_PART = "in_part"
    DECLINED = "declined"


class Component(StrEnum):
    """What a candidate must pass."""

    THEORY = "theory"
    SKILL = "skill"
    REVIEW = "review"


class Grade(IntEnum):
    """The eight grades of skilled workers in order; the value is the rank."""

    APPRENTICE = 0
    JUNIOR = 1
    INTERMEDIATE = 2
    SENIOR = 3
    TECHNICIAN = 4
    SENIOR_TECHNICIAN = 5
    SPECIAL_TECHNICIAN = 6
    CHIEF_TECHNICIAN = 7

    @property
    def level(self) -> int | None:
        """The level of this occupation it stands for, 5 to 1; None where none can be examined."""
        return 6 - self if Grade.JUNIOR <= self <= Grade.SENIOR_TECHNICIAN else None


def fact_identifier(*path: str) -> UUID:
    """The identifier of a fact that comes from a data file: the same in every installation (UUID version 5).

    Args:
        path: the code of the edition, then what leads to the fact in it, such as ``level:3`` and ``duty:1.1``.
    """
    return uuid5(NAMESPACE, "/".join(path))


def covers(held: int, wanted: int) -> bool:
    """Whether a certificate of one level counts for another; level 1 is the highest."""
    return held <= wanted


@dataclass(frozen=True)
class SkillUnit:
    """A unit of the skill exam: tasks drawn from its bank, marks in hundredths, minutes."""

    code: str
    marks: int
    minutes: int
    draw: int


@dataclass(frozen=True)
class SkillProject:
    """Units of which one is drawn by lot, or all are examined."""

    number: int
    title: str
    draws_one_unit: bool
    units: tuple[SkillUnit, ...]


@dataclass(frozen=True)
class TheoryPart:
    """So many items of one kind; marks each in hundredths; how many per area."""

    kind: str
    count: int
    marks_each: int
    areas: Mapping[str, int]


@dataclass(frozen=True)
class TheoryPlan:
    """The theory exam of a scheme."""

    minutes: int
    pass_mark: int
    parts: tuple[TheoryPart, ...]

    @property
    def item_count(self) -> int:
        """Items in a paper."""
        return sum(part.count for part in self.parts)

    @property
    def total(self) -> int:
        """Marks of a paper, in hundredths."""
        return sum(part.count * part.marks_each for part in self.parts)


@dataclass(frozen=True)
class SkillPlan:
    """The skill exam of a scheme; ``tolerance`` is the difference of two examiners, in hundredths of the
    task's marks (2000 is a fifth), above which a third one rates the task."""

    minutes: int
    pass_mark: int
    tolerance: int
    projects: tuple[SkillProject, ...]

    @property
    def total(self) -> int:
        """Marks of all projects, in hundredths; where one unit is drawn, one counts."""
        return sum(
            project.units[0].marks if project.draws_one_unit else sum(unit.marks for unit in project.units)
            for project in self.projects
        )


@dataclass(frozen=True)
class SchemePlan:
    """A scheme's exams as values; a component that is None is not examined under it."""

    theory: TheoryPlan | None
    skill: SkillPlan | None

    @property
    def pass_marks(self) -> dict[Component, int]:
        """The least marks that pass, per component, in hundredths."""
        plans = {Component.THEORY: self.theory, Component.SKILL: self.skill}
        return {component: plan.pass_mark for component, plan in plans.items() if plan is not None}


def _theory(content: Mapping[str, Any]) -> TheoryPlan:
    parts = tuple(
        TheoryPart(part["kind"], part["count"], part["marks_each"], dict(part["areas"])) for part in content["parts"]
    )
    return TheoryPlan(content["minutes"], content["pass_mark"], parts)


def _skill(content: Mapping[str, Any]) -> SkillPlan:
    projects = tuple(
        SkillProject(
            project["number"],
            project["title"],
            project["draws_one_unit"],
            tuple(SkillUnit(**unit) for unit in project["units"]),
        )
        for project in content["projects"]
    )
    return SkillPlan(content["minutes"], content["pass_mark"], content["tolerance"], projects)


def read_plan(content: Mapping[str, Any]) -> SchemePlan:
    """A scheme's content as values, checked.

    Args:
        content: ``theory`` and ``skill`` as in ``certification/data/schemes/*.json``; marks in hundredths.

    Raises:
        ValueError: the numbers per area do not make the number of a part, or the marks do not make 100.
        KeyError: a field is missing.
    """
    theory = _theory(content["theory"]) if content.get("theory") else None
    skill = _skill(content["skill"]) if content.get("skill") else None
    for part in theory.parts if theory else ():
        if sum(part.areas.values()) != part.count:
            raise ValueError(f"{part.kind}: the areas make {sum(part.areas.values())}, not {part.count}")
    for plan in (theory, skill):
        if plan is not None and plan.total != 10000:
            raise ValueError(f"the marks make {plan.total / 100:g}, not 100")
    return SchemePlan(theory, skill)
