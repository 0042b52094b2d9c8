from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planalign.domain.calendar import completed_years, date_of, day_number
from planalign.domain.errors import SimulationRefusedError
from planalign.domain.events import TERMINATION_REASONS
from planalign.domain.simulation import check_year, plan_year, simulate_year
from planalign.domain.simulation.columns import HIRE, PROMOTION, RAISE, TERMINATION
from planalign.domain.simulation.raises import merit_scale
from tests.domain.simulation.people import (
    CENSUS_LEVELS,
    SPREAD,
    assumptions,
    dates_of,
    people,
    rows_of,
    run_year,
    run_years,
    salaries,
    staffing,
    streams_of,
    with_exit,
)


@pytest.mark.parametrize(
    ("last_day", "happens"),
    [(date(2025, 1, 31), False), (date(2025, 2, 1), True), (date(2025, 2, 2), True)],
)
def test_a_promotion_may_happen_up_to_the_last_day(last_day: date, happens: bool) -> None:
    certain = assumptions(
        {
            "promotions": {
                "base_probability": 0.99,
                "dates": {"month": 2, "day": 1},
                "level_dampener": 0,
                "age_limit": 120,
                "minimum_tenure_years": 0,
            },
            "age_bands": [{"at_least": 0, "below": None, "termination": 1, "promotion": 100}],
        }
    )
    workforce = with_exit(people(200), 7, last_day)
    lower = replace(workforce, level=np.minimum(workforce.level, 4).astype(np.uint8))

    outcome = run_year(lower, certain)

    assert (7 in dates_of(outcome, PROMOTION)) is happens


@pytest.mark.parametrize(
    ("last_day", "happens"),
    [(date(2025, 7, 14), False), (date(2025, 7, 15), True), (date(2025, 7, 16), True)],
)
def test_a_raise_may_happen_up_to_the_last_day(last_day: date, happens: bool) -> None:
    workforce = with_exit(people(200), 7, last_day)
    hire_date = workforce.hire_date.copy()
    hire_date[7] = day_number(date(2020, 1, 1))

    outcome = run_year(replace(workforce, hire_date=hire_date), assumptions())

    assert (7 in dates_of(outcome, RAISE)) is happens


@pytest.mark.parametrize(
    ("hired", "happens"),
    [(date(2024, 7, 15), True), (date(2024, 7, 16), False), (date(2024, 2, 29), True)],
)
def test_a_raise_needs_a_completed_year(hired: date, happens: bool) -> None:
    workforce = people(200)
    hire_date = workforce.hire_date.copy()
    hire_date[7] = day_number(hired)

    outcome = run_year(replace(workforce, hire_date=hire_date), staffing(termination_rate=0))

    stayed = 7 not in dates_of(outcome, TERMINATION)
    assert (7 in dates_of(outcome, RAISE)) is (happens and stayed)


@pytest.mark.parametrize("raised_in", [1, 2, 12])
def test_the_later_of_promotion_and_raise_starts_from_the_earlier(raised_in: int) -> None:
    scenario = assumptions(
        {
            "raises": {"dates": {"month": raised_in, "day": 1}, "minimum_tenure_years": 0},
            "promotions": {
                "base_probability": 0.9,
                "increase_spread": 0,
                "increase_limit": "0.2",
                "dates": {"month": 2, "day": 1},
            },
            "levels": [
                {
                    "level": level,
                    "name": f"L{level}",
                    "salary_min": level * 10_000,
                    "salary_max": (level + 1) * 10_000,
                    "merit": "0.035",
                    "hire_percentile": 0.5,
                    "market": 1,
                }
                for level in (1, 2)
            ],
        }
    )
    workforce = people(500, levels=2)

    outcome = run_year(workforce, scenario)

    both = dates_of(outcome, PROMOTION).keys() & dates_of(outcome, RAISE).keys()
    assert len(both) > 50
    for number in both:
        start = int(workforce.salary_cents[number])
        promoted, raised = salaries(outcome, PROMOTION, number), salaries(outcome, RAISE, number)
        first, second = sorted([promoted, raised])
        assert (first == promoted) is (raised_in >= 2)
        increases = (0.2, 0.055) if raised_in >= 2 else (0.055, 0.2)
        assert abs(first - start * (1 + increases[0])) <= 1
        assert abs(second - first * (1 + increases[1])) <= 1


def test_a_raise_too_small_for_the_rounding_is_no_event() -> None:
    scenario = assumptions(
        {
            "raises": {"cola": "0.004", "merit_budget": 0},
            "pay": {"rounding_cents": 100_000},
            "staffing": {"termination_rate": 0},
        }
    )
    workforce = people(500)

    outcome = run_year(workforce, scenario)

    raised = dates_of(outcome, RAISE).keys()
    assert 0 < len(raised) < 400
    assert all(salaries(outcome, RAISE, number) % 100_000 == 0 for number in raised)
    check_year(workforce, scenario, outcome, census_levels=CENSUS_LEVELS)


def test_a_payroll_too_large_for_a_double_is_summed_exactly() -> None:
    """Twice the salaries beyond 2**53 cents in all: the scale of merit cannot tell."""
    workforce = people(500)
    rich = replace(workforce, salary_cents=workforce.salary_cents // 1_000 * 10**9)
    level, scenario = workforce.level, assumptions()

    few = merit_scale(workforce.salary_cents // 1_000, level, scenario)

    assert merit_scale(rich.salary_cents, level, scenario) == few


def test_years_in_which_nobody_is_due_have_no_raises() -> None:
    workforce = people(100)
    hired = np.full(100, day_number(date(2024, 12, 1)), dtype=np.int32)

    outcome = run_year(replace(workforce, hire_date=hired), assumptions())

    assert (outcome.counts.raises, outcome.counts.promotions) == (0, 0)


@pytest.mark.parametrize("document", [{}, SPREAD])
def test_merit_spends_exactly_its_budget(document: dict[str, object]) -> None:
    """The payroll-weighted mean raise is budget + COLA, up to a rounding of a cent each."""
    workforce = people(3_000)

    outcome = run_year(workforce, assumptions(document))

    before, after, count = 0, 0, 0
    for number, stream in streams_of(outcome).items():
        salary = int(workforce.salary_cents[number]) if number < 3_000 else 0
        for event in stream:
            if event[2] == RAISE:
                before, after, count = before + salary, after + event[4], count + 1
            salary = event[4] or salary
    assert count > 2_000
    assert abs(after - before * 1.055) <= count


def test_a_promotion_is_at_least_the_new_minimum_and_within_its_caps() -> None:
    workforce = people(5_000)
    scenario = assumptions({"promotions": {"base_probability": 0.5}})

    outcome = run_year(workforce, scenario)

    minima = scenario.levels.minima_cents
    for number in dates_of(outcome, PROMOTION):
        old = int(workforce.salary_cents[number])
        new = salaries(outcome, PROMOTION, number)
        minimum = minima[int(workforce.level[number])]
        assert old <= new <= old * 1.3
        assert new >= min(minimum, int(old * 1.3) - 1)


def test_nobody_at_the_age_limit_is_promoted() -> None:
    """Half are 65 on the promotion date, half turn 65 on the day after."""
    workforce = people(2_000)
    turned = day_number(date(1960, 2, 1))
    birth_date = turned + np.arange(2_000, dtype=np.int32) % 2
    scenario = assumptions({"promotions": {"base_probability": 0.9}})

    outcome = run_year(replace(workforce, birth_date=birth_date), scenario)

    promoted = dates_of(outcome, PROMOTION).keys()
    assert len(promoted) > 100
    assert {number % 2 for number in promoted} == {1}


def test_leavers_of_age_and_service_retire() -> None:
    workforce = people(20_000)

    outcome = run_year(workforce, assumptions())

    seen: dict[str, int] = defaultdict(int)
    for number, _, kind, day, *_, reason in rows_of(outcome.events):
        if kind != TERMINATION or number >= 20_000:
            continue
        on = date_of(day)
        age = completed_years(date_of(int(workforce.birth_date[number])), on)
        service = completed_years(date_of(int(workforce.hire_date[number])), on)
        seen[TERMINATION_REASONS[reason]] += 1
        assert (TERMINATION_REASONS[reason] == "retirement") is (age >= 62 and service >= 10)
    assert set(seen) == {"voluntary", "involuntary", "retirement"}
    share = seen["involuntary"] / (seen["involuntary"] + seen["voluntary"])
    assert abs(share - 0.3) < 0.04


def test_hires_start_evenly_and_leave_later_than_they_start() -> None:
    outcome = run_year(people(20_000), assumptions())

    hired, left = dates_of(outcome, HIRE), dates_of(outcome, TERMINATION)
    months = np.bincount([date_of(day).month for day in hired.values()], minlength=13)[1:]
    assert months.max() - months.min() < 0.15 * months.mean()
    leavers = hired.keys() & left.keys()
    assert len(leavers) == outcome.plan.same_year_leavers
    assert all(hired[number] < left[number] for number in leavers)


def test_hires_have_the_ages_levels_and_pay_of_the_assumptions() -> None:
    scenario = assumptions({"hires": {"level_weights": [0, 3, 1, 0, 0]}})

    outcome = run_year(people(20_000), scenario)

    events, ages = outcome.events, set[int]()
    for index in np.flatnonzero(events.kind == HIRE):
        hire_date = date_of(int(events.effective_date[index]))
        ages.add(completed_years(date_of(int(events.birth_date[index])), hire_date))
    levels = events.level[events.kind == HIRE]
    assert ages == {row.age for row in scenario.hires.ages}
    assert set(levels.tolist()) == {2, 3}
    assert abs((levels == 2).mean() - 0.75) < 0.04
    pay = events.salary_cents[events.kind == HIRE][levels == 2]
    assert 80_000_00 * 1.2 * 0.95 <= pay.min() < pay.max() <= 80_000_00 * 1.2 * 1.05


def test_monthly_dates_are_kept_from_year_to_year() -> None:
    scenario = assumptions({**SPREAD, "staffing": {"termination_rate": 0}})
    years = [outcome for _, outcome in run_years(people(2_000), scenario)]

    def month(day: int) -> int:
        return date_of(day).month

    first, second = dates_of(years[0], RAISE), dates_of(years[1], RAISE)
    stayed = first.keys() & second.keys()
    assert all(month(first[number]) == month(second[number]) for number in stayed)
    assert len({month(day) for day in second.values()}) == 12


def test_hires_without_any_level_mix_are_refused() -> None:
    plan = plan_year(people(100), assumptions(), 2025)

    with pytest.raises(SimulationRefusedError, match="level mix"):
        simulate_year(
            people(100),
            assumptions(),
            2025,
            hire_stream_nos=np.arange(100, 100 + plan.hires, dtype=np.int32),
            census_levels=[0, 0, 0, 0, 0],
        )
