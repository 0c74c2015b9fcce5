"""Items of the newer kinds in a real browser: answered by keyboard alone, saved, found again, accessible."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from certification.exams.service import access_code
from certification.item_bank.content import Content
from certification.item_bank.rules import ItemKind as K
from tests import make_items
from tests.browser.test_pages import AXE, AXE_RUN, OVERFLOW
from tests.browser.test_player import answers, sit_down
from tests.served import Served, serve

pytestmark = pytest.mark.browser

BOARD = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 400" width="800" height="400">'
    b'<rect width="800" height="400" fill="#dde"/><circle cx="600" cy="200" r="60" fill="#446"/></svg>'
)
CONTENTS = (
    Content(K.SHORT_TEXT, r"$P=\frac{TP}{TP+FP}$ 称为什么？", key=("精确率",)),
    Content(K.NUMERIC, "TP=8，FP=2，精确率是多少？", key=(("0.8", "0.005"),)),
    Content(K.MATCHING, "配对", ("召回率", "$F_1$", "准确率"), prompts=("查全", "调和平均"), key=(0, 1), partial=True),
    Content(K.ORDERING, "按先后排序", ("质检", "清洗", "标注"), key=(1, 2, 0), partial=True),
    Content(K.GAP_SELECT, "先{{1}}后{{2}}", gaps=(("清洗", "交付"), ("标注", "采集")), key=(0, 0), partial=True),
    Content(
        K.GAP_TEXT,
        "| 项 | 值 |\n|-|-|\n| 查全率 | {{1}} |\n| 查准率 | {{2}} |",
        key=(("召回率",), ("精确率",)),
        partial=True,
    ),
    Content(K.HOTSPOT, "点出缺陷", image="board.svg", key=({"shape": "circle", "coords": [750, 500, 75, 150]},)),
)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal on SQLite."""
    folder = tmp_path_factory.mktemp("portal")
    with serve(f"sqlite:///{folder / 'exam.sqlite3'}", folder) as served:
        yield served


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    """Playwright."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def context(driver: Playwright) -> Iterator[BrowserContext]:
    """A fresh browser in English."""
    browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    yield browser.new_context(viewport={"width": 1440, "height": 900}, locale="en")
    browser.close()


def ticket(portal: Served) -> tuple[str, str]:
    """Admission number and room code of a candidate whose paper has these items behind the six of the old kinds."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    with portal.making() as make:
        registration = make.registration(make.exam_session(starts_at=begun, ends_at=begun + timedelta(hours=2)))
        picture = make_items.asset(make, BOARD, file_name="board.svg")
        shared = {"id": "s", "number": 1, "title": "检测记录", "body": "某产线一批电路板的**检测记录**。"}
        for position, content in enumerate(CONTENTS, start=7):
            named = replace(content, image=picture.name) if content.image else content
            item = make_items.item_of(make, registration.exam_session.scheme.tier, named)
            more: dict[str, Any] = {"stimulus": shared} if position > 10 else {}
            make_items.printed(make, registration.exam_session.paper_id, position, item, **more)
        assert registration.ticket
        return registration.ticket.number, access_code(registration.exam_session, portal.settings.keys)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def text(page: Page) -> None:
    press(page, "Tab", "Tab")
    page.keyboard.type("精确率 A N")


def number(page: Page) -> None:
    press(page, "Tab", "Tab")
    page.keyboard.type("0.8")


def match(page: Page) -> None:
    page.get_by_label("查全").focus()
    press(page, "ArrowDown", "Tab", "ArrowDown", "ArrowDown")


def order(page: Page) -> None:
    page.get_by_role("button", name="Move down: 质检").focus()
    press(page, "Enter", "ArrowDown")


def choose(page: Page) -> None:
    page.get_by_label("Gap 1").focus()
    press(page, "ArrowDown", "Tab", "ArrowDown")


def fill(page: Page) -> None:
    page.get_by_label("Gap 1").focus()
    page.keyboard.type("召回率")
    press(page, "Tab")
    page.keyboard.type("精确率")


def point(page: Page) -> None:
    page.locator(".hotspot").focus()
    press(page, *["Shift+ArrowRight"] * 5)


STEPS: tuple[tuple[Callable[[Page], None], object], ...] = (
    (text, "精确率 A N"),
    (number, "0.8"),
    (match, [0, 1]),
    (order, [1, 2, 0]),
    (choose, [0, 0]),
    (fill, ["召回率", "精确率"]),
    (point, [750, 500]),
)


def test_every_newer_kind_is_answered_by_keyboard_saved_and_found_again(
    context: BrowserContext, portal: Served
) -> None:
    admission, code = ticket(portal)
    page = sit_down(context, portal, admission, code)
    press(page, *["n"] * 6)

    for position, (answer, _kept) in enumerate(STEPS, start=7):
        expect(page.locator("#item-number")).to_have_text(str(position))
        answer(page)
        look(page, str(position))
        page.get_by_role("button", name="Next item").focus() if position < 13 else None
        press(page, "Enter")

    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert answers(portal, admission) == {position: kept for position, (_do, kept) in enumerate(STEPS, start=7)}
    page.reload()
    expect(page.locator("#item-number")).to_have_text("13")
    expect(page.get_by_label("From the left")).to_have_value("750")
    press(page, "p")
    expect(page.get_by_label("Gap 2")).to_have_value("精确率")
    expect(page.locator("#overview-count")).to_have_text("7 / 13")


def look(page: Page, name: str) -> None:
    """The page is accessible and fits a phone; with LOOK set, pictures of it are kept there."""
    page.evaluate(AXE)
    assert page.evaluate(AXE_RUN) == []
    folder = os.environ.get("LOOK")
    if folder:
        page.screenshot(path=str(Path(folder) / f"player-{name}.png"))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(OVERFLOW) <= 0
    if folder:
        page.screenshot(path=str(Path(folder) / f"player-{name}-390.png"), full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
