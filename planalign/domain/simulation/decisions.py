"""All decisions of one year, in the order in which they depend on one another.

Exits come first, so that nothing happens to anybody after theirs. Who is promoted and whose raise
is due follows from dates and draws alone. Pay comes last and in order of date: a promotion up to
the raise date is in force for the raise, a later one starts from the raised salary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import NEVER
from planalign.domain.simulation.exits import Exits, decide_exits, decide_same_year_exits
from planalign.domain.simulation.hires import make_hires
from planalign.domain.simulation.plan import StaffingPlan, plan_year
from planalign.domain.simulation.promotions import (
    Promotions,
    decide_promotions,
    increases,
    promoted_salaries,
)
from planalign.domain.simulation.raises import (
    RaiseTurns,
    decide_turns,
    merit_scale,
    raise_rates,
    raised_salaries,
)
from planalign.domain.workforce import Int32Array, Int64Array, UInt8Array, Workforce

__all__ = ["PaidPromotions", "Raises", "YearDecisions", "decide_pay", "decide_year"]


@dataclass(frozen=True, slots=True)
class PaidPromotions:
    """Promotions with what they lead to; each field has shape (promoted,), rows ascending."""

    rows: NDArray[np.intp]
    dates: Int32Array
    levels: UInt8Array
    salaries: Int64Array


@dataclass(frozen=True, slots=True)
class Raises:
    """Raises that change pay; each array has shape (raised,), rows ascending.

    Attributes:
        scale: The factor on every level's merit, see `raises.merit_scale`.
    """

    rows: NDArray[np.intp]
    dates: Int32Array
    salaries: Int64Array
    scale: Fraction


@dataclass(frozen=True, slots=True)
class YearDecisions:
    """What a year decides.

    Attributes:
        exits: Of those present on 1 January, in rows of the opening workforce.
        promotions: Likewise.
        raises: Likewise.
        hires: In order of rank, before any of them leaves.
        same_year_exits: In rows of `hires`.
    """

    plan: StaffingPlan
    exits: Exits
    promotions: PaidPromotions
    raises: Raises
    hires: Workforce
    same_year_exits: Exits


def decide_year(
    workforce: Workforce,
    assumptions: Assumptions,
    year: int,
    *,
    hire_stream_nos: Int32Array,
    census_levels: Sequence[int],
) -> YearDecisions:
    """Everything that happens in *year*; arguments and errors as in `simulate_year`."""
    plan = plan_year(workforce, assumptions, year)
    if len(hire_stream_nos) != plan.hires:
        raise ValueError(f"{plan.hires} hires are planned, not {len(hire_stream_nos)}")
    exits = decide_exits(workforce, assumptions, plan)
    exit_date = workforce.exit_date.copy()
    exit_date[exits.race.rows] = exits.dates
    leaving = replace(workforce, exit_date=exit_date)
    promotions = decide_promotions(leaving, assumptions, year)
    turns = decide_turns(leaving, assumptions, year)
    paid, raises = decide_pay(workforce, assumptions, year, promotions=promotions, turns=turns)
    hires = make_hires(assumptions, year, stream_nos=hire_stream_nos, census_levels=census_levels)
    same_year = decide_same_year_exits(hires, assumptions, plan)
    return YearDecisions(plan, exits, paid, raises, hires, same_year)


def decide_pay(
    workforce: Workforce,
    assumptions: Assumptions,
    year: int,
    *,
    promotions: Promotions,
    turns: RaiseTurns,
) -> tuple[PaidPromotions, Raises]:
    """The salaries that promotions and raises lead to, each from the salary in force."""
    rows, dates = promotions.rows, promotions.dates
    raise_date = np.full(len(workforce), NEVER, dtype=np.int32)
    raise_date[turns.rows] = turns.dates
    before_raise = dates <= raise_date[rows]

    salary, level = workforce.salary_cents.copy(), workforce.level.copy()
    new_level = level[rows] + np.uint8(1)
    increase = increases(workforce.key[rows], assumptions, year)
    early = promoted_salaries(salary[rows], new_level, increase, assumptions)
    salary[rows[before_raise]] = early[before_raise]
    level[rows[before_raise]] = new_level[before_raise]

    raises = _raise_pay(salary[turns.rows], level[turns.rows], assumptions, turns)
    salary[raises.rows] = raises.salaries
    late = promoted_salaries(salary[rows], new_level, increase, assumptions)
    paid = np.where(before_raise, early, late)
    return PaidPromotions(rows, dates, new_level, paid), raises


def _raise_pay(
    salary: Int64Array, level: UInt8Array, assumptions: Assumptions, turns: RaiseTurns
) -> Raises:
    scale = merit_scale(salary, level, assumptions)
    rates = raise_rates(scale, assumptions)
    raised = raised_salaries(salary, level, rates, assumptions.pay.rounding_cents)
    changed = raised > salary
    if changed.all():
        return Raises(turns.rows, turns.dates, raised, scale)
    return Raises(turns.rows[changed], turns.dates[changed], raised[changed], scale)
