"""Every decision of a year once more, from the opening workforce and the emitted events.

Of what the engine found, only the events and the plan are used. Exits are checked by another route
than they were decided by: everybody's clock is computed in full, and under ``exact`` staffing no
one who stays may have an earlier one than someone who leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import day_number
from planalign.domain.errors import CheckFailedError
from planalign.domain.simulation.bands import cells
from planalign.domain.simulation.columns import HIRE, PROMOTION, RAISE, TERMINATION, YearEvents
from planalign.domain.simulation.decisions import decide_pay
from planalign.domain.simulation.exits import (
    EXPOSURE_MULTIPLIERS,
    exposures,
    last_days,
    luck_of_hires,
    reasons,
    termination_multipliers,
)
from planalign.domain.simulation.hires import make_hires
from planalign.domain.simulation.plan import racing
from planalign.domain.simulation.promotions import decide_promotions
from planalign.domain.simulation.race import Luck, arrival_times, drawn, hazard_scale
from planalign.domain.simulation.raises import decide_turns
from planalign.domain.simulation.year import YearOutcome
from planalign.domain.workforce import (
    BoolArray,
    FloatArray,
    Int32Array,
    UInt8Array,
    UInt16Array,
    Workforce,
)

__all__ = ["recheck_decisions"]

Indices = NDArray[np.intp]


def recheck_decisions(
    opening: Workforce,
    assumptions: Assumptions,
    outcome: YearOutcome,
    *,
    rows: Int32Array,
    census_levels: Sequence[int],
) -> None:
    """Recompute the decisions of a year and compare them with its events.

    Args:
        opening: Of the year.
        assumptions: Of the scenario.
        outcome: Of `simulate_year`.
        rows: Shape (m,), opening row of each event; -1 for a hire of the year.
        census_levels: As for `simulate_year`.

    Raises:
        CheckFailedError: With the numbers that do not agree.
    """
    events, year = outcome.events, outcome.year
    left = np.flatnonzero((events.kind == TERMINATION) & (rows >= 0))
    _recheck_exits(opening, assumptions, outcome, left=left, rows=rows[left])
    exit_date = opening.exit_date.copy()
    exit_date[rows[left]] = events.effective_date[left]
    _recheck_pay(replace(opening, exit_date=exit_date), assumptions, events, year)
    _recheck_hires(assumptions, outcome, rows=rows, census_levels=census_levels)


def _recheck_exits(
    opening: Workforce,
    assumptions: Assumptions,
    outcome: YearOutcome,
    *,
    left: Indices,
    rows: Int32Array,
) -> None:
    """The exits *left*, of the opening *rows*, against everybody's clock."""
    year, plan = outcome.year, outcome.plan
    may_leave = racing(opening, year)
    who = slice(None) if may_leave.all() else np.flatnonzero(may_leave)
    leaves = np.zeros(len(opening), dtype=np.bool_)
    leaves[rows] = True
    _same(f"{year}: exits of people who may leave", may_leave[rows], np.ones_like(may_leave[rows]))
    _recheck_race(
        _Runners(
            drawn(opening.key[who], seed=assumptions.seed, year=year),
            cells(opening, assumptions, date(year, 1, 1))[who],
            termination_multipliers(assumptions),
            leaves[who],
        ),
        outcome,
        exits=plan.exits_to_draw,
    )
    before = np.full(len(rows), day_number(date(year, 1, 1)) - 1, dtype=np.int32)
    _recheck_leavers(
        opening.take(rows.astype(np.intp)), assumptions, outcome, left=left, after=before
    )


def _recheck_pay(
    leaving: Workforce, assumptions: Assumptions, events: YearEvents, year: int
) -> None:
    """Promotions and raises, given the exits of the year in *leaving*."""
    promotions, raises = decide_pay(
        leaving,
        assumptions,
        year,
        promotions=decide_promotions(leaving, assumptions, year),
        turns=decide_turns(leaving, assumptions, year),
    )
    promoted = np.flatnonzero(events.kind == PROMOTION)
    who = leaving.stream_no[promotions.rows]
    _same(f"{year}: who is promoted", events.stream_no[promoted], who)
    _same(f"{year}: promotion dates", events.effective_date[promoted], promotions.dates)
    _same(f"{year}: levels after promotion", events.level[promoted], promotions.levels)
    _same(f"{year}: pay after promotion", events.salary_cents[promoted], promotions.salaries)
    raised = np.flatnonzero(events.kind == RAISE)
    who = leaving.stream_no[raises.rows]
    _same(f"{year}: who gets a raise", events.stream_no[raised], who)
    _same(f"{year}: raise dates", events.effective_date[raised], raises.dates)
    _same(f"{year}: pay after a raise", events.salary_cents[raised], raises.salaries)


def _recheck_hires(
    assumptions: Assumptions,
    outcome: YearOutcome,
    *,
    rows: Int32Array,
    census_levels: Sequence[int],
) -> None:
    """The hires of the year, and who of them leaves in it."""
    events, year = outcome.events, outcome.year
    hired = np.flatnonzero(events.kind == HIRE)
    hires = make_hires(
        assumptions, year, stream_nos=events.stream_no[hired], census_levels=census_levels
    )
    _same(f"{year}: hire dates", events.effective_date[hired], hires.hire_date)
    _same(f"{year}: levels of hires", events.level[hired], hires.level)
    _same(f"{year}: pay of hires", events.salary_cents[hired], hires.salary_cents)
    _same(f"{year}: birth dates of hires", events.birth_date[hired], hires.birth_date)

    left = np.flatnonzero((events.kind == TERMINATION) & (rows < 0))
    leaves = np.zeros(len(events) + 1, dtype=np.bool_)
    leaves[left] = True
    leaves = leaves[hired + 1]  # a hire's exit directly follows the hire
    exposure = exposures(hires, year)
    may_leave = np.flatnonzero(exposure > 0)
    luck = luck_of_hires(hires, assumptions, year, rows=may_leave)
    _recheck_race(
        _Runners(luck, exposure[may_leave], EXPOSURE_MULTIPLIERS, leaves[may_leave]),
        outcome,
        exits=outcome.plan.same_year_leavers,
    )
    leavers = hires.take(leaves)
    _recheck_leavers(leavers, assumptions, outcome, left=left, after=leavers.hire_date)


@dataclass(frozen=True, slots=True)
class _Runners:
    """Those in a race: luck and cell of each, and of whom the events say that they left."""

    luck: Luck
    cell: UInt16Array
    multipliers: FloatArray
    leaves: BoolArray


def _recheck_race(runners: _Runners, outcome: YearOutcome, *, exits: int) -> None:
    year, leaves, multipliers = outcome.year, runners.leaves, runners.multipliers
    times = arrival_times(runners.luck, runners.cell, multipliers)
    if outcome.plan.mode == "expected":
        counts = np.bincount(runners.cell, minlength=len(multipliers))
        within = times <= hazard_scale(multipliers, counts, exits)
        _same(f"{year}: who leaves", leaves, within)
        return
    count = int(np.count_nonzero(leaves))
    if count != exits:
        raise CheckFailedError(f"{year}: {count:,} leave, but {exits:,} are planned")
    last = float(times[leaves].max(initial=0.0))
    next_one = float(np.where(leaves, np.inf, times).min(initial=np.inf))
    if last > next_one:
        raise CheckFailedError(f"{year}: an arrival of {last!r} leaves, one of {next_one!r} stays")


def _recheck_leavers(
    leavers: Workforce,
    assumptions: Assumptions,
    outcome: YearOutcome,
    *,
    left: Indices,
    after: Int32Array,
) -> None:
    """The dates and reasons of the exits *left*, of these *leavers*."""
    events, year = outcome.events, outcome.year
    days = last_days(leavers, assumptions.seed, year, after=after)
    why: UInt8Array = reasons(leavers, assumptions, days, year)
    _same(f"{year}: exit dates", events.effective_date[left], days)
    _same(f"{year}: exit reasons", events.reason[left], why)


def _same(claim: str, found: NDArray[Any], again: NDArray[Any]) -> None:
    """Fail unless two columns agree, naming the first difference."""
    if len(found) != len(again):
        raise CheckFailedError(f"{claim}: {len(found):,} events, but {len(again):,} recomputed")
    wrong = found != again
    if wrong.any():
        at = int(np.argmax(wrong))
        raise CheckFailedError(
            f"{claim}: {int(wrong.sum()):,} of {len(found):,} differ when recomputed, the first "
            f"is {found[at]} and should be {again[at]}"
        )
