from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import days_in_year
from planalign.domain.employee import Employee, EmployeeState
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.schema import EVENTS_SCHEMA
from planalign.projections.snapshot import SNAPSHOT_COLUMNS, YEAR_END_COLUMNS, snapshot
from tests.projections.logs import DAYS, SCENARIOS, FakeLog, Story, employees, log_of, stories

BANDS = Assumptions()
ANN = "E-1"


def taken(log: FakeLog, lineage: Lineage, as_of: date, *, year_end: bool = False) -> pa.Table:
    return snapshot(
        log,
        lineage,
        as_of,
        age_bands=BANDS.age_bands,
        tenure_bands=BANDS.tenure_bands,
        year_end=year_end,
    )


def rows_of(
    log: FakeLog, lineage: Lineage, as_of: date, *, year_end: bool = False
) -> list[dict[str, Any]]:
    return taken(log, lineage, as_of, year_end=year_end).to_pylist()


def expected_row(state: EmployeeState, as_of: date) -> dict[str, Any]:
    row = asdict(state)
    age, tenure = state.age(as_of), state.tenure_years(as_of)
    row |= {
        "annual_salary": Decimal(row.pop("salary_cents")) / 100,
        "age": age,
        "tenure_years": tenure,
        "age_band": BANDS.age_bands.label_of(age),
        "tenure_band": BANDS.tenure_bands.label_of(tenure),
    }
    return row


@given(story=stories(), scenario=SCENARIOS, as_of=DAYS, cut=st.integers(0, 60))
def test_a_snapshot_is_what_every_employee_says_of_that_day(
    story: Story, scenario: str, as_of: date, cut: int
) -> None:
    with story.log() as log:
        rows = rows_of(log, log.lineage(scenario, cut), as_of)

    people = employees(story.visible(scenario, cut))
    states = [state for _, ann in sorted(people.items()) if (state := ann.as_of(as_of))]
    assert rows == [expected_row(state, as_of) for state in states]


@given(story=stories(), scenario=SCENARIOS, as_of=DAYS)
@pytest.mark.slow
def test_a_year_end_says_what_was_earned_day_by_day(
    story: Story, scenario: str, as_of: date
) -> None:
    with story.log() as log:
        lineage = log.lineage(scenario)
        rows = rows_of(log, lineage, as_of, year_end=True)
        plain = rows_of(log, lineage, as_of)

    assert [{name: row[name] for name in SNAPSHOT_COLUMNS} for row in rows] == plain
    people = employees(story.visible(scenario, log.position))
    for row in rows:
        ann = people[row["employee_id"]]
        assert row["earned_in_year"] == Decimal(earned_cents(ann, as_of)) / 100
        assert row["detailed_status"] == detailed_status(ann, as_of)


def earned_cents(ann: Employee, as_of: date) -> int:
    first = date(as_of.year, 1, 1)
    days = [first + timedelta(days=n) for n in range((as_of - first).days + 1)]
    states = [(day, ann.as_of(day)) for day in days]
    paid = sum(s.salary_cents for d, s in states if s and (s.is_active or s.termination_date == d))
    return round(Fraction(paid, days_in_year(as_of.year)))  # Python rounds half to even


def detailed_status(ann: Employee, as_of: date) -> str | None:
    state = ann.as_of(as_of)
    assert state is not None
    is_new = state.hire_date.year == as_of.year
    if state.termination_date is None:
        return "new_hire_active" if is_new else "continuous_active"
    if state.termination_date.year < as_of.year:
        return None
    return "new_hire_termination" if is_new else "experienced_termination"


def hired(on: date = date(2024, 1, 15), cents: int = 60_000_00) -> Employee:
    ann = Employee(ANN)
    ann.hire(on, salary_cents=cents, level=1, birth_date=date(1996, 2, 29), source="census")
    return ann


def only_row(ann: Employee, as_of: date) -> dict[str, Any]:
    with log_of(ann.collect_events()) as log:
        (row,) = rows_of(log, log.lineage("baseline"), as_of, year_end=True)
    return row


def test_the_columns_and_their_types_are_those_of_the_model() -> None:
    with log_of(hired().collect_events()) as log:
        table = taken(log, log.lineage("baseline"), date(2024, 12, 31), year_end=True)
    assert tuple(table.column_names) == SNAPSHOT_COLUMNS + YEAR_END_COLUMNS
    types = {str(field.type) for field in table.schema}
    assert types == {"string", "uint8", "decimal128(18, 2)", "date32[day]", "int32"}


def test_nobody_is_known_before_anything_happened() -> None:
    with log_of() as log:
        log.fork("empty")
        assert rows_of(log, log.lineage("empty"), date(2025, 1, 1), year_end=True) == []


@pytest.mark.parametrize(("as_of", "age"), [(date(2025, 2, 28), 28), (date(2025, 3, 1), 29)])
def test_a_leap_day_child_is_a_year_older_on_1_march(as_of: date, age: int) -> None:
    assert only_row(hired(), as_of)["age"] == age


def test_a_leaver_keeps_the_age_of_the_exit_day() -> None:
    ann = hired()
    ann.terminate(date(2025, 2, 28), reason="voluntary")
    row = only_row(ann, date(2030, 12, 31))
    assert (row["age"], row["tenure_years"], row["detailed_status"]) == (28, 1, None)


def test_the_last_day_of_employment_is_paid_though_the_status_is_terminated() -> None:
    ann = hired(cents=36_500_00)
    ann.terminate(date(2025, 1, 10), reason="voluntary")
    assert only_row(ann, date(2025, 1, 9))["status"] == "active"
    ann = hired(cents=36_500_00)
    ann.terminate(date(2025, 1, 10), reason="voluntary")
    row = only_row(ann, date(2025, 1, 10))
    assert (row["status"], row["earned_in_year"]) == ("terminated", Decimal("1000.00"))


def test_half_a_cent_goes_to_the_even_one() -> None:
    # 183 of 366 days at 1 and at 3 cents a year are 0.5 and 1.5 cents.
    for cents, earned in ((1, "0.00"), (3, "0.02")):
        row = only_row(hired(date(2024, 7, 2), cents), date(2024, 12, 31))
        assert row["earned_in_year"] == Decimal(earned)


def test_the_largest_salary_is_exact() -> None:
    row = only_row(hired(date(2024, 1, 1), 10**15 - 1), date(2024, 12, 31))
    assert row["annual_salary"] == row["earned_in_year"] == Decimal("9999999999999.99")


def test_days_before_1970_are_days_like_any_other() -> None:
    ann = Employee(ANN)
    born, hired_on, left = date(1921, 3, 5), date(1949, 12, 31), date(1969, 12, 31)
    ann.hire(hired_on, salary_cents=1_00, level=1, birth_date=born, source="census")
    ann.terminate(left, reason="retirement")
    row = only_row(ann, date(1969, 12, 31))
    assert (row["birth_date"], row["hire_date"]) == (born, hired_on)
    assert row["termination_date"] == row["last_event_date"] == left
    assert (row["age"], row["tenure_years"], row["last_event"]) == (48, 20, "Termination")


def test_rows_of_other_applications_are_nobody() -> None:
    with log_of(hired().collect_events()) as log:
        before = rows_of(log, log.lineage("baseline"), date(2024, 12, 31), year_end=True)
        log.append(foreign_rows(log))
        after = rows_of(log, log.lineage("baseline"), date(2024, 12, 31), year_end=True)
    assert after == before


def foreign_rows(log: FakeLog) -> pa.Table:
    row = {"position": log.position + 1, "version": 1, "kind": "other.v1", "state": b"{}"}
    row |= {"stream_no": log.stream_no("another aggregate")}
    empty = dict.fromkeys(EVENTS_SCHEMA.names)
    return pa.Table.from_pylist([{**empty, **row}], EVENTS_SCHEMA)
