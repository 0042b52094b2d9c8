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
from planalign.domain.simulation.plan import StaffingPlan, plan_year
from planalign.domain.workforce import Workforce

__all__ = ["YearExplanation", "explain_employee", "explain_hire"]


class YearExplanation:
    """A year decided again, to be asked about anybody in it.

    Args:
        workforce: The opening of the year, as for `simulate_year`.
        assumptions: Of the scenario.
        year: To explain.
        census_levels: As for `simulate_year`.

    Raises:
        InfeasiblePlanError, SimulationRefusedError: As `simulate_year`.
    """

    def __init__(
        self,
        workforce: Workforce,
        assumptions: Assumptions,
        year: int,
        *,
        census_levels: Sequence[int],
    ) -> None:
        self._workforce, self._assumptions, self._year = workforce, assumptions, year
        self._census_levels = census_levels
        self._decisions = _decide(workforce, assumptions, year, census_levels)
        exits = self._decisions.exits
        exit_date = workforce.exit_date.copy()
        exit_date[exits.race.rows] = exits.dates
        self._leaving = replace(workforce, exit_date=exit_date)

    @property
    def plan(self) -> StaffingPlan:
        """How many the year was to hire and to lose."""
        return self._decisions.plan

    def employee(self, row: int) -> tuple[Decision, ...]:
        """Every decision about the employee at *row* of the opening workforce."""
        assumptions, year, decisions = self._assumptions, self._year, self._decisions
        leaving = self._leaving
        return (
            *explain_exit(self._workforce, assumptions, year, row=row, exits=decisions.exits),
            explain_promotion(leaving, assumptions, year, row=row, decisions=decisions),
            explain_raise(leaving, assumptions, year, row=row, decisions=decisions),
        )

    def hire(self, rank: int) -> tuple[Decision, ...]:
        """Every decision about the *rank*-th hire of the year, counted from 1.

        Raises:
            SimulationRefusedError: The year has fewer hires.
        """
        assumptions, decisions = self._assumptions, self._decisions
        if not 1 <= rank <= len(decisions.hires):
            raise SimulationRefusedError(
                f"{self._year} has {len(decisions.hires):,} simulated hires, "
                f"and none of rank {rank:,}"
            )
        hired = decisions.hires.take(slice(rank - 1, rank))
        start = explain_start(hired, assumptions, rank=rank, census_levels=self._census_levels)
        leaves = explain_same_year_exit(
            decisions.hires,
            assumptions,
            self._year,
            row=rank - 1,
            exits=decisions.same_year_exits,
        )
        return (*start, *leaves)


def explain_employee(
    workforce: Workforce,
    assumptions: Assumptions,
    year: int,
    *,
    row: int,
    census_levels: Sequence[int],
) -> tuple[Decision, ...]:
    """Every decision of *year* about an employee who was there before it; see `YearExplanation`."""
    explanation = YearExplanation(workforce, assumptions, year, census_levels=census_levels)
    return explanation.employee(row)


def explain_hire(
    workforce: Workforce,
    assumptions: Assumptions,
    year: int,
    *,
    rank: int,
    census_levels: Sequence[int],
) -> tuple[Decision, ...]:
    """Every decision of *year* about its *rank*-th hire; see `YearExplanation`."""
    explanation = YearExplanation(workforce, assumptions, year, census_levels=census_levels)
    return explanation.hire(rank)


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
