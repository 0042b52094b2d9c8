"""What one text says as an amount of money or of hours: exactly, or not at all.

A text is stripped of its unit, then its separators say what they are: of two kinds the last is
the decimal sign; one that comes twice separates thousands; one alone, followed by anything but
three digits, is the decimal sign. One separator with three digits behind it and one to three
before, ``1.234``, stays open: `planalign.infrastructure.census.numbers` decides it, per column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

__all__ = ["HOURS", "MONEY", "Amount", "DecimalSign", "Quantity", "read_amount"]

DecimalSign = Literal[".", ","]

_GROUPED: Final = re.compile(r"\d{1,3}([.,'’]|\s)\d{3}(?:\1\d{3})*$")
_LAKHS: Final = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}$")
_OPEN: Final = re.compile(r"([1-9]\d{0,2})([.,])(\d{3})$")
_ABBREVIATED: Final = re.compile(
    r"[\d.,\s]+(?:k|m|mm|mn|mio|t|tsd|thousand|million)\.?$", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d)$")
_NEGATIVE: Final = re.compile(r"(?:[-−](.+)|\((.+)\)|(.*\d)[-−])$")
_LARGEST: Final = 10**17
"""Scaled amounts stop here: far beyond what any rule accepts, and inside of int64."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a column of numbers measures.

    Attributes:
        scale: What one unit is stored as: 100 cents, 60 minutes.
        unit: The marks that may stand before or behind a number.
        open_means_thousands: How ``1.234`` is read if neither option nor column decides.
        allows_clock: ``37:30`` is thirty-seven and a half.
    """

    scale: int
    unit: re.Pattern[str]
    open_means_thousands: bool
    allows_clock: bool = False


MONEY: Final = Quantity(
    scale=100,
    unit=re.compile(
        r"(?:US|CA|AU|NZ|C|A)?\$|[€£¥₹]|Fr\.|kr\.?|zł|USD|EUR|GBP|CAD|AUD|NZD|CHF|JPY|CNY|INR"
        r"|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|SGD|HKD",
        re.IGNORECASE,
    ),
    open_means_thousands=True,
)
"""``85.000`` is 85 thousand: nobody's annual salary is 85 with three decimals."""

HOURS: Final = Quantity(
    scale=60,
    unit=re.compile(r"hours|hrs|hr|h", re.IGNORECASE),
    open_means_thousands=False,
    allows_clock=True,
)
"""``37.500`` is 37 and a half: no week has a thousand hours."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One text, read.

    Attributes:
        whole: Digits before the decimal sign, without separators.
        fraction: Digits behind it.
        decimal_sign: The sign that was written for it, or empty.
        thousands_sign: ``.`` or ``,`` where that separates thousands, or empty.
        open_sign: The separator that could be either, or empty.
        is_negative: A minus or brackets were written.
        fault: ``code: explanation`` of why it is no amount, or empty.
    """

    whole: str = ""
    fraction: str = ""
    decimal_sign: str = ""
    thousands_sign: str = ""
    open_sign: str = ""
    is_negative: bool = False
    fault: str = ""

    def scaled(self, scale: int, *, open_means_thousands: bool) -> int:
        """The amount times *scale*, rounded half to even; 0 if there is a fault."""
        if self.fault:
            return 0
        joint = "" if self.open_sign and open_means_thousands else "."
        exact = Decimal(f"{self.whole or '0'}{joint}{self.fraction or '0'}") * scale
        size = int(min(exact, Decimal(_LARGEST)).quantize(Decimal(1), ROUND_HALF_EVEN))
        return -size if self.is_negative else size


_NO_NUMBER: Final = Amount(fault="not_a_number: digits, separators and a unit are read")


def read_amount(text: str, quantity: Quantity, decimal: DecimalSign | None = None) -> Amount:
    """Read one text.

    Args:
        text: Trimmed, not empty.
        quantity: What is measured.
        decimal: The decimal sign, if it was said; nothing is open then.

    >>> read_amount("CHF 85'000.50", MONEY).scaled(100, open_means_thousands=True)
    8500050
    >>> read_amount("85.000", MONEY).open_sign
    '.'
    """
    body = _without_unit(text, quantity)
    if _ABBREVIATED.match(body):
        return Amount(fault="abbreviated_number: write the amount in full, such as 85000")
    clock = _CLOCK.match(body)
    if clock and quantity.allows_clock:
        sixths = Decimal(int(clock[2])) / 60
        return Amount(clock[1], f"{sixths:.6f}"[2:])
    negative = _NEGATIVE.match(body)
    if negative:
        inner = next(part for part in negative.groups() if part is not None)
        body = _without_unit(inner.strip(), quantity)
    body = re.sub(r"[.,][-–—]{1,2}$", "", body.removeprefix("+").strip())  # 85'000.-
    return replace(_separated(body, decimal), is_negative=negative is not None)


def _without_unit(text: str, quantity: Quantity) -> str:
    for match in quantity.unit.finditer(text):
        if match.start() == 0 or match.end() == len(text):
            return (text[: match.start()] + text[match.end() :]).strip()
    return text


def _separated(body: str, decimal: DecimalSign | None) -> Amount:
    """What the separators of *body* say."""
    if decimal is None and (match := _OPEN.match(body)):
        return Amount(match[1], match[3], open_sign=match[2])
    sign = decimal or _sign_shown(body)
    whole, found, fraction = body.rpartition(sign) if sign else ("", "", body)
    if not found:
        whole, fraction = body, ""
    if fraction and not _is_digits(fraction):
        return _NO_NUMBER
    grouping = _grouping(whole)
    if grouping is None or (grouping and grouping == found) or not (whole or fraction):
        return _NO_NUMBER
    return Amount(
        re.sub(r"\D", "", whole),
        fraction,
        decimal_sign=found,
        thousands_sign=grouping if grouping in (".", ",") else "",
    )


def _grouping(whole: str) -> str | None:
    """The separator of thousands in *whole*, empty if there is none, None if it is no number."""
    if not whole or _is_digits(whole):
        return ""
    if match := _GROUPED.match(whole):
        return match[1]
    return "," if _LAKHS.match(whole) else None


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _sign_shown(body: str) -> str:
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rindex(".") > body.rindex(",") else ","
    if points + commas == 1:
        return "." if points else ","
    return ""
