"""Realised frequencies against the model, on a million people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from planalign.domain.calendar import NEVER, day_number
from planalign.domain.simulation.bands import cells
from planalign.domain.simulation.columns import HIRE, PROMOTION, TERMINATION
from planalign.domain.simulation.exits import termination_multipliers
from planalign.domain.simulation.occasions import all_of
from planalign.domain.simulation.plan import plan_year
from planalign.domain.simulation.promotions import (
    decide_promotions,
    promotion_conditions,
    promotion_probabilities,
)
from planalign.domain.simulation.race import hazard_scale
from planalign.domain.simulation.year import YearOutcome
from planalign.domain.workforce import FloatArray, Workforce
from tests.domain.simulation.chi_square import chi_square_p, upper_tail
from tests.domain.simulation.people import people, run_year, staffing

pytestmark = pytest.mark.slow

MANY = 1_000_000


@cache
def population() -> Workforce:
    return people(MANY)


@cache
def outcome() -> YearOutcome:
    return run_year(population(), staffing(mode="expected"))


def binomial_p(successes: FloatArray, trials: FloatArray, probability: FloatArray) -> float:
    """Probability of a larger deviation, over cells with enough expected in them."""
    variance = trials * probability * (1 - probability)
    used = variance > 5
    deviation = (successes - trials * probability)[used] ** 2 / variance[used]
    return upper_tail(float(deviation.sum()), int(used.sum()))


def test_exits_follow_the_hazard_of_every_cell() -> None:
    workforce, scenario = population(), staffing(mode="expected")
    cell = cells(workforce, scenario, date(2025, 1, 1))
    multipliers = termination_multipliers(scenario)
    people_in = np.bincount(cell, minlength=len(multipliers))
    scale = hazard_scale(multipliers, people_in, plan_year(workforce, scenario, 2025).exits)

    events = outcome().events
    leavers = events.stream_no[(events.kind == TERMINATION) & (events.stream_no < MANY)]
    left = np.bincount(cell[leavers], minlength=len(multipliers))

    probability = -np.expm1(-scale * multipliers)
    assert binomial_p(left.astype(np.float64), people_in.astype(np.float64), probability) > 1e-4


def test_exits_in_all_are_as_planned_within_chance() -> None:
    plan, counts = outcome().plan, outcome().counts

    assert abs(counts.exits - plan.exits) < 5 * plan.exits**0.5
    assert abs(counts.same_year_leavers - plan.same_year_leavers) < 5 * plan.exits**0.5
    assert counts.exits != plan.exits


def test_promotions_follow_the_probability_of_every_cell() -> None:
    scenario, on = staffing(mode="expected"), date(2025, 2, 1)
    stayers = replace(population(), exit_date=np.full(MANY, NEVER, dtype=np.int32))
    eligible = all_of(promotion_conditions(stayers, scenario, on))
    cell = cells(stayers, scenario, on)
    probability = promotion_probabilities(scenario)

    promoted = decide_promotions(stayers, scenario, 2025).rows

    trials = np.bincount(cell[eligible], minlength=len(probability)).astype(np.float64)
    successes = np.bincount(cell[promoted], minlength=len(probability)).astype(np.float64)
    assert binomial_p(successes, trials, probability) > 1e-4


def test_exit_days_are_even_over_the_year() -> None:
    events = outcome().events
    days = events.effective_date[(events.kind == TERMINATION) & (events.stream_no < MANY)]

    counts = np.bincount(days - day_number(date(2025, 1, 1)), minlength=365).astype(np.float64)

    assert chi_square_p(counts, np.full(365, counts.mean())) > 1e-4


def test_hires_have_the_levels_and_ages_of_the_tables() -> None:
    events = outcome().events
    levels = np.bincount(events.level[events.kind == HIRE], minlength=6)[1:].astype(np.float64)

    shares = np.array([0.5, 0.25, 0.15, 0.08, 0.02])

    assert chi_square_p(levels, shares * levels.sum()) > 1e-4


def test_exits_and_promotions_are_independent() -> None:
    """Within the year after the promotion date, the promoted leave as often as their peers."""
    events = outcome().events
    promoted = np.zeros(MANY, dtype=np.bool_)
    promoted[events.stream_no[events.kind == PROMOTION]] = True
    late = (events.kind == TERMINATION) & (events.effective_date > day_number(date(2025, 2, 1)))
    left = np.zeros(MANY, dtype=np.bool_)
    left[events.stream_no[late & (events.stream_no < MANY)]] = True
    gone = np.zeros(MANY, dtype=np.bool_)
    early = (events.kind == TERMINATION) & ~late & (events.stream_no < MANY)
    gone[events.stream_no[early]] = True

    scenario, on = staffing(mode="expected"), date(2025, 2, 1)
    eligible = all_of(promotion_conditions(population(), scenario, on)) & ~gone
    cell = cells(population(), scenario, date(2025, 1, 1))
    rate = np.bincount(cell[eligible & left], minlength=150) / np.maximum(
        np.bincount(cell[eligible], minlength=150), 1
    )
    expected = rate[cell[promoted]]
    spread = float(np.sum(expected * (1 - expected))) ** 0.5

    assert abs(float(left[promoted].sum() - expected.sum())) < 5 * spread
