"""The exam page in a real browser: by keyboard, through a break of the network and a reload, to the receipt."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright
from sqlalchemy.orm import Session

from certification.exams.models import Attempt, Registration, Response
from certification.exams.rules import SubmittedBy
from certification.exams.service import access_code
from tests.served import Served, serve

pytestmark = pytest.mark.browser


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
    yield browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    browser.close()


def ticket(portal: Served, *, begun_ago: timedelta = timedelta(minutes=1), minutes: int = 20) -> tuple[str, str]:
    """Admission number and room code of a new candidate."""
    begun = datetime.now(UTC) - begun_ago
    with portal.making() as make:
        times: dict[str, Any] = {"starts_at": begun, "ends_at": begun + timedelta(hours=2), "minutes": minutes}
        exam_session = make.exam_session(**times)
        registration = make.registration(exam_session)
        assert registration.ticket
        return registration.ticket.number, access_code(exam_session, portal.settings.keys)


def sit_down(context: BrowserContext, portal: Served, number: str, code: str) -> Page:
    """Sign in at the desk; messages of the content policy fail the test."""
    page = context.new_page()
    page.on("console", lambda message: _no_policy_message(message.text))
    page.goto(f"{portal.base}/desk?lang=en")
    page.get_by_label("Admission number").fill(number)
    page.get_by_label("Room code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("#item-number")).to_have_text("1")
    return page


def _no_policy_message(text: str) -> None:
    assert "Content Security Policy" not in text


def answers(portal: Served, number: str) -> dict[int, object]:
    """What the server has stored."""
    with Session(portal.engine) as session:
        rows = session.execute(
            sa.select(Response.position, Response.value)
            .join(Attempt, Attempt.id == Response.attempt_id)
            .join(Registration, Registration.id == Attempt.registration_id)
            .where(Registration.ticket.has(number=number))
        )
        return {row.position: row.value for row in rows}


def test_an_exam_by_keyboard_through_a_break_and_a_reload_to_the_receipt(
    context: BrowserContext, portal: Served
) -> None:
    number, code = ticket(portal)
    page = sit_down(context, portal, number, code)
    for key in ("a", "n", "2", "f"):
        page.keyboard.press(key)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert answers(portal, number) == {1: [1], 2: [0]}

    answer_offline(context, page)
    assert answers(portal, number) == {1: [1], 2: [0]}
    page = come_back(context, portal)
    expect(page.locator(".option input").nth(2)).to_be_checked()
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert answers(portal, number) == {1: [1], 2: [0], 3: [2]}
    expect(page.locator('[data-position="2"]')).to_have_attribute("data-flagged", "")

    page.get_by_role("button", name="Hand in the paper").click()
    expect(page.locator("#confirm-list")).to_have_text("456")
    page.get_by_role("button", name="Hand in now").click()
    expect(page.get_by_role("heading", name="Exam handed in")).to_be_visible()
    expect(page.locator("#receipt")).to_contain_text("3 of 6")


def answer_offline(context: BrowserContext, page: Page) -> None:
    """Answer item 3 while the network is gone, and lose the page."""
    context.set_offline(True)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "offline")
    expect(page.locator("#save-state")).to_contain_text("Offline, kept on this computer")
    page.close()
    context.set_offline(False)


def come_back(context: BrowserContext, portal: Served) -> Page:
    """Open the exam again; the API answers only after a while."""
    page = context.new_page()
    page.route("**/api/**", lambda route: route.abort())
    page.goto(f"{portal.base}/desk/exam")
    expect(page.locator("#notice")).to_contain_text("No connection")
    page.unroute("**/api/**")
    expect(page.locator("#item-number")).to_have_text("3")
    return page


def test_at_the_end_of_the_time_the_page_hands_in_by_itself(context: BrowserContext, portal: Served) -> None:
    number, code = ticket(portal)
    page = sit_down(context, portal, number, code)
    page.keyboard.press("b")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")

    with Session(portal.engine) as session:
        attempt = session.scalars(
            sa.select(Attempt).join(Registration).where(Registration.ticket.has(number=number))
        ).one()
        attempt.deadline = datetime.now(UTC) + timedelta(seconds=3)
        session.commit()
    page.reload()

    expect(page.get_by_role("heading", name="Exam handed in")).to_be_visible(timeout=15000)
    with Session(portal.engine) as session:
        done = session.scalars(
            sa.select(Attempt).join(Registration).where(Registration.ticket.has(number=number))
        ).one()
        assert done.submitted_by is SubmittedBy.CANDIDATE


def test_the_exam_fits_a_phone(context: BrowserContext, portal: Served) -> None:
    page = sit_down(context, portal, *ticket(portal))
    page.set_viewport_size({"width": 390, "height": 844})

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_size_of_the_text_and_the_hidden_time_are_remembered(context: BrowserContext, portal: Served) -> None:
    page = sit_down(context, portal, *ticket(portal))
    page.get_by_role("button", name="Very large").click()
    page.get_by_role("button", name="Hide the time").click()

    page.reload()

    expect(page.locator("#player")).to_have_attribute("data-size", "xl")
    expect(page.locator("#timer-value")).to_be_hidden()
