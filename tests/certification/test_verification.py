"""The public check of a certificate."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from certification.certificates.numbering import NumberProblem
from certification.certificates.rules import (
    CertificateStatus,
    CheckVerdict,
    check,
    mask_address,
    mask_name,
    same_name,
)
from certification.certificates.verification import Check, check_number, verdict_on
from tests.make import NOW, TODAY, Make

STATUS = CertificateStatus


@pytest.mark.parametrize(
    ("status", "expires_on", "name_matches", "verdict"),
    [
        (STATUS.VALID, None, None, CheckVerdict.VALID),
        (STATUS.VALID, None, True, CheckVerdict.VALID),
        (STATUS.VALID, date(2026, 6, 16), None, CheckVerdict.VALID),
        (STATUS.VALID, date(2026, 6, 15), None, CheckVerdict.EXPIRED),
        (STATUS.VALID, None, False, CheckVerdict.UNKNOWN),
        (None, None, None, CheckVerdict.UNKNOWN),
        (None, None, False, CheckVerdict.UNKNOWN),
        (STATUS.SUSPENDED, date(2020, 1, 1), None, CheckVerdict.SUSPENDED),
        (STATUS.WITHDRAWN, None, True, CheckVerdict.WITHDRAWN),
        (STATUS.REPLACED, None, None, CheckVerdict.REPLACED),
    ],
)
def test_the_verdict_follows_from_status_term_and_name(
    status: CertificateStatus | None, expires_on: date | None, name_matches: bool | None, verdict: CheckVerdict
) -> None:
    assert check(status, expires_on=expires_on, name_matches=name_matches, today=TODAY) is verdict


@pytest.mark.parametrize("given", ["阿依努尔·买买提", "阿依努尔 买买提", " 阿依努尔•买买提 ", "ａＢＣ ｄ", "Abc-D"])
def test_names_are_compared_as_people_type_them(given: str) -> None:
    assert same_name(given, "阿依努尔·买买提", None, "ABC D")


def test_an_empty_name_is_nobodys() -> None:
    assert not same_name(" · ", "·", "")
    assert not same_name("张三", "张三丰")


def test_masks_show_the_beginning_only() -> None:
    assert [mask_name(name) for name in ("张三", "欧阳明月", "Mary Smith")] == ["张*", "欧***", "M*** S****"]
    assert [mask_address(a) for a in ("203.0.113.9", "2001:db8::1", "not one")] == ["203.0.*.*", "2001:db8:*", "*"]


def test_a_number_alone_tells_status_level_and_a_masked_name(session: Session, make: Make) -> None:
    certificate = make.certificate(holder_name="张晓岚")

    answer = check_number(session, certificate.number, now=NOW)

    assert answer.verdict is CheckVerdict.VALID
    assert answer.facts is not None
    assert (answer.facts.holder, answer.facts.level, answer.facts.in_full) == ("张**", 3, False)
    assert (answer.facts.center, answer.facts.standard, answer.facts.issued_on) == (None, None, None)


def test_number_and_name_tell_everything_but_the_document(session: Session, make: Make) -> None:
    certificate = make.certificate(holder_name="张晓岚", document_masked="310***********1234")

    answer = check_number(
        session, f" {certificate.number[:13].lower()}-{certificate.number[13:]}", name="张 晓岚", now=NOW
    )

    assert answer.facts is not None
    assert (answer.facts.holder, answer.facts.center) == ("张晓岚", certificate.center)
    assert answer.facts.standard is certificate.tier.standard
    assert "1234" not in repr(answer.facts)
    assert answer.facts.last_day is None


def test_the_key_of_the_link_tells_everything_and_a_wrong_one_nothing_more(session: Session, make: Make) -> None:
    certificate = make.certificate()

    right = check_number(session, certificate.number, key=certificate.link_key, now=NOW)
    wrong = check_number(session, certificate.number, key="钥匙", now=NOW)

    assert right.facts is not None
    assert wrong.facts is not None
    assert (right.facts.in_full, wrong.facts.in_full) == (True, False)


def test_a_latin_name_is_the_holders_too(session: Session, make: Make) -> None:
    center = make.center()
    certificate = make.certificate(center, trainer=make.trainer(center, name="玛丽", name_latin="Mary Smith"))

    assert check_number(session, certificate.number, name="MARY SMITH", now=NOW).verdict is CheckVerdict.VALID


def test_a_wrong_name_gets_the_answer_of_an_unknown_number(session: Session, make: Make) -> None:
    certificate = make.certificate()
    free = certificate.number[:-6] + "999999"

    wrong = check_number(session, certificate.number, name="别人", now=NOW)
    unknown = check_number(session, free, name="别人", now=NOW)

    assert (wrong.verdict, wrong.facts, wrong.problem) == (unknown.verdict, unknown.facts, unknown.problem)
    assert (wrong.verdict, wrong.facts, wrong.problem) == (CheckVerdict.UNKNOWN, None, None)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("S123", NumberProblem.TOO_SHORT),
        ("S999999999999263000001", NumberProblem.UNKNOWN_BODY),
        ("1809001003400012", NumberProblem.OTHER_FORMAT),
    ],
)
def test_a_forged_number_is_explained(session: Session, number: str, problem: NumberProblem) -> None:
    assert check_number(session, number, now=NOW).problem is problem


def test_a_term_ends_at_midnight_of_the_center(session: Session, make: Make) -> None:
    certificate = make.certificate(expires_on=date(2026, 6, 16))
    before, after = datetime(2026, 6, 15, 15, 59, tzinfo=UTC), datetime(2026, 6, 15, 16, 0, tzinfo=UTC)

    answers = [check_number(session, certificate.number, now=now).verdict for now in (before, after)]

    assert answers == [CheckVerdict.VALID, CheckVerdict.EXPIRED]
    assert answers == [verdict_on(certificate, now=now) for now in (before, after)]
    assert [certificate.holds_on(day) for day in (date(2026, 6, 14), TODAY, date(2026, 6, 16))] == [False, True, False]


def test_an_unknown_check_tells_the_number_as_it_was_read(session: Session) -> None:
    assert check_number(session, " s 1 ", now=NOW) == Check("S1", CheckVerdict.UNKNOWN, problem=NumberProblem.TOO_SHORT)
