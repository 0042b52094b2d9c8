"""A chi-square test without a statistics library."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np

from planalign.domain.workforce import FloatArray


def chi_square_p(observed: FloatArray, expected: FloatArray) -> float:
    """Probability of a larger deviation by chance, for independent cells.

    Source: the cube-root approximation of E. B. Wilson and M. M. Hilferty (1931).
    """
    statistic = float(np.sum((observed - expected) ** 2 / expected))
    return upper_tail(statistic, len(observed) - 1)


def upper_tail(statistic: float, freedom: int) -> float:
    spread = 2 / (9 * freedom)
    deviate = ((statistic / freedom) ** (1 / 3) - (1 - spread)) / sqrt(spread)
    return erfc(deviate / sqrt(2)) / 2
