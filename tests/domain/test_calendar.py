from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.calendar import (
    EPOCH,
    NEVER,
    completed_years,
    completed_years_each,
    date_of,
    day_number,
    days_in_year,
)

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
NUMBERS = np.arange(day_number(FIRST), day_number(LAST) + 1, dtype=np.int32)
DATES = [date.fromordinal(day) for day in range(FIRST.toordinal(), LAST.toordinal() + 1)]

dates = st.dates(FIRST, LAST)
awkward_days = pytest.mark.parametrize(
    "day",
    [
        date(1900, 1, 1),
        date(1999, 12, 31),
        date(2000, 2, 29),
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2025, 3, 1),
        date(2100, 2, 28),
    ],
    ids=str,
)


def anniversary(start: date, years: int) -> date:
    """The day on which *years* are completed: 1 March where there is no 29 February."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def test_day_numbers_and_dates_are_each_others_inverse_from_1900_to_2100() -> None:
    assert [day_number(day) for day in DATES] == NUMBERS.tolist()
    assert [date_of(number) for number in NUMBERS.tolist()] == DATES
    assert day_number(EPOCH) == 0


def test_day_numbers_are_those_of_numpy() -> None:
    assert np.array(DATES, dtype="datetime64[D]").astype(np.int32).tolist() == NUMBERS.tolist()


def test_never_comes_after_every_date() -> None:
    assert day_number(date.max) < NEVER


@awkward_days
def test_everybody_ages_as_each_one_does_for_every_start(day: date) -> None:
    expected = [completed_years(start, day) for start in DATES]
    assert completed_years_each(NUMBERS, day_number(day)).tolist() == expected


@awkward_days
def test_everybody_ages_as_each_one_does_on_every_day(day: date) -> None:
    starts = np.full_like(NUMBERS, day_number(day))
    expected = [completed_years(day, on) for on in DATES]
    assert completed_years_each(starts, NUMBERS).tolist() == expected


@given(st.lists(st.tuples(dates, dates), max_size=50))
def test_everybody_ages_as_each_one_does_for_any_pair(pairs: list[tuple[date, date]]) -> None:
    starts = np.array([day_number(start) for start, _ in pairs], dtype=np.int32)
    days = np.array([day_number(on) for _, on in pairs], dtype=np.int32)
    years = completed_years_each(starts, days)
    assert years.dtype == np.int32
    assert years.tolist() == [completed_years(start, on) for start, on in pairs]


@given(dates, dates)
def test_years_are_completed_on_the_anniversary(start: date, on: date) -> None:
    years = completed_years(start, on)
    assert anniversary(start, years) <= on < anniversary(start, years + 1)


@given(dates)
def test_no_years_are_completed_on_the_first_day(day: date) -> None:
    assert completed_years(day, day) == 0


@pytest.mark.parametrize(("on", "years"), [((2025, 2, 28), 0), ((2025, 3, 1), 1)])
def test_a_year_from_29_february_is_completed_on_1_march(
    on: tuple[int, int, int], years: int
) -> None:
    assert completed_years(date(2024, 2, 29), date(*on)) == years


def test_a_day_before_the_start_is_a_year_short() -> None:
    assert completed_years(date(2025, 6, 1), date(2025, 5, 31)) == -1


@pytest.mark.parametrize(
    ("year", "days"), [(1900, 365), (2000, 366), (2024, 366), (2025, 365), (2100, 365)]
)
def test_a_year_has_the_days_of_the_gregorian_calendar(year: int, days: int) -> None:
    assert days_in_year(year) == days
