from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.infrastructure.census.amounts import HOURS, MONEY, DecimalSign, Quantity
from planalign.infrastructure.census.arrow import texts
from planalign.infrastructure.census.numbers import parse_numbers

CENTS = st.integers(100, 99_999_999_999)


def parse(
    *written: str | None, decimal: DecimalSign | None = None, quantity: Quantity = MONEY
) -> tuple[list[int | None], list[str | None], tuple[str, ...]]:
    parsed = parse_numbers(texts(list(written)), quantity, decimal)
    faults = parsed.faults.to_pylist() if parsed.faults is not None else [None] * len(written)
    codes = [fault.partition(":")[0] if fault else None for fault in faults]
    return parsed.values.to_pylist(), codes, parsed.notices


@pytest.mark.parametrize(
    "text",
    [
        "85000.5", "85000.50", "85,000.50", "85.000,50", "85000,5", "$85,000.50", "85.000,50 €",
        "85'000.50", "CHF 85’000.50", "85 000,50", "85\u00a0000,50", "85\u202f000.50",
        "USD 85000.50", "85000.50 EUR", "US$85,000.50", "+85000.50", "85000.500",
    ],
)  # fmt: skip
def test_a_usual_notation_is_read(text: str) -> None:
    assert parse(text) == ([8_500_050], [None], ())


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234.567", 123_456_700),
        ("12,34,567.89", 123_456_789),
        ("85'000.-", 8_500_000),
        ("85000.", 8_500_000),
        (".5", 50),
        ("-5", -500),
        ("(5,000.00)", -500_000),
        ("5000.00-", -500_000),
        ("85000.125", 8_500_012),
        ("85000.135", 8_500_014),
        ("85000.1251", 8_500_013),
        ("0.125", 12),
    ],
)
def test_amounts_are_exact_and_round_half_to_even(text: str, cents: int) -> None:
    assert parse(text)[0] == [cents]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("85k", "abbreviated_number"),
        ("$1.2m", "abbreviated_number"),
        ("abc", "not_a_number"),
        ("$", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1,23,4", "not_a_number"),
        ("85,00,0.5", "not_a_number"),
        ("85000/yr", "not_a_number"),
        ("1e5", "not_a_number"),
        ("5%", "not_a_number"),
        ("٣٤", "not_a_number"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, reason: str) -> None:
    assert parse(text)[:2] == ([None], [reason])


def test_an_open_salary_is_thousands_and_the_notice_says_so() -> None:
    cents, _, notices = parse("85,000", "92,000")

    assert cents == [8_500_000, 9_200_000]
    assert notices == (
        "',' is read between thousands, as in 85,000: the column shows nothing else",
    )


@pytest.mark.parametrize(
    ("shows", "cents"),
    [("62.000,50", 8_500_000), ("62,000.50", 8_500), ("62000.5", 8_500), ("62000,5", 8_500_000)],
)
def test_the_column_decides_what_a_separator_is(shows: str, cents: int) -> None:
    assert parse("85.000", shows)[0][0] == cents


def test_a_column_that_shows_both_decides_nothing() -> None:
    assert parse("85.000", "62.000,50", "62,000.50")[1] == ["ambiguous_number", None, None]


def test_the_said_decimal_sign_is_obeyed() -> None:
    assert parse("85.000", decimal=".")[0] == [8_500]
    assert parse("85.000", decimal=",")[0] == [8_500_000]
    assert parse("85000.50", decimal=",")[1] == ["not_a_number"]


def test_several_currencies_are_reported() -> None:
    assert parse("$85,000.00", "85000 EUR")[2] == (
        "amounts in several currencies (EUR, USD) are taken as written",
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("37.5", 2250), ("37,5", 2250), ("37,500", 2250), ("37:30", 2250), ("40 hrs", 2400),
     ("37.50h", 2250), ("0.025", 2), ("0.01", 1), ("38.33", 2300)],
)  # fmt: skip
def test_hours_are_read_as_minutes(text: str, minutes: int) -> None:
    assert parse(text, quantity=HOURS)[0] == [minutes]


def _grouped(cents: int, thousands: str, sign: str) -> str:
    return f"{cents // 100:,}".replace(",", thousands) + f"{sign}{cents % 100:02}"


@given(
    st.lists(CENTS, min_size=1, max_size=20),
    st.sampled_from([("", "."), ("", ","), (",", "."), (".", ","), ("'", "."), (" ", ",")]),
    st.sampled_from(["{}", "${}", "{} €", "USD {}", "CHF {}"]),
)
def test_an_amount_written_with_cents_comes_back(
    cents: list[int], signs: tuple[str, str], unit: str
) -> None:
    written = [unit.format(_grouped(amount, *signs)) for amount in cents]

    assert parse(*written)[0] == cents


@given(st.decimals(0, 10**9, places=4))
def test_decimals_round_as_decimals_do(amount: Decimal) -> None:
    assert parse(f"{amount:.4f}")[0] == [round(amount * 100)]
