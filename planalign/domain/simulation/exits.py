"""Exits: who leaves, on which day, and for what reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planalign.domain.assumptions import Assumptions, TerminationAssumptions
from planalign.domain.calendar import completed_years_each, day_number
from planalign.domain.events import TERMINATION_REASONS
from planalign.domain.simulation.bands import cells
from planalign.domain.simulation.draws import Purpose, uniform
from planalign.domain.simulation.plan import StaffingPlan, racing
from planalign.domain.simulation.race import Luck, Race, dealt, drawn, run_race
from planalign.domain.workforce import FloatArray, Int32Array, UInt8Array, UInt16Array, Workforce

__all__ = [
    "EXPOSURE_MULTIPLIERS",
    "NO_REASON",
    "Exits",
    "decide_exits",
    "decide_same_year_exits",
    "exposures",
    "last_days",
    "leaving",
    "level_factor",
    "luck_of_hires",
    "may_retire",
    "reasons",
    "termination_multipliers",
]

VOLUNTARY: Final = np.uint8(TERMINATION_REASONS.index("voluntary"))
INVOLUNTARY: Final = np.uint8(TERMINATION_REASONS.index("involuntary"))
RETIREMENT: Final = np.uint8(TERMINATION_REASONS.index("retirement"))
EXPOSURE_MULTIPLIERS: Final = np.arange(366, dtype=np.float64)
"""A hire's hazard of leaving in the same year, relative to others, by days left."""
NO_REASON: Final = np.uint8(255)


@dataclass(frozen=True, slots=True)
class Exits:
    """The exits that a year decides.

    Attributes:
        race: Who leaves and how close it was.
        dates: Shape (leavers,), last days of employment, in the order of `race.rows`.
        reasons: Shape (leavers,), index into `events.TERMINATION_REASONS`.
    """

    race: Race
    dates: Int32Array
    reasons: UInt8Array


def decide_exits(workforce: Workforce, assumptions: Assumptions, plan: StaffingPlan) -> Exits:
    """Who of those present on 1 January leaves; ages and tenures are those of that day."""
    first_day = date(plan.year, 1, 1)
    may_leave = racing(workforce, plan.year)
    cell = cells(workforce, assumptions, first_day)
    race = run_race(
        workforce,
        rows=np.flatnonzero(may_leave),
        cell=cell if may_leave.all() else cell[may_leave],
        multipliers=termination_multipliers(assumptions),
        luck=drawn(workforce.key[may_leave], seed=assumptions.seed, year=plan.year),
        exits=plan.exits_to_draw,
        mode=plan.mode,
    )
    after = np.full(len(race.rows), day_number(first_day) - 1, dtype=np.int32)
    return leaving(workforce.take(race.rows), assumptions, plan.year, race=race, after=after)


def decide_same_year_exits(hires: Workforce, assumptions: Assumptions, plan: StaffingPlan) -> Exits:
    """Who of the year's hires leaves in it, weighted by the days that are left after the first.

    Under ``exact`` staffing the luck of the race is dealt out by rank: the first hires stay, and
    those whom the plan adds because some leave are the ones to leave. Two scenarios that need as
    many people then keep nearly the same ones, whatever first-year turnover is in each.

    Args:
        hires: In order of rank.
        assumptions: Of the scenario.
        plan: Says how many.
    """
    exposure = exposures(hires, plan.year)
    rows = np.flatnonzero(exposure > 0)
    race = run_race(
        hires,
        rows=rows,
        cell=exposure[rows],
        multipliers=EXPOSURE_MULTIPLIERS,
        luck=luck_of_hires(hires, assumptions, plan.year, rows=rows),
        exits=plan.same_year_leavers,
        mode=plan.mode,
    )
    leavers = hires.take(race.rows)
    return leaving(leavers, assumptions, plan.year, race=race, after=leavers.hire_date)


def luck_of_hires(
    hires: Workforce, assumptions: Assumptions, year: int, *, rows: NDArray[np.intp]
) -> Luck:
    """The luck of the hires at *rows*, in the race to leave in the year of hire."""
    if assumptions.staffing.mode == "expected":
        return drawn(hires.key[rows], seed=assumptions.seed, year=year)
    return dealt(rows, len(hires))


def exposures(hires: Workforce, year: int) -> UInt16Array:
    """Shape (n,): days of *year* after each first day, which are also the days one may leave on."""
    return (day_number(date(year, 12, 31)) - hires.hire_date).astype(np.uint16)


def leaving(
    leavers: Workforce, assumptions: Assumptions, year: int, *, race: Race, after: Int32Array
) -> Exits:
    """When and why *leavers*, the rows of *race*, leave; each later than the day *after*."""
    days = last_days(leavers, assumptions.seed, year, after=after)
    return Exits(race, days, reasons(leavers, assumptions, days, year))


def last_days(leavers: Workforce, seed: int, year: int, *, after: Int32Array) -> Int32Array:
    """Last days of employment, uniform from the day past *after* to 31 December.

    Args:
        leavers: Shape (n,).
        seed: Of the scenario.
        year: Of the exits.
        after: Shape (n,), days before 31 December.
    """
    span = day_number(date(year, 12, 31)) - after
    share = uniform(seed, Purpose.EXIT_DATE, leavers.key, year)
    return after + 1 + np.floor(share * span).astype(np.int32)


def reasons(
    leavers: Workforce, assumptions: Assumptions, last_day: Int32Array, year: int
) -> UInt8Array:
    """Why each leaves: retirement by the rule, else involuntary by a draw, else voluntary.

    Returns:
        Shape (n,), index into `events.TERMINATION_REASONS`.
    """
    terminations = assumptions.terminations
    share = uniform(assumptions.seed, Purpose.EXIT_REASON, leavers.key, year)
    is_involuntary = share < float(terminations.involuntary_share)
    reason = np.where(is_involuntary, INVOLUNTARY, VOLUNTARY)
    return np.where(may_retire(leavers, terminations, last_day), RETIREMENT, reason)


def may_retire(
    leavers: Workforce, terminations: TerminationAssumptions, on: Int32Array
) -> NDArray[np.bool_]:
    """Shape (n,): of retirement age, and with the service, on each one's day *on*."""
    rule = terminations.retirement
    of_age = completed_years_each(leavers.birth_date, on) >= rule.age
    served = completed_years_each(leavers.hire_date, on) >= rule.service_years
    both: NDArray[np.bool_] = of_age & served
    return both


def level_factor(terminations: TerminationAssumptions, level: int) -> Decimal:
    """The level's factor on the hazard.

    >>> [str(level_factor(TerminationAssumptions(), level)) for level in (1, 2, 9)]
    ['1.00', '0.90', '0.4']
    """
    return max(terminations.level_floor, 1 - terminations.level_dampener * (level - 1))


def termination_multipliers(assumptions: Assumptions) -> FloatArray:
    """Shape (cells,): age factor x tenure factor x level factor, indexed as `bands.cells`."""
    by_level = (
        level_factor(assumptions.terminations, row.level) for row in assumptions.levels.rows()
    )
    return np.array(
        [
            float(level * age.termination * tenure.termination)
            for level in by_level
            for age in assumptions.age_bands.root
            for tenure in assumptions.tenure_bands.root
        ]
    )
