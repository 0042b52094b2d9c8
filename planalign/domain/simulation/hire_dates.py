"""The days on which hires start: even over the year, whatever their number."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from planalign.domain.calendar import day_number, days_in_year
from planalign.domain.simulation.draws import Purpose, draw_one
from planalign.domain.workforce import Int32Array, UInt64Array

__all__ = ["hire_dates"]

_SWAPS: Final = (
    (np.uint64(1), np.uint64(0x5555555555555555)),
    (np.uint64(2), np.uint64(0x3333333333333333)),
    (np.uint64(4), np.uint64(0x0F0F0F0F0F0F0F0F)),
)


def hire_dates(seed: int, year: int, count: int) -> Int32Array:
    """First days of the hires 1 to *count* of a year.

    The k-th day is the k-th point of the van der Corput sequence (k with its bits reversed, as a
    fraction of the year), shifted by one draw for the whole year. Any first k of them are spread
    evenly, so the k-th hire starts on the same day however many follow.

    Returns:
        Shape (count,), day numbers within *year*.

    Source: J. G. van der Corput, "Verteilungsfunktionen" (1935).
    """
    shift = np.uint64(draw_one(seed, Purpose.HIRE_DATES, 0, year))
    fraction = _reversed_bits(np.arange(1, count + 1, dtype=np.uint64)) + shift
    days = (fraction >> np.uint64(32)) * np.uint64(days_in_year(year)) >> np.uint64(32)
    return days.astype(np.int32) + np.int32(day_number(date(year, 1, 1)))


def _reversed_bits(numbers: UInt64Array) -> UInt64Array:
    reversed_bits = numbers.byteswap()
    for shift, mask in _SWAPS:
        upper, lower = (reversed_bits >> shift) & mask, (reversed_bits & mask) << shift
        reversed_bits = upper | lower
    return reversed_bits
