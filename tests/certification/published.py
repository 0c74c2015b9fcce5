"""Published data sets and figures that the statistics are checked against, each with its source."""

import itertools

import numpy as np
import numpy.typing as npt

PATTERNS: npt.NDArray[np.float64] = np.array(list(itertools.product([0, 1], repeat=5)), dtype=np.float64)
"""00000, 00001 ... 11111."""

LSAT6 = np.array(
    [
        3,
        6,
        2,
        11,
        1,
        1,
        3,
        4,
        1,
        8,
        0,
        16,
        0,
        3,
        2,
        15,
        10,
        29,
        14,
        81,
        3,
        28,
        15,
        80,
        16,
        56,
        21,
        173,
        11,
        61,
        28,
        298,
    ],
    dtype=np.float64,
)
"""Bock and Lieberman (1970), Psychometrika 35, table 1: 1,000 answers to five items of LSAT section 6, by pattern."""

LSAT7 = np.array(
    [
        12,
        19,
        1,
        7,
        3,
        19,
        3,
        17,
        10,
        5,
        3,
        7,
        7,
        23,
        8,
        28,
        7,
        39,
        11,
        34,
        14,
        51,
        15,
        90,
        6,
        25,
        7,
        35,
        18,
        136,
        32,
        308,
    ],
    dtype=np.float64,
)
"""Bock and Lieberman (1970), table 1, section 7."""

MOODLE = np.array(
    [
        [5.5, 0.3, 0.9, 1, 0.3, 1, 0, 0, 1, 1, 0, 0, 1],
        [1, 0.9, 0.9, 0.3, 0.3, 1, 0, 0, 1, 0, 1, 0, 1],
        [2.5, 1, 0.9, 0.3, 1, 0, 0, 1, 1, 1, 1, 1, 1],
        [4, 0.3, 0.9, 1, 0.3, 0, 0, 0, 0, 1, 0, 0, 1],
        [3, 0.9, 0.3, 0.9, 1, 0, 1, 0, 0, 1, 1, 1, 0],
        [4.5, 0.9, 1, 1, 0.9, 0, 1, 1, 1, 0, 0, 0, 0],
        [3, 0.3, 0.3, 0.3, 0.3, 1, 0, 1, 1, 1, 1, 1, 1],
        [6, 0.9, 0.9, 1, 0.3, 0, 1, 1, 1, 1, 0, 0, 1],
        [0.5, 0.9, 1, 0.9, 0.3, 0, 1, 1, 0, 1, 1, 0, 1],
        [5.5, 0.9, 1, 0.9, 0.3, 1, 1, 0, 0, 1, 0, 0, 0],
        [2.5, 0.9, 1, 1, 0.9, 0, 1, 0, 0, 1, 0, 0, 1],
        [4, 0.9, 0.3, 0.9, 1, 0, 1, 1, 1, 1, 1, 0, 1],
        [4, 0.9, 0.3, 0.3, 1, 1, 1, 1, 0, 0, 1, 1, 0],
        [3, 1, 1, 0.3, 1, 0, 1, 0, 1, 1, 1, 1, 0],
        [1, 1, 0.9, 0.3, 0.3, 1, 0, 1, 0, 0, 0, 0, 0],
        [1, 0.3, 0.3, 0.3, 0.9, 0, 0, 0, 1, 0, 0, 0, 1],
        [1.5, 1, 0.3, 0.9, 1, 1, 1, 0, 1, 1, 0, 0, 0],
        [4, 0.9, 1, 0.9, 1, 0, 1, 1, 1, 0, 1, 0, 0],
        [2, 0.9, 0.9, 0.3, 0.9, 0, 1, 0, 0, 0, 0, 0, 0],
        [1, 1, 0.3, 0.3, 0.3, 0, 1, 1, 0, 1, 0, 0, 0],
        [6, 0.9, 1, 1, 0.9, 0, 0, 0, 1, 0, 0, 1, 1],
        [7, 0.9, 0.3, 0.3, 0.3, 1, 0, 1, 1, 1, 1, 0, 0],
    ]
)
"""Moodle, mod/quiz/report/statistics/tests/fixtures/mdl_question_states.csv: marks of 22 attempts in slots 8 to 20."""

MOODLE_MAXIMUM = np.array([8.0] + [1.0] * 12)

MOODLE_FIGURES: dict[str, list[float]] = {
    "facility": [
        41.19318182, 81.36363636, 71.36363636, 65.45454545, 65.90909091, 36.36363636, 59.09090909, 50,
        59.09090909, 63.63636364, 45.45454545, 27.27272727, 50,
    ],
    "discrimination_index": [
        25.88327077, 1.170256965, -4.207816809, 28.16930644, -2.513606859, -12.99017581, -8.900638238, 8.670004606,
        29.63337745, 15.18945843, 16.21079629, 15.52451404, -8.396734802,
    ],
    "discriminative_efficiency": [
        27.23492723, 1.382386552, -4.691171307, 31.12404354, -2.877487579, -17.5074184, -10.27568922, 10.86956522,
        34.58997279, 17.4790556, 20.14359793, 22.06477733, -10,
    ],
    "effective_weight": [
        26.58464457, 3.368456046, 3.253955259, 7.584083694, 3.79658376, 3.183278505, 4.532356904, 7.78856243,
        10.08351572, 8.381139345, 8.727645713, 7.946277111, 4.769500946,
    ],
}  # fmt: skip
"""What Moodle's statistics_test.php expects of them."""

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=np.float64
)
"""Shrout and Fleiss (1979), Psychological Bulletin 86, table 2: six targets, four judges."""

BERKELEY = np.array(
    [
        [[512, 313], [89, 19]],
        [[353, 207], [17, 8]],
        [[120, 205], [202, 391]],
        [[138, 279], [131, 244]],
        [[53, 138], [94, 299]],
        [[22, 351], [24, 317]],
    ]
)
"""Bickel, Hammel and O'Connell (1975), Science 187: men and women, admitted and rejected, in six departments."""


def lsat(weight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """One row per person."""
    found: npt.NDArray[np.float64] = np.repeat(PATTERNS, weight.astype(int), axis=0)
    return found
