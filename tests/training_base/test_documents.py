"""Identity numbers: which are possible, how they are kept and shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.make import resident_id
from training_base.people import documents
from training_base.people.rules import DocumentKind, Sex

BORN = date(1990, 3, 7)
KEY = b"k" * 32
births = st.dates(date(1900, 1, 1), date(2012, 12, 31))
sexes = st.sampled_from(Sex)
serials = st.integers(0, 499)
holders = st.fixed_dictionaries({"born_on": births, "sex": sexes})


def check(number: str, kind: DocumentKind = DocumentKind.RESIDENT_ID, **facts: Any) -> str:
    return documents.validate(kind, number, **{"born_on": BORN, "sex": Sex.MALE, **facts})


@given(holders, serials)
def test_every_well_formed_resident_id_is_taken(holder: Mapping[str, Any], serial: int) -> None:
    number = resident_id(holder["born_on"], holder["sex"], serial)

    assert check(number, **holder) == number


@given(holders, serials, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_one_digit_change_is_refused(holder: Mapping[str, Any], serial: int, position: int, other: str) -> None:
    number = resident_id(holder["born_on"], holder["sex"], serial)
    assume(number[position] != other)

    changed = number[:position] + other + number[position + 1 :]

    with pytest.raises(documents.DocumentRefusal):
        check(changed, **holder)


def test_the_example_of_the_standard_fits() -> None:
    assert check("11010519491231002X", born_on=date(1949, 12, 31), sex=Sex.FEMALE)


def test_width_case_spaces_and_hyphens_do_not_matter() -> None:
    typed = " １１０１０５-１９４９１２３１-００２ｘ "

    assert check(typed, born_on=date(1949, 12, 31), sex=Sex.FEMALE) == "11010519491231002X"


NUMBER = resident_id(BORN, Sex.MALE)


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        (NUMBER[:-1], documents.NumberLength),
        (NUMBER.replace("0", "O", 1), documents.NumberCharacter),
        ("X" + NUMBER[1:], documents.NumberCharacter),
        ("16" + NUMBER[2:], documents.NumberRegion),
        ("9" + NUMBER[1:], documents.NumberOfOtherKind),
        ("810000" + NUMBER[6:], documents.NumberOfOtherKind),
        (NUMBER[:6] + "19900231" + NUMBER[14:], documents.NumberBirthDate),
        (NUMBER[:6] + "18990307" + NUMBER[14:], documents.NumberBirthDate),
        (NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"), documents.CheckDigitWrong),
        (resident_id(date(1990, 7, 3), Sex.MALE), documents.BirthDateDiffers),
        (resident_id(BORN, Sex.FEMALE), documents.SexDiffers),
    ],
)
def test_each_fault_of_a_resident_id_has_its_own_refusal(number: str, refusal: type[documents.DocumentRefusal]) -> None:
    with pytest.raises(refusal):
        check(number)


def test_a_refusal_says_where_the_wrong_character_stands() -> None:
    with pytest.raises(documents.NumberCharacter) as caught:
        check(NUMBER[:9] + "O" + NUMBER[10:])

    assert (caught.value.position, caught.value.character) == (10, "O")


@pytest.mark.parametrize("region", sorted(documents.PERMIT_REGIONS))
def test_a_residence_permit_begins_with_its_region(region: str) -> None:
    number = resident_id(BORN, Sex.MALE, region=region)

    assert check(number, DocumentKind.RESIDENCE_PERMIT_HMT) == number


def test_a_resident_id_is_no_residence_permit() -> None:
    with pytest.raises(documents.NumberOfOtherKind) as caught:
        check(NUMBER, DocumentKind.RESIDENCE_PERMIT_HMT)

    assert caught.value.looks_like is DocumentKind.RESIDENT_ID


def test_a_residence_permit_of_an_unknown_region_is_refused() -> None:
    with pytest.raises(documents.NumberRegion):
        check(resident_id(BORN, Sex.MALE, region="840000"), DocumentKind.RESIDENCE_PERMIT_HMT)


def test_a_new_permanent_residence_card_begins_with_9() -> None:
    number = resident_id(BORN, Sex.MALE, region="931840")

    assert check(number, DocumentKind.PERMANENT_RESIDENCE) == number


@pytest.mark.parametrize(
    ("region", "refusal"),
    [("310115", documents.NumberOfOtherKind), ("840000", documents.NumberRegion)],
)
def test_other_numbers_are_no_permanent_residence_card(region: str, refusal: type[documents.DocumentRefusal]) -> None:
    with pytest.raises(refusal):
        check(resident_id(BORN, Sex.MALE, region=region), DocumentKind.PERMANENT_RESIDENCE)


@pytest.mark.parametrize(
    ("kind", "number", "nationality"),
    [
        (DocumentKind.TRAVEL_PERMIT_HM, "H12345678", "CN"),
        (DocumentKind.TRAVEL_PERMIT_HM, "m1234567801", "CN"),
        (DocumentKind.TRAVEL_PERMIT_TW, "12345678", "CN"),
        (DocumentKind.PERMANENT_RESIDENCE_OLD, "CAN110010199001", "CA"),
        (DocumentKind.PASSPORT, "E12345678", "CN"),
        (DocumentKind.PASSPORT, "EA1234567", "CN"),
        (DocumentKind.PASSPORT, "X1234567A", "FR"),
    ],
)
def test_numbers_of_other_documents_are_taken(kind: DocumentKind, number: str, nationality: str) -> None:
    assert check(number, kind, nationality=nationality) == number.upper()


@pytest.mark.parametrize(
    ("kind", "number", "nationality"),
    [
        (DocumentKind.TRAVEL_PERMIT_HM, "A12345678", "CN"),
        (DocumentKind.TRAVEL_PERMIT_HM, "H123456789", "CN"),
        (DocumentKind.TRAVEL_PERMIT_TW, "1234567", "CN"),
        (DocumentKind.PERMANENT_RESIDENCE_OLD, "CA1110010199001", "CA"),
        (DocumentKind.PASSPORT, "EI1234567", "CN"),
        (DocumentKind.PASSPORT, "ABCDEFG", "FR"),
        (DocumentKind.PASSPORT, "A1", "FR"),
    ],
)
def test_numbers_out_of_shape_are_refused(kind: DocumentKind, number: str, nationality: str) -> None:
    with pytest.raises(documents.NumberShape):
        check(number, kind, nationality=nationality)


numbers = st.text("0123456789ABCX", min_size=5, max_size=18)


@given(numbers)
def test_what_is_kept_gives_the_number_back(number: str) -> None:
    kept = documents.encrypt(number, key=KEY, bound_to=b"row")

    assert documents.decrypt(kept, key=KEY, bound_to=b"row") == number


@given(numbers)
def test_two_keepings_of_one_number_look_different(number: str) -> None:
    one, other = (documents.encrypt(number, key=KEY, bound_to=b"row") for _ in range(2))

    assert one != other


@given(numbers)
def test_a_mask_hides_the_middle(number: str) -> None:
    shown = documents.mask(number)

    assert len(shown) == len(number)
    assert set(shown[3:-4] if len(number) >= 15 else shown[1:-2]) == {"*"}
    assert shown[-2:] == number[-2:]


def test_a_resident_id_is_shown_with_three_and_four_digits() -> None:
    assert documents.mask("310115199003070013") == "310***********0013"


def test_a_number_copied_to_another_row_does_not_open() -> None:
    trainer = uuid4()
    kept = documents.encrypt("E12345678", key=KEY, bound_to=documents.binding(trainer, uuid4()))

    with pytest.raises(ValueError, match="does not open"):
        documents.decrypt(kept, key=KEY, bound_to=documents.binding(trainer, uuid4()))


def test_a_number_under_an_unknown_scheme_does_not_open() -> None:
    with pytest.raises(ValueError, match="unknown scheme"):
        documents.decrypt(b"\x02rest", key=KEY, bound_to=b"row")


def test_a_digest_depends_on_kind_and_key_but_not_on_spelling() -> None:
    digest = documents.digest(DocumentKind.PASSPORT, "E12345678", key=KEY)

    assert digest == documents.digest(DocumentKind.PASSPORT, "ｅ1234 5678", key=KEY)
    assert digest != documents.digest(DocumentKind.TRAVEL_PERMIT_HM, "E12345678", key=KEY)
    assert digest != documents.digest(DocumentKind.PASSPORT, "E12345678", key=b"o" * 32)
