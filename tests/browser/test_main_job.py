"""The whole main job in a real browser: from a person's registration to HR's check and a withdrawal."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy.orm import Session

from certification.certificates.models import Certificate
from certification.exams.models import ExamSession, Paper
from portal import create_app
from portal.demonstration import setting
from portal.demonstration.cast import PASSWORD, identity_number
from tests.served import Served
from training_base.people.rules import Sex

pytestmark = pytest.mark.browser

expect.set_options(timeout=20_000)

HOURS_BEHIND = datetime.now(UTC).hour - 9
ZONE = ZoneInfo(f"Etc/GMT{HOURS_BEHIND if HOURS_BEHIND <= 12 else HOURS_BEHIND - 24:+d}")
"""A zone where it is about nine in the morning: an exam fits into the day whenever the test runs."""

NAME, MAIL, BORN = "秦知微", "qin@example.cn", datetime(1990, 5, 4, tzinfo=ZONE).date()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal with centers, staff, items and tasks, but nobody in training; its worker runs too."""
    folder = tmp_path_factory.mktemp("main_job")
    served = Served(f"sqlite:///{folder / 'main.sqlite3'}", folder)
    with Session(served.engine) as session:
        session.info["keyring"] = served.settings.keys
        stage = setting.Stage(session, datetime.now(UTC))
        for scene in (setting.load_content, setting.open_centers, setting.hire):
            scene(stage)
        stage.centers[0].zone = ZONE.key
        session.commit()
    served.start(whole=True)
    yield served
    served.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Person:
    """Somebody at a browser of their own; a message of the content policy or a server fault fails the test."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.base = base
        self.page: Page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.page.on("console", lambda message: self._listen(message.text))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.set_default_timeout(30_000)
        self.go("/?lang=en")

    @staticmethod
    def _listen(text: str) -> None:
        assert "Content Security Policy" not in text

    def go(self, path: str) -> None:
        """Open a page of the portal."""
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        assert answer is not None
        assert answer.status < 500, self.page.inner_text("main")

    def sign_in(self, name: str) -> "Person":
        """Sign in with the demonstration's password."""
        self.go("/sign-in")
        self.fill(sign_in_name=name, password=PASSWORD)
        self.press("Sign in")
        expect(self.page.locator(".account__name")).to_be_visible()
        return self

    def fill(self, **values: str) -> None:
        """Fill in fields by their names; selects and radio buttons by value."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']").first
            kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "select":
                field.select_option(value)
            elif kind in {"radio", "checkbox"}:
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
            else:
                field.fill(value)

    def press(self, label: str) -> None:
        """Press a button of the page's main part."""
        button = self.page.get_by_role("main").get_by_role("button", name=label, exact=True).first
        expect(button, self.page.inner_text("main")).to_be_visible()
        button.click()

    def follow(self, label: str) -> None:
        """Follow a link of the page's main part."""
        link = self.page.get_by_role("main").get_by_role("link", name=label).first
        expect(link, self.page.inner_text("main")).to_be_visible()
        link.click()

    def sees(self, text: str) -> None:
        """Expect a text in the page's main part."""
        expect(self.page.get_by_role("main")).to_contain_text(text, timeout=30_000)

    def choose(self, name: str, label: str) -> None:
        """Choose an option of a select by part of its label."""
        options = self.page.locator(f"main select[name='{name}'] option")
        value = options.filter(has_text=label).first.get_attribute("value")
        self.page.locator(f"main select[name='{name}']").select_option(value)


@pytest.fixture(scope="module")
def person(portal: Served, browser: Browser) -> Callable[[str], Person]:
    """People by the first part of their sign-in name; each keeps the same browser through the whole job."""
    known: dict[str, Person] = {}

    def find(who: str) -> Person:
        if who not in known:
            known[who] = Person(browser, portal.base)
            if not who.startswith("-"):
                known[who].sign_in(f"{who}@demo.zhixun.cn")
        return known[who]

    return find


Find = Callable[[str], Person]


def test_1_the_manager_puts_a_person_on_file_and_opens_an_account(person: Find) -> None:
    manager, trainee = person("manager"), person("-trainee")
    number = identity_number(BORN, 7, Sex.FEMALE)
    manager.go("/people/new")
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    manager.fill(name=NAME, sex="female", born_on=BORN.isoformat(), kind="resident_id", number=wrong)
    manager.press("Put on file")
    manager.sees("check digit")
    manager.fill(number=number)
    manager.press("Put on file")
    manager.sees("310***********")
    profile = manager.page.url
    manager.go(f"{profile}/employments/new")
    started = (datetime.now(ZONE) - timedelta(days=365 * 11)).date().isoformat()
    manager.fill(employer="示例公司", job="标注员", started_on=started)
    manager.page.locator("main [name=is_in_occupation]").check()
    manager.press("Save")
    manager.go(profile)
    manager.fill(sign_in_name=MAIL)
    manager.press("Open the account")
    link = manager.page.locator("#link").inner_text()
    trainee.go(link)
    trainee.fill(password=PASSWORD, again=PASSWORD)
    trainee.press("Set the password and sign in")
    trainee.sees(NAME)


def test_2_the_manager_opens_a_cohort_and_enrols(person: Find) -> None:
    manager, today = person("manager"), datetime.now(ZONE).date()
    manager.go("/cohorts/courses/new")
    manager.fill(title="三级培训", level="3", hours="40")
    manager.press("Save")
    manager.go("/cohorts/new")
    manager.choose("course_id", "三级培训")
    manager.fill(code="E2E-3", name="三级验收班", capacity="20")
    manager.fill(starts_on=str(today - timedelta(days=20)), ends_on=str(today + timedelta(days=20)))
    manager.press("Open the cohort")
    manager.sees("三级验收班")
    manager.follow("Name a teacher")
    manager.choose("actor_id", "罗川")
    manager.press("Name the teacher")
    manager.go("/cohorts/?q=E2E-3")
    manager.follow("三级验收班")
    manager.follow("Enrol a trainee")
    manager.follow("See the requirements")
    manager.sees("S3-1")
    manager.press("Give the place")
    manager.sees(NAME)


def test_3_the_teacher_records_the_hours(person: Find) -> None:
    teacher, today = person("teacher"), datetime.now(ZONE).date()
    teacher.go("/cohorts/?q=E2E-3")
    teacher.follow("三级验收班")
    cohort = teacher.page.url.split("?")[0]
    for day in range(1, 6):
        teacher.go(f"{cohort}/hours")
        teacher.fill(held_on=str(today - timedelta(days=day)), hours="8", topic="算法测试与误差分析")
        for box in teacher.page.locator("main [name=members]").all():
            box.check()
        teacher.press("Credit the hours")
    teacher.go(cohort)
    teacher.sees("40")


def test_4_the_manager_plans_both_exams_and_registers(person: Find, portal: Served) -> None:
    manager = person("manager")
    manager.go("/papers/new")
    manager.choose("scheme_id", "short")
    manager.fill(title="验收理论卷")
    manager.press("Assemble and freeze")
    manager.sees("验收理论卷")
    start = datetime.now(ZONE).replace(second=0, microsecond=0) + timedelta(minutes=3)
    for component, title, room in (("theory", "验收理论考试", "第一机房"), ("skill", "验收技能考核", "第二机房")):
        manager.go("/exams/new")
        manager.fill(title=title, component=component, on=start.date().isoformat())
        manager.fill(starts=f"{start:%H:%M}", ends=f"{start + timedelta(hours=3):%H:%M}", capacity="5")
        manager.choose("scheme_id", "short")
        manager.choose("room_id", room)
        if component == "theory":
            manager.choose("paper_id", "验收理论卷")
        for box in manager.page.locator("main [name=invigilators], main [name=examiners]").all():
            if component == "skill" or box.get_attribute("name") == "invigilators":
                box.check()
        manager.press("Plan the session")
        manager.sees(title)
        manager.press("Open registration")
        manager.follow("Register trainers")
        manager.press("Register the chosen")
        manager.sees(NAME)


def admission(person: Find, title: str) -> tuple[str, str]:
    """The candidate's number from the own page, and the room code from the invigilator's console."""
    trainee, invigilator = person("-trainee"), person("invigilator")
    trainee.go("/exams/mine")
    row = trainee.page.locator("main tr, main article, main li").filter(has_text=title).last
    number = re.search(r"\b\d{12,14}\b", row.inner_text())
    assert number, row.inner_text()
    invigilator.go("/invigilation/")
    invigilator.follow(title)
    code = re.search(r"\b([A-Z0-9]{4}) ?([A-Z0-9]{4})\b", invigilator.page.locator(".room-code strong").inner_text())
    assert code
    return number[0], code[1] + code[2]


def take_seat(browser: Browser, portal: Served, number: str, code: str) -> Person:
    """Sign in at the desk and wait for the start."""
    candidate = Person(browser, portal.base)
    candidate.go("/desk/")
    candidate.fill(admission_number=number, access_code=code)
    candidate.page.keyboard.press("Enter")
    expect(candidate.page.locator("#item-number")).to_have_text("1", timeout=240_000)
    return candidate


def test_5_the_candidate_sits_the_theory_exam_by_keyboard(person: Find, portal: Served, browser: Browser) -> None:
    number, code = admission(person, "验收理论考试")
    candidate = take_seat(browser, portal, number, code)
    with Session(portal.engine) as session:
        paper = session.scalars(sa.select(Paper)).one()
        keys = [(item.kind.value, item.key) for item in paper.items]
    for position, (kind, key) in enumerate(keys, start=1):
        expect(candidate.page.locator("#item-number")).to_have_text(str(position))
        letters = "BA" if kind == "true_false" else "ABCDE"
        for place in key:
            candidate.page.keyboard.press(letters[place])
        if position < len(keys):
            candidate.page.keyboard.press("ArrowRight")
    hand_in(candidate)


def hand_in(candidate: Person) -> None:
    """Hand in once all is saved, and see the receipt."""
    expect(candidate.page.locator(".save-state")).to_have_attribute("data-state", "saved", timeout=15_000)
    candidate.page.locator(".exam__submit").click()
    candidate.page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    expect(candidate.page.get_by_role("main")).to_contain_text("Receipt", timeout=15_000)


def test_6_the_candidate_sits_the_skill_exam(person: Find, portal: Served, browser: Browser) -> None:
    number, code = admission(person, "验收技能考核")
    candidate = take_seat(browser, portal, number, code)
    for position in range(1, 7):
        expect(candidate.page.locator("#item-number")).to_have_text(str(position))
        candidate.page.locator("main textarea").fill(f"第 {position} 题的作答：依据要求逐项说明。")
        if position < 6:
            candidate.page.get_by_role("button", name="Next item").first.click()
    hand_in(candidate)


def test_7_the_invigilator_closes_both_rooms(person: Find) -> None:
    invigilator = person("invigilator")
    for title in ("验收理论考试", "验收技能考核"):
        invigilator.go("/invigilation/")
        invigilator.follow(title)
        invigilator.press("Close the session")
        invigilator.sees("Finished")


@pytest.mark.parametrize("who", ["examiner1", "examiner2"])
def test_8_two_examiners_rate_every_task(person: Find, who: str) -> None:
    examiner = person(who)
    examiner.go("/marking/")
    examiner.follow("验收技能考核")
    session = examiner.page.url.split("?")[0]
    for _ in range(6):
        examiner.go(f"{session}?show=to-do")
        examiner.press("Rate")
        for row in examiner.page.locator("main .sheet tbody tr").all():
            row.locator("input").nth(0).fill("符合")
            full = int(row.locator("input").nth(1).get_attribute("data-marks") or "0")
            row.locator("input").nth(1).fill(f"{int(full * 0.8) // 10 * 10 / 100:g}")
        examiner.press("Hand in")
        examiner.sees("The sheet is handed in.")
    examiner.go(f"{session}?show=to-do")
    examiner.sees("Nothing left for you to rate")


def test_9_the_quality_supervisor_publishes(person: Find) -> None:
    supervisor = person("quality")
    for title in ("验收理论考试", "验收技能考核"):
        supervisor.go("/results/sessions")
        supervisor.follow(title)
        supervisor.press("Publish the results")
        supervisor.sees("The results were published")
    supervisor.sees("Passed")


def test_a_the_officer_decides_and_issues(person: Find, portal: Served) -> None:
    officer = person("officer1")
    officer.go("/certificates/awaiting")
    officer.follow(NAME)
    officer.fill(outcome="certify")
    officer.press("Record the decision")
    officer.press("Issue the certificate")
    officer.sees("S000031000001")
    number = the_number(portal)
    answer = officer.page.request.get(f"{portal.base}/certificates/{number}.pdf")
    assert answer.headers["content-type"] == "application/pdf"


def the_number(portal: Served) -> str:
    """The number of the only certificate."""
    with Session(portal.engine) as session:
        return session.scalars(sa.select(Certificate.number)).one()


def test_b_hr_checks_the_certificate_and_a_forged_one(person: Find, portal: Served) -> None:
    hr, number = person("hr"), the_number(portal)
    hr.go("/verify/")
    hr.fill(number=number, name=NAME)
    hr.press("Check")
    expect(hr.page.locator(".verdict--valid")).to_be_visible()
    forged = number[:-1] + str((int(number[-1]) + 1) % 10)
    hr.fill(number=forged, name=NAME)
    hr.press("Check")
    expect(hr.page.locator(".verdict--unknown")).to_be_visible()


def test_c_the_holder_shares_the_levels_with_hr(person: Find) -> None:
    trainee, hr = person("-trainee"), person("hr")
    trainee.go("/share/")
    trainee.fill(label="求职", days="7")
    trainee.press("Make the link")
    link = trainee.page.locator("#link").inner_text()
    hr.go(link)
    hr.sees(NAME)
    hr.sees("Level 3")
    trainee.go("/share/")
    trainee.sees("求职")


def test_d_two_officers_withdraw_and_hr_sees_it(person: Find, portal: Served) -> None:
    number, first, second, hr = the_number(portal), person("officer1"), person("officer2"), person("hr")
    first.go(f"/certificates/{number}/change")
    first.fill(kind="withdraw", reason="wrong_facts", explanation="复核发现工作年限证明不实。")
    first.press("Ask for it")
    assert first.page.get_by_role("button", name="Approve").count() == 0
    hr.go(f"/verify/{number}")
    expect(hr.page.locator(".verdict--valid")).to_be_visible()
    second.go(f"/certificates/{number}")
    second.press("Approve")
    hr.go(f"/verify/{number}")
    expect(hr.page.locator(".verdict--withdrawn")).to_be_visible()


def test_e_the_trail_of_all_this_is_sound(portal: Served) -> None:
    app: Flask = create_app(portal.settings)

    assert app.test_cli_runner().invoke(args=["jobs", "work", "--once"]).exit_code == 0
    assert "The audit trail is sound." in app.test_cli_runner().invoke(args=["audit", "verify"]).output


def test_f_both_sessions_are_over(portal: Served) -> None:
    with Session(portal.engine) as session:
        statuses = {one.status.value for one in session.scalars(sa.select(ExamSession))}

    assert statuses == {"published"}


def test_g_nothing_was_written_outside_the_instance(portal: Served) -> None:
    assert Path(portal.settings.keys.number_journal or "").read_text().startswith("S000031000001")
