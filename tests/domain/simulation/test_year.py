from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planalign.domain.calendar import day_number
from planalign.domain.simulation import check_year, draws, race, simulate_year
from planalign.domain.simulation.columns import HIRE, PROMOTION, RAISE, TERMINATION
from planalign.domain.workforce import Int32Array
from tests.domain.simulation.people import (
    CENSUS_LEVELS,
    SPREAD,
    assumptions,
    dates_of,
    digest,
    people,
    rows_of,
    run_year,
    run_years,
    staffing,
    streams_of,
    with_exit,
)

rates = st.fixed_dictionaries(
    {
        "growth_target": st.decimals("-0.3", "0.5", places=2),
        "termination_rate": st.decimals("0", "0.6", places=2),
        "new_hire_termination_rate": st.decimals("0", "0.6", places=2),
        "mode": st.sampled_from(["exact", "expected"]),
    }
)


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
