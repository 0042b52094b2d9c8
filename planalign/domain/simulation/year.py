"""One simulated year: a pure function from people and assumptions to people and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import day_number
from planalign.domain.simulation.columns import YearEvents, assemble, event_counts
from planalign.domain.simulation.decisions import YearDecisions, decide_year
from planalign.domain.simulation.plan import StaffingPlan
from planalign.domain.workforce import Int32Array, Workforce

__all__ = ["YearCounts", "YearOutcome", "simulate_year"]


@dataclass(frozen=True, slots=True)
class YearCounts:
    """What happened to headcount, and how often pay changed.

    Attributes:
        start: Present on 1 January.
        hires: Simulated ones.
        known_hires: Recorded beforehand, of people who are still there at the end.
        exits: Of those present on 1 January, the known ones included.
        known_exits: Recorded beforehand.
        same_year_leavers: Of the simulated hires.
        end: Present after 31 December.
    """

    start: int
    hires: int
    known_hires: int
    exits: int
    known_exits: int
    same_year_leavers: int
    promotions: int
    raises: int
    end: int


@dataclass(frozen=True, slots=True)
class YearOutcome:
    """What a simulated year leads to.

    Attributes:
        events: What is to be recorded; exits and hires that were known beforehand are not in it.
        workforce: Everyone who has not left by the end of 31 December, with anyone whose recorded
            hire is still to come: the opening of the next year.
    """

    year: int
    plan: StaffingPlan
    events: YearEvents
    workforce: Workforce
    counts: YearCounts


def simulate_year(
    workforce: Workforce,
    assumptions: Assumptions,
    year: int,
    *,
    hire_stream_nos: Int32Array,
    census_levels: Sequence[int],
) -> YearOutcome:
    """Simulate one year.

    Args:
        workforce: Everyone who is known and has not left before 1 January. A hire recorded for a
            day of the year itself counts towards the target; a later one is carried along.
        assumptions: Of the scenario.
        year: To simulate.
        hire_stream_nos: Shape (hires of `plan_year`,), the stream numbers of `new_hire_ids`.
        census_levels: Active employees of each level on the census date, level 1 first; the mix
            of hires' levels unless the assumptions fix one.

    Raises:
        InfeasiblePlanError: The staffing plan cannot be; nothing was simulated.
        SimulationRefusedError: A level that the assumptions do not have, or no level mix.
        ValueError: As many stream numbers as hires were not given.
    """
    decisions = decide_year(
        workforce,
        assumptions,
        year,
        hire_stream_nos=hire_stream_nos,
        census_levels=census_levels,
    )
    events = assemble(workforce, decisions)
    closing = _closing(workforce, decisions, day_number(date(year, 12, 31)))
    return YearOutcome(year, decisions.plan, events, closing, _count(decisions, closing, year))


def _closing(workforce: Workforce, decisions: YearDecisions, last_day: int) -> Workforce:
    """Those who stay, with the level, salary and version that the year leaves them with."""
    promotions, raises, hires = decisions.promotions, decisions.raises, decisions.hires
    level, salary = workforce.level.copy(), workforce.salary_cents.copy()
    level[promotions.rows] = promotions.levels
    salary[raises.rows] = raises.salaries
    # Neither a raise nor a promotion cuts pay, so the later of the two is the higher.
    salary[promotions.rows] = np.maximum(salary[promotions.rows], promotions.salaries)
    version = workforce.version + event_counts(len(workforce), decisions)
    after = replace(workforce, level=level, salary_cents=salary, version=version)

    stay = workforce.exit_date > last_day
    stay[decisions.exits.race.rows] = False
    hires_stay = np.ones(len(hires), dtype=np.bool_)
    hires_stay[decisions.same_year_exits.race.rows] = False
    return after.joined(np.flatnonzero(stay), hires, np.flatnonzero(hires_stay))


def _count(decisions: YearDecisions, closing: Workforce, year: int) -> YearCounts:
    plan = decisions.plan
    last_day = day_number(date(year, 12, 31))
    return YearCounts(
        start=plan.start,
        hires=len(decisions.hires),
        known_hires=plan.known_hires,
        exits=len(decisions.exits.race.rows) + plan.known_exits,
        known_exits=plan.known_exits,
        same_year_leavers=len(decisions.same_year_exits.race.rows),
        promotions=len(decisions.promotions.rows),
        raises=len(decisions.raises.rows),
        end=int(np.count_nonzero(closing.hire_date <= last_day)),
    )
