"""Papers: frozen at assembly, digested, scoped, and read only with a record of it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import papers
from certification.exams.assembly import InfeasibleBlueprint, ShortCell
from certification.exams.models import Paper
from certification.exams.planning import ComponentNotExamined
from certification.item_bank.models import ItemVersion
from certification.item_bank.rules import CHOICE_KINDS, ItemKind, ItemStatus
from certification.standards.models import Scheme
from tests.make import NOW, SHORT_PLAN, Make
from training_base.centers.models import TrainingCenter
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent


@pytest.fixture
def center(make: Make) -> TrainingCenter:
    return make.center()


@pytest.fixture
def manager(make: Make, center: TrainingCenter) -> Actor:
    return make.actor(center)


@pytest.fixture
def scheme(make: Make) -> Scheme:
    """The short scheme, with three items per cell in the bank."""
    scheme = make.scheme()
    make.bank(scheme.tier)
    return scheme


@pytest.fixture
def paper(session: Session, scheme: Scheme, center: TrainingCenter, manager: Actor) -> Paper:
    return papers.assemble(session, scheme.id, center.id, "模拟卷", 7, by=manager, now=NOW)


def test_a_paper_holds_what_the_blueprint_asks_for(session: Session, paper: Paper) -> None:
    assert [item.position for item in paper.items] == [1, 2, 3, 4, 5, 6]
    assert [item.kind for item in paper.items] == [kind for kind in CHOICE_KINDS for _ in range(2)]
    assert sum(item.marks for item in paper.items) == paper.total == 10000
    assert (paper.minutes, paper.scorer, paper.seed) == (20, "theory-2", 7)


def test_codes_count_within_a_day_of_the_center(
    session: Session, paper: Paper, scheme: Scheme, center: TrainingCenter, manager: Actor
) -> None:
    later = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)

    second = papers.assemble(session, scheme.id, center.id, "第二卷", 8, by=manager, now=NOW)
    tomorrow = papers.assemble(session, scheme.id, center.id, "第三卷", 9, by=manager, now=later)

    assert [paper.code, second.code, tomorrow.code] == ["P20260615-001", "P20260615-002", "P20260616-001"]


def test_options_are_shuffled_and_the_key_follows(session: Session, paper: Paper) -> None:
    for item in paper.items:
        version = session.get_one(ItemVersion, item.item_version_id)

        assert sorted(item.options) == sorted(version.options)
        if version.options:
            assert {item.options[place] for place in item.key} == {version.options[place] for place in version.key}
        else:
            assert item.key == version.key


def test_editing_and_retiring_an_item_leaves_the_paper_untouched(session: Session, paper: Paper) -> None:
    before = [(item.stem, item.options, item.key, item.marks) for item in paper.items]
    for version in session.scalars(sa.select(ItemVersion)):
        version.stem, version.options, version.key = "改了", ["改"], [0]
        version.item.status = ItemStatus.RETIRED
    session.flush()
    session.expire_all()

    assert [(item.stem, item.options, item.key, item.marks) for item in paper.items] == before
    assert papers.is_intact(paper)


def test_a_changed_key_breaks_the_digest(paper: Paper) -> None:
    paper.items[0].key = [0]

    assert not papers.is_intact(paper)


def test_the_next_paper_takes_items_that_were_not_printed_yet(
    session: Session, paper: Paper, scheme: Scheme, center: TrainingCenter, manager: Actor
) -> None:
    second = papers.assemble(session, scheme.id, center.id, "第二卷", 7, by=manager, now=NOW)

    assert not {item.item_id for item in paper.items} & {item.item_id for item in second.items}


def test_without_a_seed_one_is_taken_at_random(
    session: Session, scheme: Scheme, center: TrainingCenter, manager: Actor
) -> None:
    first, second = (papers.assemble(session, scheme.id, center.id, "随机卷", by=manager, now=NOW) for _ in range(2))

    assert first.seed != second.seed


def test_a_poor_bank_is_refused_and_nothing_is_stored(
    session: Session, make: Make, center: TrainingCenter, manager: Actor
) -> None:
    scheme = make.scheme()
    make.item(scheme.tier, ItemKind.TRUE_FALSE, "1.1")

    with pytest.raises(InfeasibleBlueprint) as refused:
        papers.assemble(session, scheme.id, center.id, "空卷", 1, by=manager, now=NOW)

    assert len(refused.value.short) == 5
    assert ShortCell("2", "true_false", 1, 0) in refused.value.short
    assert session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 0


def test_a_scheme_without_theory_has_no_paper(
    session: Session, make: Make, center: TrainingCenter, manager: Actor
) -> None:
    scheme = make.scheme(content={"skill": SHORT_PLAN["skill"]})

    with pytest.raises(ComponentNotExamined):
        papers.assemble(session, scheme.id, center.id, "卷", 1, by=manager, now=NOW)


def test_other_centers_neither_assemble_nor_see(
    session: Session, make: Make, paper: Paper, scheme: Scheme, center: TrainingCenter
) -> None:
    stranger = make.actor(make.center())

    with pytest.raises(NotFound):
        papers.assemble(session, scheme.id, center.id, "卷", 1, by=stranger, now=NOW)
    with pytest.raises(NotFound):
        papers.by_id(session, paper.id, by=stranger)
    assert session.scalars(papers.listing(by=stranger)).all() == []


def test_an_unknown_scheme_is_not_found(session: Session, center: TrainingCenter, manager: Actor) -> None:
    with pytest.raises(NotFound):
        papers.assemble(session, uuid4(), center.id, "卷", 1, by=manager, now=NOW)


def test_reading_the_content_is_put_on_record(session: Session, paper: Paper, manager: Actor) -> None:
    papers.read_content(session, paper.id, by=manager, now=NOW)

    deeds = session.scalars(sa.select(AuditEvent.deed).where(AuditEvent.subject_id == str(paper.id))).all()
    assert sorted(deeds) == ["paper.assembled", "paper.read"]


def test_lists_narrow_by_text_level_and_scheme(
    session: Session, make: Make, paper: Paper, scheme: Scheme, manager: Actor
) -> None:
    def found(**narrowing: object) -> list[Paper]:
        return list(session.scalars(papers.listing(by=manager, **narrowing)))  # type: ignore[arg-type]

    assert found() == found(q="模拟") == found(q="P2026") == found(level=3, scheme_id=scheme.id) == [paper]
    assert found(q="没有") == found(level=4) == found(scheme_id=make.scheme().id) == []


def test_the_overview_counts_kinds_and_areas_in_printed_order(session: Session, paper: Paper) -> None:
    cells = papers.cells(session, paper.id)

    assert [(cell.kind, cell.area, cell.count, cell.marks) for cell in cells] == [
        (ItemKind.TRUE_FALSE, "1.1", 1, 1000),
        (ItemKind.TRUE_FALSE, "2.1", 1, 1000),
        (ItemKind.SINGLE_CHOICE, "1.1", 1, 2000),
        (ItemKind.SINGLE_CHOICE, "2.1", 1, 2000),
        (ItemKind.MULTIPLE_CHOICE, "1.1", 1, 2000),
        (ItemKind.MULTIPLE_CHOICE, "2.1", 1, 2000),
    ]


def test_a_paper_knows_the_sessions_that_use_it(
    session: Session, make: Make, paper: Paper, scheme: Scheme, center: TrainingCenter, manager: Actor
) -> None:
    exam_session = make.exam_session(center, scheme=scheme, paper_id=paper.id)

    assert papers.sessions_with(session, paper.id, by=manager) == [exam_session]
    assert papers.sessions_with(session, paper.id, by=make.actor()) == []
