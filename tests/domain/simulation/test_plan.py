from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planalign.domain.assumptions import Assumptions, StaffingAssumptions
from planalign.domain.calendar import day_number
from planalign.domain.errors import InfeasiblePlanError, SimulationRefusedError
from planalign.domain.simulation import plan_year, plan_years
from planalign.domain.simulation.plan import Opening, StaffingPlan, plan_staffing
from tests.domain.simulation.people import assumptions, people, run_years, staffing, with_exit

shares = st.decimals(0, "0.99", places=3)


def opening(start: int, *, recent: int = 0, known_exits: int = 0, known_hires: int = 0) -> Opening:
    return Opening(
        start=start,
        hired_last_year=recent,
        known_exits=known_exits,
        may_leave=start - known_exits,
        known_hires=known_hires,
    )


def planned(people: Opening, g: object, r: object, q: object) -> StaffingPlan:
    rates = StaffingAssumptions.model_validate(
        {"growth_target": g, "termination_rate": r, "new_hire_termination_rate": q}
    )
    return plan_staffing(people, rates, 2025)


def test_the_worked_example_of_the_model() -> None:
    plan = plan_staffing(opening(1_000), StaffingAssumptions(), 2025)

    assert (plan.exits, plan.hires, plan.same_year_leavers, plan.target) == (120, 200, 50, 1_030)
    assert plan.end == 1_030


@given(st.integers(0, 10**7), st.decimals("-0.2", "0.99", places=4), shares, shares, st.data())
def test_every_plan_ends_at_the_target(
    n: int, g: Decimal, r: Decimal, q: Decimal, data: st.DataObject
) -> None:
    recent = data.draw(st.integers(0, n))

    plan = planned(opening(n, recent=recent), g, r, q)

    assert plan.end == plan.target == round(n * (1 + g))
    assert 0 <= plan.exits <= n
    assert 0 <= plan.same_year_leavers <= plan.hires
    assert plan.exits == floor(r * (n - recent) + q * recent) or plan.hires == 0
    assert plan.hires == 0 or plan.hires == ceil((plan.target - n + plan.exits) / (1 - q))


@given(st.integers(1, 10**5), st.decimals("-0.5", "0.5", places=2), shares, shares, st.data())
def test_recorded_exits_and_hires_count_first(
    n: int, g: Decimal, r: Decimal, q: Decimal, data: st.DataObject
) -> None:
    known_exits, known_hires = data.draw(st.integers(0, n)), data.draw(st.integers(0, n))
    assume(known_hires <= round(n * (1 + g)))

    plan = planned(opening(n, known_exits=known_exits, known_hires=known_hires), g, r, q)

    assert plan.end == plan.target
    assert plan.exits >= known_exits
    assert plan.exits_to_draw <= n - known_exits


def test_a_shrinking_target_hires_nobody_and_lets_more_leave() -> None:
    plan = planned(opening(1_000), "-0.2", "0.12", "0.25")

    assert (plan.hires, plan.same_year_leavers) == (0, 0)
    assert plan.exits == 200
    assert plan.end == 800


def test_rates_are_exact_decimals() -> None:
    """As doubles, 0.29 * 100 is below 29, and a head would be lost."""
    assert planned(opening(100), "0", "0.29", "0").exits == 29


def test_halves_of_a_head_go_to_the_even_number() -> None:
    assert [planned(opening(n), "0.5", "0", "0").target for n in (1, 3, 5)] == [2, 4, 8]


def test_a_plan_with_more_exits_than_people_is_refused() -> None:
    with pytest.raises(InfeasiblePlanError, match=r"needs 90 exits .* only 10 of 10 people"):
        planned(opening(10, known_hires=90), "0", "0", "0")


def test_a_plan_whose_hires_cannot_all_leave_in_time_is_refused() -> None:
    """One more head takes 1,000 hires of whom 999 leave, but 2 or 3 start on 31 December."""
    rates = staffing(growth_target=0.1, termination_rate=0, new_hire_termination_rate=0.999)

    with pytest.raises(InfeasiblePlanError, match="start before 31 December"):
        plan_year(people(10), rates, 2025)


def test_an_unknown_level_is_refused() -> None:
    workforce = people(10)
    higher = replace(workforce, level=np.full(10, 7, dtype=np.uint8))

    with pytest.raises(SimulationRefusedError, match="level 7"):
        plan_year(higher, assumptions(), 2025)


def test_last_years_hires_leave_at_their_own_rate() -> None:
    workforce = people(1_000)
    hired = np.full(1_000, day_number(date(2024, 6, 1)), dtype=np.int32)

    plan = plan_year(replace(workforce, hire_date=hired), staffing(), 2025)

    assert plan.exits == 250


def test_nobody_stays_nobody() -> None:
    plan = plan_year(people(0), assumptions(), 2025)

    assert (plan.start, plan.exits, plan.hires, plan.end) == (0, 0, 0, 0)


@given(
    st.integers(0, 400),
    st.decimals("-0.2", "0.3", places=2),
    st.decimals(0, "0.5", places=2),
    st.decimals(0, "0.5", places=2),
    st.lists(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=6),
)
@settings(max_examples=40)
def test_the_path_of_plans_is_known_before_the_first_year(
    n: int, g: Decimal, r: Decimal, q: Decimal, exits: list[date]
) -> None:
    """Exits that are recorded for years to come are counted in the year that they come."""
    workforce = people(n)
    for row, day in enumerate(exits[:n]):
        workforce = with_exit(workforce, row, day)
    rules = Assumptions.parse(
        {
            "years": {"first": 2025, "last": 2027},
            "staffing": {
                "growth_target": g, "termination_rate": r, "new_hire_termination_rate": q,
            },
        }
    )  # fmt: skip
    try:
        path = plan_years(workforce, rules, range(2025, 2028))
    except InfeasiblePlanError as error:
        with pytest.raises(InfeasiblePlanError, match=re.escape(str(error))):
            list(run_years(workforce, rules))
        return
    assert path == tuple(outcome.plan for _, outcome in run_years(workforce, rules))


def test_of_free_draws_only_the_first_year_is_planned() -> None:
    rules = staffing(mode="expected")
    assert plan_years(people(100), rules, range(2025, 2030)) == (
        plan_year(people(100), rules, 2025),
    )
