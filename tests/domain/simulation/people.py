"""Made-up workforces, and short ways to run years on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256
from itertools import accumulate

import numpy as np

from planalign.domain.assumptions import RAISE_WEIGHTS, Assumptions
from planalign.domain.calendar import NEVER, day_number
from planalign.domain.simulation import (
    YearEvents,
    YearOutcome,
    employee_keys,
    plan_year,
    simulate_year,
)
from planalign.domain.simulation.arithmetic import minus_log
from planalign.domain.simulation.draws import Purpose, uniform
from planalign.domain.simulation.occasions import chosen, cumulative_shares
from planalign.domain.workforce import FloatArray, UInt64Array, Workforce

MONTHLY: dict[str, object] = {"weights": list(RAISE_WEIGHTS), "day": 15}
SPREAD: dict[str, object] = {
    "raises": {"dates": MONTHLY},
    "promotions": {"dates": MONTHLY, "base_probability": 0.3},
}
CENSUS_LEVELS = [500, 250, 150, 80, 20]


def assumptions(document: Mapping[str, object] | None = None) -> Assumptions:
    return Assumptions.parse(document or {})


def staffing(**changes: object) -> Assumptions:
    return Assumptions.parse({"staffing": changes})


def people(count: int, *, seed: int = 1, levels: int = 5) -> Workforce:
    """A workforce at the end of 2024, plausible in age, tenure, level and pay.

    Everyone is drawn on their own, so fewer people are the first of more; and with the engine's
    own arithmetic, so that golden digests hang on no library's random numbers.
    """
    key = census_keys(count)

    def luck(column: int) -> FloatArray:
        return uniform(10**12 + seed, Purpose.EXIT, key, column)

    tenure_days = np.minimum(minus_log(luck(0)) * 6 * 365, 30 * 365).astype(np.int32)
    hire_date = np.int32(day_number(date(2024, 12, 31))) - tenure_days
    age_at_hire = (19 * 365 + luck(1) * 26 * 365).astype(np.int32)
    level = chosen(luck(2), cumulative_shares(CENSUS_LEVELS[:levels]))
    minimum = np.array([56_000_00, 80_000_00, 120_000_00, 160_000_00, 300_000_00])[level]
    return Workforce(
        stream_no=np.arange(count, dtype=np.int32),
        key=key,
        version=np.ones(count, dtype=np.int32),
        level=level + np.uint8(1),
        salary_cents=(minimum * (1 + 0.3 * luck(3))).astype(np.int64),
        hire_date=hire_date,
        birth_date=hire_date - age_at_hire,
        exit_date=np.full(count, NEVER, dtype=np.int32),
    )


def census_keys(count: int) -> UInt64Array:
    ids = [f"E-{number}".encode() for number in range(count)]
    offsets = np.array([0, *accumulate(map(len, ids))], dtype=np.int32)
    return employee_keys(offsets, np.frombuffer(b"".join(ids), dtype=np.uint8))


def run_year(workforce: Workforce, assumptions: Assumptions, year: int = 2025) -> YearOutcome:
    first = int(workforce.stream_no.max(initial=-1)) + 1
    hires = plan_year(workforce, assumptions, year).hires
    return simulate_year(
        workforce,
        assumptions,
        year,
        hire_stream_nos=np.arange(first, first + hires, dtype=np.int32),
        census_levels=CENSUS_LEVELS[: assumptions.levels.top],
    )


def run_years(
    workforce: Workforce, assumptions: Assumptions
) -> Iterator[tuple[Workforce, YearOutcome]]:
    """Each year's opening and outcome; streams of leavers are numbered again, which is harmless."""
    highest = int(workforce.stream_no.max(initial=-1))
    for year in range(assumptions.years.first, assumptions.years.last + 1):
        hires = plan_year(workforce, assumptions, year).hires
        numbers = np.arange(highest + 1, highest + 1 + hires, dtype=np.int32)
        highest += hires
        outcome = simulate_year(
            workforce,
            assumptions,
            year,
            hire_stream_nos=numbers,
            census_levels=CENSUS_LEVELS[: assumptions.levels.top],
        )
        yield workforce, outcome
        workforce = outcome.workforce


def digest(*columns: YearEvents | Workforce) -> str:
    """SHA-256 of every column of every argument, little-endian."""
    hasher = sha256()
    for table in columns:
        for field in fields(table):
            column = getattr(table, field.name)
            hasher.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
    return hasher.hexdigest()


def rows_of(events: YearEvents) -> list[tuple[int, ...]]:
    """The events as tuples, one per event, in order."""
    return list(
        zip(*(getattr(events, field.name).tolist() for field in fields(events)), strict=True)
    )


def streams_of(outcome: YearOutcome) -> dict[int, list[tuple[int, ...]]]:
    streams: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for row in rows_of(outcome.events):
        streams[row[0]].append(row)
    return dict(streams)


def dates_of(outcome: YearOutcome, kind: int) -> dict[int, int]:
    events = outcome.events
    of_kind = events.kind == kind
    return dict(
        zip(
            events.stream_no[of_kind].tolist(),
            events.effective_date[of_kind].tolist(),
            strict=True,
        )
    )


def with_exit(workforce: Workforce, row: int, day: date) -> Workforce:
    exit_date = workforce.exit_date.copy()
    exit_date[row] = day_number(day)
    return replace(workforce, exit_date=exit_date)


def salaries(outcome: YearOutcome, kind: int, number: int) -> int:
    events = outcome.events
    found = np.flatnonzero((events.kind == kind) & (events.stream_no == number))
    return int(events.salary_cents[found[0]])
