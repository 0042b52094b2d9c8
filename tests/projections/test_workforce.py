from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.calendar import NEVER, day_number
from planalign.domain.employee import Employee
from planalign.domain.events import EmployeeEvent, Hire, Termination
from planalign.domain.simulation import employee_key
from planalign.projections.workforce import census_levels, load_workforce
from tests.projections.logs import DAYS, SCENARIOS, Story, employees, log_of, stories

ONE_DAY = timedelta(days=1)


def expected_row(ann: Employee, first_day: date) -> dict[str, int] | None:
    """What the engine should read of *ann*, without the stream's number."""
    coming = [event for event in ann.timeline if event.effective_date >= first_day]
    state = ann.as_of(first_day - ONE_DAY)
    if state is None or not state.is_active:
        hires = (event for event in coming if isinstance(event, Hire))
        hire = next(hires, None)
        if hire is None:
            return None
        # The state that the hire itself makes, before anything else of that day.
        state = Employee(ann.id, [hire.model_copy(update={"originator_version": 1})]).as_of(
            hire.effective_date
        )
    assert state is not None
    exits = [day_number(e.effective_date) for e in coming if isinstance(e, Termination)]
    return {
        "key": employee_key(ann.id),
        "version": ann.version,
        "level": state.level,
        "salary_cents": state.salary_cents,
        "hire_date": day_number(state.hire_date),
        "birth_date": day_number(state.birth_date),
        "exit_date": min(exits, default=int(NEVER)),
    }


@given(story=stories(), scenario=SCENARIOS, first_day=DAYS, cut=st.integers(0, 60))
def test_the_engine_reads_what_every_employee_says_of_the_eve(
    story: Story, scenario: str, first_day: date, cut: int
) -> None:
    with story.log() as log:
        workforce = load_workforce(log, log.lineage(scenario, cut), first_day)

    people = employees(story.visible(scenario, cut))  # by first appearance
    rows = {name: row for name, ann in people.items() if (row := expected_row(ann, first_day))}
    assert workforce.stream_no.tolist() == [log.stream_nos[name] for name in rows]
    for column in ("key", "version", "level", "salary_cents", "hire_date", "birth_date"):
        assert getattr(workforce, column).tolist() == [row[column] for row in rows.values()]
    assert workforce.exit_date.tolist() == [row["exit_date"] for row in rows.values()]


@given(story=stories(), scenario=SCENARIOS, census_date=DAYS)
def test_the_level_mix_is_that_of_the_census_on_its_date(
    story: Story, scenario: str, census_date: date
) -> None:
    with story.log() as log:
        levels = census_levels(log, log.lineage(scenario), census_date, 5)

    people = employees(story.visible(scenario, log.position)).values()
    found = [level for ann in people if (level := census_level(ann.timeline, census_date))]
    assert levels == [found.count(level) for level in range(1, 6)]


def census_level(timeline: Iterable[EmployeeEvent], on: date) -> int | None:
    level: int | None = None
    for event in timeline:
        if event.effective_date <= on and isinstance(event, Hire) and event.source == "census":
            level = event.level
        if event.effective_date <= on and isinstance(event, Termination):
            level = None
    return level


def test_the_columns_have_the_types_that_the_engine_computes_with() -> None:
    ann = Employee("E-1")
    born = date(1990, 4, 2)
    ann.hire(date(2024, 1, 1), salary_cents=1, level=3, birth_date=born, source="census")
    with log_of(ann.collect_events()) as log:
        workforce = load_workforce(log, log.lineage("baseline"), date(2025, 1, 1))
    types = [getattr(workforce, name).dtype for name in workforce.__slots__]
    assert types == ["i4", "u8", "i4", "u1", "i8", "i4", "i4", "i4"]
    assert workforce.take(np.array([0])).level.tolist() == [3]


def test_an_empty_log_has_an_empty_workforce() -> None:
    with log_of() as log:
        log.fork("empty")
        assert len(load_workforce(log, log.lineage("empty"), date(2025, 1, 1))) == 0
        assert census_levels(log, log.lineage("empty"), date(2024, 12, 31), 3) == [0, 0, 0]
