"""Completed years as comparisons of dates, and the cells that factors are looked up in.

Whether somebody has completed k years on a day is the same question as whether they were born, or
hired, on or before one particular day: `latest_start`. So a band is a handful of comparisons of
day numbers for each employee, and nobody's age is ever counted up from year to year.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date

import numpy as np

from planalign.domain.assumptions import Assumptions, BandTable
from planalign.domain.calendar import day_number, days_in_year
from planalign.domain.workforce import Int32Array, UInt8Array, UInt16Array, Workforce

__all__ = ["band_of", "cell_count", "cells", "latest_start", "latest_starts"]

_MARCH_FIRST = 59
"""Days before 1 March in a common year; the same index is 29 February in a leap year."""


def latest_starts(year: int, years: int) -> Int32Array:
    """For each day of *year*, the last day from which *years* are completed by then.

    Returns:
        Shape (365 or 366,), day numbers, 1 January first.

    >>> latest_starts(2025, 21)[[0, 58, 59]].tolist()  # 2004 had a 29 February
    [12418, 12476, 12478]
    """
    start_year = year - years
    day_of_year = np.arange(days_in_year(year), dtype=np.int32)
    shift = isleap(start_year) - isleap(year)
    return day_number(date(start_year, 1, 1)) + day_of_year + shift * (day_of_year >= _MARCH_FIRST)


def latest_start(on: date, years: int) -> int:
    """The last day from which *years* are completed on the day *on*, as a day number.

    >>> latest_start(date(2025, 2, 28), 21) == day_number(date(2004, 2, 28))
    True
    """
    return int(latest_starts(on.year, years)[on.timetuple().tm_yday - 1])


def band_of(start: Int32Array, bands: BandTable, on: date) -> UInt8Array:
    """Which band of completed years each employee is in on a day, counted from 0.

    Args:
        start: Shape (n,), days of birth or hire; one after *on* counts as 0 years.
        bands: Of age or tenure.
        on: The day of the decision.
    """
    band = np.zeros(len(start), dtype=np.uint8)
    for bound in bands.bounds:
        band += start <= latest_start(on, bound)
    return band


def cells(workforce: Workforce, assumptions: Assumptions, on: date) -> UInt16Array:
    """The cell of (level, age band, tenure band) that each employee is in on a day.

    Returns:
        Shape (n,), from 0 to `cell_count` - 1; tenure varies fastest, level slowest.
    """
    age_bands, tenure_bands = assumptions.age_bands, assumptions.tenure_bands
    cell = workforce.level.astype(np.uint16)
    cell -= np.uint16(1)
    cell *= np.uint16(len(age_bands.labels))
    cell += band_of(workforce.birth_date, age_bands, on)
    cell *= np.uint16(len(tenure_bands.labels))
    cell += band_of(workforce.hire_date, tenure_bands, on)
    return cell


def cell_count(assumptions: Assumptions) -> int:
    """The number of cells: levels x age bands x tenure bands, at most 64,000."""
    bands = len(assumptions.age_bands.labels) * len(assumptions.tenure_bands.labels)
    return assumptions.levels.top * bands
