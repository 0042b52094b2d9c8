"""What one text can mean as a date: one day, several, or none.

Nothing here chooses between meanings; `planalign.infrastructure.census.dates` does, per column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from planalign.infrastructure.census.options import DateOrder

__all__ = ["Reading", "read_date", "spelled"]

_TIME: Final = re.compile(
    r"(?:\s+|T)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([AaPp]\.?[Mm]\.?)?"
    r"\s*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)
_NUMERIC: Final = re.compile(r"(\d{1,4})(\s*[/.\-]\s*|\s+)(\d{1,2})\2(\d{1,4})$")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?$")
_DAY_MONTH_YEAR: Final = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]*(?P<month>[A-Za-z]{3,9})\.?[\s\-/.,]*"
    r"(?P<year>\d{4}|\d{2})$"
)
_MONTH_DAY_YEAR: Final = re.compile(
    r"(?P<month>[A-Za-z]{3,9})\.?[\s\-/]*(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|[\s\-/]+)"
    r"(?P<year>\d{4}|\d{2})$"
)
_YEAR_MONTH_DAY: Final = re.compile(
    r"(?P<year>\d{4})[\s\-/.]*(?P<month>[A-Za-z]{3,9})\.?[\s\-/.]*(?P<day>\d{1,2})$"
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_NUMBER_OF_MONTH: Final = {
    name: number
    for number, full in enumerate(_MONTHS, start=1)
    for name in (full, full[:3], *(["sept"] if number == 9 else []))
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text can mean.

    Attributes:
        days: The day that each possible order of its parts gives; empty if there is a fault.
        separator: Between the parts of an all-numeric date whose order can vary, else empty.
        has_short_year: The year has two digits; without a pivot its century is not known.
        fault: ``code: explanation`` of why the text is no day at all, or empty.
    """

    days: dict[DateOrder, date] = field(default_factory=dict[DateOrder, date])
    separator: str = ""
    has_short_year: bool = False
    fault: str = ""


def read_date(text: str, pivot: int | None = None) -> Reading:
    """List the days that *text* can mean.

    Args:
        text: Trimmed, not empty.
        pivot: Two-digit years below it are 20yy, the others 19yy.

    >>> sorted(read_date("03/04/1985").days)
    ['dmy', 'mdy']
    >>> read_date("1-Mar-2010").days
    {'ymd': datetime.date(2010, 3, 1)}
    """
    bare, fault = _without_time(text)
    if fault:
        return Reading(fault=fault)
    if match := _NUMERIC.match(bare):
        return _read_numeric(match, pivot)
    if match := _COMPACT.match(bare):
        year, month, day = (int(part) for part in match.groups())
        return _only(_day(year, month, day))
    if match := _SERIAL.match(bare):
        return Reading(fault=_serial_fault(int(match[1])))
    for pattern in (_DAY_MONTH_YEAR, _MONTH_DAY_YEAR, _YEAR_MONTH_DAY):
        if match := pattern.match(bare):
            return _read_named(match, pivot)
    return Reading(fault="not_a_date: in none of the notations that are read; write YYYY-MM-DD")


def spelled(day: date, *, has_short_year: bool = False) -> str:
    """The day in words that cannot be misread, in English whatever the locale.

    >>> spelled(date(1985, 4, 3))
    '3 April 1985'
    """
    year = f"'{day.year % 100:02d}" if has_short_year else str(day.year)
    return f"{day.day} {_MONTHS[day.month - 1].title()} {year}"


def _without_time(text: str) -> tuple[str, str]:
    """The text without its time of day, and the fault if the time could move the day."""
    match = _TIME.search(text)
    if match is None:
        return text, ""
    hour, half = int(match[1]), (match[5] or "").lower().replace(".", "")
    if hour > 23 or int(match[2]) > 59 or (half and not 1 <= hour <= 12):
        return text, "impossible_date: there is no such time of day"
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    past_midnight = hour or any(int(part or 0) for part in match.group(2, 3, 4))
    if match[6] and past_midnight:
        return text, (
            "ambiguous_date: a time with a zone that is not midnight may belong to the next day or"
            " the one before; export dates without a time"
        )
    return text[: match.start()], ""


def _read_numeric(match: re.Match[str], pivot: int | None) -> Reading:
    first, separator, second, third = match.groups()
    separator = separator.strip() or " "
    if len(first) == 4 and len(third) <= 2:
        return _only(_day(int(first), int(second), int(third)))
    if len(first) > 2 or len(third) == 3:
        return Reading(fault="not_a_date: a year has four digits, or two if a pivot is given")
    parts: dict[DateOrder, tuple[str, str, str]] = {}
    if len(third) > 1:
        parts = {"dmy": (third, second, first), "mdy": (third, first, second)}
    if len(third) <= 2 and len(first) == 2:
        parts["ymd"] = (first, second, third)
    found: dict[DateOrder, date | None] = {
        order: _day(_full_year(year, pivot), int(month), int(day))
        for order, (year, month, day) in parts.items()
    }
    days: dict[DateOrder, date] = {order: day for order, day in found.items() if day is not None}
    if not days:
        return _only(None)
    return Reading(days, separator, has_short_year=len(third) <= 2)


def _read_named(match: re.Match[str], pivot: int | None) -> Reading:
    month = _NUMBER_OF_MONTH.get(match["month"].lower())
    if month is None:
        return Reading(fault=f"not_a_date: {match['month']!r} is no month in English")
    day = _day(_full_year(match["year"], pivot), month, int(match["day"]))
    return _only(day, has_short_year=len(match["year"]) == 2)


def _only(day: date | None, *, has_short_year: bool = False) -> Reading:
    if day is None:
        return Reading(fault="impossible_date: there is no such day in the calendar")
    return Reading({"ymd": day}, has_short_year=has_short_year)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(year: str, pivot: int | None) -> int:
    """The year meant; without a pivot a short one is only tried out, in this century."""
    number = int(year)
    if len(year) > 2:
        return number
    return number + (2000 if pivot is None or number < pivot else 1900)


def _serial_fault(serial: int) -> str:
    day = date(1899, 12, 30) + timedelta(days=serial)
    return (
        f"excel_serial: a bare number; as a spreadsheet's day number it would be {day.isoformat()};"
        " format the cells as dates and export again"
    )
