"""What must be true of a simulated year before it is kept.

The books must balance, each employee's events must make sense in order, salaries must be within
their caps, and every decision must come out again (`recheck`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import day_number
from planalign.domain.errors import CheckFailedError
from planalign.domain.simulation.columns import HIRE, PROMOTION, RAISE, TERMINATION, YearEvents
from planalign.domain.simulation.hires import salary_limits
from planalign.domain.simulation.plan import present_on_first_day
from planalign.domain.simulation.promotions import largest_salaries
from planalign.domain.simulation.recheck import recheck_decisions
from planalign.domain.simulation.year import YearOutcome
from planalign.domain.workforce import BoolArray, Int32Array, Int64Array, Workforce

__all__ = ["check_year"]

_TOO_MUCH: Final = 10**15
_RANK_ON_A_DAY: Final = np.argsort([HIRE, PROMOTION, RAISE, TERMINATION]).astype(np.int32)
"""By kind: the order in which events of one day happen to one employee."""


def check_year(
    opening: Workforce,
    assumptions: Assumptions,
    outcome: YearOutcome,
    *,
    census_levels: Sequence[int],
) -> None:
    """Check what `simulate_year` made of *opening*.

    Raises:
        CheckFailedError: With the numbers that do not agree.
    """
    events, year = outcome.events, outcome.year
    _check_headcount(opening, outcome)
    rows = _rows_of(opening, events)
    _check_order(events, year)
    _check_versions(opening, events, year, rows=rows)
    _check_salaries(opening, assumptions, outcome, rows=rows)
    recheck_decisions(opening, assumptions, outcome, rows=rows, census_levels=census_levels)


def _check_headcount(opening: Workforce, outcome: YearOutcome) -> None:
    """Start + hires - exits = end = target, all counted again from rows and events."""
    year, counts = outcome.year, outcome.counts
    kinds = np.bincount(outcome.events.kind, minlength=len(_RANK_ON_A_DAY)).tolist()
    exits = counts.exits - counts.known_exits + counts.same_year_leavers
    joined = counts.hires + counts.known_hires
    closing = outcome.workforce.hire_date <= day_number(date(year, 12, 31))
    end = int(np.count_nonzero(closing))
    claims = [
        ("people on 1 January", int(present_on_first_day(opening, year).sum()), counts.start),
        ("hires", kinds[HIRE], counts.hires),
        ("exits", kinds[TERMINATION], exits),
        ("promotions", kinds[PROMOTION], counts.promotions),
        ("raises", kinds[RAISE], counts.raises),
        ("people after 31 December", end, counts.end),
        (
            "start + hires - exits",
            counts.start + joined - counts.exits - counts.same_year_leavers,
            end,
        ),
    ]
    if outcome.plan.mode == "exact":
        claims.append(("people after 31 December beside the target", end, outcome.plan.target))
    for claim, found, stated in claims:
        if found != stated:
            raise CheckFailedError(f"{year}: {claim}: counted {found:,}, not {stated:,}")


def _rows_of(opening: Workforce, events: YearEvents) -> Int32Array:
    """Shape (m,): the opening row that each event is about; -1 for a hire of the year."""
    highest = max(int(opening.stream_no.max(initial=0)), int(events.stream_no.max(initial=0)))
    row_of = np.full(highest + 1, -1, dtype=np.int32)
    row_of[opening.stream_no] = np.arange(len(opening), dtype=np.int32)
    return row_of[events.stream_no]


def _check_order(events: YearEvents, year: int) -> None:
    """Dates within the year and ascending, same-day kinds in order, nothing after an exit."""
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    days, streams = events.effective_date, events.stream_no
    outside = (days < first) | (days > last)
    _refuse(outside, f"{year}: events outside the year", streams)
    same = streams[1:] == streams[:-1]
    after_exit = same & (events.kind[:-1] == TERMINATION)
    _refuse(after_exit, f"{year}: events after an exit", streams[1:])
    moment = days * len(_RANK_ON_A_DAY) + _RANK_ON_A_DAY[events.kind]
    _refuse(same & (moment[1:] <= moment[:-1]), f"{year}: events out of order", streams[1:])


def _check_versions(opening: Workforce, events: YearEvents, year: int, *, rows: Int32Array) -> None:
    """Every stream goes on where it ended, without a gap; a hire's starts at 1."""
    version, streams = events.version, events.stream_no
    same = streams[1:] == streams[:-1]
    gap = same & (version[1:] != version[:-1] + 1)
    _refuse(gap, f"{year}: versions with a gap", streams[1:])
    firsts = np.flatnonzero(~same) + 1
    firsts = np.concatenate([np.zeros(min(len(events), 1), dtype=np.intp), firsts])
    row = rows[firsts]
    before = np.where(row >= 0, opening.version.take(row, mode="clip"), 0) if len(opening) else 0
    wrong: BoolArray = version[firsts] != before + 1
    _refuse(wrong, f"{year}: versions with a gap", streams[firsts])


def _check_salaries(
    opening: Workforce, assumptions: Assumptions, outcome: YearOutcome, *, rows: Int32Array
) -> None:
    """Positive, within hiring limits, and no promotion beyond its caps; pay is never cut."""
    events, year = outcome.events, outcome.year
    lowest, highest = salary_limits(assumptions)
    hired = np.flatnonzero(events.kind == HIRE)
    level, salary = events.level[hired], events.salary_cents[hired]
    outside = (salary < lowest[level]) | (salary > highest[level])
    _refuse(outside, f"{year}: hires paid outside their level's limits", events.stream_no[hired])

    changed = np.flatnonzero((events.kind == PROMOTION) | (events.kind == RAISE))
    before = _salary_before(opening, events, changed, rows[changed])
    after = events.salary_cents[changed]
    wrong = (after < before) | (after <= 0) | (after >= _TOO_MUCH)
    _refuse(wrong, f"{year}: salaries cut or out of range", events.stream_no[changed])
    promoted = np.flatnonzero(events.kind[changed] == PROMOTION)
    above = after[promoted] > np.maximum(
        largest_salaries(before[promoted], assumptions), before[promoted]
    )
    _refuse(above, f"{year}: promotions beyond the cap", events.stream_no[changed][promoted])


def _salary_before(
    opening: Workforce, events: YearEvents, changed: Int64Array, rows: Int32Array
) -> Int64Array:
    """The salary in force before each event that changes pay: the previous one's, or the opening's.

    Args:
        opening: Of the year.
        events: Of the year.
        changed: Indices of promotions and raises, ascending.
        rows: Opening rows of those.
    """
    before = opening.salary_cents[rows]
    again = np.flatnonzero(rows[1:] == rows[:-1]) + 1
    before[again] = events.salary_cents[changed[again - 1]]
    return before


def _refuse(wrong: BoolArray, claim: str, stream_no: Int32Array) -> None:
    """Fail if any element is *wrong*, with how many and the first one's stream."""
    count = int(np.count_nonzero(wrong))
    if count:
        first = int(stream_no[int(np.argmax(wrong))])
        raise CheckFailedError(f"{claim}: {count:,} of {len(wrong):,}, the first in stream {first}")
