"""Pictures, sounds and stimuli of the bank: what is taken in, who sees it, what hangs on it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from certification.exams import papers, showing
from certification.exams.models import Attempt
from certification.exams.papers import is_intact
from certification.item_bank import assets, media, service, stimuli
from certification.item_bank.content import Content
from certification.item_bank.models import AssetContent
from certification.item_bank.rules import AssetKind, ItemKind, ItemStatus, ItemUse
from certification.practice import service as practice
from certification.practice.rules import QuizMode
from tests import make_items
from tests.make import NOW, Make
from tests.make_items import DRAWING, item_of, png, wav
from training_base.kernel.errors import NotFound
from training_base.kernel.models import AuditEvent

SHOWS = Content(ItemKind.HOTSPOT, "点出缺陷", image="x.png", key=({"shape": "circle", "coords": [500, 500, 9]},))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
        (b"RIFF\x20\0\0\0WEBPVP8 ", "image/webp"),
        (DRAWING, "image/svg+xml"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"OggS\0", "audio/ogg"),
        (wav(), "audio/wav"),
    ],
)
def test_a_file_is_known_by_its_bytes(content: bytes, media_type: str) -> None:
    assert media.recognise(content).media_type == media_type


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"%s>%s</svg>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"RIFF\x20\0\0\0AVI LIST",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        png()[:20],
        b"x" * (media.MOST_BYTES + 1),
        png().replace(b"\0\0\0\x01\0\0\0\x01", b"\0\1\0\0\0\1\0\0", 1),
        b"<html></html>",
        SVG % (b' onload="alert(1)"', b""),
        SVG % (b"", b"<script>alert(1)</script>"),
        SVG % (b"", b"<foreignObject/>"),
        SVG % (b"", b'<rect fill="url(http://example.org/x)"/>'),
        SVG % (b"", b'<a href="#"/>'),
        SVG % (b"", b'<image href="x"/>'),
        SVG % (b"", b"<?xml-stylesheet href='x'?>"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING,
    ],
)
def test_what_is_no_harmless_picture_or_sound_is_not_taken(content: bytes) -> None:
    with pytest.raises(ValueError):
        media.recognise(content)


def test_a_drawing_may_hold_gradients_of_its_own_and_remarks() -> None:
    inside = b'<!-- x --><defs><linearGradient id="g"/></defs><path d="M0 0" fill="url(#g)" stroke-width="2"/>'

    assert media.recognise(SVG % (b' viewBox="0 0 1 1"', inside)).kind is AssetKind.IMAGE


def test_the_same_picture_is_kept_once_per_bank(session: Session, make: Make) -> None:
    center = make.center()
    first = make_items.asset(make, file_name="C:\\图 片\\Board No. 1.PNG")

    assert make_items.asset(make).id == first.id
    assert make_items.asset(make, center_id=center.id).name != first.name
    assert first.name.startswith("board-no-1-")
    assert first.name.endswith(".png")
    assert assets.bytes_of(session, first) == png()


def test_a_picture_joins_only_the_own_bank(session: Session, make: Make) -> None:
    with pytest.raises(NotFound):
        make_items.asset(make, center_id=make.center().id, by=make.actor())
    with pytest.raises(assets.NotMedia):
        make_items.asset(make, b"GIF89a")


def test_the_library_is_searched_and_scoped(session: Session, make: Make) -> None:
    center = make.center()
    own = make_items.asset(make, wav(), file_name="ring.mp3", center_id=center.id, description="铃声")
    make_items.asset(make)
    by = make.actor(center)

    assert session.scalars(assets.listing(by=by)).all() == [own]
    assert session.scalars(assets.listing(by=by, kind=AssetKind.IMAGE)).all() == []
    assert session.scalars(assets.listing(by=by, q="铃")).all() == [own]


def test_an_item_is_not_submitted_before_its_pictures_are_there(session: Session, make: Make) -> None:
    tier, by = make.tier(), make.actor(everywhere=True)
    item = item_of(make, tier, replace(SHOWS, image="missing.png"), status=ItemStatus.DRAFT)

    with pytest.raises(assets.AssetMissing) as refused:
        service.submit(session, item.id, by=by, now=NOW)

    assert refused.value.names == ("missing.png",)


def test_where_an_asset_is_used_is_told_and_it_then_stays(session: Session, make: Make) -> None:
    tier, by = make.tier(), make.actor(everywhere=True)
    shown, idle = make_items.asset(make), make_items.asset(make, wav(), file_name="a.wav")
    item = item_of(make, tier, replace(SHOWS, image=shown.name))
    passage = stimuli.draft(
        session, "ST-9", tier.level, title="图", body=f"![图](asset:{shown.name})", center_id=None, by=by, now=NOW
    )

    assert assets.items_with(session, shown, by=by) == [item]
    assert assets.stimuli_with(session, shown, by=by) == [passage]
    assert (assets.is_live(session, shown), assets.is_live(session, idle)) == (True, False)
    with pytest.raises(assets.AssetInUse):
        assets.remove(session, shown.name, by=by, now=NOW)
    assets.remove(session, idle.name, by=by, now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(AssetContent)) == 1


def test_looking_at_what_a_live_item_shows_is_on_record(session: Session, make: Make) -> None:
    shown, by = make_items.asset(make), make.actor(everywhere=True)

    assets.note_reading(session, shown.name, by=by, now=NOW)

    assert "asset.read" in session.scalars(sa.select(AuditEvent.deed)).all()


# --- stimuli


def test_items_follow_a_new_version_of_what_they_share(session: Session, make: Make) -> None:
    tier, by = make.tier(), make.actor(everywhere=True)
    shared = make_items.stimulus(make, tier)
    content = Content(ItemKind.NUMERIC, "共几条？", key=(("3", "0"),))
    live = item_of(make, tier, content, stimulus=shared.code, stimulus_position=1)
    old = item_of(make, tier, replace(content, stem="几类？"), stimulus=shared.code, status=ItemStatus.RETIRED)

    stimuli.revise(session, shared.id, title="新", body="新的材料", by=by, now=NOW)

    session.expire_all()
    assert (live.status, live.version, live.current.stem) == (ItemStatus.DRAFT, 2, content.stem)
    assert live.current.stimulus_version is not None
    assert (live.current.stimulus_version.number, live.current.stimulus_version.title) == (2, "新")
    assert (old.status, old.version) == (ItemStatus.RETIRED, 1)


def test_a_stimulus_needs_a_new_code_the_own_bank_and_its_pictures(session: Session, make: Make) -> None:
    tier, by = make.tier(), make.actor(everywhere=True)
    taken = make_items.stimulus(make, tier)
    facts: dict[str, Any] = {"title": "题", "body": "![a](asset:none.png)", "center_id": None, "now": NOW}

    with pytest.raises(stimuli.StimulusCodeTaken):
        stimuli.draft(session, taken.code, tier.level, by=by, **facts)
    with pytest.raises(assets.AssetMissing):
        stimuli.draft(session, "ST-X", tier.level, by=by, **facts)
    with pytest.raises(NotFound):
        stimuli.draft(session, "ST-X", tier.level, by=make.actor(), **facts)
    with pytest.raises(NotFound):
        stimuli.by_id(session, taken.id, by=make.actor())


def test_stimuli_are_listed_by_level_and_words(session: Session, make: Make) -> None:
    tier, by = make.tier(), make.actor(everywhere=True)
    shared = make_items.stimulus(make, tier)

    assert session.scalars(stimuli.listing(by=by, level=tier.level, q="材")).all() == [shared]
    assert session.scalars(stimuli.listing(by=by, q="没有")).all() == []


def test_an_item_joins_a_stimulus_of_its_own_bank_and_level(session: Session, make: Make) -> None:
    tier, center = make.tier(), make.center()
    foreign = make_items.stimulus(make, tier, center_id=center.id)

    assert stimuli.find(session, foreign.code, tier.id, center_id=center.id) == foreign
    with pytest.raises(stimuli.StimulusUnknown):
        item_of(make, tier, SHOWS, stimulus=foreign.code)


# --- papers and practice


def test_a_paper_freezes_pictures_and_what_items_share(session: Session, make: Make) -> None:
    scheme, center = make.scheme(), make.center()
    for item in make.bank(scheme.tier, each=1):
        if item.kind is ItemKind.SINGLE_CHOICE and item.knowledge_point.area == "1.1":
            item.status = ItemStatus.RETIRED
    shown = make_items.asset(make)
    shared = make_items.stimulus(make, scheme.tier, f"![图](asset:{shown.name})")
    shared.current.assets = [shown]
    options = Content(ItemKind.SINGLE_CHOICE, "看图", ("甲", "乙"), key=(0,), option_rationales=("对", "错"))
    first = item_of(make, scheme.tier, options, stimulus=shared.code, stimulus_position=1)
    by = make.actor(center)

    paper = papers.assemble(session, scheme.id, center.id, "卷", 5, by=by, now=NOW)

    place = next(place for place in paper.items if place.item_id == first.id)
    assert place.assets == {shown.name: shown.digest}
    assert place.stimulus == {"id": str(shared.id), "number": 1, "title": "材料", "body": shared.current.body}
    assert place.parts == {}
    assert is_intact(paper)
    place.stimulus = {**place.stimulus, "body": "改过"}
    assert not is_intact(paper)
    assert showing.for_staff(session, paper.id, shown.name, by=by) == shown
    with pytest.raises(NotFound):
        showing.for_staff(session, paper.id, shown.name, by=make.actor())


def test_a_candidate_sees_a_picture_only_while_the_paper_with_it_is_sat(session: Session, make: Make) -> None:
    registration = make.registration(make.exam_session())
    shown, other = make_items.asset(make), make_items.asset(make, wav())
    item = item_of(make, registration.exam_session.scheme.tier, replace(SHOWS, image=shown.name))
    make_items.printed(make, registration.exam_session.paper_id, 7, item)

    def ask(name: str, minutes: int = 1) -> str:
        return showing.for_candidate(session, registration.id, name, now=NOW + timedelta(minutes=minutes)).name

    with pytest.raises(NotFound):
        ask(shown.name)
    attempt = Attempt(
        registration_id=registration.id,
        center_id=registration.center_id,
        paper_id=registration.exam_session.paper_id,
        device="d",
        started_at=NOW,
        deadline=NOW + timedelta(minutes=20),
        grace_seconds=10,
    )
    make.add(attempt)
    assert ask(shown.name) == shown.name
    for name, minutes in ((other.name, 1), (shown.name, 300)):
        with pytest.raises(NotFound):
            ask(name, minutes)
    attempt.submitted_at = NOW
    with pytest.raises(NotFound):
        ask(shown.name)


def test_a_trainee_sees_pictures_of_the_own_quizzes_only(session: Session, make: Make) -> None:
    tier, by = make.tier(), make.actor(trainer_id=make.trainer().id)
    shown, exam = make_items.asset(make), make_items.asset(make, wav())
    item_of(make, tier, replace(SHOWS, image=shown.name), use=ItemUse.PRACTICE)
    item_of(make, tier, replace(SHOWS, stem="考题", image=exam.name))
    with pytest.raises(NotFound):
        practice.asset(session, shown.name, by=by)

    practice.start(session, tier.level, area=None, count=5, mode=QuizMode.NEW, seed=1, by=by, now=NOW)

    assert practice.asset(session, shown.name, by=by) == shown
    with pytest.raises(NotFound):
        practice.asset(session, exam.name, by=by)
