"""Every audience's pages in a real browser: they answer, fit the screen, keep the content policy and are accessible."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session

from certification.certificates.models import Certificate
from certification.exams.models import Registration
from certification.exams.rules import RegistrationStatus
from certification.exams.service import access_code
from certification.item_bank.rules import ItemKind
from portal.demonstration import scenes, setting
from portal.demonstration.cast import PASSWORD
from tests.conftest import ROOT
from tests.served import Served

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
AXE_RUN = """async () => {
    const only = {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]};
    const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
CHINESE_CHROME = """() => [...document.querySelectorAll(
    "button, a.button, .table thead th, dt, .mainnav a, .tabs a, .field__label, .stat__label, .empty__title")]
    .map(one => one.textContent.trim()).filter(text => /\\p{Script=Han}/u.test(text))"""
COMPLAINTS = "() => [...document.querySelectorAll('main .field__error')].map(one => one.textContent.trim())"
FORMS = {
    "<id>": r"[0-9a-f-]{36}",
    "<code>": r"(?!mine|awaiting|changes|export)[\w-]+",
    "<n>": r"\d+",
    "<asset>": r"[\w.-]+\.svg",
}

CHINESE_ONLY = ("/ticket", "/tickets", "/sign-sheet")
"""Sheets that are printed in Chinese whatever the reader's language is."""

PAGES: dict[str, list[str]] = {
    "visitor": ["/", "/sign-in", "/verify", "/desk", "/standards/", "/standards/level/3", "/standards/schemes/<code>",
                "/crosswalks/", "/standards/compare/", "/eligibility/related"],
    "trainee": [
        "/", "/people/me", "/people/me/edit", "/exams/mine", "/exams/mine/<id>/ticket", "/results/mine",
        "/certificates/mine", "/practice/", "/practice/history", "/eligibility/me",
    ],
    "holder": ["/", "/results/mine", "/results/mine/<id>", "/certificates/mine", "/exams/mine", "/share/"],
    "manager": [
        "/", "/people/", "/people/<id>", "/eligibility/<id>", "/people/<id>/edit", "/people/<id>/employments/new",
        "/people/new", "/people/roster", "/cohorts/", "/cohorts/<id>", "/cohorts/<id>/edit", "/cohorts/<id>/enrol",
        "/cohorts/<id>/teachers", "/cohorts/enrolments/<id>", "/cohorts/enrolments/<id>/leave", "/cohorts/courses",
        "/cohorts/courses/new", "/cohorts/new", "/exams/", "+/exams/?status=open", "/exams/<id>",
        "/exams/<id>/register", "/exams/<id>/staff", "/exams/<id>/tickets", "/exams/<id>/sign-sheet",
        "/exams/<id>/cancel", "/exams/new", "/papers/",
        "/papers/<id>", "/papers/<id>/content", "/papers/new", "/blueprints/", "/blueprints/<id>",
        "/blueprints/<id>/edit", "/blueprints/sets/<id>", "/blueprints/new",
        "/safekeeping/readings", "/safekeeping/trace", "/results/", "/results/sessions",
        "/results/sessions/<id>", "/results/<id>", "/centers/", "/centers/<id>", "/centers/<id>/edit",
        "/centers/<id>/staff", "/centers/<id>/staff/new", "/centers/<id>/sites/new",
        "/accounts/", "/accounts/<id>", "/jobs/",
    ],
    "teacher": ["/", "/cohorts/", "/cohorts/<id>", "/cohorts/<id>/hours", "/cohorts/enrolments/<id>"],
    "writer": ["/", "/items/", "/items/<id>", "/items/<id>/revise", "/items/<id>/enemies",
               "/safekeeping/leaks", "/safekeeping/items/<id>/leak", "/items/new",
               "/items/review", "/items/import",
               *(f"/items/new?kind={kind.value}" for kind in ItemKind),
               "/items/assets", "/items/stimuli", "/items/stimuli/new",
               "/tasks/", "/tasks/<id>", "/panels/mine", "/panels/<id>/judge", "/analysis/items/<id>"],
    "examiner1": ["/", "/marking/", "/marking/sessions/<id>"],
    "invigilator": ["/", "/invigilation/", "/invigilation/<id>", "/invigilation/<id>/candidates/<id>"],
    "quality": ["/", "/results/sessions", "/results/sessions/<id>", "/marking/", "/marking/sessions/<id>",
                "/analysis/", "/analysis/sessions/<id>", "/panels/",
                "/panels/<id>", "/panels/new", "/panels/new/<id>", "/equatings/", "/equatings/new"],
    "officer1": [
        "/", "/certificates/", "/certificates/<code>", "/certificates/<code>/change", "/certificates/awaiting",
        "/certificates/results/<id>", "/certificates/changes",
    ],
    "owner": ["/", "/items/assets", "/items/assets/<asset>", "/items/stimuli", "/items/stimuli/<id>",
              "/items/stimuli/<id>/revise",
              "/centers/", "/centers/<id>", "/centers/<id>/scopes/new", "/results/", "/cohorts/",
              "/standards/", "/standards/drafts/", "/standards/drafts/new", "/standards/documents/<id>",
              "/standards/nodes/<id>",
              "/standards/documents/<id>/unknown", "/standards/documents/<id>/comments",
              "/standards/documents/<id>/comments/summary", "/standards/documents/<id>/invitations",
              "/standards/drafts/<id>/life", "/standards/drafts/<id>/revise", "/standards/drafts/<id>/edit",
              "/crosswalks/", "/crosswalks/new"],
    "admin": ["/", "/accounts/", "/accounts/<id>", "/accounts/new", "/centers/new", "/audit/", "/audit/<id>"],
    "hr": ["/", "/verify"],
}  # fmt: skip
"""The pages of each audience; a form in brackets stands for the first link of that shape on the pages
before it, a plus for a list whose links come first from then on."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal with the whole demonstration."""
    folder = tmp_path_factory.mktemp("pages")
    served = Served(f"sqlite:///{folder / 'pages.sqlite3'}", folder)
    with Session(served.engine) as session:
        session.info["keyring"] = served.settings.keys
        stage = setting.Stage(session, datetime.now(UTC))
        for scene in (setting.load_content, setting.open_centers, setting.hire, scenes.play):
            scene(stage)
        session.commit()
    served.start()
    yield served
    served.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Reader:
    """Somebody who looks at pages and keeps what is wrong with them."""

    def __init__(self, browser: Browser, base: str, who: str) -> None:
        self.base, self.who = base, who
        self.page: Page = browser.new_context(viewport=DESKTOP, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
        self.page.set_default_timeout(30_000)
        self.links: list[str] = []
        self.faults: list[str] = []
        self.console: list[str] = []
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        if who not in {"visitor", "candidate"}:
            self.sign_in()

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text:
            self.console.append(text)

    def sign_in(self) -> None:
        """Sign in with the demonstration's password."""
        self.page.goto(f"{self.base}/sign-in")
        self.page.fill("[name=sign_in_name]", f"{self.who}@demo.zhixun.cn")
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_selector(".account__name")

    def find(self, pattern: str) -> str | None:
        """The address of a page: itself, or the first link of its form seen so far."""
        form = re.escape(pattern)
        for name, shape in FORMS.items():
            form = form.replace(re.escape(name), shape)
        if "<" not in pattern:
            return pattern
        return next((link for link in self.links if re.fullmatch(form, link.partition("?")[0])), None)

    def read(self, pattern: str) -> None:
        """Look at a page in Chinese on a wide screen, and in English on a phone."""
        if pattern.startswith("+"):
            self.page.goto(self.base + pattern[1:])
            self.links = [*self.page.evaluate(LINKS), *self.links]
            return
        path = self.find(pattern)
        if path is None:
            self.faults.append(f"{self.who}: no link to {pattern}")
            return
        self.look(path, "zh", axe_at=DESKTOP)
        self.links += self.page.evaluate(LINKS)
        self.look(path, "en", axe_at=PHONE)

    def look(self, path: str, language: str, *, axe_at: dict[str, int]) -> None:
        """Look at a page in one language at both sizes; the axe runs at one of them."""
        sign = "&" if "?" in path else "?"
        answer = self.page.goto(f"{self.base}{path}{sign}lang={language}")
        assert answer is not None
        if "lang=" not in self.page.url:
            self.page.goto(f"{self.page.url}?lang={language}")
        if "/desk/exam" in path:
            self.page.wait_for_selector("#item-number:not(:empty)")
        where = f"{self.who} {path} {language}"
        if answer.status != 200:
            self.faults.append(f"{where}: status {answer.status}")
        for size in (DESKTOP, PHONE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            over = self.page.evaluate(OVERFLOW)
            if over > 0:
                self.faults.append(f"{where} at {size['width']}: {over} px too wide")
            if size is axe_at:
                self.page.evaluate(AXE)
                self.faults += [f"{where} at {size['width']}: {found}" for found in self.page.evaluate(AXE_RUN)]
            self._picture(path, language, size)
        if language == "en" and not path.endswith(CHINESE_ONLY):
            self.faults += [f"{where}: not translated: {text}" for text in self.page.evaluate(CHINESE_CHROME)]
        self.faults += [f"{where}: complains about what nobody entered: {text}" for text in self.complaints()]
        self.faults += [f"{where}: console: {text}" for text in self.console]
        self.console.clear()

    def complaints(self) -> list[str]:
        """Messages at fields of a page that was only opened."""
        return list(self.page.evaluate(COMPLAINTS))

    def _picture(self, path: str, language: str, size: dict[str, int]) -> None:
        """Keep a picture where ``ART`` says, for whoever wants to look at the pages."""
        if folder := os.environ.get("ART"):
            name = re.sub(r"[0-9a-f-]{36}|[\w-]{30,}", "x", path).strip("/").replace("/", "_") or "home"
            self.page.screenshot(
                path=Path(folder) / f"{self.who}-{name}-{language}-{size['width']}.png", full_page=True
            )


def start_quiz(reader: Reader) -> None:
    """A quiz at level 3, its first item, and its sheet."""
    reader.page.goto(f"{reader.base}/practice/?level=3")
    reader.page.locator("main form.form [type=submit]").first.click()
    path = reader.page.url.removeprefix(reader.base)
    reader.links.append(path)
    reader.read("/practice/quizzes/<id>/<n>")
    reader.links.append(path.rpartition("/")[0])
    reader.read("/practice/quizzes/<id>")


def make_share_link(reader: Reader) -> None:
    """A link for an employer, and what it shows."""
    reader.page.goto(f"{reader.base}/share/?lang=en")
    reader.page.fill("[name=label]", "Acme")
    reader.page.get_by_role("button", name="Make the link").click()
    text = reader.page.content()
    token = re.search(r"/share/([\w-]{20,})", text)
    assert token
    reader.read(f"/share/{token[1]}")
    reader.read("/share/")


def rate_a_task(reader: Reader) -> None:
    """A scoring sheet that is open."""
    button = reader.page.locator("form.confirm-form[action*='/marking/'] button").first
    button.click()
    reader.read(reader.page.url.removeprefix(reader.base))


AFTER: dict[str, Callable[[Reader], None]] = {
    "trainee": start_quiz,
    "holder": make_share_link,
    "examiner1": rate_a_task,
}


@pytest.mark.parametrize("who", PAGES)
def test_the_pages_of_an_audience_are_sound(portal: Served, browser: Browser, who: str) -> None:
    reader = Reader(browser, portal.base, who)

    for pattern in PAGES[who]:
        reader.read(pattern)
    if after := AFTER.get(who):
        after(reader)
    reader.page.context.close()

    assert not reader.faults, "\n".join(reader.faults)


def test_the_answer_about_a_certificate_is_sound(portal: Served, browser: Browser) -> None:
    with Session(portal.engine) as session:
        statuses = sa.select(sa.func.min(Certificate.number)).group_by(Certificate.status)
        numbers = session.scalars(statuses).all()
    reader = Reader(browser, portal.base, "visitor")

    for number in numbers:
        reader.read(f"/verify/{number}")
    reader.page.context.close()

    assert len(numbers) >= 3
    assert not reader.faults, "\n".join(reader.faults)


def test_the_desk_of_a_candidate_is_sound(portal: Served, browser: Browser) -> None:
    with Session(portal.engine) as session:
        session.info["keyring"] = portal.settings.keys
        here: Any = session.scalars(
            sa.select(Registration).where(Registration.status == RegistrationStatus.ADMITTED)
        ).first()
        number, code = here.ticket.number, access_code(here.exam_session, portal.settings.keys)
    reader = Reader(browser, portal.base, "candidate")

    reader.page.goto(f"{portal.base}/desk/")
    reader.page.fill("[name=admission_number]", number)
    reader.page.fill("[name=access_code]", code)
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#item-number")
    reader.read("/desk/exam")
    reader.page.context.close()

    assert not reader.faults, "\n".join(reader.faults)
