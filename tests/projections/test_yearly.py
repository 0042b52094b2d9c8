from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.employee import Employee
from planalign.domain.lineage import Lineage
from planalign.projections.yearly import yearly
from tests.projections.logs import SCENARIOS, Story, employees, log_of, stories

COLUMNS = [
    "year", "start_headcount", "hires", "exits", "end_headcount", "promotions", "raises", "events",
    "payroll_start", "payroll_end",
]  # fmt: skip


@given(story=stories(), scenario=SCENARIOS, first=st.integers(2021, 2029), count=st.integers(0, 6))
def test_a_year_adds_up_to_what_its_employees_say(
    story: Story, scenario: str, first: int, count: int
) -> None:
    years = range(first, first + count)
    with story.log() as log:
        rows = yearly(log, log.lineage(scenario), years).to_pylist()

    people = list(employees(story.visible(scenario, log.position)).values())
    assert [row["year"] for row in rows] == list(years)
    for row in rows:
        year = row["year"]
        counts = Counter(
            event.name
            for ann in people
            for event in ann.timeline
            if event.effective_date.year == year
        )
        kinds = [row[name] for name in ("hires", "exits", "promotions", "raises")]
        assert kinds == [counts[kind] for kind in ("Hire", "Termination", "Promotion", "Raise")]
        assert row["events"] == counts.total()
        assert (row["start_headcount"], row["payroll_start"]) == employed(people, year - 1)
        assert (row["end_headcount"], row["payroll_end"]) == employed(people, year)


def employed(people: list[Employee], year: int) -> tuple[int, Decimal]:
    """Headcount and payroll on the evening of 31 December."""
    states = [state for ann in people if (state := ann.as_of(date(year, 12, 31)))]
    cents = [state.salary_cents for state in states if state.is_active]
    return len(cents), Decimal(sum(cents)) / 100


@given(story=stories())
def test_headcount_reconciles_and_years_join(story: Story) -> None:
    with story.log() as log:
        rows = yearly(log, log.lineage("left"), range(2022, 2030)).to_pylist()
    for row in rows:
        assert row["start_headcount"] + row["hires"] - row["exits"] == row["end_headcount"]
    for before, after in pairwise(rows):
        assert before["end_headcount"] == after["start_headcount"]
        assert before["payroll_end"] == after["payroll_start"]


def test_the_columns_are_there_even_for_an_empty_log() -> None:
    with log_of() as log:
        log.fork("empty")
        table = yearly(log, log.lineage("empty"), range(2025, 2027))
    assert table.column_names == COLUMNS
    assert table.schema.field("payroll_end").type == pa.decimal128(18, 2)
    assert {str(table.schema.field(name).type) for name in COLUMNS[1:8]} == {"int64"}
    assert [row["end_headcount"] for row in table.to_pylist()] == [0, 0]


def test_years_that_skip_years_are_refused() -> None:
    with log_of() as log, pytest.raises(ValueError, match="follow each other"):
        yearly(log, Lineage("baseline", 0, ()), range(2025, 2031, 2))
