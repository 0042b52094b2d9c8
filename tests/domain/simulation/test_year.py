from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planalign.domain.assumptions import RAISE_WEIGHTS
from planalign.domain.calendar import completed_years, date_of, day_number
from planalign.domain.errors import SimulationRefusedError
from planalign.domain.events import TERMINATION_REASONS
from planalign.domain.simulation import check_year, draws, plan_year, race, simulate_year
from planalign.domain.simulation.columns import HIRE, PROMOTION, RAISE, TERMINATION
from planalign.domain.simulation.raises import merit_scale
from planalign.domain.simulation.year import YearOutcome
from planalign.domain.workforce import Int32Array, Workforce
from tests.domain.simulation.people import (
    CENSUS_LEVELS,
    assumptions,
    digest,
    people,
    rows_of,
    run_year,
    run_years,
    staffing,
)

MONTHLY = {"weights": list(RAISE_WEIGHTS), "day": 15}
SPREAD = {"raises": {"dates": MONTHLY}, "promotions": {"dates": MONTHLY, "base_probability": 0.3}}

rates = st.fixed_dictionaries(
    {
        "growth_target": st.decimals("-0.3", "0.5", places=2),
        "termination_rate": st.decimals("0", "0.6", places=2),
        "new_hire_termination_rate": st.decimals("0", "0.6", places=2),
        "mode": st.sampled_from(["exact", "expected"]),
    }
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


@settings(max_examples=25)
@given(st.integers(30, 400), rates, st.integers(0, 100), st.booleans())
def test_every_year_passes_its_checks(
    count: int, staffing_rates: dict[str, object], seed: int, spread: bool
) -> None:
    document = {"seed": seed, "staffing": staffing_rates, **(SPREAD if spread else {})}
    scenario = assumptions({**document, "years": {"first": 2027, "last": 2029}})

    for opening, outcome in run_years(people(count, seed=seed), scenario):
        check_year(opening, scenario, outcome, census_levels=CENSUS_LEVELS)
        if scenario.staffing.mode == "exact":
            assert len(outcome.workforce) == outcome.plan.target


@settings(max_examples=15)
@given(st.integers(1, 300), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_employees_does_not_matter(count: int, random: object, spread: bool) -> None:
    workforce = people(count)
    order = np.random.default_rng(count).permutation(count)
    scenario = assumptions(SPREAD if spread else {})

    straight = run_year(workforce, scenario)
    shuffled = run_year(workforce.take(order), scenario)

    assert streams_of(straight) == streams_of(shuffled)
    assert straight.counts == shuffled.counts


@pytest.mark.parametrize("chunk", [1, 7, 1_000])
def test_the_size_of_chunks_does_not_matter(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = assumptions(SPREAD)
    usual = run_year(people(500), scenario)
    monkeypatch.setattr(draws, "CHUNK", chunk)
    monkeypatch.setattr(race, "CHUNK", chunk)

    other = run_year(people(500), scenario)

    assert digest(usual.events, usual.workforce) == digest(other.events, other.workforce)


def test_a_year_leaves_its_input_alone() -> None:
    workforce = people(500)
    before = digest(workforce)

    run_year(workforce, assumptions(SPREAD))

    assert digest(workforce) == before


def test_the_closing_workforce_is_what_the_events_lead_to() -> None:
    workforce = people(2_000)

    outcome = run_year(workforce, assumptions(SPREAD))

    closing = outcome.workforce
    state = {
        number: (version, level, salary)
        for number, version, level, salary in zip(
            workforce.stream_no.tolist(),
            workforce.version.tolist(),
            workforce.level.tolist(),
            workforce.salary_cents.tolist(),
            strict=True,
        )
    }
    for number, version, kind, _, salary, level, *_ in rows_of(outcome.events):
        _, old_level, old_salary = state.get(number, (0, 0, 0))
        state[number] = (version, level or old_level, salary or old_salary)
        if kind == TERMINATION:
            del state[number]
    assert state == {
        number: (version, level, salary)
        for number, version, level, salary in zip(
            closing.stream_no.tolist(),
            closing.version.tolist(),
            closing.level.tolist(),
            closing.salary_cents.tolist(),
            strict=True,
        )
    }


@given(st.decimals("0", "0.4", places=2), st.decimals("0", "0.4", places=2))
def test_a_higher_termination_rate_never_saves_anybody(one: Decimal, other: Decimal) -> None:
    low, high = sorted([one, other])
    workforce = people(500)

    few = dates_of(run_year(workforce, staffing(growth_target="0.3", termination_rate=low)), 1)
    many = dates_of(run_year(workforce, staffing(growth_target="0.3", termination_rate=high)), 1)

    incumbents = set(range(500))
    assert few.keys() & incumbents <= many.keys() & incumbents
    assert all(many[number] == few[number] for number in few.keys() & incumbents)


def test_scenarios_share_the_luck_of_their_hires() -> None:
    """Turnover cut by a fifth: fewer hires, and each starts as the same person."""
    base = run_year(people(2_000), staffing())
    other = run_year(people(2_000), staffing(termination_rate="0.096"))

    fewer, more = other.events, base.events
    columns = ["effective_date", "salary_cents", "level", "birth_date"]
    for name in columns:
        kept = getattr(fewer, name)[fewer.kind == HIRE]
        assert 0 < len(kept) < base.counts.hires
        assert np.array_equal(kept, getattr(more, name)[more.kind == HIRE][: len(kept)])


def test_one_more_employee_changes_nobody_elses_luck() -> None:
    small = run_year(people(1_000), staffing(mode="expected"))
    large = run_year(people(1_001), staffing(mode="expected"))

    promoted = dates_of(large, PROMOTION).keys() - {1_000}
    assert dates_of(small, PROMOTION).keys() <= promoted | dates_of(large, TERMINATION).keys()
    assert dates_of(small, RAISE).keys() ^ dates_of(large, RAISE).keys() <= {
        1_000,
        *dates_of(small, TERMINATION),
        *dates_of(large, TERMINATION),
    }


def test_a_recorded_exit_is_one_of_the_leavers_and_no_new_event() -> None:
    workforce = people(1_000)
    recorded = with_exit(workforce, 3, date(2025, 8, 1))

    outcome = run_year(recorded, assumptions())

    assert outcome.counts.exits == run_year(workforce, assumptions()).counts.exits
    assert 3 not in dates_of(outcome, TERMINATION)
    assert 3 not in outcome.workforce.stream_no
    assert outcome.counts.known_exits == 1
    assert outcome.counts.end == 1_030


def test_a_recorded_exit_in_a_later_year_keeps_the_employee_until_then() -> None:
    scenario = assumptions({"staffing": {"termination_rate": 0.9}})
    years = list(run_years(with_exit(people(300), 3, date(2027, 8, 1)), scenario))

    present = [3 in outcome.workforce.stream_no for _, outcome in years]

    assert present == [True, True, False, False, False]


def test_a_recorded_hire_counts_towards_the_target() -> None:
    workforce = people(1_000)
    hire_date = workforce.hire_date.copy()
    hire_date[:5] = day_number(date(2025, 4, 1))
    hire_date[5] = day_number(date(2026, 4, 1))
    recorded = replace(workforce, hire_date=hire_date)

    outcome = run_year(recorded, assumptions())

    assert (outcome.counts.start, outcome.counts.known_hires) == (994, 5)
    assert outcome.counts.end == outcome.plan.target == round(994 * 1.03)
    assert set(range(6)) <= set(outcome.workforce.stream_no.tolist())
    assert not set(range(6)) & streams_of(outcome).keys()
    check_year(recorded, assumptions(), outcome, census_levels=CENSUS_LEVELS)


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


def salaries(outcome: YearOutcome, kind: int, number: int) -> int:
    events = outcome.events
    found = np.flatnonzero((events.kind == kind) & (events.stream_no == number))
    return int(events.salary_cents[found[0]])


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


def test_the_wrong_number_of_streams_is_an_error() -> None:
    with pytest.raises(ValueError, match="hires are planned"):
        simulate_year(
            people(100),
            assumptions(),
            2025,
            hire_stream_nos=np.zeros(1, dtype=np.int32),
            census_levels=CENSUS_LEVELS,
        )


def test_columns_of_unequal_length_are_no_workforce() -> None:
    workforce = people(3)

    with pytest.raises(ValueError, match="common length"):
        replace(workforce, level=workforce.level[:2])


def test_events_have_the_types_that_the_log_expects() -> None:
    events = run_year(people(100), assumptions()).events

    types = {field.name: getattr(events, field.name).dtype.name for field in fields(events)}

    assert types == {
        "stream_no": "int32",
        "version": "int32",
        "kind": "uint8",
        "effective_date": "int32",
        "salary_cents": "int64",
        "level": "uint8",
        "birth_date": "int32",
        "reason": "uint8",
    }


def test_a_closing_workforce_keeps_the_types_of_the_opening() -> None:
    opening = people(100)
    closing = run_year(opening, assumptions()).workforce

    for field in fields(opening):
        column: Int32Array = getattr(closing, field.name)
        assert column.dtype == getattr(opening, field.name).dtype
