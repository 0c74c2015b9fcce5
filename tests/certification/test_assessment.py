"""Every rule set in force is tried, related lists are known or unknown, and more facts never harm."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.eligibility import catalog, service
from certification.eligibility.rules import (
    CONFIRMED_BY_HAND,
    Facts,
    HeldCertificate,
    RelatedKind,
    Schooling,
    Standing,
    Title,
    add_years,
    judge_rule,
    listed,
)
from tests.certification.test_eligibility import BORN, FACTS, RULES
from tests.make import NOW, TODAY, Make
from tests.make_eligibility import adopted_standard, rules_in_force
from training_base.kernel.actor import SYSTEM
from training_base.people.rules import EducationLevel, TitleRank

DAYS = st.dates(date(2000, 1, 1), TODAY)
MORE: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda level, day: {"certificates": (HeldCertificate(level, day),)}, st.integers(1, 5), DAYS),
    st.builds(
        lambda level, day: {"schooling": (Schooling(level, True, False, day),)}, st.sampled_from(EducationLevel), DAYS
    ),
    st.builds(lambda rank, day: {"titles": (Title(rank, True, day),)}, st.sampled_from(TitleRank), DAYS),
    st.just({"confirmed": CONFIRMED_BY_HAND}),
    st.just({"apprenticeship_completed": True}),
)


def with_more(facts: Facts, more: dict[str, Any]) -> Facts:
    joined = {
        name: getattr(facts, name) + value if isinstance(value, tuple) else getattr(facts, name) | value
        for name, value in more.items()
    }
    return replace(facts, **joined)


@given(FACTS, MORE)
def test_more_facts_never_make_a_met_rule_unmet(facts: Facts, more: dict[str, Any]) -> None:
    richer = with_more(facts, more)

    assert all(judge_rule(rule, richer).met for rule in RULES.values() if judge_rule(rule, facts).met)


@given(FACTS, st.integers(1, 5), DAYS)
def test_a_higher_certificate_does_all_that_a_lower_one_does(facts: Facts, level: int, day: date) -> None:
    lower = replace(facts, certificates=(HeldCertificate(level, day),))
    higher = replace(facts, certificates=(HeldCertificate(max(1, level - 1), day),))

    assert all(judge_rule(rule, higher).met for rule in RULES.values() if judge_rule(rule, lower).met)


@given(FACTS)
def test_the_promised_day_is_the_first_one(facts: Facts) -> None:
    for rule in RULES.values():
        day = judge_rule(rule, facts).from_on
        if day is not None:
            ahead = [facts.on + timedelta(days=n) for n in range(0, (day - facts.on).days, 97)]
            assert not any(judge_rule(rule, replace(facts, on=earlier)).met for earlier in ahead)


@given(DAYS, st.integers(0, 40))
def test_a_condition_of_years_names_the_day_on_which_they_are_full(day: date, years: int) -> None:
    rule = {"id": "X", "all_of": [{"kind": "certificate", "level": 4, "least_years": years}]}

    said = judge_rule(rule, Facts(on=day, born_on=BORN, certificates=(HeldCertificate(4, day),)))

    assert (said.from_on or day) == add_years(day, years)


def test_both_texts_are_tried_and_the_later_one_decides(session: Session, make: Make) -> None:
    rules_in_force(make)
    trainer = make.trainer(apprenticeship_completed=True)

    found = service.assess(session, trainer.id, 5, on=TODAY)

    assert [one.code for one in found.answers] == ["shanghai-2025", "national-2021"]
    assert (found.deciding.met, found.others[0].met) == (None, "N5-2")
    assert [rule.rule_id for one in found.answers for rule in one.tried] == ["S5-1", "S5-2", "N5-1", "N5-2"]
    assert service.evaluate(session, trainer.id, 5, on=TODAY) == found.deciding


def test_rules_go_on_when_a_new_edition_is_adopted(session: Session, make: Make) -> None:
    rules_in_force(make)
    make.session.flush()
    newer = adopted_standard(make, "national-2")

    [tier] = [one for one in newer.tiers if one.level == 5]
    found = service.sets_in_force(session, tier, on=TODAY)

    assert [one.code for one in found] == ["shanghai-2025", "national-2021"]


def test_before_the_first_rules_nobody_is_judged(session: Session, make: Make) -> None:
    rules_in_force(make)

    found = service.assess(session, make.trainer().id, 5, on=date(2021, 10, 31))

    assert (found.deciding.published, found.deciding.tried, found.others) == (False, (), ())


def test_related_lists_are_loaded_once_and_unknown_ones_stay_unknown(session: Session, make: Make) -> None:
    rules_in_force(make)

    lists = {one.code: one for one in service.related_lists(session, on=TODAY)}

    assert catalog.load_related(session, by=SYSTEM, now=NOW) == []
    assert lists["national-2021-subjects"].entries is None
    assert [entry["zh"] for entry in lists["shanghai-2025-occupations"].entries or ()] == [
        "人工智能工程技术人员",
        "呼叫中心服务员",
        "电子商务师",
    ]  # the related occupations of data/standards/ai-trainer-national-2021.json, secondary
    assert [one.kind for one in service.related_lists(session, on=TODAY)][-1] is RelatedKind.SUBJECT


def test_a_list_is_in_force_from_its_day(session: Session, make: Make) -> None:
    rules_in_force(make)

    codes = [one.code for one in service.related_lists(session, on=date(2021, 11, 1))]

    assert codes == ["national-2021-occupations", "national-2021-subjects"]


@pytest.mark.parametrize(
    ("name", "answer"), [("软件工程", True), (" software　ENGINEERING", True), ("会计", False), ("", False)]
)
def test_a_list_names_what_stands_in_it_in_either_language(name: str, answer: bool) -> None:
    assert (
        listed(name, [{"zh": "软件工程", "en": "Software engineering"}, {"zh": "自动化", "en": "Automation"}]) is answer
    )
    assert listed(name, None) is None


def test_each_condition_tells_what_is_asked_and_what_there_is() -> None:
    [condition] = judge_rule(RULES["S4-1"], Facts(on=TODAY, born_on=BORN)).conditions

    assert (condition.standing, condition.asked, condition.have) == (Standing.MISSING, {"least_years": 5}, 0)
