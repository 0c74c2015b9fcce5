"""The life of a standard in a real browser: written, heard, adopted, set against another, followed by a new edition."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy.orm import Session

from certification.certificates.models import Certificate
from certification.standards import catalog, service
from certification.standards.models import Standard, StandardNode
from portal.access import Role
from portal.demonstration import setting
from tests.browser.test_main_job import Person
from tests.make import Make
from tests.served import Served
from training_base.kernel.actor import SYSTEM

pytestmark = pytest.mark.browser

CODE, TITLE = "city-2027", "City levels of AI trainers"
Find = Callable[[str], Person]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal with the national standard, two writers, a citizen, and a trainee with a certificate of level 3."""
    folder = tmp_path_factory.mktemp("standards")
    served = Served(f"sqlite:///{folder / 'standards.sqlite3'}", folder)
    with Session(served.engine) as session:
        session.info["keyring"] = served.settings.keys
        stage, make = setting.Stage(session, datetime.now(UTC)), Make(session)
        catalog.load_standard(session, by=SYSTEM, now=stage.at(-200))
        scheme = make.scheme(service.tier_by_level(session, 3))
        trainer = make.trainer()
        make.certificate(trainer=trainer, scheme=scheme)
        for name, role in (("owner", Role.SCHEME_OWNER), ("chair", Role.SCHEME_OWNER), ("citizen", Role.EMPLOYER)):
            setting.open_account(stage, f"{name}@demo.zhixun.cn", name, roles=(role,))
        setting.open_account(stage, "trainee@demo.zhixun.cn", "trainee", roles=(Role.TRAINEE,), trainer_id=trainer.id)
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


@pytest.fixture(scope="module")
def person(portal: Served, browser: Browser) -> Find:
    """People by the first part of their sign-in name; a dash in front does not sign in."""
    known: dict[str, Person] = {}

    def find(who: str) -> Person:
        if who not in known:
            known[who] = Person(browser, portal.base)
            if not who.startswith("-"):
                known[who].sign_in(f"{who}@demo.zhixun.cn")
        return known[who]

    return find


def asked(portal: Served, query: Any) -> Any:
    """What the portal's database answers."""
    with Session(portal.engine) as session:
        return session.scalar(query)


def standard_id(portal: Served, code: str = CODE) -> Any:
    return asked(portal, sa.select(Standard.id).where(Standard.code == code))


def node_id(portal: Served, code: str, edition: str = CODE) -> Any:
    query = sa.select(StandardNode.id).where(StandardNode.code == code)
    return asked(portal, query.where(StandardNode.standard_id == standard_id(portal, edition)))


def add(writer: Person, where: str, code: str, zh: str, en: str) -> None:
    """Add a part by the form of that place."""
    opened = writer.page.locator("details", has=writer.page.locator(f"[name='{where}-zh']"))
    if opened.get_attribute("open") is None:
        opened.locator("summary").click()
    writer.fill(**{f"{where}-code": code, f"{where}-zh": zh, f"{where}-en": en})
    opened.get_by_role("button", name="Add the part", exact=True).click()
    expect(writer.page.locator(".tree__row--here")).to_contain_text(code)


def weigh(writer: Person, component: str, percent: str) -> None:
    """Give the only function its weight."""
    form = writer.page.locator("form[data-weights]", has=writer.page.locator(f"[name='{component}-rows-0-zh']"))
    form.locator(f"[name='{component}-rows-0-percent']").fill(percent)
    expect(form.locator("[data-weights-sum]")).to_have_text(percent)
    form.get_by_role("button", name="Save the weights").click()
    writer.sees("Saved.")


def test_1_a_writer_drafts_a_standard(person: Find, portal: Served) -> None:
    owner = person("owner")
    owner.go("/standards/drafts/new")
    owner.fill(code=CODE, version="First draft", title_zh="本市人工智能训练师等级", title_en=TITLE, kind="municipal")
    owner.press("Begin the draft")
    for level in (5, 4, 2, 1):
        owner.go(f"/standards/drafts/{standard_id(portal)}/edit?tier={level}")
        owner.page.locator("summary", has_text="This tier").click()
        owner.press("Remove the empty tier")
    owner.go(f"/standards/drafts/{standard_id(portal)}/edit?tier=3")
    owner.sees("The tier has no functions.")
    add(owner, "top", "1", "数据标注", "Data annotation")
    add(owner, "below", "1.1", "标注规范", "Annotation rules")
    add(owner, "below", "1.1.2", "能修订规范", "Revises the rules")
    add(owner, "beside", "1.1.1", "能编写规范", "Writes the rules")


def test_2_the_tree_moves_by_keys_and_by_dragging_and_is_undone(person: Find, portal: Served) -> None:
    owner = person("owner")
    codes = owner.page.locator(".tree__children .tree__children .tree__code")
    expect(codes).to_have_text(["1.1.2", "1.1.1"])
    owner.page.locator(".tree__link[aria-current]").focus()
    owner.page.keyboard.press("Alt+ArrowUp")
    expect(codes).to_have_text(["1.1.1", "1.1.2"])
    expect(owner.page.locator(".tree__link[aria-current]")).to_be_focused()
    owner.page.locator(".tree__row", has_text="1.1.2").drag_to(
        owner.page.locator(".tree__row", has_text="1.1.1"), target_position={"x": 60, "y": 2}
    )
    expect(codes).to_have_text(["1.1.2", "1.1.1"])
    owner.press("Undo")
    expect(codes).to_have_text(["1.1.1", "1.1.2"])


def test_3_what_is_missing_is_named_until_it_is_there(person: Find, portal: Served) -> None:
    owner = person("owner")
    owner.go(f"/standards/drafts/{standard_id(portal)}/edit?tier=3")
    owner.sees("Theory exam: no weights.")
    weigh(owner, "theory", "90")
    owner.sees("the weights make 90, not 100")
    weigh(owner, "theory", "100")
    weigh(owner, "skill", "100")
    expect(owner.page.get_by_role("main")).not_to_contain_text("not 100")


def test_4_nobody_outside_sees_the_private_draft(person: Find, portal: Served) -> None:
    visitor = person("-visitor")
    visitor.go(f"/standards/documents/{standard_id(portal)}")
    visitor.sees("There is no such record")
    visitor.go("/standards/")
    expect(visitor.page.get_by_role("main")).not_to_contain_text(TITLE)


def test_5_a_citizen_comments_and_the_writer_disposes(person: Find, portal: Served) -> None:
    owner, citizen = person("owner"), person("citizen")
    owner.go(f"/standards/drafts/{standard_id(portal)}/life")
    owner.press("Open to comments")
    owner.sees("open to comments")
    citizen.go(f"/standards/documents/{standard_id(portal)}")
    for code in ("1", "1.1"):
        citizen.page.locator(".tree__item", has_text=code).last.locator("button").first.click()
        citizen.page.wait_for_timeout(200)
    citizen.page.locator(".tree__link", has_text="1.1.1").click()
    citizen.fill(text="The rules need counter-examples.", proposed="Writes rules with counter-examples")
    citizen.press("Send the comment")
    citizen.sees("Your comment has number 1.")
    owner.go(f"/standards/documents/{standard_id(portal)}/comments")
    owner.page.locator("summary", has_text="Dispose of it").click()
    form = owner.page.locator("form[action$='/disposal']")
    form.locator("[name=disposal]").select_option("in_part")
    form.locator("[name=reason]").fill("In the next edition.")
    form.get_by_role("button", name="Save").click()
    owner.sees("In the next edition.")
    owner.follow("Summary table")
    with owner.page.expect_download() as download:
        owner.follow("Word document")
    assert download.value.suggested_filename.endswith(".docx")


def test_6_somebody_else_adopts_it_when_the_days_are_over(person: Find, portal: Served) -> None:
    owner, chair = person("owner"), person("chair")
    owner.go(f"/standards/drafts/{standard_id(portal)}/life")
    owner.press("Adopt the edition")
    owner.sees("Comments may come in until")
    with Session(portal.engine) as session:
        standard = session.get_one(Standard, standard_id(portal))
        past = datetime.now(UTC).date() - timedelta(days=2)
        standard.consultation_from_on = standard.consultation_until_on = past
        session.commit()
    owner.press("Adopt the edition")
    owner.sees("You wrote in this edition.")
    chair.go(f"/standards/drafts/{standard_id(portal)}/life")
    chair.press("Adopt the edition")
    chair.sees("The edition is in force.")


def test_7_a_crosswalk_says_what_the_national_level_counts_for(person: Find, portal: Served) -> None:
    owner, chair = person("owner"), person("chair")
    owner.go(f"/crosswalks/new?origin=national-2021&destination={CODE}")
    owner.fill(title_zh="对照", title_en="National to city", evidence="Minutes of the working group")
    owner.press("Save")
    owner.page.get_by_role("row", name="Senior").get_by_role("link", name="Relate").first.click()
    owner.page.locator("main input[name=destination]").first.check()
    owner.page.locator("main input[name=relation][value=exact]").check()
    owner.fill(reason="The duties are the same.")
    owner.press("Decide on the row")
    owner.press("Hand in")
    chair.go(owner.page.url)
    chair.press("Publish")
    chair.sees("The crosswalk is published.")


def test_8_a_trainers_level_is_shown_under_both_standards(person: Find, portal: Served) -> None:
    number = asked(portal, sa.select(Certificate.number))
    visitor, trainee = person("-visitor"), person("trainee")
    visitor.go(f"/crosswalks/certificates/{number}")
    visitor.sees("2021 edition")
    visitor.sees(TITLE)
    trainee.go("/people/me")
    trainee.sees(TITLE)


def test_9_a_new_edition_tells_what_it_touches(person: Find, portal: Served) -> None:
    owner = person("owner")
    owner.go(f"/standards/drafts/{standard_id(portal)}/revise")
    owner.fill(code=f"{CODE}-2", version="Second edition")
    owner.press("Begin the draft")
    owner.go(f"/standards/drafts/{standard_id(portal, CODE + '-2')}/edit?node={node_id(portal, '1.1.1', CODE + '-2')}")
    owner.fill(zh="能编写含反例的规范", en="Writes rules with counter-examples")
    owner.press("Save")
    owner.sees("Saved.")
    owner.go(f"/standards/compare/{CODE}/{CODE}-2")
    owner.sees("能编写含反例的规范")
    owner.go(f"/standards/compare/{CODE}/{CODE}-2/impact")
    owner.sees("What it touches")
    owner.sees("First draft")
