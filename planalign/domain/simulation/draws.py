"""Random numbers that are functions of what they are about.

A draw depends on (seed, purpose, employee, year) and on nothing else: not on the order of
employees, on how many there are, on chunks, threads or machines. Two scenarios that differ in one
assumption therefore share all their other luck.

The four inputs meet in two rounds of a 64-bit finaliser: the seed, the year and the purpose are
mixed once into two salts, and each employee's key is salted, mixed, salted again and mixed again.
Two rounds, because keys may be adjacent numbers and one round of xor-shift-multiply leaves traces.
A purpose's number is part of every result it ever produced: never renumber one.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from planalign.domain.workforce import FloatArray, UInt64Array

__all__ = [
    "EVERY_YEAR",
    "Purpose",
    "draw",
    "draw_one",
    "mix",
    "mix_in_place",
    "uniform",
    "uniform_from",
]

# Two buffers of this many 8-byte numbers stay in a core's second-level cache.
CHUNK: Final = 16_384

_WORD: Final = 2**64 - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_FIRST_FACTOR: Final = 0xBF58476D1CE4E5B9
_SECOND_FACTOR: Final = 0x94D049BB133111EB
_ONE_BITS: Final = np.uint64(0x3FF0000000000000)
_BELOW_ONE: Final = 1.0 - 2.0**-53


class Purpose(IntEnum):
    """What a draw decides."""

    EXIT = 1
    EXIT_DATE = 2
    EXIT_REASON = 3
    PROMOTION = 4
    PROMOTION_MONTH = 5
    PROMOTION_INCREASE = 6
    RAISE_MONTH = 7
    HIRE_DATES = 8
    HIRE_LEVEL = 9
    HIRE_AGE = 10
    HIRE_BIRTHDAY = 11
    HIRE_SALARY = 12


EVERY_YEAR: Final = 0
"""The year of a draw that an employee keeps for good."""


def draw(seed: int, purpose: Purpose, key: UInt64Array, year: int) -> UInt64Array:
    """One 64-bit number per employee.

    Args:
        seed: Of the scenario, from 0 to 2**63 - 1.
        purpose: What is being decided.
        key: Shape (n,), from `employee_keys`.
        year: The simulated year, or `EVERY_YEAR`.

    Returns:
        Shape (n,), uniform over all 64-bit numbers.

    Source: the finaliser is variant 13 of D. Stafford, "Better Bit Mixing", as in SplitMix64.

    >>> hex(int(draw(42, Purpose.EXIT, np.array([7], dtype=np.uint64), 2025)[0]))
    '0x1d21cb7c2a258f63'
    """
    first_salt, second_salt = _salts(seed, purpose, year)
    numbers = np.empty(len(key), dtype=np.uint64)
    scratch = np.empty(min(len(key), CHUNK), dtype=np.uint64)
    for start in range(0, len(key), CHUNK):
        block = numbers[start : start + CHUNK]
        spare = scratch[: len(block)]
        np.bitwise_xor(key[start : start + CHUNK], first_salt, out=block)
        mix_in_place(block, spare)
        np.add(block, second_salt, out=block)
        mix_in_place(block, spare)
    return numbers


def draw_one(seed: int, purpose: Purpose, key: int, year: int) -> int:
    """The number that `draw` gives for one key.

    >>> draw_one(1, Purpose.EXIT, 5, 2025) == int(
    ...     draw(1, Purpose.EXIT, np.array([5], dtype=np.uint64), 2025)[0])
    True
    """
    first_salt, second_salt = _salts(seed, purpose, year)
    return mix((mix(key ^ int(first_salt)) + int(second_salt)) & _WORD)


def uniform(seed: int, purpose: Purpose, key: UInt64Array, year: int) -> FloatArray:
    """One number per employee, uniform in the open interval (0, 1); arguments as in `draw`."""
    return uniform_from(draw(seed, purpose, key, year))


def uniform_from(numbers: UInt64Array) -> FloatArray:
    """The midpoints of 2**52 equal steps of (0, 1), by the upper 52 bits; overwrites *numbers*.

    Every midpoint is a double, so a draw can be shown, compared and recomputed exactly.

    >>> uniform_from(np.array([0, 2**63, 2**64 - 1], dtype=np.uint64)).tolist()
    [1.1102230246251565e-16, 0.5000000000000001, 0.9999999999999999]
    """
    np.right_shift(numbers, np.uint64(12), out=numbers)
    np.bitwise_or(numbers, _ONE_BITS, out=numbers)
    midpoints = numbers.view(np.float64)
    np.subtract(midpoints, _BELOW_ONE, out=midpoints)
    return midpoints


def mix(number: int) -> int:
    """Spread every bit of a 64-bit number over all of them; one to one."""
    number = ((number ^ (number >> 30)) * _FIRST_FACTOR) & _WORD
    number = ((number ^ (number >> 27)) * _SECOND_FACTOR) & _WORD
    return number ^ (number >> 31)


def mix_in_place(numbers: UInt64Array, spare: UInt64Array) -> None:
    """`mix` for every element; *spare* is working space of the same shape."""
    np.right_shift(numbers, np.uint64(30), out=spare)
    np.bitwise_xor(numbers, spare, out=numbers)
    np.multiply(numbers, np.uint64(_FIRST_FACTOR), out=numbers)
    np.right_shift(numbers, np.uint64(27), out=spare)
    np.bitwise_xor(numbers, spare, out=numbers)
    np.multiply(numbers, np.uint64(_SECOND_FACTOR), out=numbers)
    np.right_shift(numbers, np.uint64(31), out=spare)
    np.bitwise_xor(numbers, spare, out=numbers)


def _salts(seed: int, purpose: Purpose, year: int) -> tuple[np.uint64, np.uint64]:
    state = 0
    for word in (seed, int(purpose), year):
        state = mix(((state ^ word) + _GOLDEN) & _WORD)
    return np.uint64(state), np.uint64(mix((state + _GOLDEN) & _WORD))
