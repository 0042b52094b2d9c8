"""A made-up census that looks like a real one, the same bytes wherever it is generated.

Every choice is integer arithmetic on the raw 64-bit output of PCG64, whose stream NumPy
guarantees; no float, and so no maths library, decides anything. Each choice takes one block of
draws, one draw per person in file order. Nobody in it exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import day_number
from planalign.domain.errors import CensusError
from planalign.infrastructure.census.arrow import Array, Table, pa, pc

__all__ = ["sample_census"]

Draws = NDArray[np.uint64]
Integers = NDArray[np.int64]

_LEVEL_WEIGHTS: Final = (52, 26, 13, 7, 2)
_BAND_CENTS: Final = np.array(
    [
        [5_600_000, 8_000_000],
        [8_000_000, 12_000_000],
        [12_000_000, 16_000_000],
        [16_000_000, 30_000_000],
        [30_000_000, 50_000_000],
    ],
    dtype=np.int64,
)
_DEPARTMENTS: Final = {
    "Operations": 30,
    "Customer Service": 16,
    "Engineering": 14,
    "Sales": 12,
    "Finance": 8,
    "Information Technology": 8,
    "Human Resources": 4,
    "Marketing": 4,
    "Legal": 2,
    "Executive Office": 2,
}
_LOCATIONS: Final = {
    "Columbus": 28,
    "Denver": 18,
    "Atlanta": 16,
    "Phoenix": 14,
    "Remote": 14,
    "Seattle": 10,
}
_HOURS_HUNDREDTHS: Final = {4000: 78, 3750: 8, 3000: 6, 2000: 8}

_YOUNGEST_AT_HIRE_DAYS: Final = 20 * 365 + 5
_YOUNGEST_DAYS: Final = 21 * 365 + 6
_OLDEST_DAYS: Final = 67 * 365 + 17
_LONGEST_TENURE_DAYS: Final = 38 * 365 + 10
_SENIORITY_DAYS: Final = 4 * 365 + 1
"""Each level above the first adds about this much to the age of its holders."""


def sample_census(employees: int, *, seed: int, census_date: date) -> Table:
    """Generate the census of a company that does not exist.

    Ages centre on the early forties, tenures are skewed to the short, senior levels are older,
    and pay rises with level and tenure. Ids run in order of hire.

    Args:
        employees: How many rows, >= 1.
        seed: Any integer >= 0.
        census_date: Nobody is hired after it.

    Returns:
        A table shaped like a census file: ``employee_id``, ``birth_date``, ``hire_date``,
        ``annual_salary`` (decimal, two places), ``level``, ``department``, ``location``,
        ``scheduled_hours_per_week``.

    Raises:
        CensusError: If *employees* or *seed* is out of range.

    >>> sample_census(2, seed=7, census_date=date(2024, 12, 31)).column_names[:3]
    ['employee_id', 'birth_date', 'hire_date']
    """
    if employees < 1 or seed < 0:
        raise CensusError(f"cannot sample {employees} employees with seed {seed}: too small")
    generator = np.random.PCG64(seed)

    def draws() -> Draws:
        return np.asarray(generator.random_raw(employees), dtype=np.uint64)

    level = _choose(_LEVEL_WEIGHTS, draws())
    age = _age_days(level, draws(), draws())
    tenure = _tenure_days(age, draws())
    order = np.argsort(-tenure, kind="stable")
    level, age, tenure = level[order], age[order], tenure[order]
    census_day = day_number(census_date)
    table: Table = pa.table(
        {
            "employee_id": _ids(employees),
            "birth_date": _dates(census_day - age),
            "hire_date": _dates(census_day - tenure),
            "annual_salary": _decimal(_salary_cents(level, tenure, draws()), 12),
            "level": pa.array(level + 1, type=pa.int8()),
            "department": _pick(_DEPARTMENTS, draws()),
            "location": _pick(_LOCATIONS, draws()),
            "scheduled_hours_per_week": _decimal(_hours(draws()), 5),
        }
    )
    return table


def _below(limit: Integers | int, draw: Draws) -> Integers:
    """Integers in [0, *limit*) from the top 32 bits of each draw; *limit* below 2**31."""
    wide = (draw >> np.uint64(32)) * np.asarray(limit, dtype=np.uint64)
    return (wide >> np.uint64(32)).astype(np.int64)


def _choose(weights: Sequence[int], draw: Draws) -> Integers:
    """Index of the weight that each draw falls on."""
    edges = np.cumsum(np.array(weights, dtype=np.int64))
    chosen: Integers = np.searchsorted(edges, _below(int(edges[-1]), draw), side="right").astype(
        np.int64
    )
    return chosen


def _age_days(level: Integers, first: Draws, second: Draws) -> Integers:
    """Triangular between the youngest and the oldest, shifted up with the level."""
    half = (_OLDEST_DAYS - _YOUNGEST_DAYS) // 2
    age = _YOUNGEST_DAYS + _below(half, first) + _below(half, second) + level * _SENIORITY_DAYS
    chosen: Integers = np.minimum(age - _SENIORITY_DAYS // 2, _OLDEST_DAYS).clip(_YOUNGEST_DAYS)
    return chosen


def _tenure_days(age: Integers, draw: Draws) -> Integers:
    """The product of two uniforms' worth of skew: most people came in recent years."""
    longest = np.minimum(age - _YOUNGEST_AT_HIRE_DAYS, _LONGEST_TENURE_DAYS)
    share = draw >> np.uint64(32)
    squared = share * share  # top 32 bits of the square, back in the top half
    return _below(longest, squared)


def _salary_cents(level: Integers, tenure: Integers, draw: Draws) -> Integers:
    """Low in the band for newcomers, high for the long-serving, in whole tens of currency."""
    low, high = _BAND_CENTS[level, 0], _BAND_CENTS[level, 1]
    seniority = tenure * 500 // _LONGEST_TENURE_DAYS  # at most half of the band
    thousandths = seniority + _below(500, draw)
    cents: Integers = (low + (high - low) * thousandths // 1000) // 1000 * 1000
    return cents


def _hours(draw: Draws) -> Integers:
    hundredths = np.array(list(_HOURS_HUNDREDTHS), dtype=np.int64)
    chosen: Integers = hundredths[_choose(list(_HOURS_HUNDREDTHS.values()), draw)]
    return chosen


def _ids(employees: int) -> Array:
    width = max(7, len(str(employees)))
    numbers = pa.array(np.arange(1, employees + 1)).cast(pa.string())
    padded = pc.utf8_lpad(numbers, width, "0")
    column: Array = pc.binary_join_element_wise("E-", padded, "")
    return column


def _dates(days: Integers) -> Array:
    column: Array = pa.array(days.astype(np.int32)).cast(pa.date32())
    return column


def _decimal(hundredths: Integers, precision: int) -> Array:
    """The integers, read as hundredths; a decimal128 is its unscaled integer in 16 bytes."""
    halves = np.zeros((len(hundredths), 2), dtype="<i8")
    halves[:, 0] = hundredths
    kind = pa.decimal128(precision, 2)
    column: Array = pa.Array.from_buffers(
        kind, len(hundredths), [None, pa.py_buffer(halves.tobytes())]
    )
    return column


def _pick(weights: dict[str, int], draw: Draws) -> Array:
    names = pa.array(list(weights), type=pa.string())
    column: Array = names.take(pa.array(_choose(list(weights.values()), draw)))
    return column
