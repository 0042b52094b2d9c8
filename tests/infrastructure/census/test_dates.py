from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.infrastructure.census.arrow import texts
from planalign.infrastructure.census.dates import DateStyle, Parsed, parse_dates
from planalign.infrastructure.census.options import DateOrder

DAY = date(2010, 3, 21)
CLOSE = date(2010, 3, 4)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = st.dates(date(1930, 1, 1), date(2029, 12, 31))


def parse(
    *written: str | None, order: DateOrder | None = None, pivot: int | None = None
) -> tuple[list[date | None], list[str | None], Parsed]:
    parsed = parse_dates(texts(list(written)), DateStyle(order, pivot))
    faults = parsed.faults.to_pylist() if parsed.faults is not None else [None] * len(written)
    codes = [fault.partition(":")[0] if fault else None for fault in faults]
    return parsed.values.to_pylist(), codes, parsed


@pytest.mark.parametrize(
    "text",
    [
        "2010-03-21", "2010-3-21", "2010/03/21", "2010.03.21", "20100321", "3/21/2010",
        "03/21/2010", "03-21-2010", "21/3/2010", "21-03-2010", "21.03.2010", "21.3.2010",
        "21 03 2010", "21-Mar-2010", "21 March 2010", "21 Mar. 2010", "21MAR2010", "March 21, 2010",
        "Mar 21 2010", "March 21st, 2010", "21st March 2010", "2010-Mar-21", "2010-03-21 08:30",
        "2010-03-21T08:30:00", "2010-03-21T00:00:00Z", "2010-03-21T00:00:00.000+02:00",
        "3/21/2010 12:00:00 AM", "3/21/2010 5:45 PM", "21.03.2010 23:59",
    ],
)  # fmt: skip
def test_a_usual_notation_is_read(text: str) -> None:
    assert parse(text)[0] == [DAY]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2023-02-30", "impossible_date"),
        ("31/02/2020", "impossible_date"),
        ("2010-13-01", "impossible_date"),
        ("0000-00-00", "impossible_date"),
        ("30-Feb-2010", "impossible_date"),
        ("2010-03-21 25:00", "impossible_date"),
        ("03/04/1985", "ambiguous_date"),
        ("3-4-1985", "ambiguous_date"),
        ("03/04/85", "ambiguous_date"),
        ("2010-03-21T22:00:00Z", "ambiguous_date"),
        ("25/03/12", "ambiguous_date"),
        ("85/04/03", "two_digit_year"),
        ("12/25/85", "two_digit_year"),
        ("1-Mar-85", "two_digit_year"),
        ("03.04.85", "two_digit_year"),
        ("40258", "excel_serial"),
        ("40258.5", "excel_serial"),
        ("hello", "not_a_date"),
        ("21 Mai 2010", "not_a_date"),
        ("March 2010", "not_a_date"),
        ("2010", "not_a_date"),
        ("1/2/345", "not_a_date"),
    ],
)
def test_what_does_not_mean_one_day_is_refused(text: str, reason: str) -> None:
    days, codes, _ = parse(text)

    assert days == [None]
    assert codes == [reason]


def test_equal_day_and_month_are_not_ambiguous() -> None:
    assert parse("04/04/1985")[0] == [date(1985, 4, 4)]


def test_an_ambiguous_date_names_its_meanings_and_the_remedy() -> None:
    fault = parse("03/04/1985")[2].faults

    assert fault is not None
    assert "4 March 1985 or 3 April 1985" in fault[0].as_py()
    assert "--date-order" in fault[0].as_py()


def test_a_column_that_shows_one_order_settles_its_ambiguous_dates_and_says_so() -> None:
    days, codes, parsed = parse("03/04/2010", "12/25/1990", None)

    assert days == [CLOSE, date(1990, 12, 25), None]
    assert codes == [None, None, None]
    assert parsed.notices == (
        "dates such as 03/04/2010 are read as month, day, year,"
        " because 12/25/1990 can be nothing else",
    )


def test_a_column_that_shows_both_orders_settles_nothing() -> None:
    days, codes, _ = parse("03/04/2010", "12/25/1990", "25/12/1990")

    assert days == [None, date(1990, 12, 25), date(1990, 12, 25)]
    assert codes == ["ambiguous_date", None, None]


def test_another_separator_is_no_evidence() -> None:
    assert parse("03/04/2010", "12-25-1990")[1] == ["ambiguous_date", None]


def test_an_impossible_date_is_no_evidence() -> None:
    assert parse("03/04/2010", "31/02/1990")[1] == ["ambiguous_date", "impossible_date"]


def test_dots_mean_day_month_year_unless_the_column_shows_otherwise() -> None:
    assert parse("04.03.2010")[0] == [CLOSE]
    assert parse("03.04.2010", "12.25.1990")[0][0] == CLOSE
    assert parse("03.04.2010", "12.25.1990", "25.12.1990")[1][0] == "ambiguous_date"


def test_the_said_order_is_obeyed_and_contradictions_are_refused() -> None:
    assert parse("03/04/2010", order="mdy")[0] == [CLOSE]
    assert parse("04/03/2010", order="dmy")[0] == [CLOSE]
    assert parse("25/12/1990", order="mdy")[1] == ["impossible_date"]
    assert parse("03/04/2010", order="ymd")[1] == ["ambiguous_date"]
    assert parse("10/03/04", order="ymd", pivot=30)[0] == [CLOSE]


def test_the_said_order_leaves_dots_and_iso_alone() -> None:
    assert parse("04.03.2010", "2010-03-04", order="mdy")[0] == [CLOSE, CLOSE]


def test_a_pivot_gives_two_digit_years_their_century() -> None:
    days, _, _ = parse("12/25/29", "12/25/30", "1-Mar-85", pivot=30)

    assert days == [date(2029, 12, 25), date(1930, 12, 25), date(1985, 3, 1)]


def notations(day: date) -> tuple[str, ...]:
    month = MONTHS[day.month - 1]
    return (
        day.isoformat(),
        f"{day.day}-{month}-{day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.year}{day.month:02}{day.day:02}",
        f"{day.isoformat()}T00:00:00",
    )


@given(st.lists(DAYS, min_size=1, max_size=20))
def test_unambiguous_notations_come_back_whatever_they_are_mixed_with(
    days: list[date],
) -> None:
    written = [notations(day)[(day.day + place) % 5] for place, day in enumerate(days)]

    assert parse(*written)[0] == days


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(["mdy", "dmy"]))
def test_no_numeric_date_is_read_as_another_day(days: list[date], order: DateOrder) -> None:
    shape = "{0.month}/{0.day}/{0.year}" if order == "mdy" else "{0.day}/{0.month}/{0.year}"
    read, codes, _ = parse(*(shape.format(day) for day in days))

    for day, found, reason in zip(days, read, codes, strict=True):
        assert found == day or reason == "ambiguous_date"
    assert parse(*(shape.format(day) for day in days), order=order)[0] == days


def test_many_distinct_times_of_day_are_read_too() -> None:
    written = [f"2010-03-21 {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(60_000)]

    assert set(parse(*written)[0]) == {DAY}
