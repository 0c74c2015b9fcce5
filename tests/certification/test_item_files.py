"""Files between dry run and bank: what they leave open, warnings, large ones in jobs, pictures they bring."""

import io
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from certification.item_bank import exchange, exporting, importing, service
from certification.item_bank.content import Content
from certification.item_bank.dry_run import DryRun
from certification.item_bank.exchange.report import Asset, Fault, ImportReport
from certification.item_bank.exchange.template import write_template
from certification.item_bank.filling import Wishes, filled
from certification.item_bank.models import Item, ItemImport
from certification.item_bank.rules import ItemKind, ItemStatus, ItemUse
from certification.standards.models import KnowledgePoint, Tier
from certification.standards.rules import Evidence
from tests.make import NOW, Make
from tests.make_exchange import PICTURE
from tests.make_sheets import csv_of, item_of
from training_base.kernel.actor import Actor
from training_base.kernel.errors import NotFound
from training_base.kernel.models import Job

GIFT = "a {T}\n\nb {=x ~y}\n"
WISHES = Wishes(level=3, knowledge_point="3-2.1-01", use=ItemUse.PRACTICE)


@pytest.fixture
def tier(make: Make) -> Tier:
    """Level 3 with one knowledge point."""
    tier = make.tier()
    make.add(KnowledgePoint(tier_id=tier.id, code="3-2.1-01", area="2.1", title="试标", evidence=Evidence.OWN))
    return tier


@pytest.fixture
def writer(make: Make, tier: Tier) -> Actor:
    """Somebody who writes for a center."""
    return make.actor(make.center())


def held(session: Session, by: Actor, content: bytes, name: str = "x.gift", wishes: Wishes = WISHES) -> ItemImport:
    (center_id,) = by.center_ids
    return importing.hold(session, content, file_name=name, wishes=wishes, center_id=center_id, by=by, now=NOW)


def test_what_a_file_leaves_open_is_filled_in_and_codes_are_made_of_it(session: Session, writer: Actor) -> None:
    kept = held(session, writer, GIFT.encode())

    answer = importing.confirm(session, kept.id, by=writer, now=NOW)

    items = session.scalars(service.listing(by=writer)).all()
    assert answer is not None
    assert [(item.kind, item.use, item.status, item.difficulty) for item in items] == [
        (ItemKind.TRUE_FALSE, ItemUse.PRACTICE, ItemStatus.DRAFT, 3),
        (ItemKind.SINGLE_CHOICE, ItemUse.PRACTICE, ItemStatus.DRAFT, 3),
    ]
    assert [item.code for item in items] == [f"I-{answer.digest[:8].upper()}-0000{number}" for number in (1, 2)]


def test_what_the_file_says_itself_stays_and_a_made_code_gives_way() -> None:
    report = exchange.read(GIFT.encode(), "gift")
    taken = replace(report.items[0], code=f"I-{report.digest[:8].upper()}-00002", level=5)

    full = filled(replace(report, items=(taken, report.items[1])), WISHES)

    assert [(item.level, item.code) for item in full.items] == [(5, taken.code), (3, f"{taken.code}-X")]


@given(
    st.builds(
        Wishes, level=st.sampled_from((None, 3)), use=st.sampled_from((None, *ItemUse)), encoding=st.just("utf-8")
    )
)
def test_wishes_are_kept(wishes: Wishes) -> None:
    assert Wishes.from_json({**wishes.to_json(), "accepted": True}) == wishes


def test_without_wishes_the_bank_says_what_is_missing(session: Session, writer: Actor) -> None:
    run = importing.dry_run_of(session, held(session, writer, GIFT.encode(), wishes=Wishes()))

    assert run is not None
    assert [(found.fault, found.other) for found in run.problems] == [
        (Fault.MISSING, name) for _ in range(2) for name in ("knowledge_point", "level")
    ]


def test_warnings_are_accepted_by_a_person(session: Session, writer: Actor) -> None:
    kept = held(session, writer, b"a {T#no#yes}")

    with pytest.raises(importing.WarningsOpen):
        importing.confirm(session, kept.id, by=writer, now=NOW)
    importing.confirm(session, kept.id, accepted=True, status=ItemStatus.REVIEW, by=writer, now=NOW)

    assert session.scalars(sa.select(Item.status)).all() == [ItemStatus.REVIEW]


def large(*, warning: bool = False) -> bytes:
    text = "\n\n".join(f"Statement {number} {'x' * 900} {{T}}" for number in range(150))
    return (text + ("\n\nlast {T#no#yes}" if warning else "")).encode()


def test_a_large_file_is_checked_and_stored_by_jobs(session: Session, writer: Actor) -> None:
    kept = held(session, writer, large(warning=True))
    assert importing.dry_run_of(session, kept) is None
    with pytest.raises(importing.StillAtWork):
        importing.confirm(session, kept.id, by=writer, now=NOW)

    run = importing.check_held(session, kept.id, by=writer)
    with pytest.raises(importing.WarningsOpen):
        importing.confirm(session, kept.id, by=writer, now=NOW)
    waiting = importing.confirm(session, kept.id, accepted=True, by=writer, now=NOW)
    stored = importing.store_held(session, kept.id, by=writer, now=NOW)

    assert (waiting, stored.stored, kept.content, kept.findings, kept.job_id) == (None, 151, None, None, None)
    assert run is not None
    assert (run.items, run.errors, run.warnings, len(run.first)) == (151, 0, 1, 10)
    assert session.scalars(sa.select(Job.kind).order_by(Job.created_at, Job.kind)).all() == [
        importing.CHECK,
        importing.STORE,
    ]


def test_a_large_file_may_lack_a_dry_run_and_is_gone_once_thrown_away(session: Session, writer: Actor) -> None:
    kept = held(session, writer, large(warning=True))
    kept.job_id = None
    with pytest.raises(importing.WarningsOpen):
        importing.confirm(session, kept.id, by=writer, now=NOW)

    importing.discard(session, kept.id, by=writer, now=NOW)

    assert importing.check_held(session, kept.id, by=writer) is None
    with pytest.raises(NotFound):
        importing.store_held(session, kept.id, by=writer, now=NOW)


def test_a_dry_run_is_kept_as_it_is() -> None:
    run = DryRun.of(filled(exchange.read(b"a {T#x}\n\nb {}", "gift"), WISHES))

    assert DryRun.from_json(run.to_json()) == run
    assert (run.errors, run.warnings, [found.fault for found in run.problems]) == (
        1, 1, [Fault.KIND_UNSUPPORTED, Fault.PART_DROPPED],
    )  # fmt: skip


def with_picture(name: str, *assets: Asset) -> ImportReport:
    stem = f"这是什么？ ![图](asset:{name})"
    content = Content(ItemKind.HOTSPOT, stem, image=name, key=({"shape": "circle", "coords": [1, 2, 3]},))
    item = item_of(content, level=3, knowledge_point="3-2.1-01")
    return ImportReport((item,), (), "0" * 64, 1, assets=assets)


def test_pictures_come_along_and_go_out_again(session: Session, writer: Actor) -> None:
    (center_id,) = writer.center_ids
    spare = replace(PICTURE, name="spare.png")

    importing.import_items(
        session, with_picture("picture.png", PICTURE, spare), center_id=center_id, by=writer, now=NOW
    )
    items = exporting.take_out(session, service.ItemFilter(), by=writer, now=NOW)
    (asset,) = exporting.media_of(session, items, by=writer)

    content = items[0].content
    assert content.image == asset.name != "picture.png"
    assert f"asset:{asset.name}" in content.stem
    assert (asset.content, asset.media_type) == (PICTURE.content, "image/png")
    assert exporting.found(session, service.ItemFilter(), by=writer) == items


def test_a_picture_that_is_missing_or_none_is_named(session: Session, writer: Actor) -> None:
    (center_id,) = writer.center_ids

    for report, fault in (
        (with_picture("gone.png"), Fault.ASSET_MISSING),
        (with_picture("x.png", Asset("x.png", "image/png", b"MZ")), Fault.ASSET_REFUSED),
    ):
        with pytest.raises(importing.ImportRefused) as refused:
            importing.import_items(session, report, center_id=center_id, by=writer, now=NOW)
        assert [problem.fault for problem in refused.value.problems] == [fault]


def test_the_form_has_drop_downs_examples_and_a_legend_and_reads_as_it_is() -> None:
    report = exchange.read(write_template(), name="form.xlsx")

    assert report.warnings == ()
    assert [(problem.fault, problem.column) for problem in report.errors] == [(Fault.FILE_EMPTY, "")]


def test_the_examples_of_the_form_are_valid_items() -> None:
    book = load_workbook(io.BytesIO(write_template()))
    rows = [[cell.value for cell in row] for row in book["示例"].iter_rows()]
    report = exchange.read(csv_of(*[[value or "" for value in row] for row in rows]))

    assert report.problems == ()
    assert {item.kind for item in report.items} == set(ItemKind) - {ItemKind.HOTSPOT}
    listed = {str(found.sqref): found.formula1 for found in book["试题"].data_validations.dataValidation}
    assert listed["C2:C2001"].startswith('"判断题,单选题')
    assert [row[0].value for row in book["填写说明"].iter_rows(max_row=2)] == ["列", "编号"]
