from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given

from planalign.domain.employee import Employee, EmployeeState, fold
from planalign.domain.errors import NotFoundError
from planalign.infrastructure.log.schema import FIELD_COLUMNS
from planalign.projections.divergence import divergence
from planalign.projections.history_pair import history_pair
from tests.projections.logs import (
    IDS,
    SCENARIOS,
    Story,
    employees,
    log_of,
    stories,
)

pytestmark = pytest.mark.slow

Fact = tuple[date, str, dict[str, object]]


def facts(ann: Employee | None) -> list[Fact]:
    """What happened to her, in the order of the days, without when it was recorded."""
    events = ann.timeline if ann else ()
    return [
        (event.effective_date, event.name, event.model_dump(exclude={"originator_version"}))
        for event in events
    ]


def first_day(ours: list[Fact], theirs: list[Fact]) -> date | None:
    """The first day whose events are not the same ones."""
    days = sorted({fact[0] for fact in [*ours, *theirs]})
    return next((day for day in days if on(day, ours) != on(day, theirs)), None)


def on(day: date, told: list[Fact]) -> list[Fact]:
    return [fact for fact in told if fact[0] == day]


def first_kinds(day: date, ours: list[Fact], theirs: list[Fact]) -> tuple[str | None, str | None]:
    one, other = on(day, ours), on(day, theirs)
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    return (one[0][1] if one else None), (other[0][1] if other else None)


@given(story=stories(), a=SCENARIOS, b=SCENARIOS)
def test_those_differ_whose_facts_do_from_the_first_day_on_which_they_do(
    story: Story, a: str, b: str
) -> None:
    with story.log() as log:
        rows = divergence(log, log.lineage(a), log.lineage(b)).to_pylist()
        one, other = (employees(story.visible(name, log.position)) for name in (a, b))

    expected: list[tuple[date, str, str | None, str | None]] = []
    for name in one.keys() | other.keys():
        ours, theirs = facts(one.get(name)), facts(other.get(name))
        day = first_day(ours, theirs)
        if day is not None:
            expected.append((day, name, *first_kinds(day, ours, theirs)))
    found = [(r["first_day"], r["employee_id"], r["kind_a"], r["kind_b"]) for r in rows]
    assert found == sorted(expected, key=lambda row: row[:2])


@given(story=stories(), a=SCENARIOS, b=SCENARIOS)
def test_before_the_first_day_everybody_is_the_same_in_both(story: Story, a: str, b: str) -> None:
    with story.log() as log:
        rows = divergence(log, log.lineage(a), log.lineage(b)).to_pylist()
        one, other = (employees(story.visible(name, log.position)) for name in (a, b))
    first = {row["employee_id"]: row["first_day"] for row in rows}
    for name in one.keys() | other.keys():
        last = first.get(name, date.max)
        states = [
            fold(event for event in ann.timeline if event.effective_date < last) if ann else None
            for ann in (one.get(name), other.get(name))
        ]
        assert without_version(states[0]) == without_version(states[1])


def without_version(state: EmployeeState | None) -> EmployeeState | None:
    return replace(state, version=1) if state else None


@given(story=stories(), scenario=SCENARIOS)
def test_nobody_differs_from_themselves(story: Story, scenario: str) -> None:
    with story.log() as log:
        assert divergence(log, log.lineage(scenario), log.lineage(scenario)).num_rows == 0


@given(story=stories(), a=SCENARIOS, b=SCENARIOS)
def test_the_other_way_round_the_sides_are_swapped(story: Story, a: str, b: str) -> None:
    with story.log() as log:
        there = divergence(log, log.lineage(a), log.lineage(b))
        back = divergence(log, log.lineage(b), log.lineage(a))
    names = ["employee_id", "first_day", "kind_b", "kind_a", "position_b", "position_a"]
    assert back.select(names).rename_columns(there.column_names).equals(there)


def test_the_same_census_imported_twice_is_no_difference() -> None:
    ann = Employee("E-1")
    ann.hire(
        date(2024, 1, 15),
        salary_cents=60_000_00,
        level=1,
        birth_date=date(1990, 4, 2),
        source="census",
    )
    events = ann.collect_events()
    with log_of(events) as log:
        log.record(events, scenario="again")
        assert divergence(log, log.lineage("baseline"), log.lineage("again")).num_rows == 0


def test_every_field_of_an_event_is_compared() -> None:
    text = files("planalign.projections").joinpath("divergence.sql").read_text()
    assert set(re.findall(r"a\.(\w+) IS DISTINCT FROM b\.\1", text)) == {
        "kind",
        "effective_date",
        *FIELD_COLUMNS,
    }


@given(story=stories(), a=SCENARIOS, b=SCENARIOS, employee_id=IDS)
def test_two_histories_side_by_side_part_where_the_scenarios_do(
    story: Story, a: str, b: str, employee_id: str
) -> None:
    with story.log() as log:
        lineages = log.lineage(a), log.lineage(b)
        people = [employees(story.visible(name, log.position)) for name in (a, b)]
        if not any(employee_id in known for known in people):
            with pytest.raises(NotFoundError, match="neither"):
                history_pair(log, *lineages, employee_id)
            return
        rows = history_pair(log, *lineages, employee_id).to_pylist()
        parted = {r["employee_id"]: r for r in divergence(log, *lineages).to_pylist()}

    for side, known in zip("ab", people, strict=True):
        told = facts(known.get(employee_id))
        shown = [row for row in rows if row[f"kind_{side}"] is not None]
        assert [(r["effective_date"], r[f"kind_{side}"]) for r in shown] == [f[:2] for f in told]
    marked = [row for row in rows if row["first_difference"]]
    assert [row["effective_date"] for row in marked] == [
        row["first_day"] for row in [parted.get(employee_id)] if row
    ]
    assert any(row["differs"] for row in rows) == bool(marked)
