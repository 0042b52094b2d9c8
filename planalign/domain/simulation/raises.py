"""Raises: merit by level, scaled to the budget, plus the cost-of-living part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import day_number
from planalign.domain.simulation.arithmetic import round_to
from planalign.domain.simulation.bands import latest_start
from planalign.domain.simulation.draws import Purpose
from planalign.domain.simulation.occasions import all_of, occasions
from planalign.domain.workforce import (
    BoolArray,
    FloatArray,
    Int32Array,
    Int64Array,
    UInt8Array,
    Workforce,
)

__all__ = [
    "RaiseTurns",
    "decide_turns",
    "merit_scale",
    "raise_conditions",
    "raise_rates",
    "raised_salaries",
]

_EXACT_IN_DOUBLE = 2**53


@dataclass(frozen=True, slots=True)
class RaiseTurns:
    """Whose raise is due.

    Attributes:
        rows: Shape (due,), ascending.
        dates: Shape (due,).
    """

    rows: NDArray[np.intp]
    dates: Int32Array


def decide_turns(workforce: Workforce, assumptions: Assumptions, year: int) -> RaiseTurns:
    """Whose raise is due in *year*, and when.

    Args:
        workforce: With the exits of the year in `exit_date`.
        assumptions: Of the scenario.
        year: Of the raises.
    """
    due = np.zeros(len(workforce), dtype=np.bool_)
    dates = np.zeros(len(workforce), dtype=np.int32)
    for occasion in occasions(
        assumptions.raises.dates,
        seed=assumptions.seed,
        purpose=Purpose.RAISE_MONTH,
        key=workforce.key,
        year=year,
    ):
        group = workforce.take(occasion.rows)
        due[occasion.rows] = all_of(raise_conditions(group, assumptions, occasion.on))
        dates[occasion.rows] = day_number(occasion.on)
    rows = np.flatnonzero(due)
    return RaiseTurns(rows, dates[rows])


def raise_conditions(
    workforce: Workforce, assumptions: Assumptions, on: date
) -> dict[str, BoolArray]:
    """What it takes to get a raise on a day, and who meets it; each of shape (n,).

    The last day of employment still counts as employed. Hires of the year itself do not take part,
    whatever the minimum tenure.
    """
    served = latest_start(on, assumptions.raises.minimum_tenure_years)
    hired_by = min(served, day_number(date(on.year, 1, 1)) - 1)
    return {
        "long enough in service": workforce.hire_date <= hired_by,
        "employed on the day": workforce.exit_date >= day_number(on),
    }


def merit_scale(salary_cents: Int64Array, level: UInt8Array, assumptions: Assumptions) -> Fraction:
    """The factor on every level's merit that makes its payroll-weighted mean the merit budget.

    Args:
        salary_cents: Shape (due,), in force on each one's raise date.
        level: Shape (due,), on that date.
        assumptions: Of the scenario.
    """
    payroll = _payroll_by_level(salary_cents, level, assumptions.levels.top)
    merit = sum(payroll[row.level] * Fraction(row.merit) for row in assumptions.levels.rows())
    if not merit:
        return Fraction(0)  # nobody is due
    return Fraction(assumptions.raises.merit_budget) * sum(payroll) / merit


def raise_rates(scale: Fraction, assumptions: Assumptions) -> FloatArray:
    """Shape (levels + 1,): the share by which each level's pay rises, index 0 unused."""
    cola = Fraction(assumptions.raises.cola)
    rates = [scale * Fraction(row.merit) + cola for row in assumptions.levels.rows()]
    return np.array([0.0, *map(float, rates)])


def raised_salaries(
    salary_cents: Int64Array, level: UInt8Array, rates: FloatArray, unit: int
) -> Int64Array:
    """The salaries after the raise, rounded to *unit* cents; rounding never cuts pay."""
    salary = round_to(salary_cents * (1.0 + rates).take(level), unit)
    return salary if unit == 1 else np.maximum(salary, salary_cents)


def _payroll_by_level(salary_cents: Int64Array, level: UInt8Array, top: int) -> list[int]:
    """Total salary of each level in cents, exactly; index 0 is empty."""
    if int(salary_cents.max(initial=0)) * len(salary_cents) < _EXACT_IN_DOUBLE:
        totals = np.bincount(level, weights=salary_cents, minlength=top + 1)
        return [int(total) for total in totals]
    return [sum(salary_cents[level == number].tolist()) for number in range(top + 1)]
