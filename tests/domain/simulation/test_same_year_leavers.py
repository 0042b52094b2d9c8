from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.calendar import day_number
from planalign.domain.simulation import YearOutcome
from planalign.domain.simulation.columns import HIRE, TERMINATION
from planalign.domain.simulation.exits import EXPOSURE_MULTIPLIERS
from planalign.domain.simulation.race import hazard_scale
from planalign.domain.workforce import Workforce
from tests.domain.simulation.people import assumptions, dates_of, people, run_year, staffing


def stayers(outcome: YearOutcome) -> set[int]:
    return dates_of(outcome, HIRE).keys() - dates_of(outcome, TERMINATION).keys()


@given(st.integers(0, 2**32), st.integers(5, 45), st.integers(5, 45))
def test_the_same_hires_stay_whatever_first_year_turnover_is(
    seed: int, percent: int, other: int
) -> None:
    workforce = nobody_new(people(2_000))
    rules = ({"new_hire_termination_rate": rate / 100} for rate in (percent, other))

    one, two = (run_year(workforce, assumptions({"seed": seed, "staffing": r})) for r in rules)

    least, most = sorted((percent, other))
    assert len(stayers(one)) == len(stayers(two)) == 300
    # The weights of start days depend on the rate, so a few have to differ; and heads are whole.
    assert len(stayers(one) - stayers(two)) <= 3 + 300 * (most - least) / (100 - most)


def nobody_new(workforce: Workforce) -> Workforce:
    """All of them hired before the year that counts as recent."""
    before = np.minimum(workforce.hire_date, day_number(date(2023, 12, 31)))
    return replace(workforce, hire_date=before.astype(np.int32))


@given(st.integers(0, 2**32))
def test_same_year_leavers_follow_the_days_that_are_left(seed: int) -> None:
    outcome = run_year(people(20_000), assumptions({"seed": seed}))

    days = {number: day_number(date(2025, 12, 31)) - day for number, day in hired_on(outcome)}
    left = np.array([days[number] for number in days.keys() & dates_of(outcome, TERMINATION)])
    counts = np.bincount(np.array(list(days.values())), minlength=366)
    scale = hazard_scale(EXPOSURE_MULTIPLIERS, counts, outcome.plan.same_year_leavers)
    expected = counts * -np.expm1(-scale * EXPOSURE_MULTIPLIERS)
    for quarter in np.array_split(np.arange(366), 4):
        found = np.isin(left, quarter).sum()
        assert abs(found - expected[quarter].sum()) < 0.02 * len(left)


def hired_on(outcome: YearOutcome) -> list[tuple[int, int]]:
    return list(dates_of(outcome, HIRE).items())


def test_under_expected_staffing_hires_of_any_rank_leave() -> None:
    outcome = run_year(people(20_000), staffing(mode="expected"))

    hires = sorted(dates_of(outcome, HIRE))
    left = np.isin(hires, list(dates_of(outcome, TERMINATION)))
    first, last = left[: len(hires) // 2], left[len(hires) // 2 :]
    assert abs(first.mean() - last.mean()) < 5 * (2 * 0.25 * 0.75 / len(first)) ** 0.5
