"""Completed years and days, for one person and for everybody, from real dates.

A date is a `datetime.date` for one person and, for everybody, an int32 count of days since
1970-01-01. Both sides obey one rule: years are completed on the anniversary, and someone born or
hired on 29 February completes them on 1 March of a common year.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "EPOCH",
    "NEVER",
    "completed_years",
    "completed_years_each",
    "date_of",
    "day_number",
    "days_in_year",
]

DayArray = NDArray[np.int32]

EPOCH: Final = date(1970, 1, 1)
NEVER: Final = np.int32(2**31 - 1)
"""Day number of something that has not happened."""


def day_number(day: date) -> int:
    """Days from 1970-01-01 to *day*.

    >>> day_number(date(2025, 1, 1))
    20089
    """
    return day.toordinal() - EPOCH.toordinal()


def date_of(day: int) -> date:
    """The date that `day_number` numbers *day*.

    >>> date_of(20089).isoformat()
    '2025-01-01'
    """
    return date.fromordinal(EPOCH.toordinal() + day)


def days_in_year(year: int) -> int:
    """365 or 366.

    >>> days_in_year(2028)
    366
    """
    return date(year + 1, 1, 1).toordinal() - date(year, 1, 1).toordinal()


def completed_years(start: date, on: date) -> int:
    """Whole years from *start* to *on*; negative before *start*.

    >>> completed_years(date(2004, 2, 29), date(2025, 2, 28))
    20
    """
    return on.year - start.year - ((on.month, on.day) < (start.month, start.day))


def completed_years_each(start: DayArray, on: DayArray | int) -> NDArray[np.int32]:
    """Whole years from each *start* to *on*.

    Args:
        start: Shape (n,), day numbers.
        on: One day number, or shape (n,).

    Returns:
        Shape (n,), int32, negative where *on* is before *start*.

    >>> completed_years_each(np.array([day_number(date(2000, 3, 1))], np.int32), 20089).tolist()
    [24]
    """
    start_year, start_in_year = _year_and_month_day(np.asarray(start, dtype=np.int32))
    on_year, on_in_year = _year_and_month_day(np.asarray(on, dtype=np.int32))
    years: NDArray[np.int32] = on_year - start_year - (on_in_year < start_in_year)
    return years


def _year_and_month_day(days: DayArray) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The civil year of each day number, and month·32 + day, by integer arithmetic only.

    Source: the days-to-civil algorithm of H. Hinnant, "chrono-Compatible Low-Level Date
    Algorithms"; valid here for years 0 to 9999.
    """
    shifted = days + np.int32(719_468)
    era = shifted // np.int32(146_097)
    day_of_era = shifted - era * np.int32(146_097)
    year_of_era = (
        day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * march_month + 2) // 5 + 1
    month = march_month + 3 - 12 * (march_month >= 10)
    year = year_of_era + era * 400 + (month <= 2)
    return year.astype(np.int32), (month * 32 + day).astype(np.int32)
