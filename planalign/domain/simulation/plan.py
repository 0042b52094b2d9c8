"""The staffing plan: how many leave, join and join only to leave, in exact whole numbers.

With n people on 1 January, of whom P were hired in the previous year and E were not:

    target                  T = n * (1 + g), to the nearest whole number, halves to even
    exits                   X = floor(r * E + q * P), and never fewer than are already recorded
    gap                     D = T - (n - X) - hires of this year that are already recorded
    if D > 0    hires       H = ceil(D / (1 - q)), of whom H - D leave in the same year
    if D <= 0   no hires, and |D| further exits

The rates are decimals and the arithmetic is in fractions, so no rounding error moves a head.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Literal

import numpy as np

from planalign.domain.assumptions import Assumptions, StaffingAssumptions
from planalign.domain.calendar import NEVER, day_number
from planalign.domain.errors import InfeasiblePlanError, SimulationRefusedError
from planalign.domain.simulation.hire_dates import hire_dates
from planalign.domain.workforce import BoolArray, Workforce

__all__ = [
    "Opening",
    "StaffingPlan",
    "plan_staffing",
    "plan_year",
    "plan_years",
    "present_on_first_day",
    "racing",
]


@dataclass(frozen=True, slots=True)
class Opening:
    """Who is there on 1 January, in numbers.

    Attributes:
        start: People present.
        hired_last_year: Those of them who were hired during the previous year.
        known_exits: Those of them whose exit in this year is already recorded.
        may_leave: Those of them whose exit is not recorded, in this year or later.
        known_hires: People not yet present whose hire in this year is recorded, and who are
            still there at its end.
    """

    start: int
    hired_last_year: int
    known_exits: int
    may_leave: int
    known_hires: int


@dataclass(frozen=True, slots=True)
class StaffingPlan:
    """What a year does to headcount.

    Under ``expected`` staffing the exits, and who of the hires leaves, are what is expected of the
    draws, not what will happen.

    Attributes:
        exits: Of those present on 1 January, with the known ones.
        hires: Simulated ones.
        same_year_leavers: Of the simulated hires.
    """

    year: int
    mode: Literal["exact", "expected"]
    start: int
    target: int
    exits: int
    known_exits: int
    known_hires: int
    hires: int
    same_year_leavers: int

    @property
    def end(self) -> int:
        """Headcount on 31 December if all goes to plan."""
        return self.start - self.exits + self.known_hires + self.hires - self.same_year_leavers

    @property
    def exits_to_draw(self) -> int:
        """The exits that are not recorded already."""
        return self.exits - self.known_exits


def plan_year(workforce: Workforce, assumptions: Assumptions, year: int) -> StaffingPlan:
    """The staffing plan of *year* for the people known on its 1 January.

    Raises:
        InfeasiblePlanError: More exits than people, or more same-year leavers than hires who
            could still leave.
        SimulationRefusedError: A level that the assumptions do not have.
    """
    top = int(workforce.level.max(initial=1))
    if top > assumptions.levels.top:
        raise SimulationRefusedError(
            f"{year}: somebody is at level {top}, but the assumptions end at level "
            f"{assumptions.levels.top}",
            hint="add the level to the assumptions' levels",
        )
    plan = plan_staffing(_opening(workforce, year), assumptions.staffing, year)
    _check_leavers_can_leave(plan, assumptions.seed)
    return plan


def plan_years(
    workforce: Workforce, assumptions: Assumptions, years: range
) -> tuple[StaffingPlan, ...]:
    """The staffing plans of consecutive years, before any of them is simulated.

    Under ``exact`` staffing they are what `plan_year` will say when each year comes; under
    ``expected`` staffing only the first is known, and it is all that is returned.

    Raises:
        InfeasiblePlanError: Of the first year whose plan cannot be.
        SimulationRefusedError: A level that the assumptions do not have.
    """
    plans = [plan_year(workforce, assumptions, years.start)]
    if assumptions.staffing.mode == "exact":
        for year in years[1:]:
            opening = _opening_after(plans[-1], workforce)
            plans.append(plan_staffing(opening, assumptions.staffing, year))
            _check_leavers_can_leave(plans[-1], assumptions.seed)
    return tuple(plans)


def plan_staffing(opening: Opening, staffing: StaffingAssumptions, year: int) -> StaffingPlan:
    """The plan for these numbers, by the formulas above.

    Raises:
        InfeasiblePlanError: More exits than people who could leave.

    >>> thousand = Opening(1000, hired_last_year=0, known_exits=0, may_leave=1000, known_hires=0)
    >>> plan = plan_staffing(thousand, StaffingAssumptions(), 2025)
    >>> plan.exits, plan.hires, plan.same_year_leavers, plan.end
    (120, 200, 50, 1030)
    """
    growth = Fraction(staffing.growth_target)
    rate, new_hire_rate = (
        Fraction(staffing.termination_rate),
        Fraction(staffing.new_hire_termination_rate),
    )
    recent = opening.hired_last_year
    target = round(opening.start * (1 + growth))
    exits = floor(rate * (opening.start - recent) + new_hire_rate * recent)
    exits = max(exits, opening.known_exits)
    gap = target - (opening.start - exits) - opening.known_hires
    if gap < 0:
        exits -= gap
    hires = ceil(gap / (1 - new_hire_rate)) if gap > 0 else 0
    plan = StaffingPlan(
        year=year,
        mode=staffing.mode,
        start=opening.start,
        target=target,
        exits=exits,
        known_exits=opening.known_exits,
        known_hires=opening.known_hires,
        hires=hires,
        same_year_leavers=hires - max(gap, 0),
    )
    _check_enough_people(plan, opening)
    return plan


def present_on_first_day(workforce: Workforce, year: int) -> BoolArray:
    """Shape (n,): hired before 1 January of *year* and employed on it."""
    first = day_number(date(year, 1, 1))
    present: BoolArray = (workforce.hire_date < first) & (workforce.exit_date >= first)
    return present


def racing(workforce: Workforce, year: int) -> BoolArray:
    """Shape (n,): present on 1 January, and no exit is recorded for any later day."""
    undecided: BoolArray = workforce.exit_date == NEVER
    undecided &= workforce.hire_date < day_number(date(year, 1, 1))
    return undecided


def _opening(workforce: Workforce, year: int) -> Opening:
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    present = present_on_first_day(workforce, year)
    recent = present & (workforce.hire_date >= day_number(date(year - 1, 1, 1)))
    joins = (workforce.hire_date >= first) & (workforce.hire_date <= last)
    return Opening(
        start=_count(present),
        hired_last_year=_count(recent),
        known_exits=_count(present & (workforce.exit_date <= last)),
        may_leave=_count(racing(workforce, year)),
        known_hires=_count(joins & (workforce.exit_date > last)),
    )


def _opening_after(plan: StaffingPlan, workforce: Workforce) -> Opening:
    """The numbers of the year after *plan*: what it leaves, with what is recorded already."""
    year = plan.year + 1
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    before = day_number(date(year - 1, 1, 1))
    hired, leaves = workforce.hire_date, workforce.exit_date
    recorded = (hired < first) & (leaves >= first) & (leaves != NEVER)
    recent = (hired >= before) & (hired < first) & (leaves >= first)
    return Opening(
        start=plan.end,
        hired_last_year=_count(recent) + plan.hires - plan.same_year_leavers,
        known_exits=_count(recorded & (leaves <= last)),
        may_leave=plan.end - _count(recorded),
        known_hires=_count((hired >= first) & (hired <= last) & (leaves > last)),
    )


def _count(mask: BoolArray) -> int:
    return int(np.count_nonzero(mask))


def _check_enough_people(plan: StaffingPlan, opening: Opening) -> None:
    if plan.exits_to_draw <= opening.may_leave:
        return
    raise InfeasiblePlanError(
        f"{plan.year}: the plan needs {plan.exits_to_draw:,} exits beside {plan.known_exits:,} "
        f"recorded ones, but only {opening.may_leave:,} of {plan.start:,} people may leave",
        hint="raise staffing.growth_target, or correct the recorded hires and exits of that year",
    )


def _check_leavers_can_leave(plan: StaffingPlan, seed: int) -> None:
    last = day_number(date(plan.year, 12, 31))
    can_leave = _count(hire_dates(seed, plan.year, plan.hires) < last)
    if plan.same_year_leavers <= can_leave:
        return
    raise InfeasiblePlanError(
        f"{plan.year}: {plan.same_year_leavers:,} of {plan.hires:,} hires should leave in the same "
        f"year, but only {can_leave:,} of them start before 31 December",
        hint="lower staffing.new_hire_termination_rate",
    )
