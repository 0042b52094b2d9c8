"""Why a year did, or did not, do something to somebody.

Nothing is stored for this: the year is decided again, and one employee's hazards, factors, draws
and thresholds are read off with the very functions that decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import SimulationRefusedError
from planalign.domain.simulation.decisions import YearDecisions, decide_year
from planalign.domain.simulation.explain_exit import explain_exit, explain_same_year_exit
from planalign.domain.simulation.explain_hire import explain_start
from planalign.domain.simulation.explain_pay import explain_promotion, explain_raise
from planalign.domain.simulation.explanation import Decision
from planalign.domain.simulation.plan import plan_year
from planalign.domain.workforce import Workforce

__all__ = ["explain_employee", "explain_hire"]


def explain_employee(
    workforce: Workforce,
    assumptions: Assumptions,
    year: int,
    *,
    row: int,
    census_levels: Sequence[int],
) -> tuple[Decision, ...]:
    """Every decision of *year* about an employee who was there before it.

    Args:
        workforce: The opening of the year, as for `simulate_year`.
        assumptions: Of the scenario.
        year: To explain.
        row: Of the employee, in *workforce*.
        census_levels: As for `simulate_year`.

    Raises:
        InfeasiblePlanError, SimulationRefusedError: As `simulate_year`.
    """
    decisions = _decide(workforce, assumptions, year, census_levels)
    exits = explain_exit(workforce, assumptions, year, row=row, exits=decisions.exits)
    exit_date = workforce.exit_date.copy()
    exit_date[decisions.exits.race.rows] = decisions.exits.dates
    leaving = replace(workforce, exit_date=exit_date)
    return (
        *exits,
        explain_promotion(leaving, assumptions, year, row=row, decisions=decisions),
        explain_raise(leaving, assumptions, year, row=row, decisions=decisions),
    )


def explain_hire(
    workforce: Workforce,
    assumptions: Assumptions,
    year: int,
    *,
    rank: int,
    census_levels: Sequence[int],
) -> tuple[Decision, ...]:
    """Every decision of *year* about its *rank*-th hire, counted from 1; the rest as above.

    Raises:
        SimulationRefusedError: The year has fewer hires.
    """
    decisions = _decide(workforce, assumptions, year, census_levels)
    if not 1 <= rank <= len(decisions.hires):
        raise SimulationRefusedError(
            f"{year} has {len(decisions.hires):,} simulated hires, and none of rank {rank:,}"
        )
    return (
        *explain_start(
            decisions.hires.take(slice(rank - 1, rank)),
            assumptions,
            rank=rank,
            census_levels=census_levels,
        ),
        *explain_same_year_exit(
            decisions.hires, assumptions, year, row=rank - 1, exits=decisions.same_year_exits
        ),
    )


def _decide(
    workforce: Workforce, assumptions: Assumptions, year: int, census_levels: Sequence[int]
) -> YearDecisions:
    """The year's decisions; the hires' streams do not matter to any of them."""
    hires = plan_year(workforce, assumptions, year).hires
    return decide_year(
        workforce,
        assumptions,
        year,
        hire_stream_nos=np.arange(hires, dtype=np.int32),
        census_levels=census_levels,
    )
