"""What is questioned in a file of items: warnings with their place, near copies in the file and in the bank."""

from certification.item_bank import import_lint
from certification.item_bank.content import Content
from certification.item_bank.exchange.report import Fault, ImportedItem, Place, Severity
from tests.certification.test_item_lint import OPTIONS, choice

STEM, REWORDED = "标注质量检查时应当采用哪种做法？", "标注质量检查时，应采用哪种做法？"


def read(*contents: Content) -> list[ImportedItem]:
    """Items of a sheet, one per row from row 2."""
    return [ImportedItem(Place(line=at), one, code=f"N{at}") for at, one in enumerate(contents, start=2)]


def test_a_questioned_item_is_told_with_its_place() -> None:
    (problem,) = import_lint.linted(read(choice(), choice("下列做法不正确的是？", option_rationales=())))

    assert (problem.fault, problem.severity, problem.row) == (Fault.QUESTIONED, Severity.ADVICE, 3)
    assert (problem.other, problem.value) == ("negative_stem", "不正确")


def test_a_near_copy_in_the_file_is_told_at_the_later_row() -> None:
    (problem,) = import_lint.alike(read(choice(STEM), choice(REWORDED, key=(1,))), {})

    assert (problem.row, problem.other, problem.value) == (3, "near_key_conflict", "N2")


def test_a_near_copy_in_the_bank_is_told_with_its_code() -> None:
    (problem,) = import_lint.alike(read(choice(REWORDED)), {"B-1": choice("别的题"), "B-2": choice(STEM)})

    assert (problem.row, problem.other, problem.value) == (2, "near_duplicate", "B-2")


def test_equal_stems_are_left_to_the_errors_of_the_import() -> None:
    assert list(import_lint.alike(read(choice(STEM), choice(STEM)), {"B-1": choice(STEM)})) == []


def test_a_pattern_of_keys_is_told_once_for_the_file() -> None:
    items = read(*(choice(f"题{at}", key=(3,)) for at in range(30)))
    even = read(*(choice(f"题{at}", key=(at % 4,), options=OPTIONS) for at in range(32)))

    found = {problem.other for problem in import_lint.patterns(items)}

    assert "key_position:4" in found
    assert list(import_lint.patterns(even)) == []
