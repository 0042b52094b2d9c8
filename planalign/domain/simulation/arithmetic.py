"""Logarithm, exponential and rounding that give the same bits on every machine.

A decision may not hang on the last bit of a platform's math library. These functions use only
IEEE 754 additions, multiplications, divisions, comparisons and bit patterns, one NumPy operation
at a time, so that nothing can be fused or reordered.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from planalign.domain.workforce import FloatArray, Int64Array

__all__ = ["exp_of_minus", "minus_log", "round_to"]

_EXPONENT_ONE: Final = np.int64(0x3FF0000000000000)
_MANTISSA: Final = np.int64(0x000FFFFFFFFFFFFF)
_ROOT_TWO: Final = 1.4142135623730951

# ln 2 in two parts: the first has 32 trailing zero bits, so that a whole multiple of it is exact.
_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
_LOG_TERMS: Final = (
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
)
_EXP_DEGREE: Final = 13
_LARGEST_EXPONENT: Final = 700.0


def minus_log(uniform: FloatArray) -> FloatArray:
    """-ln(u): how long a clock of rate 1 takes, for a uniform draw.

    Args:
        uniform: Any shape, in (0, 1), normal numbers.

    Returns:
        The same shape, >= 0, within 1 unit in the last place or so.

    Source: the reduction and coefficients of fdlibm's ``e_log.c``.

    >>> minus_log(np.array([0.5, 1 - 2**-53])).tolist()
    [0.6931471805599453, 1.1102230246251565e-16]
    """
    bits = np.ascontiguousarray(uniform, dtype=np.float64).view(np.int64)
    exponent = (bits >> 52) - 1023
    mantissa = ((bits & _MANTISSA) | _EXPONENT_ONE).view(np.float64)
    upper = mantissa > _ROOT_TWO
    mantissa = np.where(upper, mantissa * 0.5, mantissa) - 1.0
    whole = (exponent + upper).astype(np.float64)
    ratio = mantissa / (2.0 + mantissa)
    square = ratio * ratio
    series = np.zeros_like(square)
    for term in _LOG_TERMS:
        series = (series + term) * square
    half_square = 0.5 * mantissa * mantissa
    remainder = ratio * (half_square + series) + whole * _LN2_LOW
    logarithm: FloatArray = (half_square - remainder) - mantissa - whole * _LN2_HIGH
    return logarithm


def exp_of_minus(exponent: FloatArray) -> FloatArray:
    """exp(-x), which is how much of a population a hazard of x leaves.

    Args:
        exponent: Any shape, >= 0; infinite gives 0.

    Returns:
        The same shape, in [0, 1]; 0 past x = 700.

    Source: reduction by multiples of ln 2, then the Taylor polynomial on [-0.35, 0.35].

    >>> exp_of_minus(np.array([0.0, 1.0, np.inf])).tolist()
    [1.0, 0.36787944117144233, 0.0]
    """
    bounded = np.minimum(exponent, _LARGEST_EXPONENT)
    halvings = np.rint(bounded / (_LN2_HIGH + _LN2_LOW))
    rest = -((bounded - halvings * _LN2_HIGH) - halvings * _LN2_LOW)
    series = np.ones_like(rest)
    for degree in range(_EXP_DEGREE, 0, -1):
        series = 1.0 + series * rest / degree
    scale = ((1023 - halvings.astype(np.int64)) << 52).view(np.float64)
    return np.where(exponent > _LARGEST_EXPONENT, 0.0, np.minimum(series * scale, 1.0))


def round_to(amount: FloatArray, unit: int) -> Int64Array:
    """The nearest multiple of *unit*, halves to the even multiple.

    >>> round_to(np.array([250.0, 350.0, 351.0]), 100).tolist()
    [200, 400, 400]
    """
    if unit == 1:
        return np.rint(amount).astype(np.int64)
    return np.rint(amount / unit).astype(np.int64) * unit
