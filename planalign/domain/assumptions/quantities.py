"""The quantities an assumptions file is written in, each with what it expects of a value.

Every number is read into `decimal.Decimal`, exactly as it is written: `0.12` means twelve
hundredths, not the nearest double. A share is always written as a share, so a percentage such as
`12` or `"12%"` is an error and never a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

__all__ = [
    "Factor",
    "Money",
    "PositiveFactor",
    "PositiveShare",
    "Proportion",
    "Share",
    "SignedShare",
    "Weight",
    "WholeNumber",
    "canonical_number",
    "cents",
]

_MOST_DECIMALS: Final = 20
_LARGEST_MONEY: Final = Decimal(10) ** 12


def canonical_number(number: Decimal) -> str:
    """The one spelling of *number*: no exponent, no trailing zeros, no minus zero.

    >>> [canonical_number(Decimal(text)) for text in ("0.120", "1E+2", "-0.0")]
    ['0.12', '100', '0']
    """
    return format(number.normalize() + 0, "f")


def cents(money: Decimal) -> int:
    """Whole cents of an amount of `Money`.

    >>> cents(Decimal("56000.5"))
    5600050
    """
    return int(money * 100)


def _read_decimal(value: object, expected: str) -> Decimal:
    """The exact decimal that *value* was written as, or a complaint that says what is expected."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _complaint(expected)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _complaint(expected + _percent_advice(value)) from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_MOST_DECIMALS:
        raise _complaint(f"{expected}, finite and with at most {_MOST_DECIMALS} decimals")
    return number


def _complaint(expected: str) -> PydanticCustomError:
    return PydanticCustomError("quantity", "{expected}", {"expected": expected})


def _percent_advice(value: object) -> str:
    """`` (0.12 means 12 %)`` when *value* looks like a percentage, else nothing."""
    try:
        percent = Decimal(str(value).strip().rstrip("%").strip())
    except InvalidOperation:
        return ""
    if not percent.is_finite() or abs(percent) < 1:
        return ""
    return f" ({canonical_number(percent / 100)} means {canonical_number(percent)} %)"


def _quantity(
    expected: str, accepts: Callable[[Decimal], bool], *, is_share: bool = False
) -> BeforeValidator:
    """A validator that reads a decimal and refuses one that *accepts* does not accept."""

    def validate(value: object) -> Decimal:
        number = _read_decimal(value, expected)
        if not accepts(number):
            raise _complaint(expected + (_percent_advice(value) if is_share else ""))
        return number

    return BeforeValidator(validate)


_SPELLING: Final = PlainSerializer(canonical_number, return_type=str, when_used="json")

Share = Annotated[
    Decimal,
    _quantity("a share, at least 0 and below 1", lambda share: 0 <= share < 1, is_share=True),
    _SPELLING,
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
]
"""A rate per year or an increase: 0.12 is 12 %. 1 and more are refused as likely percentages."""

PositiveShare = Annotated[
    Decimal,
    _quantity("a share, above 0 and below 1", lambda share: 0 < share < 1, is_share=True),
    _SPELLING,
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
]

SignedShare = Annotated[
    Decimal,
    _quantity("a share, above -1 and below 1", lambda share: -1 < share < 1, is_share=True),
    _SPELLING,
    WithJsonSchema({"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1}),
]

Proportion = Annotated[
    Decimal,
    _quantity("a proportion, from 0 to 1", lambda part: 0 <= part <= 1, is_share=True),
    _SPELLING,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]

Factor = Annotated[
    Decimal,
    _quantity("a factor, from 0 to 100", lambda factor: 0 <= factor <= 100),
    _SPELLING,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]

PositiveFactor = Annotated[
    Decimal,
    _quantity("a factor, from 0.001 to 100", lambda factor: Decimal("0.001") <= factor <= 100),
    _SPELLING,
    WithJsonSchema({"type": "number", "minimum": 0.001, "maximum": 100}),
]

Weight = Annotated[
    Decimal,
    _quantity("a weight, from 0 to 1,000,000", lambda weight: 0 <= weight <= 1_000_000),
    _SPELLING,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1_000_000}),
]

Money = Annotated[
    Decimal,
    _quantity(
        "an amount of money, at least 0 and at most two decimals",
        lambda money: 0 <= money <= _LARGEST_MONEY and money * 100 == int(money * 100),
    ),
    _SPELLING,
    WithJsonSchema({"type": "number", "minimum": 0, "multipleOf": 0.01}),
]
"""An amount in units of the currency, such as 56000 or 56000.50; `cents` converts it."""

WholeNumber = Annotated[int, Field(strict=True)]
