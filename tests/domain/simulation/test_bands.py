from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import completed_years, date_of, day_number, days_in_year
from planalign.domain.simulation.bands import (
    band_of,
    cell_count,
    cells,
    latest_start,
    latest_starts,
)
from tests.domain.simulation.people import people

days = st.dates(date(1930, 1, 1), date(2100, 12, 31))


@given(days, st.integers(0, 100))
@example(date(2024, 2, 29), 1)
@example(date(2025, 2, 28), 1)
@example(date(2025, 3, 1), 1)
def test_the_latest_start_is_the_last_day_with_those_years_completed(on: date, years: int) -> None:
    latest = latest_start(on, years)

    assert completed_years(date_of(latest), on) == years
    assert completed_years(date_of(latest + 1), on) < years


@given(days, st.integers(0, 100))
def test_a_table_of_latest_starts_holds_each_day(on: date, years: int) -> None:
    table = latest_starts(on.year, years)

    assert len(table) == days_in_year(on.year)
    assert table[on.timetuple().tm_yday - 1] == latest_start(on, years)


@given(st.lists(days, min_size=1, max_size=20), days)
def test_a_band_is_that_of_the_completed_years(starts: list[date], on: date) -> None:
    bands = Assumptions().tenure_bands
    column = np.array([day_number(start) for start in starts], dtype=np.int32)

    band = band_of(column, bands, on)

    assert np.array(bands.labels)[band].tolist() == [
        bands.label_of(completed_years(start, on)) for start in starts
    ]


def test_cells_number_every_level_and_band_once() -> None:
    assumptions, workforce = Assumptions(), people(5_000)

    cell = cells(workforce, assumptions, date(2025, 1, 1))

    assert cell.max() < cell_count(assumptions) == 5 * 6 * 5
    rest, tenure = np.divmod(cell, 5)
    level, age = np.divmod(rest, 6)
    day = date(2025, 1, 1)
    assert np.array_equal(level + 1, workforce.level)
    assert np.array_equal(age, band_of(workforce.birth_date, assumptions.age_bands, day))
    assert np.array_equal(tenure, band_of(workforce.hire_date, assumptions.tenure_bands, day))
