"""What a blueprint that cannot be filled says to a person."""

import pytest
from flask import Flask

from certification.assembly.rules import Limit
from certification.assembly.solver import Conflict, LimitsInConflict, NotEnoughItems, NotFoundInTime
from certification.assembly.supply import CellSupply, JointShortage
from portal.errors import sentence
from tests.make_assembly import a_cell
from training_base.kernel.errors import Refusal

CELL = a_cell(10, "2.1")


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (NotEnoughItems((CellSupply(CELL, 4, 4, 10),)), "范围2.1还缺6道已批准的单选题"),
        (NotEnoughItems((), JointShortage((CELL,), 3)), "合计还缺3道其他鉴定点的已批准试题（2.1 单选题）"),
        (LimitsInConflict((Conflict(Limit.DIFFICULTY, "", 5, 3.2),), is_least=True), "要求5.00，最接近的只能到3.20"),
        (LimitsInConflict((Conflict(Limit.CELLS, "single_choice 2.1", 5, 3),), is_least=False), "例如2.1 单选题"),
        (NotFoundInTime(60.2, ()), "60秒内既未找到试卷"),
    ],
)
def test_a_refusal_says_what_is_missing(app: Flask, refusal: Refusal, said: str) -> None:
    with app.test_request_context():
        assert said in sentence(refusal)


def test_of_many_alike_one_sentence_gives_the_number(app: Flask) -> None:
    limits = [limit for limit in Limit if limit is not Limit.CELLS]
    conflicts = tuple(Conflict(limit, where, 1, 2) for limit in limits for where in ("0", "1"))

    with app.test_request_context():
        said = sentence(LimitsInConflict(conflicts, is_least=True))

    assert said.count("2对互斥题") == 1
    assert said.count("能力值") == 2
