"""Every figure of a year is what the employees themselves say, computed the plain way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.employee import Employee
from planalign.domain.events import EmployeeEvent
from planalign.domain.lineage import Lineage
from planalign.projections.metric_definitions import LEVEL_METRICS, METRICS
from planalign.projections.metrics import level_metrics, yearly_metrics
from planalign.projections.pay_changes import PayFacts
from planalign.projections.yearly import YEARLY_COLUMNS, yearly
from tests.projections.logs import SCENARIOS, Story, employees, log_of, stories
from tests.projections.plain_years import PlainYear, expected, is_same, money

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text()
YEARS = st.integers(2021, 2029).flatmap(
    lambda first: st.integers(0, 6).map(lambda count: range(first, first + count))
)
BRIDGE = ("payroll_hires", "payroll_exits", "payroll_promotions", "payroll_raises")


@given(story=stories(), scenario=SCENARIOS, years=YEARS, cut=st.integers(0, 60))
@pytest.mark.slow
def test_every_figure_is_what_the_employees_say(
    story: Story, scenario: str, years: range, cut: int
) -> None:
    with story.log() as log:
        rows = yearly_metrics(log, log.lineage(scenario, cut), years).to_pylist()

    people = employees(story.visible(scenario, cut)).values()
    plain = [PlainYear(people, year) for year in range(years.start - 1, years.stop)]
    assert [row["year"] for row in rows] == list(years)
    for row, (before, now) in zip(rows, pairwise(plain), strict=True):
        assert is_same(row, expected(now, before, plain[1]))


@given(story=stories(), scenario=SCENARIOS, cut=st.integers(0, 60))
@pytest.mark.slow
def test_both_bridges_add_up_to_the_cent_and_years_join(
    story: Story, scenario: str, cut: int
) -> None:
    with story.log() as log:
        rows = yearly_metrics(log, log.lineage(scenario, cut), range(2019, 2030)).to_pylist()
    for row in rows:
        assert row["start_headcount"] + row["hires"] - row["exits"] == row["end_headcount"]
        assert row["payroll_start"] + sum(row[name] for name in BRIDGE) == row["payroll_end"]
        assert row["payroll_exits"] <= 0
    for before, after in pairwise(rows):
        assert before["end_headcount"] == after["start_headcount"]
        assert before["payroll_end"] == after["payroll_start"]


@given(story=stories(), scenario=SCENARIOS, years=YEARS)
def test_levels_add_up_to_the_year_and_name_those_below(
    story: Story, scenario: str, years: range
) -> None:
    with story.log() as log:
        rows = level_metrics(log, log.lineage(scenario), years).to_pylist()

    people = employees(story.visible(scenario, log.position)).values()
    wanted: list[dict[str, Any]] = []
    for year in years:
        end = PlainYear(people, year).end
        pay: dict[int, list[int]] = {}
        for state in end.values():
            pay.setdefault(state.level, []).append(state.salary_cents)
        wanted += [
            {
                "year": year,
                "level": level,
                "headcount": len(pay[level]),
                "payroll": money(sum(pay[level])),
                "average_salary": money(Fraction(sum(pay[level]), len(pay[level]))),
                "span": len(pay.get(level - 1, [])) / len(pay[level]) if level > 1 else None,
            }
            for level in sorted(pay)
        ]
    assert rows == wanted


def hired(name: str, on: date, cents: int, *, minutes: int | None = None) -> Employee:
    ann = Employee(name)
    ann.hire(
        on,
        salary_cents=cents,
        level=1,
        birth_date=date(1980, 1, 1),
        source="command",
        scheduled_minutes_per_week=minutes,
    )
    return ann


def row_of(year: int, *people: Employee) -> dict[str, Any]:
    events: Sequence[EmployeeEvent] = [e for ann in people for e in ann.collect_events()]
    with log_of(events) as log:
        (row,) = yearly_metrics(log, log.lineage("baseline"), range(year, year + 1)).to_pylist()
    return row


def test_a_promotion_and_a_raise_on_one_day_each_get_their_own_part() -> None:
    ann = hired("E-1", date(2024, 1, 15), 60_000_00)
    ann.promote(date(2025, 7, 1), level=2, salary_cents=70_000_01)
    ann.give_raise(date(2025, 7, 1), salary_cents=70_000_08)
    row = row_of(2025, ann)
    assert row["payroll_promotions"] == Decimal("10000.01")
    assert row["payroll_raises"] == Decimal("0.07")


def test_a_raise_recorded_late_takes_its_part_from_the_promotion_after_it() -> None:
    ann = hired("E-1", date(2024, 1, 15), 60_000_00)
    ann.promote(date(2025, 7, 1), level=2, salary_cents=70_000_00)
    ann.give_raise(date(2025, 3, 1), salary_cents=63_000_00)
    row = row_of(2025, ann)
    assert (row["payroll_promotions"], row["payroll_raises"]) == (7_000, 3_000)


def test_who_leaves_and_comes_back_in_a_year_is_an_exit_and_a_hire() -> None:
    ann = hired("E-1", date(2020, 1, 1), 60_000_00)
    ann.terminate(date(2025, 3, 31), reason="involuntary")
    ann.hire(
        date(2025, 10, 1),
        salary_cents=50_000_00,
        level=1,
        birth_date=date(1980, 1, 1),
        source="command",
    )
    row = row_of(2025, ann)
    moved = (row["hires"], row["exits"], row["payroll_hires"], row["payroll_exits"])
    assert moved == (1, 1, 50_000, -60_000)
    assert row["compensation_growth_continuous"] is None
    assert row["voluntary_turnover_rate"] == 0.0


def test_a_day_is_a_366th_of_a_leap_year() -> None:
    assert row_of(2024, hired("E-1", date(2024, 12, 31), 366_00))["earned"] == 1
    assert row_of(2025, hired("E-1", date(2025, 12, 31), 365_00))["earned"] == 1


@pytest.mark.parametrize(("salary_cents", "earned_cents"), [(183, 0), (549, 2), (915, 2)])
def test_half_a_cent_earned_goes_to_the_even_one(salary_cents: int, earned_cents: int) -> None:
    earned = row_of(2024, hired("E-1", date(2024, 12, 31), salary_cents))["earned"]
    assert earned == Decimal(earned_cents) / 100


def test_half_time_is_half_an_equivalent_and_unknown_hours_are_full_time() -> None:
    new_year = date(2025, 1, 1)
    people = (hired("E-1", new_year, 1, minutes=1_200), hired("E-2", new_year, 1))
    assert row_of(2025, *people)["fte"] == 1.5


def test_the_first_year_of_employment_ends_on_the_anniversary() -> None:
    short, whole = (hired(name, date(2024, 6, 1), 1) for name in ("E-1", "E-2"))
    short.terminate(date(2025, 5, 31), reason="voluntary")
    whole.terminate(date(2025, 6, 1), reason="voluntary")
    # Two were in their first year at the start and none at the end: one on average.
    assert row_of(2025, short, whole)["first_year_turnover_rate"] == 1.0


def test_who_was_hired_this_year_makes_nobody_else_new() -> None:
    new, old = hired("E-1", date(2025, 2, 1), 1), hired("E-2", date(2015, 1, 1), 1)
    old.terminate(date(2025, 6, 1), reason="voluntary")
    assert row_of(2025, new, old)["first_year_turnover_rate"] == 0.0


def test_events_are_put_in_order_however_wide_their_numbers_are() -> None:
    events = [(2**31 - 1, 7, 2**31 - 1), (2**31 - 1, 7, 1), (0, 300, 1), (2**31 - 1, 2, 5)]
    streams, days, versions = (np.array(column, np.int32) for column in zip(*events, strict=True))
    nothing = np.zeros(4, np.uint8)
    cents, minutes = np.arange(4), nothing.astype(np.int16)
    facts = PayFacts(streams, versions, days, nothing, nothing, cents, minutes, nothing)
    assert facts.in_order().pay_cents.tolist() == [2, 3, 1, 0]
    assert facts.take(np.array([3, 2])).in_order().pay_cents.tolist() == [2, 3]


def test_the_columns_and_their_types_are_there_even_for_an_empty_log() -> None:
    with log_of() as log:
        log.fork("empty")
        lineage = log.lineage("empty")
        table = yearly_metrics(log, lineage, range(2025, 2027))
        assert level_metrics(log, lineage, range(2025, 2027)).num_rows == 0
        assert yearly(log, lineage, range(2025, 2027)).equals(table.select(list(YEARLY_COLUMNS)))
    assert {(field.name, field.type) for field in table.schema} == {
        (m.name, m.type) for m in METRICS
    }
    assert table["end_headcount"].to_pylist() == [0, 0]
    assert table["turnover_rate"].to_pylist() == [None, None]
    assert table.schema.field("payroll_end").type == pa.decimal128(18, 2)


def test_years_that_skip_years_are_refused() -> None:
    with log_of() as log, pytest.raises(ValueError, match="follow each other"):
        yearly_metrics(log, Lineage("baseline", 0, ()), range(2025, 2031, 2))


def test_the_glossary_defines_every_column_once_and_in_order() -> None:
    _, section = GLOSSARY.split("## The columns of `planalign metrics`")
    defined = re.findall(r"^\| `(\w+)` \| \S", section, flags=re.MULTILINE)
    names = [metric.name for metric in METRICS]
    assert defined == [*names, *(metric.name for metric in LEVEL_METRICS if metric.name != "year")]
