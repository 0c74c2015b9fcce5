"""Builders of competency frameworks: Hypothesis strategies, and large packages in the style of other publishers."""

import json
import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from certification.standards.exchange.package import (
    ASSOCIATION_TYPES,
    CHILD,
    Association,
    Concept,
    Criterion,
    Definitions,
    Document,
    Grouping,
    Item,
    ItemType,
    License,
    Link,
    NodeLink,
    Package,
    Rubric,
    RubricLevel,
    Subject,
)

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "case-v1p1.schema.json").read_text("utf-8"))
CHANGED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def violations(kind: str, value: object) -> list[str]:
    """What the schema has against a value, with paths."""
    checker = Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]})
    return [f"{error.json_path}: {error.message[:120]}" for error in checker.iter_errors(value)]


# Texts as PostgreSQL and XML take them; no empty ones, for those are the same as none.
texts = st.sampled_from(["数据标注", "x", "=1+1", " a\n b ", "<b>&amp;", "\u200b零宽", "🤖"]) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=6
)
maybe = st.none() | texts
addresses = st.sampled_from(["https://a.example/1", "urn:uuid:" + str(UUID(int=9)), "http://b.example/?q=%E6%99%BA#x"])
instants = st.integers(631_152_000, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second + 0.25, UTC))
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
numbers = st.integers(-1000, 1000) | st.floats(-1000, 1000).map(lambda x: round(x, 3))
strict_uuids = st.uuids(version=4) | st.text(min_size=1, max_size=8).map(lambda name: uuid5(NAMESPACE_URL, name))
any_uuids = strict_uuids | st.uuids(version=1) | st.uuids(version=3) | st.just(UUID(int=7))
leaves = st.none() | st.booleans() | st.integers(-10_000, 10_000) | texts
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
own_objects = st.dictionaries(texts, trees, min_size=1, max_size=2)
json_objects = st.one_of(st.just(dict[str, Any]()), own_objects)


class Fresh:
    """Gives identifiers out once each."""

    def __init__(self, draw: st.DrawFn, uuids: st.SearchStrategy[UUID]) -> None:
        self.draw, self.uuids, self.given = draw, uuids, set[UUID]()

    def __call__(self) -> UUID:
        while (found := self.draw(self.uuids)) in self.given:
            pass
        self.given.add(found)
        return found


def links(identifiers: list[UUID]) -> st.SearchStrategy[Link | None]:
    """A reference to one of them, or none."""
    if not identifiers:
        return st.none()
    return st.none() | st.builds(Link, title=texts, identifier=st.sampled_from(identifiers), uri=addresses)


@st.composite
def rubrics(draw: st.DrawFn, fresh: Fresh, items: list[UUID]) -> Rubric:
    """A rubric with criteria and levels."""
    own = fresh()
    criteria = []
    for _ in range(draw(st.integers(0, 2))):
        mine = fresh()
        levels = [
            draw(st.builds(
                RubricLevel, identifier=st.just(fresh()), uri=addresses, description=maybe, quality=maybe,
                score=st.none() | numbers, feedback=maybe, position=st.none() | st.integers(0, 9),
                criterion_id=st.none() | st.just(mine), changed_at=instants,
                extensions=st.lists(own_objects, max_size=2).map(tuple),
            ))
            for _ in range(draw(st.integers(0, 2)))
        ]  # fmt: skip
        criteria.append(draw(st.builds(
            Criterion, identifier=st.just(mine), uri=addresses, category=maybe, description=maybe, item=links(items),
            weight=st.none() | numbers, position=st.none() | st.integers(0, 9), rubric_id=st.none() | st.just(own),
            changed_at=instants, levels=st.just(tuple(levels)), extensions=json_objects,
        )))  # fmt: skip
    return draw(st.builds(
        Rubric, identifier=st.just(own), uri=addresses, title=maybe, description=maybe, changed_at=instants,
        criteria=st.just(tuple(criteria)), extensions=json_objects,
    ))  # fmt: skip


def _definitions(draw: st.DrawFn, fresh: Fresh) -> Definitions:
    def some(shape: type[Any], **more: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(
            draw(st.builds(
                shape, identifier=st.just(fresh()), uri=addresses, title=texts, description=maybe,
                changed_at=instants, extensions=json_objects, **more,
            ))
            for _ in range(draw(st.integers(0, 2)))
        )  # fmt: skip

    return Definitions(
        concepts=some(Concept, keywords=maybe, hierarchy_code=texts),
        subjects=some(Subject, hierarchy_code=texts),
        licenses=some(License, text=texts),
        item_types=tuple(
            draw(st.builds(
                ItemType, identifier=st.just(fresh()), uri=addresses, title=texts, description=texts,
                hierarchy_code=texts, type_code=maybe, changed_at=instants, extensions=json_objects,
            ))
            for _ in range(draw(st.integers(0, 2)))
        ),
        groupings=some(Grouping),
        extensions=draw(json_objects),
    )  # fmt: skip


def _item(draw: st.DrawFn, fresh: Fresh, known: Definitions) -> Item:
    subjects = links([part.identifier for part in known.subjects])
    return draw(st.builds(
        Item, identifier=st.just(fresh()), statement=texts, alternative_label=maybe, item_type=maybe, uri=addresses,
        code=maybe, list_enumeration=maybe, short_statement=maybe, keywords=st.lists(texts, max_size=2).map(tuple),
        keywords_link=links([part.identifier for part in known.concepts]), notes=maybe,
        subject=st.lists(texts, max_size=2).map(tuple),
        subject_links=subjects.map(lambda link: (link,) if link else ()),
        language=st.none() | st.sampled_from(["zh", "en", "es", "zh-CN", "fr"]),
        education_level=st.lists(texts, max_size=2).map(tuple),
        item_type_link=links([part.identifier for part in known.item_types]),
        license=links([part.identifier for part in known.licenses]), from_on=st.none() | days,
        until_on=st.none() | days, changed_at=instants, extensions=json_objects,
    ))  # fmt: skip


def _end(draw: st.DrawFn, identifier: UUID) -> NodeLink:
    return draw(st.builds(
        NodeLink, title=texts, identifier=st.just(str(identifier)), uri=addresses,
        target_type=st.none() | st.sampled_from(["CASE", "ext:job"]),
    ))  # fmt: skip


@st.composite
def packages(draw: st.DrawFn, uuids: st.SearchStrategy[UUID] = strict_uuids) -> Package:
    """Any valid package: a forest of items below the document, further associations, definitions, rubrics."""
    fresh = Fresh(draw, uuids)
    known = _definitions(draw, fresh)
    document = draw(st.builds(
        Document, identifier=st.just(fresh()), uri=addresses, framework_type=maybe, creator=texts, title=texts,
        changed_at=instants, official_source=st.none() | addresses, publisher=maybe, description=maybe,
        subject=st.lists(texts, max_size=2).map(tuple), language=st.none() | st.sampled_from(["zh", "en", "es"]),
        version=maybe, adoption_status=st.none() | st.sampled_from(["Draft", "Adopted", "Private Draft", "other"]),
        from_on=st.none() | days, until_on=st.none() | days,
        license=links([part.identifier for part in known.licenses]), notes=maybe, extensions=json_objects,
    ))  # fmt: skip
    items = [_item(draw, fresh, known) for _ in range(draw(st.integers(0, 5)))]
    associations = []
    for place, item in enumerate(items):
        if draw(st.integers(0, 4)):
            above = draw(st.sampled_from([document.identifier, *(other.identifier for other in items[:place])]))
            associations.append(_association(draw, fresh, known, (CHILD, item.identifier, above)))
    for _ in range(draw(st.integers(0, 3)) if items else 0):
        kind = draw(st.sampled_from([*ASSOCIATION_TYPES[1:], "ext:usesTool"]))
        ends = [draw(st.sampled_from(items)).identifier, draw(st.uuids())]
        if draw(st.booleans()):
            ends = ends[::-1]
        associations.append(_association(draw, fresh, known, (kind, ends[0], ends[1])))
    scales = [draw(rubrics(fresh, [item.identifier for item in items])) for _ in range(draw(st.integers(0, 1)))]
    return Package(
        document=document, items=tuple(items), associations=tuple(associations), definitions=known,
        rubrics=tuple(scales), extensions=draw(json_objects),
    )  # fmt: skip


def _association(draw: st.DrawFn, fresh: Fresh, known: Definitions, what: tuple[str, UUID, UUID]) -> Association:
    kind, origin, destination = what
    return draw(st.builds(
        Association, identifier=st.just(fresh()), kind=st.just(kind), sequence=st.none() | st.integers(0, 99),
        uri=addresses, origin=st.just(_end(draw, origin)), destination=st.just(_end(draw, destination)),
        grouping=links([part.identifier for part in known.groupings]), changed_at=instants, notes=maybe,
        extensions=json_objects,
    ))  # fmt: skip


def uid(*path: object) -> str:
    """An identifier that is the same in every run."""
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, path))))


def case_file(count: int = 3, *, name: str = "f", depth: int = 4, **document: object) -> dict[str, Any]:
    """A package of so many items as JSON values, each below an earlier one or the document."""
    when = "2026-03-01T08:30:00Z"
    root = uid(name)
    items, associations = [], []
    trail = [root]
    for place in range(count):
        own = uid(name, place)
        level = place % depth
        trail = [*trail[: level + 1], own]
        items.append({
            "identifier": own, "fullStatement": f"能够完成第{place}项数据标注任务并说明理由", "uri": f"https://e.example/{own}",
            "humanCodingScheme": f"{place}", "language": "zh", "lastChangeDateTime": when,
        })  # fmt: skip
        associations.append({
            "identifier": uid(name, place, "link"), "associationType": CHILD, "sequenceNumber": place,
            "uri": f"https://e.example/{uid(name, place, 'link')}", "lastChangeDateTime": when,
            "originNodeURI": {"title": "c", "identifier": own, "uri": f"https://e.example/{own}"},
            "destinationNodeURI": {"title": "p", "identifier": trail[level], "uri": f"https://e.example/{trail[level]}"},
        })  # fmt: skip
    return {
        "CFDocument": {
            "identifier": root, "uri": f"https://e.example/{root}", "creator": "示例发布者", "title": "示例能力框架",
            "language": "zh", "lastChangeDateTime": when, **document,
        },
        "CFItems": items, "CFAssociations": associations,
    }  # fmt: skip


WORDS = {
    "en": ["learner", "explains", "model", "data", "labels", "quality", "annotator", "reviews", "records", "error"],
    "es": ["el", "alumno", "explica", "datos", "modelo", "calidad", "revisa", "compara", "registro", "según"],
    "zh": ["学员", "能够", "解释", "数据", "模型", "质量", "审核", "比较", "标签", "记录", "错误", "规范"],
}


def _sentence(rng: random.Random, language: str, words: int) -> str:
    return ("" if language == "zh" else " ").join(rng.choice(WORDS[language]) for _ in range(words))


def publisher_file(count: int = 2500, *, seed: int = 1, words: int = 90, depth: int = 12) -> dict[str, Any]:
    """A package as other publishers write it: CASE 1.0 links inside, nulls for all that is absent, several
    languages, a deep tree, rubrics, definitions, extensions of their own."""
    rng = random.Random(seed)
    package = case_file(
        count, name=f"publisher-{seed}", depth=depth, officialSourceURL=None, subjectURI=None, notes=None
    )
    root = package["CFDocument"]["identifier"]
    package["CFDocument"]["CFPackageURI"] = {"title": "P", "identifier": root, "uri": f"https://e.example/p/{root}"}
    kind = {"title": "Standard", "identifier": uid(seed, "type"), "uri": f"https://e.example/{uid(seed, 'type')}"}
    for place, item in enumerate(package["CFItems"]):
        language = ("en", "es", "zh")[place % 3]
        item |= {
            "fullStatement": _sentence(rng, language, words), "notes": _sentence(rng, language, words // 3),
            "abbreviatedStatement": None, "alternativeLabel": None, "conceptKeywords": None, "language": language,
            "educationLevel": ["09", "10"], "CFItemType": "Standard", "CFItemTypeURI": kind, "licenseURI": None,
            "CFDocumentURI": {"title": "D", "identifier": root, "uri": f"https://e.example/{root}"},
            "statusStartDate": None, "extensions": {"x:difficulty": rng.randint(1, 9)}, "x_source": "page 12",
        }  # fmt: skip
    base = {"lastChangeDateTime": "2026-03-01T08:30:00+00:00", "description": None}
    package["CFDefinitions"] = {
        "CFItemTypes": [{**kind, **base, "hierarchyCode": None, "typeCode": None}],
        "CFSubjects": [], "CFConcepts": [], "CFLicenses": None, "CFAssociationGroupings": [],
    }  # fmt: skip
    package["CFRubrics"] = [_rubric_file(rng, seed, place, base) for place in range(max(1, count // 50))]
    return package


def _rubric_file(rng: random.Random, seed: int, place: int, base: dict[str, Any]) -> dict[str, Any]:
    own, criterion = uid(seed, "rubric", place), uid(seed, "criterion", place)
    levels = [
        {**base, "identifier": uid(seed, place, score), "uri": f"https://e.example/{uid(seed, place, score)}",
         "quality": _sentence(rng, "en", 4), "score": score / 2, "position": score, "rubricCriterionId": criterion}
        for score in range(4)
    ]  # fmt: skip
    return {
        **base, "identifier": own, "uri": f"https://e.example/{own}", "title": _sentence(rng, "en", 6),
        "CFRubricCriteria": [
            {**base, "identifier": criterion, "uri": f"https://e.example/{criterion}", "category": "A", "weight": 0.5,
             "rubricId": own, "CFRubricCriterionLevels": levels}
        ],
    }  # fmt: skip
