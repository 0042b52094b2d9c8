from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planalign.domain.assumptions import RAISE_WEIGHTS, Assumptions
from planalign.domain.calendar import date_of, day_number
from planalign.domain.errors import SimulationRefusedError
from planalign.domain.events import TERMINATION_REASONS
from planalign.domain.simulation.columns import HIRE, PROMOTION, RAISE, TERMINATION
from planalign.domain.simulation.explain import explain_employee, explain_hire
from planalign.domain.simulation.explanation import Decision
from planalign.domain.simulation.plan import plan_year
from planalign.domain.workforce import Workforce
from tests.domain.simulation.people import CENSUS_LEVELS, assumptions, people, run_year

MONTHLY = {"weights": list(RAISE_WEIGHTS), "day": 15}
SCENARIOS: dict[str, dict[str, object]] = {
    "exact": {"promotions": {"base_probability": 0.3}},
    "expected": {"staffing": {"mode": "expected"}, "promotions": {"base_probability": 0.3}},
    "monthly": {
        "raises": {"dates": MONTHLY},
        "promotions": {"dates": MONTHLY, "base_probability": 0.3},
    },
    "nobody leaves": {
        "staffing": {"termination_rate": 0, "new_hire_termination_rate": 0, "growth_target": 0}
    },
}


def explained(workforce: Workforce, scenario: Assumptions, row: int) -> dict[str, Decision]:
    decisions = explain_employee(workforce, scenario, 2025, row=row, census_levels=CENSUS_LEVELS)
    return {decision.decision: decision for decision in decisions}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.slow
def test_explanations_agree_with_the_events(name: str) -> None:
    workforce, scenario = people(120), assumptions(SCENARIOS[name])
    events = run_year(workforce, scenario).events
    happened = {
        (int(number), int(kind)): index
        for index, (number, kind) in enumerate(zip(events.stream_no, events.kind, strict=True))
    }

    for row in range(120):
        decisions = explained(workforce, scenario, row)
        for kind, decision in (
            (TERMINATION, decisions["exit"]),
            (PROMOTION, decisions["promotion"]),
            (RAISE, decisions["raise"]),
        ):
            index = happened.get((row, kind))
            assert decision.happened is (index is not None)
            if index is None or kind == TERMINATION:
                continue
            assert decision.on == date_of(int(events.effective_date[index]))
            assert decision.salary_cents_after == int(events.salary_cents[index])
        if (row, TERMINATION) in happened:
            index = happened[row, TERMINATION]
            assert decisions["exit_date"].on == date_of(int(events.effective_date[index]))
            reason = TERMINATION_REASONS[int(events.reason[index])]
            assert decisions["exit_reason"].outcome.startswith(f"{reason}: ")


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.slow
def test_thresholds_and_draws_tell_the_outcome(name: str) -> None:
    workforce, scenario = people(120), assumptions(SCENARIOS[name])

    for row in range(120):
        decisions = explained(workforce, scenario, row)
        leaving, promotion = decisions["exit"], decisions["promotion"]
        if leaving.measure is not None and leaving.threshold is not None:
            assert leaving.happened is (leaving.measure <= leaving.threshold)
        if promotion.measure is not None and promotion.threshold is not None:
            assert promotion.happened is (promotion.measure < promotion.threshold)
        else:
            assert not promotion.considered


def test_a_hazard_is_the_product_of_its_factors() -> None:
    workforce, scenario = people(50), assumptions()

    for row in range(50):
        decisions = explained(workforce, scenario, row)
        for decision, product in (
            (decisions["exit"], decisions["exit"].hazard_per_year),
            (decisions["promotion"], decisions["promotion"].probability),
        ):
            if product is None:
                continue
            factors = [i.factor for i in decision.influences if i.factor is not None]
            assert abs(np.prod(factors) - product) < 1e-12


@pytest.mark.slow
def test_pay_before_and_after_form_a_chain() -> None:
    workforce, scenario = people(300), assumptions(SCENARIOS["monthly"])

    both = 0
    for row in range(300):
        decisions = explained(workforce, scenario, row)
        promotion, a_raise = decisions["promotion"], decisions["raise"]
        if not (promotion.happened and a_raise.happened):
            continue
        assert promotion.on is not None
        assert a_raise.on is not None
        in_order = [promotion, a_raise] if promotion.on <= a_raise.on else [a_raise, promotion]
        first, second = in_order
        assert first.salary_cents_before == int(workforce.salary_cents[row])
        assert second.salary_cents_before == first.salary_cents_after
        both += 1
    assert both > 10


@pytest.mark.parametrize(("mode", "is_named"), [("exact", True), ("expected", False)])
def test_a_rank_is_named_where_it_says_who_leaves(mode: str, is_named: bool) -> None:
    workforce, scenario = people(300), assumptions({"staffing": {"mode": mode}})
    hires = plan_year(workforce, scenario, 2025).hires

    decisions = explain_hire(workforce, scenario, 2025, rank=hires, census_levels=CENSUS_LEVELS)

    leaving = next(decision for decision in decisions if decision.decision == "exit")
    ranks = [i.value for i in leaving.influences if i.name == "rank"]
    assert ranks == [f"{hires} of {hires}"] * is_named


def test_hires_are_explained_as_they_are() -> None:
    workforce, scenario = people(300), assumptions()
    events = run_year(workforce, scenario).events
    hired = np.flatnonzero(events.kind == HIRE)
    left = set(events.stream_no[events.kind == TERMINATION].tolist())

    for rank, index in enumerate(hired, start=1):
        by_name = {
            decision.decision: decision
            for decision in explain_hire(
                workforce, scenario, 2025, rank=rank, census_levels=CENSUS_LEVELS
            )
        }
        assert by_name["hire_date"].on == date_of(int(events.effective_date[index]))
        assert by_name["hire_level"].level_after == int(events.level[index])
        assert by_name["hire_salary"].salary_cents_after == int(events.salary_cents[index])
        assert by_name["exit"].happened is (int(events.stream_no[index]) in left)


def test_a_year_without_that_many_hires_says_so() -> None:
    with pytest.raises(SimulationRefusedError, match="none of rank 10,000"):
        explain_hire(people(50), assumptions(), 2025, rank=10_000, census_levels=CENSUS_LEVELS)


def test_a_hire_of_31_december_is_not_drawn_to_leave() -> None:
    workforce, scenario = people(20_000), assumptions()
    events = run_year(workforce, scenario).events
    dates = events.effective_date[events.kind == HIRE]
    rank = int(np.flatnonzero(dates == day_number(date(2025, 12, 31)))[0]) + 1

    *_, leaving = explain_hire(workforce, scenario, 2025, rank=rank, census_levels=CENSUS_LEVELS)

    assert not leaving.considered
    assert "31 December" in leaving.outcome


def test_an_ineligible_employee_learns_why() -> None:
    workforce = people(50)
    hire_date, exit_date = workforce.hire_date.copy(), workforce.exit_date.copy()
    hire_date[0] = day_number(date(2024, 11, 1))
    exit_date[1] = day_number(date(2025, 1, 5))
    hire_date[2] = day_number(date(2025, 5, 5))
    changed = replace(workforce, hire_date=hire_date, exit_date=exit_date)

    recent, gone, future = (explained(changed, assumptions(), row) for row in range(3))

    assert "not long enough in service" in recent["promotion"].outcome
    assert "not employed on the day" in gone["raise"].outcome
    assert "already recorded" in gone["exit"].outcome
    assert "not before the year" in future["exit"].outcome


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_explanation_is_valid_json(name: str) -> None:
    workforce, scenario = people(30), assumptions(SCENARIOS[name])

    for row in range(30):
        for decision in explained(workforce, scenario, row).values():
            document = json.loads(decision.model_dump_json(), parse_constant=pytest.fail)
            assert Decision.model_validate_json(json.dumps(document)) == decision
