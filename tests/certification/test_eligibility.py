"""Eligibility: the published rules, judged on facts; what was not published judges nobody."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from certification.eligibility import catalog, service
from certification.eligibility.models import EligibilityRuleSet
from certification.eligibility.rules import (
    ConditionKind,
    Facts,
    HeldCertificate,
    Period,
    RuleAnswer,
    Schooling,
    Standing,
    Title,
    add_years,
    check_rules,
    full_years,
    judge,
    judge_rule,
    spans,
)
from certification.standards.models import Standard, Tier
from certification.standards.rules import OCCUPATION, Evidence, StandardKind, StandardStatus
from tests.make import NOW, TODAY, Make
from training_base.centers.service import OutsideFiledScope
from training_base.cohorts.rules import EnrolmentStatus
from training_base.kernel.actor import SYSTEM
from training_base.kernel.errors import NotFound
from training_base.people.models import (
    EarlierCertificate,
    Education,
    Employment,
    ProfessionalTitle,
    Trainer,
)
from training_base.people.rules import EducationLevel, TitleRank

BORN = date(1996, 3, 7)
DATA = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in catalog.RULE_SETS.glob("*.json")}
RULES: dict[str, dict[str, Any]] = {
    rule["id"]: rule for content in DATA.values() for tier in content["tiers"].values() for rule in tier["any_of"] or ()
}
DAYS = st.dates(date(2000, 1, 1), TODAY)
PERIODS = st.builds(
    lambda start, length: Period(start, None if length is None else start + timedelta(days=length)),
    DAYS,
    st.none() | st.integers(0, 3000),
)
FACTS = st.builds(
    Facts,
    on=st.just(TODAY),
    born_on=st.dates(date(1990, 1, 1), date(2015, 1, 1)),
    work=st.lists(PERIODS, max_size=4).map(tuple),
    certificates=st.lists(st.builds(HeldCertificate, st.integers(1, 5), DAYS), max_size=2).map(tuple),
    schooling=st.lists(
        st.builds(Schooling, st.sampled_from(EducationLevel), st.booleans(), st.booleans(), st.none() | DAYS),
        max_size=2,
    ).map(tuple),
    titles=st.lists(st.builds(Title, st.sampled_from(TitleRank), st.booleans(), DAYS), max_size=1).map(tuple),
    apprenticeship_completed=st.booleans(),
    confirmed=st.frozensets(st.sampled_from([ConditionKind.OCCUPATION_INTENT, ConditionKind.SCHOOL_APPRAISAL])),
)


def answer(rule_id: str, **facts: Any) -> RuleAnswer:
    return judge_rule(RULES[rule_id], Facts(**{"on": TODAY, "born_on": BORN, **facts}))


def years_ago(years: int) -> date:
    return TODAY.replace(year=TODAY.year - years)


@pytest.fixture
def standard(session: Session, make: Make) -> Standard:
    """The adopted standard with five tiers, and both rule sets."""
    made = make.add(
        Standard(
            code="national",
            occupation_code=OCCUPATION,
            kind=StandardKind.NATIONAL,
            status=StandardStatus.ADOPTED,
            title_zh="国家职业标准",
            title_en="National standard",
            evidence=Evidence.OWN,
        )
    )
    for level in (5, 4, 3, 2, 1):
        make.add(
            Tier(standard_id=made.id, level=level, title_zh=str(level), title_en=str(level), evidence=Evidence.OWN)
        )
    catalog.load_rule_sets(session, by=SYSTEM, now=NOW)
    return made


def test_the_files_say_what_the_source_says() -> None:
    source = json.loads((catalog.RULE_SETS.parent / "standards" / "ai-trainer-national-2021.json").read_text("utf-8"))
    names = {"national-2021": "national_2021", "shanghai-2025": "shanghai_in_use_2025_2026"}

    for stem, name in names.items():
        for level, tier in DATA[stem]["tiers"].items():
            asked = source["eligibility"][name][level]["any_of"]
            ours = tier["any_of"]
            assert (ours is None) == (asked is None)
            assert [rule["id"] for rule in ours or ()] == [rule["id"] for rule in asked or ()]


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_every_fact_of_the_source_became_a_condition(rule_id: str) -> None:
    source = json.loads((catalog.RULE_SETS.parent / "standards" / "ai-trainer-national-2021.json").read_text("utf-8"))
    sets = [source["eligibility"]["national_2021"], source["eligibility"]["shanghai_in_use_2025_2026"]]
    asked = next(r for s in sets for level in "54321" for r in s[level]["any_of"] or () if r["id"] == rule_id)
    kinds = {c["kind"]: c for c in RULES[rule_id]["all_of"]}

    assert kinds.get("age", {}).get("least_years") == asked["min_age"]
    assert kinds.get("years_in_occupation", {}).get("least_years") == asked["min_years_in_occupation"]
    assert kinds.get("certificate", {}).get("level") == asked["requires_certificate_level"]
    assert kinds.get("certificate", {}).get("least_years", 0) == (asked["min_years_after_certificate"] or 0)
    assert ("education" in kinds) == (asked["education"] is not None)
    assert ("professional_title" in kinds) == (asked["professional_title"] is not None)
    assert ("apprenticeship" in kinds) == bool(asked["apprenticeship_completed"])


@pytest.mark.parametrize(
    "rules",
    [
        [{"id": "X", "all_of": []}],
        [{"id": "X", "all_of": [{"kind": "luck"}]}],
        [{"id": "X", "all_of": [{"kind": "age"}]}],
        [{"id": "X", "all_of": [{"kind": "in_occupation", "least_years": 1}]}],
    ],
)
def test_rules_that_cannot_be_judged_are_not_loaded(rules: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"X|luck"):
        check_rules(rules)


def test_years_end_on_the_same_day_and_leap_days_on_the_first_of_march() -> None:
    assert add_years(date(2020, 2, 29), 1) == date(2021, 3, 1)
    assert full_years(date(2020, 6, 16), TODAY) == 5
    assert full_years(date(2020, 6, 15), TODAY) == 6
    assert full_years(TODAY, TODAY - timedelta(days=1)) == 0


def test_overlapping_work_counts_once() -> None:
    work = [
        Period(date(2020, 1, 1), date(2020, 12, 31)),
        Period(date(2020, 6, 1), date(2020, 8, 1)),
        Period(date(2021, 1, 1), date(2021, 6, 30)),
        Period(date(2022, 1, 1)),
    ]

    assert spans(reversed(work)) == [
        (date(2020, 1, 1), date(2021, 7, 1)),
        (date(2022, 1, 1), date.max),
    ]


def test_sixteen_years_are_full_on_the_birthday() -> None:
    young = answer("S5-2", born_on=TODAY + timedelta(days=1) - timedelta(days=365 * 16 + 4), work=())

    age = young.conditions[0]
    assert (age.standing, age.have, age.from_on) == (Standing.MISSING, 15, TODAY + timedelta(days=1))
    assert young.from_on is None


def test_ten_years_are_full_after_ten_years_and_not_a_day_before() -> None:
    assert answer("S3-1", work=(Period(years_ago(10)),)).met
    short = answer("S3-1", work=(Period(years_ago(10) + timedelta(days=1)),))

    assert not short.met
    assert short.conditions[0].have == 9
    assert short.from_on == TODAY + timedelta(days=1)


def test_interrupted_years_count_together() -> None:
    work = (Period(date(2010, 1, 1), date(2014, 12, 31)), Period(date(2018, 1, 1), date(2022, 12, 31)))

    assert answer("S3-1", work=work).met


def test_time_helps_only_who_is_at_work() -> None:
    gone = answer("S3-1", work=(Period(date(2020, 1, 1), date(2022, 1, 1)),))
    leaving = answer("S3-1", work=(Period(years_ago(9), TODAY + timedelta(days=30)),))
    to_come = answer("S3-1", work=(Period(TODAY + timedelta(days=1)),))

    assert (gone.from_on, leaving.from_on, to_come.from_on) == (None, None, None)
    assert to_come.conditions[0].have == 0


def test_nothing_is_promised_for_a_day_on_which_the_work_will_be_over() -> None:
    young = TODAY.replace(year=TODAY.year - 15)
    leaving = (Period(years_ago(1), TODAY + timedelta(days=30)),)

    assert answer("S5-2", born_on=young, work=leaving).from_on is None
    assert answer("S5-2", born_on=young, work=(Period(years_ago(1)),)).from_on == add_years(young, 16)


def test_who_works_in_the_occupation_today_is_in_it() -> None:
    assert answer("S5-2", work=(Period(years_ago(1)),)).met
    assert not answer("S5-2", work=(Period(years_ago(2), years_ago(1)),)).met


def test_a_certificate_counts_after_its_years_and_for_lower_levels_too() -> None:
    assert answer("S3-2", certificates=(HeldCertificate(4, years_ago(4)),)).met
    assert answer("S3-2", certificates=(HeldCertificate(3, years_ago(4)),)).met
    assert not answer("S3-2", certificates=(HeldCertificate(5, years_ago(9)),)).met
    soon = answer("S3-2", certificates=(HeldCertificate(4, years_ago(3)),))
    assert soon.from_on == TODAY.replace(year=TODAY.year + 1)


def test_schooling_counts_when_it_is_over_or_in_its_final_year() -> None:
    def school(**facts: Any) -> tuple[Schooling, ...]:
        base = {"level": EducationLevel.BACHELOR, "is_related": True, "in_final_year": False, "ended_on": None}
        return (Schooling(**{**base, **facts}),)

    later = TODAY + timedelta(days=15)
    assert answer("S4-3", schooling=school(ended_on=TODAY)).met
    assert answer("S4-3", schooling=school(in_final_year=True)).met
    assert answer("S4-3", schooling=school(ended_on=later)).from_on == later
    assert not answer("S4-3", schooling=school()).met
    assert not answer("S4-3", schooling=school(ended_on=TODAY, is_related=False)).met
    assert not answer("S4-3", schooling=school(ended_on=TODAY, level=EducationLevel.SENIOR_MIDDLE)).met
    assert not answer("S3-4", schooling=school(ended_on=TODAY)).met


def test_a_title_counts_from_its_rank_upwards_in_its_subject() -> None:
    work = (Period(years_ago(1)),)

    assert answer("S3-3", work=work, titles=(Title(TitleRank.SENIOR, True, TODAY),)).met
    assert not answer("S3-3", work=work, titles=(Title(TitleRank.SENIOR, False, TODAY),)).met
    assert not answer("S3-3", titles=(Title(TitleRank.JUNIOR, True, TODAY),)).met


def test_a_finished_apprenticeship_is_a_rule_of_its_own() -> None:
    assert answer("N5-2", apprenticeship_completed=True).met
    assert not answer("N5-2").met


def test_what_no_record_proves_waits_for_somebody_to_confirm_it() -> None:
    school = (Schooling(EducationLevel.HIGHER_VOCATIONAL, True, False, TODAY),)

    waiting = answer("S3-6", schooling=school)
    assert [c.standing for c in waiting.conditions] == [Standing.MET, Standing.NOT_CONFIRMED]
    assert waiting.awaits_only_confirmation
    assert not answer("S3-6").awaits_only_confirmation
    assert answer("S3-6", schooling=school, confirmed=frozenset({ConditionKind.SCHOOL_APPRAISAL})).met


def test_the_answer_names_what_could_be_confirmed() -> None:
    rules = DATA["shanghai-2025"]["tiers"]["5"]["any_of"]

    said = judge(rules, Facts(on=TODAY, born_on=BORN), level=5)

    assert (said.met, said.to_confirm) == (None, (ConditionKind.OCCUPATION_INTENT,))
    assert [rule.rule_id for rule in said.tried] == ["S5-1", "S5-2"]


@given(FACTS, PERIODS)
def test_more_experience_never_makes_a_rule_unmet(facts: Facts, more: Period) -> None:
    experienced = Facts(**{**vars(facts), "work": (*facts.work, more)})

    for rule in RULES.values():
        assert judge_rule(rule, experienced).met or not judge_rule(rule, facts).met


@given(FACTS, st.permutations(sorted(RULES)))
def test_the_order_of_rules_does_not_matter(facts: Facts, order: list[str]) -> None:
    one = judge([RULES[rule_id] for rule_id in sorted(RULES)], facts, level=3)
    other = judge([RULES[rule_id] for rule_id in order], facts, level=3)

    assert (one.met is None) == (other.met is None)
    assert one.from_on == other.from_on
    assert {r.rule_id for r in one.tried if r.met} == {r.rule_id for r in other.tried if r.met}


@given(FACTS)
def test_a_rule_is_met_from_the_promised_day_and_not_before(facts: Facts) -> None:
    for rule in RULES.values():
        day = judge_rule(rule, facts).from_on
        if day is not None:
            assert judge_rule(rule, Facts(**{**vars(facts), "on": day})).met
            assert not judge_rule(rule, Facts(**{**vars(facts), "on": day - timedelta(days=1)})).met


def test_rule_sets_are_loaded_once(session: Session, standard: Standard) -> None:
    assert catalog.load_rule_sets(session, by=SYSTEM, now=NOW) == []
    assert session.query(EligibilityRuleSet).count() == 10


def test_rule_sets_with_an_end_are_no_longer_in_force_on_it(
    session: Session, standard: Standard, tmp_path: Path
) -> None:
    content = DATA["shanghai-2025"] | {"code": "brief", "from_on": "2026-01-01", "until_on": "2026-06-15"}
    (tmp_path / "brief.json").write_text(json.dumps(content), encoding="utf-8")
    tier = catalog.load_rule_sets(session, tmp_path, by=SYSTEM, now=NOW)[0].tier

    before = service.in_force(session, tier, on=TODAY - timedelta(days=1))
    after = service.in_force(session, tier, on=TODAY)

    assert before is not None
    assert after is not None
    assert (before.code, after.code) == ("brief", "shanghai-2025")


@pytest.mark.parametrize(
    ("day", "rule_ids"),
    [
        (date(2026, 1, 1), ["S5-1", "S5-2"]),
        (date(2025, 6, 30), ["N5-1", "N5-2"]),
        (date(2021, 10, 31), []),
    ],
)
def test_the_newest_rules_in_force_are_tried(
    session: Session, make: Make, standard: Standard, day: date, rule_ids: list[str]
) -> None:
    said = service.evaluate(session, make.trainer().id, 5, on=day)

    assert [rule.rule_id for rule in said.tried] == rule_ids
    assert said.published is bool(rule_ids)


def test_all_that_is_on_file_is_judged(session: Session, make: Make, standard: Standard) -> None:
    trainer = make.trainer(apprenticeship_completed=True)
    mine = {"trainer_id": trainer.id}
    make.add(Employment(**mine, employer="甲", job="标注", is_in_occupation=True, started_on=years_ago(3)))
    make.add(Employment(**mine, employer="乙", job="会计", is_in_occupation=False, started_on=years_ago(20)))
    make.add(Education(**mine, level=EducationLevel.BACHELOR, school="大学", subject="计算机", ended_on=years_ago(5)))
    make.add(
        ProfessionalTitle(
            **mine, name="助理工程师", rank=TitleRank.JUNIOR, matches_subject=True, awarded_on=years_ago(1)
        )
    )
    certificate = {**mine, "level": 4, "number": "1", "issuer": "甲", "issued_on": years_ago(9)}
    make.add(EarlierCertificate(**certificate, occupation_code="4-04-05-01"))
    session.expire_all()

    said = service.evaluate(session, trainer.id, 3, on=TODAY)

    assert said.met == "S3-3"
    assert said.title_zh.startswith("上海")
    assert {rule.rule_id for rule in said.tried if rule.met} == {"S3-3"}


def test_certificates_of_this_portal_count_when_handed_in(session: Session, make: Make, standard: Standard) -> None:
    trainer = make.trainer()
    held = [HeldCertificate(4, years_ago(4))]

    assert service.require(session, trainer.id, 3, on=TODAY, held=held) == "S3-2"
    with pytest.raises(service.NotEligible) as refused:
        service.require(session, trainer.id, 3, on=TODAY)
    assert len(refused.value.answer.tried) == 6


@pytest.mark.parametrize("level", [2, 1])
def test_nobody_is_judged_by_rules_that_are_not_published(
    session: Session, make: Make, standard: Standard, level: int
) -> None:
    trainer = make.trainer()
    make.add(
        Employment(trainer_id=trainer.id, employer="甲", job="标注", is_in_occupation=True, started_on=years_ago(20))
    )

    with pytest.raises(service.RulesNotPublished):
        service.require(session, trainer.id, level, on=TODAY)


def test_nobody_unknown_is_judged(session: Session, standard: Standard) -> None:
    with pytest.raises(NotFound):
        service.evaluate(session, standard.id, 3, on=TODAY)


def test_what_was_established_at_enrolment_keeps_counting(session: Session, make: Make, standard: Standard) -> None:
    enrolment = make.enrolment(eligible_by="S3-6")

    assert service.require(session, enrolment.trainer_id, 3, on=TODAY) == "S3-6"
    enrolment.status = EnrolmentStatus.LEFT
    with pytest.raises(service.NotEligible):
        service.require(session, enrolment.trainer_id, 3, on=TODAY)


def student(session: Session, make: Make, *keepers: Any) -> Trainer:
    trainer = make.trainer(*keepers)
    make.add(
        Education(
            trainer_id=trainer.id,
            level=EducationLevel.HIGHER_VOCATIONAL,
            school="职院",
            subject="人工智能",
            is_related=True,
            in_final_year=True,
        )
    )
    return trainer


def test_who_is_eligible_is_enrolled_with_the_rule(session: Session, make: Make, standard: Standard) -> None:
    center = make.center()
    cohort, trainer = make.cohort(center), student(session, make, center)
    by, seen = make.actor(center), [ConditionKind.SCHOOL_APPRAISAL]

    with pytest.raises(service.NotEligible):
        service.enrol(session, cohort.id, trainer.id, by=by, now=NOW)
    enrolment = service.enrol(session, cohort.id, trainer.id, by=by, now=NOW, confirmed=seen)

    assert enrolment.eligible_by == "S3-6"


def test_a_level_outside_the_scope_is_refused_before_anything_else(
    session: Session, make: Make, standard: Standard
) -> None:
    center = make.center(levels=(5,))
    cohort, trainer = make.cohort(center), make.trainer(center)

    with pytest.raises(OutsideFiledScope):
        service.enrol(session, cohort.id, trainer.id, by=make.actor(center), now=NOW)
