"""What the read models say is what the employees say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.employee import Employee, EmployeeState
from planalign.domain.employee_state import evolve
from planalign.domain.events import EmployeeEvent, Hire
from planalign.projections.read_models.intervals import as_of
from planalign.projections.read_models.worker import run
from planalign.projections.snapshot import snapshot
from tests.projections.logs import DAYS, SCENARIOS, Story, employees, stories
from tests.projections.read_models.kept import (
    BANDS,
    census_day,
    file_of,
    models_of,
    move_to,
    workers,
)

pytestmark = pytest.mark.slow

CUTS = st.integers(0, 60)


@given(story=stories(), scenario=SCENARIOS, day=DAYS, cut=CUTS)
def test_a_day_from_intervals_is_the_day_from_the_log(
    story: Story, scenario: str, day: date, cut: int
) -> None:
    ages, tenures = BANDS.age_bands, BANDS.tenure_bands
    with story.log() as log, models_of(log) as shared:
        lineage = log.lineage(scenario, cut)
        move_to(shared, lineage, models=["intervals"])
        told = snapshot(log, lineage, day, age_bands=ages, tenure_bands=tenures)
        kept = as_of(shared.store, scenario, day, age_bands=ages, tenure_bands=tenures)
    assert kept == told


@given(story=stories(), scenario=SCENARIOS)
def test_the_intervals_of_an_employee_follow_each_other_without_a_gap(
    story: Story, scenario: str
) -> None:
    with story.log() as log, models_of(log) as shared:
        move_to(shared, log.lineage(scenario), models=["intervals"])
        rows = file_of(shared).ask("FROM intervals ORDER BY employee_id, valid_from").to_pylist()
    for one, other in pairwise(rows):
        if one["employee_id"] == other["employee_id"]:
            assert one["valid_from"] < one["valid_to"] == other["valid_from"]
        else:
            assert one["valid_to"] is None
    people = employees(story.visible(scenario, log.position))
    assert {row["employee_id"] for row in rows} == set(people)


@given(story=stories(), scenario=SCENARIOS, census=st.none() | DAYS)
def test_a_month_counts_those_who_are_there_at_its_end(
    story: Story, scenario: str, census: date | None
) -> None:
    with story.log() as log, models_of(log) as shared:
        surroundings = census_day(census or date.min)
        moved = workers(shared, log.lineage(scenario), models=["months"], surroundings=surroundings)
        run(moved, shared)
        rows = file_of(shared).ask("SELECT * EXCLUDE (scenario) FROM months").to_pylist()
    people = list(employees(story.visible(scenario, log.position)).values())
    assert sorted(rows, key=str) == sorted(plain_months(people, census), key=str)


def plain_months(people: list[Employee], census: date | None) -> list[dict[str, Any]]:
    days = [event.effective_date for person in people for event in person.timeline]
    first = max(min(days), census or date.min).replace(day=1)
    last = max(*days, first)
    rows: list[dict[str, Any]] = []
    while first <= date(last.year, 12, 31):
        following = (first + timedelta(days=31)).replace(day=1)
        end = following - timedelta(days=1)
        states = [state for person in people if (state := person.as_of(end))]
        rows += counted(first, end, states)
        first = following
    return rows


def counted(month: date, end: date, states: list[EmployeeState]) -> list[dict[str, Any]]:
    headcount, payroll = Counter[Any](), Counter[Any]()
    for state in states:
        age, tenure = state.age(end), state.tenure_years(end)
        bands = BANDS.age_bands.label_of(age), BANDS.tenure_bands.label_of(tenure)
        cell = (state.status, state.level, *bands)
        headcount[cell] += 1
        payroll[cell] += state.salary_cents * state.is_active
    names = ("status", "level", "age_band", "tenure_band")
    return [
        {
            "month": month,
            **dict(zip(names, cell, strict=True)),
            "headcount": number,
            "payroll": Decimal(payroll[cell]).scaleb(-2),
        }
        for cell, number in headcount.items()
    ]


@given(story=stories(), scenario=SCENARIOS)
def test_movements_are_what_events_did_to_people_and_pay(story: Story, scenario: str) -> None:
    with story.log() as log, models_of(log) as shared:
        move_to(shared, log.lineage(scenario), models=["movements"])
        rows = file_of(shared).ask("SELECT * EXCLUDE (scenario) FROM movements").to_pylist()
    people = employees(story.visible(scenario, log.position)).values()
    assert sorted(rows, key=str) == sorted(plain_movements(people), key=str)


def plain_movements(people: Iterable[Employee]) -> list[dict[str, Any]]:
    moved, change = Counter[Any](), Counter[Any]()
    for person in people:
        for event, before, after in steps(person):
            if isinstance(event, Hire) and event.source == "census":
                continue
            reason = getattr(event, "reason", None)
            cell = (event.effective_date.replace(day=1), event.name, after.level, reason)
            moved[cell] += 1
            change[cell] += paid(after) - paid(before)
    names = ("month", "movement", "level", "termination_reason")
    return [
        {
            **dict(zip(names, cell, strict=True)),
            "employees": number,
            "payroll_change": Decimal(change[cell]).scaleb(-2),
        }
        for cell, number in moved.items()
    ]


def steps(
    person: Employee,
) -> Iterator[tuple[EmployeeEvent, EmployeeState | None, EmployeeState]]:
    state: EmployeeState | None = None
    for event in person.timeline:
        before, state = state, evolve(state, event)
        yield event, before, state


def paid(state: EmployeeState | None) -> int:
    return state.salary_cents if state and state.is_active else 0


@given(story=stories(), scenario=SCENARIOS)
def test_the_bridge_of_movements_leads_from_month_to_month(story: Story, scenario: str) -> None:
    with story.log() as log, models_of(log) as shared:
        move_to(shared, log.lineage(scenario), models=["months", "movements", "intervals"])
        file = file_of(shared)
        (census,) = file.ask(
            "SELECT COALESCE(SUM(salary_cents), 0) AS cents FROM intervals_1 "
            "WHERE position IN (SELECT UNNEST($1::BIGINT[]))",
            [census_positions(story, scenario)],
        ).to_pylist()
        (moved,) = file.ask("SELECT SUM(payroll_change) AS pay FROM movements").to_pylist()
        end = "SELECT SUM(payroll) AS pay FROM months WHERE month = (SELECT MAX(month) FROM months)"
        (left,) = file.ask(end).to_pylist()
    opening = Decimal(census["cents"]).scaleb(-2)
    assert opening + (moved["pay"] or 0) == left["pay"]


def census_positions(story: Story, scenario: str) -> list[int]:
    everything: list[EmployeeEvent] = [*story.trunk, *story.left, *story.right]
    visible = {id(event) for event in story.visible(scenario, len(everything))}
    return [
        place
        for place, event in enumerate(everything, 1)
        if id(event) in visible and isinstance(event, Hire) and event.source == "census"
    ]
