from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planalign.domain.errors import CheckFailedError
from planalign.domain.simulation import YearEvents, YearOutcome, check_year
from planalign.domain.simulation.columns import HIRE, PROMOTION, RAISE, TERMINATION
from tests.domain.simulation.people import CENSUS_LEVELS, assumptions, people, run_year, staffing

PEOPLE = 1_000
Tamper = Callable[[NDArray[Any], NDArray[np.intp]], None]


def check(outcome: YearOutcome) -> None:
    check_year(people(PEOPLE), assumptions(), outcome, census_levels=CENSUS_LEVELS)


def tampered(column: str, kind: int | None, change: Tamper) -> YearOutcome:
    """A sound year with one column changed, by *change* of the column and the rows of a kind."""
    outcome = run_year(people(PEOPLE), assumptions())
    events = outcome.events
    rows = np.arange(len(events)) if kind is None else np.flatnonzero(events.kind == kind)
    values = getattr(events, column).copy()
    change(values, rows)
    changed: dict[str, Any] = {column: values}
    return replace(outcome, events=replace(events, **changed))


def add(number: int) -> Tamper:
    def change(values: NDArray[Any], rows: NDArray[np.intp]) -> None:
        values[rows[0]] += number

    return change


def put(number: int) -> Tamper:
    def change(values: NDArray[Any], rows: NDArray[np.intp]) -> None:
        values[rows[0]] = number

    return change


def test_a_sound_year_passes() -> None:
    check(run_year(people(PEOPLE), assumptions()))


@pytest.mark.parametrize(
    ("column", "kind", "change", "complaint"),
    [
        ("version", RAISE, add(1), "versions with a gap"),
        ("version", HIRE, add(1), "versions with a gap"),
        ("effective_date", RAISE, add(400), "outside the year"),
        ("effective_date", RAISE, add(1), "raise dates"),
        ("effective_date", TERMINATION, add(-1), "exit dates|out of order|who gets|who is"),
        ("effective_date", PROMOTION, add(1), "promotion dates"),
        ("effective_date", HIRE, add(1), "hire dates|out of order"),
        ("salary_cents", RAISE, add(1), "pay after a raise"),
        ("salary_cents", RAISE, put(0), "cut or out of range"),
        ("salary_cents", RAISE, put(1), "cut or out of range"),
        ("salary_cents", PROMOTION, add(1), "pay after promotion|beyond the cap"),
        ("salary_cents", HIRE, add(1), "pay of hires"),
        ("salary_cents", HIRE, put(10**9), "limits"),
        ("level", PROMOTION, add(1), "levels after promotion"),
        ("level", HIRE, add(1), "limits"),
        ("birth_date", HIRE, add(1), "birth dates of hires"),
        ("reason", TERMINATION, put(3), "exit reasons"),
        ("kind", PROMOTION, put(RAISE), "promotions: counted"),
    ],
)
def test_a_changed_event_is_found(column: str, kind: int, change: Tamper, complaint: str) -> None:
    with pytest.raises(CheckFailedError, match=complaint):
        check(tampered(column, kind, change))


def test_an_event_after_an_exit_is_found() -> None:
    outcome = run_year(people(PEOPLE), assumptions())
    events = outcome.events
    after = np.flatnonzero(events.kind == TERMINATION)[0] + 1
    stream_no = events.stream_no.copy()
    stream_no[after] = stream_no[after - 1]

    with pytest.raises(CheckFailedError, match="events after an exit: 1 of"):
        check(replace(outcome, events=replace(events, stream_no=stream_no)))


def test_events_out_of_order_are_found() -> None:
    outcome = run_year(people(PEOPLE), assumptions())
    events = outcome.events
    first = int(np.flatnonzero(events.kind == PROMOTION)[0])
    order = np.arange(len(events))
    order[[first, first + 1]] = first + 1, first
    swapped = YearEvents(*(getattr(events, field.name)[order] for field in fields(events)))

    with pytest.raises(CheckFailedError, match="out of order"):
        check(replace(outcome, events=swapped))


def test_promotions_beyond_the_cap_are_found() -> None:
    generous = assumptions({"promotions": {"increase_limit": 0.9, "increase": 0.6}})
    outcome = run_year(people(PEOPLE), generous)

    with pytest.raises(CheckFailedError, match="promotions beyond the cap"):
        check(outcome)


def test_a_missing_raise_is_found() -> None:
    outcome = run_year(people(PEOPLE), assumptions())
    events = outcome.events
    keep = np.ones(len(events), dtype=np.bool_)
    is_last = events.stream_no[1:] != events.stream_no[:-1]
    keep[np.flatnonzero(is_last & (events.kind[:-1] == RAISE))[0]] = False
    fewer = YearEvents(*(getattr(events, field.name)[keep] for field in fields(events)))
    counts = replace(outcome.counts, raises=outcome.counts.raises - 1)

    with pytest.raises(CheckFailedError, match=r"who gets a raise: \d+ events, but \d+ recomputed"):
        check(replace(outcome, events=fewer, counts=counts))


@pytest.mark.parametrize("name", ["start", "hires", "exits", "promotions", "raises", "end"])
def test_books_that_do_not_balance_are_found(name: str) -> None:
    outcome = run_year(people(PEOPLE), assumptions())
    change: dict[str, Any] = {name: getattr(outcome.counts, name) + 1}

    with pytest.raises(CheckFailedError, match=r"2025: .*counted [\d,]+, not [\d,]+"):
        check(replace(outcome, counts=replace(outcome.counts, **change)))


def test_a_missed_target_is_found() -> None:
    outcome = run_year(people(PEOPLE), assumptions())
    plan = replace(outcome.plan, target=outcome.plan.target + 1)

    with pytest.raises(CheckFailedError, match="beside the target: counted 1,030, not 1,031"):
        check(replace(outcome, plan=plan))


@pytest.mark.parametrize("mode", ["exact", "expected"])
def test_the_wrong_leaver_is_found(mode: str) -> None:
    """Run under another seed, everything is consistent, but nothing is what the draws say."""
    scenario = staffing(mode=mode)
    other = scenario.model_copy(update={"seed": 43})
    outcome = run_year(people(PEOPLE), other)

    with pytest.raises(CheckFailedError, match=r"who leaves|arrival of"):
        check_year(people(PEOPLE), scenario, outcome, census_levels=CENSUS_LEVELS)


def test_a_leaver_who_may_not_leave_is_found() -> None:
    outcome = run_year(people(PEOPLE), assumptions())
    leaver = int(outcome.events.stream_no[outcome.events.kind == TERMINATION][0])
    opening = people(PEOPLE)
    exit_date = opening.exit_date.copy()
    exit_date[leaver] = 30_000

    with pytest.raises(CheckFailedError, match="exits of people who may leave"):
        check_year(
            replace(opening, exit_date=exit_date),
            assumptions(),
            outcome,
            census_levels=CENSUS_LEVELS,
        )
