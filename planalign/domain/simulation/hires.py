"""Hires: the people who join in a year, by rank.

The k-th hire of a year has the same id in every scenario, hence the same key and the same luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import NEVER, day_number
from planalign.domain.errors import SimulationRefusedError
from planalign.domain.simulation.arithmetic import round_to
from planalign.domain.simulation.bands import latest_starts
from planalign.domain.simulation.draws import Purpose, uniform
from planalign.domain.simulation.hire_dates import hire_dates
from planalign.domain.simulation.keys import employee_keys, new_hire_ids
from planalign.domain.simulation.occasions import chosen, cumulative_shares
from planalign.domain.workforce import (
    FloatArray,
    Int32Array,
    Int64Array,
    UInt8Array,
    UInt64Array,
    Workforce,
)

__all__ = [
    "birth_dates",
    "hire_ages",
    "hire_levels",
    "hire_salaries",
    "level_weights",
    "make_hires",
    "middle_salaries",
    "salary_limits",
]


def make_hires(
    assumptions: Assumptions,
    year: int,
    *,
    stream_nos: Int32Array,
    census_levels: Sequence[int],
) -> Workforce:
    """The hires of a year in order of rank, at version 1.

    Args:
        assumptions: Of the scenario.
        year: Of the hires.
        stream_nos: Shape (hires,), numbers of the streams of `new_hire_ids(year, hires)`.
        census_levels: Active employees of each level on the census date, level 1 first.

    Raises:
        SimulationRefusedError: Hires are due, and nothing says at which levels.
    """
    count = len(stream_nos)
    ids = new_hire_ids(year, count)
    key = employee_keys(ids.offsets, ids.data)
    level = hire_levels(key, assumptions, year, census_levels=census_levels)
    hire_date = hire_dates(assumptions.seed, year, count)
    return Workforce(
        stream_no=np.asarray(stream_nos, dtype=np.int32),
        key=key,
        version=np.ones(count, dtype=np.int32),
        level=level,
        salary_cents=hire_salaries(key, level, assumptions, year),
        hire_date=hire_date,
        birth_date=birth_dates(key, hire_date, assumptions, year),
        exit_date=np.full(count, NEVER, dtype=np.int32),
    )


def level_weights(assumptions: Assumptions, census_levels: Sequence[int]) -> Sequence[Fraction]:
    """The weight of each level among hires: the assumptions', or the census's mix."""
    if assumptions.hires.level_weights is not None:
        return [Fraction(weight) for weight in assumptions.hires.level_weights]
    if len(census_levels) != assumptions.levels.top or not any(census_levels):
        raise SimulationRefusedError(
            f"hires should follow the level mix of the census, which is {list(census_levels)} "
            f"for {assumptions.levels.top} levels",
            hint="set hires.level_weights, one for each level",
        )
    return [Fraction(count) for count in census_levels]


def hire_levels(
    key: UInt64Array, assumptions: Assumptions, year: int, *, census_levels: Sequence[int]
) -> UInt8Array:
    """Shape (n,): the level each hire starts at."""
    if not len(key):
        return np.empty(0, dtype=np.uint8)
    draws = uniform(assumptions.seed, Purpose.HIRE_LEVEL, key, year)
    ends = cumulative_shares(level_weights(assumptions, census_levels))
    return chosen(draws, ends) + np.uint8(1)


def hire_ages(key: UInt64Array, assumptions: Assumptions, year: int) -> UInt8Array:
    """Shape (n,): completed years of age on the first day."""
    ages = np.array([row.age for row in assumptions.hires.ages], dtype=np.uint8)
    return ages[_age_rows(key, assumptions, year)]


def birth_dates(
    key: UInt64Array, hire_date: Int32Array, assumptions: Assumptions, year: int
) -> Int32Array:
    """Shape (n,): birthdays, uniform over the days that give each one's age on the first day."""
    ages = [row.age for row in assumptions.hires.ages]
    youngest = np.stack([latest_starts(year, age) for age in ages])
    oldest = np.stack([latest_starts(year, age + 1) for age in ages])
    day_of_year = hire_date - day_number(date(year, 1, 1))
    place = _age_rows(key, assumptions, year) * np.int32(youngest.shape[1]) + day_of_year
    share = uniform(assumptions.seed, Purpose.HIRE_BIRTHDAY, key, year)
    span = (youngest - oldest).take(place)
    return youngest.take(place) - np.floor(share * span).astype(np.int32)


def _age_rows(key: UInt64Array, assumptions: Assumptions, year: int) -> UInt8Array:
    """Shape (n,): the row of the age table that each hire is drawn from."""
    draws = uniform(assumptions.seed, Purpose.HIRE_AGE, key, year)
    return chosen(draws, cumulative_shares([row.weight for row in assumptions.hires.ages]))


def hire_salaries(
    key: UInt64Array, level: UInt8Array, assumptions: Assumptions, year: int
) -> Int64Array:
    """Shape (n,): starting salaries in cents, within the level's band and hiring limit.

    (min + (max - min) * percentile) * market * (1 ± spread), where an open band's max is the
    hiring limit.
    """
    spread = float(assumptions.hires.salary_spread)
    draws = uniform(assumptions.seed, Purpose.HIRE_SALARY, key, year)
    middle = middle_salaries(assumptions).take(level)
    salary = round_to(middle * (1.0 + spread * (2.0 * draws - 1.0)), assumptions.pay.rounding_cents)
    lowest, highest = salary_limits(assumptions)
    return np.clip(salary, lowest[level], highest[level])


def salary_limits(assumptions: Assumptions) -> tuple[Int64Array, Int64Array]:
    """The least and the most a hire is paid at each level, in cents; index 0 is unused."""
    rows = list(assumptions.levels.rows())
    lowest = np.array([0, *(row.salary_min_cents for row in rows)], dtype=np.int64)
    highest = np.array([0, *(row.hire_maximum_cents for row in rows)], dtype=np.int64)
    return lowest, highest


def middle_salaries(assumptions: Assumptions) -> FloatArray:
    """Shape (levels + 1,): the middle of the spread at each level, in cents; index 0 is unused."""
    middles = [0.0]
    for row in assumptions.levels.rows():
        lowest = row.salary_min
        highest = (
            Decimal(row.hire_maximum_cents) / 100 if row.salary_max is None else row.salary_max
        )
        middle = lowest + (highest - lowest) * row.hire_percentile
        middles.append(float(middle * row.market * 100))
    return np.array(middles)
