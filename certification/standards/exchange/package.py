"""A competency framework as values, after the data model of 1EdTech CASE 1.1 (final release, 24 January 2025)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from certification.standards.exchange.fields import Holds, JSONObject, asked, extensions, filled, may, several

CHILD = "isChildOf"
ASSOCIATION_TYPES = (
    CHILD, "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar",
    "hasSkillLevel", "isTranslationOf",
)  # fmt: skip
"""The association types of CASE 1.1; a further one begins with ``ext:``."""

OURS = "zhixun"
"""The one property under ``extensions`` in which this portal keeps what CASE has no place for."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A reference to an object of a framework."""

    title: str = filled("title", Holds.TEXT, "")
    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)


@dataclass(frozen=True, kw_only=True)
class NodeLink:
    """One end of an association; what lies outside CASE may have an identifier of any form."""

    title: str = filled("title", Holds.TEXT, "")
    identifier: str = asked("identifier", Holds.TEXT)
    uri: str = filled("uri", Holds.ADDRESS)
    target_type: str | None = may("targetType")


@dataclass(frozen=True, kw_only=True)
class Document:
    """The framework itself."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    framework_type: str | None = may("frameworkType")
    creator: str = filled("creator", Holds.TEXT, "")
    title: str = asked("title", Holds.TEXT)
    changed_at: datetime = asked("lastChangeDateTime", Holds.INSTANT)
    official_source: str | None = may("officialSourceURL", Holds.ADDRESS)
    publisher: str | None = may("publisher")
    description: str | None = may("description")
    subject: tuple[str, ...] = several("subject")
    subject_links: tuple[Link, ...] = several("subjectURI", Holds.LINKS)
    language: str | None = may("language")
    version: str | None = may("version")
    adoption_status: str | None = may("adoptionStatus")
    from_on: date | None = may("statusStartDate", Holds.DAY)
    until_on: date | None = may("statusEndDate", Holds.DAY)
    license: Link | None = may("licenseURI", Holds.LINK)
    notes: str | None = may("notes")
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Item:
    """A statement of the framework."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    statement: str = asked("fullStatement", Holds.TEXT)
    alternative_label: str | None = may("alternativeLabel")
    item_type: str | None = may("CFItemType")
    uri: str = filled("uri", Holds.ADDRESS)
    code: str | None = may("humanCodingScheme")
    list_enumeration: str | None = may("listEnumeration")
    short_statement: str | None = may("abbreviatedStatement")
    keywords: tuple[str, ...] = several("conceptKeywords")
    keywords_link: Link | None = may("conceptKeywordsURI", Holds.LINK)
    notes: str | None = may("notes")
    subject: tuple[str, ...] = several("subject")
    subject_links: tuple[Link, ...] = several("subjectURI", Holds.LINKS)
    language: str | None = may("language")
    education_level: tuple[str, ...] = several("educationLevel")
    item_type_link: Link | None = may("CFItemTypeURI", Holds.LINK)
    license: Link | None = may("licenseURI", Holds.LINK)
    from_on: date | None = may("statusStartDate", Holds.DAY)
    until_on: date | None = may("statusEndDate", Holds.DAY)
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Association:
    """A directed relation between two nodes; the origin of ``isChildOf`` is the child."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    kind: str = asked("associationType", Holds.ASSOCIATION)
    sequence: int | None = may("sequenceNumber", Holds.INTEGER)
    uri: str = filled("uri", Holds.ADDRESS)
    origin: NodeLink = asked("originNodeURI", Holds.NODE)
    destination: NodeLink = asked("destinationNodeURI", Holds.NODE)
    grouping: Link | None = may("CFAssociationGroupingURI", Holds.LINK)
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    notes: str | None = may("notes")
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Concept:
    """A keyword concept."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    title: str = asked("title", Holds.TEXT)
    keywords: str | None = may("keywords")
    hierarchy_code: str = filled("hierarchyCode", Holds.TEXT, "")
    description: str | None = may("description")
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A subject."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    title: str = asked("title", Holds.TEXT)
    hierarchy_code: str = filled("hierarchyCode", Holds.TEXT, "")
    description: str | None = may("description")
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class License:
    """The terms under which the framework may be used."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    title: str = asked("title", Holds.TEXT)
    description: str | None = may("description")
    text: str = filled("licenseText", Holds.TEXT, "")
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class ItemType:
    """What kind of statement an item is."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    title: str = asked("title", Holds.TEXT)
    description: str = filled("description", Holds.TEXT, "")
    hierarchy_code: str = filled("hierarchyCode", Holds.TEXT, "")
    type_code: str | None = may("typeCode")
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """A name for associations that belong together."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    title: str = asked("title", Holds.TEXT)
    description: str | None = may("description")
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class RubricLevel:
    """One level of a rubric's criterion; here alone ``extensions`` is a list."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    description: str | None = may("description")
    quality: str | None = may("quality")
    score: float | None = may("score", Holds.NUMBER)
    feedback: str | None = may("feedback")
    position: int | None = may("position", Holds.INTEGER)
    criterion_id: UUID | None = may("rubricCriterionId", Holds.IDENTIFIER)
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    extensions: tuple[JSONObject, ...] = extensions(Holds.OBJECTS)


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A criterion of a rubric."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    category: str | None = may("category")
    description: str | None = may("description")
    item: Link | None = may("CFItemURI", Holds.LINK)
    weight: float | None = may("weight", Holds.NUMBER)
    position: int | None = may("position", Holds.INTEGER)
    rubric_id: UUID | None = may("rubricId", Holds.IDENTIFIER)
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    levels: tuple[RubricLevel, ...] = several("CFRubricCriterionLevels", Holds.PARTS, RubricLevel)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """How performance is judged."""

    identifier: UUID = asked("identifier", Holds.IDENTIFIER)
    uri: str = filled("uri", Holds.ADDRESS)
    title: str | None = may("title")
    description: str | None = may("description")
    changed_at: datetime = filled("lastChangeDateTime", Holds.INSTANT)
    criteria: tuple[Criterion, ...] = several("CFRubricCriteria", Holds.PARTS, Criterion)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """What the items and associations refer to."""

    concepts: tuple[Concept, ...] = several("CFConcepts", Holds.PARTS, Concept)
    subjects: tuple[Subject, ...] = several("CFSubjects", Holds.PARTS, Subject)
    licenses: tuple[License, ...] = several("CFLicenses", Holds.PARTS, License)
    item_types: tuple[ItemType, ...] = several("CFItemTypes", Holds.PARTS, ItemType)
    groupings: tuple[Grouping, ...] = several("CFAssociationGroupings", Holds.PARTS, Grouping)
    extensions: JSONObject = extensions()


@dataclass(frozen=True, kw_only=True)
class Package:
    """A framework with all that belongs to it."""

    document: Document = asked("CFDocument", Holds.PART, Document)
    items: tuple[Item, ...] = several("CFItems", Holds.PARTS, Item)
    associations: tuple[Association, ...] = several("CFAssociations", Holds.PARTS, Association)
    definitions: Definitions = may("CFDefinitions", Holds.PART, Definitions(), Definitions)
    rubrics: tuple[Rubric, ...] = several("CFRubrics", Holds.PARTS, Rubric)
    extensions: JSONObject = extensions()
