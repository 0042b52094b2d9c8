"""A column of amounts, exactly: text never passes through a float.

Theory of operation. Plain values (``85000.50``) and the two usual notations that can mean one
thing (``$85,000.50``, ``85.000,50 €``) are read as columns; every other distinct text is read by
itself. What a separator is in an open text such as ``1.234`` is decided by the ``decimal`` option,
else by what the other values of the column show, else by the rule of the quantity; if the column
shows both, the text is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planalign.infrastructure.census.amounts import (
    MONEY,
    Amount,
    DecimalSign,
    Quantity,
    read_amount,
)
from planalign.infrastructure.census.arrow import Array, Mask, Rows, pa, pc, rows_where, texts
from planalign.infrastructure.census.dates import Parsed

__all__ = ["parse_numbers", "scaled_hundredths"]

_PLAIN = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
_PLAIN_POINT = r"^[0-9]{1,12}\.[0-9]{1,2}$"
_POINTED = r"^[$€£]?\s?[0-9]{1,3}(,[0-9]{3}){1,3}\.[0-9]{2}$"
_COMMAED = r"^[0-9]{1,3}(\.[0-9]{3}){1,3},[0-9]{2}\s?[$€£]?$"
_SAME_UNIT = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "FR.": "CHF"}


@dataclass(slots=True)
class _Signs:
    """What the values of a column show their separators to be."""

    decimal: set[str] = field(default_factory=set[str])
    thousands: set[str] = field(default_factory=set[str])
    units: set[str] = field(default_factory=set[str])

    def note(self, amount: Amount) -> None:
        """Learn from a text that is not open itself."""
        self.decimal |= {amount.decimal_sign} - {""}
        self.thousands |= {amount.thousands_sign} - {""}

    def note_units(self, written: Iterable[str], quantity: Quantity) -> None:
        """Learn which currencies are written."""
        for text in written:
            for match in quantity.unit.finditer(text):
                unit = match[0].upper()
                self.units.add(_SAME_UNIT.get(unit, unit))

    def of(self, separator: str) -> tuple[bool, bool]:
        """Whether the column shows *separator* as decimal sign, and between thousands.

        The other sign being one of them makes this one the other.
        """
        other = {",": ".", ".": ","}[separator]
        as_decimal = separator in self.decimal or other in self.thousands
        return as_decimal, separator in self.thousands or other in self.decimal


def parse_numbers(column: Array, quantity: Quantity, decimal: DecimalSign | None) -> Parsed:
    """Read a string column as amounts of *quantity*.

    Args:
        column: Shape (n,), string, trimmed; null means that there is no amount.
        quantity: What is measured.
        decimal: The decimal sign, if it was said.

    Returns:
        int64 values in units of ``1 / quantity.scale``, rounded half to even.

    >>> from planalign.infrastructure.census.amounts import MONEY
    >>> parse_numbers(texts(["$85,000", "62000.5"]), MONEY, None).values.to_pylist()
    [8500000, 6200050]
    """
    signs = _Signs()
    simple = _simplified(column, decimal, signs)
    is_plain = pc.match_substring_regex(simple, _PLAIN)
    if decimal == ",":  # a point then separates thousands, which is not plain
        is_plain = pc.and_(is_plain, pc.invert(pc.match_substring(simple, ".")))
    odd = rows_where(pc.invert(is_plain))
    plain = pc.if_else(is_plain, simple, None) if len(odd) else simple
    values = scaled_hundredths(plain.cast(pa.decimal128(14, 2)), quantity.scale)
    notation = _Notation(quantity, decimal, signs)
    if len(odd) == 0:
        return Parsed(pa.array(values, mask=~_valid(column)), None, notation.notices((), ()))
    if decimal is None and pc.any(pc.match_substring_regex(column, _PLAIN_POINT)).as_py():
        signs.decimal.add(".")
    return _with_odd(column, odd, values, notation)


def scaled_hundredths(amounts: Array, scale: int) -> NDArray[np.int64]:
    """Decimals with two places as multiples of ``1 / scale``, half to even; null is 0."""
    unscaled = np.frombuffer(amounts.buffers()[1], dtype="<i8")[::2]
    hundredths = unscaled[amounts.offset : amounts.offset + len(amounts)].astype(np.int64)
    hundredths[~_valid(amounts)] = 0
    if scale == 100:
        return hundredths
    whole, rest = np.divmod(hundredths * scale, 100)
    rounded: NDArray[np.int64] = whole + ((rest > 50) | ((rest == 50) & (whole % 2 == 1)))
    return rounded


def _valid(column: Array) -> Mask:
    mask: Mask = np.array(pc.is_valid(column).to_numpy(zero_copy_only=False))
    return mask


def _simplified(column: Array, decimal: DecimalSign | None, signs: _Signs) -> Array:
    """The column with ``$85,000.00`` and ``85.000,00 €`` made plain."""
    for pattern, sign, other in ((_POINTED, ".", ","), (_COMMAED, ",", ".")):
        matches = pc.match_substring_regex(column, pattern)
        if decimal in (None, sign) and pc.any(matches).as_py():
            signs.note(Amount(decimal_sign=sign, thousands_sign=other))
            signs.note_units(_marks(column.filter(matches)), MONEY)
            bare = pc.replace_substring_regex(column, rf"[^0-9{sign}]", "")
            column = pc.if_else(matches, pc.replace_substring(bare, sign, "."), column)
    return column


def _marks(column: Array) -> list[str]:
    """What stands beside the digits and separators, each once."""
    marks: list[str] = pc.unique(pc.replace_substring_regex(column, r"[0-9.,\s]", "")).to_pylist()
    return marks


@dataclass(frozen=True, slots=True)
class _Notation:
    """How the open texts of one column are decided."""

    quantity: Quantity
    decimal: DecimalSign | None
    signs: _Signs

    def decide(self, amount: Amount) -> tuple[int, str]:
        """The scaled amount, and the fault that keeps it from being read."""
        means_thousands = self.quantity.open_means_thousands
        if amount.open_sign:
            as_decimal, as_thousands = self.signs.of(amount.open_sign)
            if as_decimal and as_thousands:
                return 0, (
                    f"ambiguous_number: the column has {amount.open_sign!r} as decimal sign and"
                    " between thousands; say which with --decimal"
                )
            means_thousands = as_thousands or (means_thousands and not as_decimal)
        scaled = amount.scaled(self.quantity.scale, open_means_thousands=means_thousands)
        return scaled, amount.fault

    def notices(self, written: Sequence[str], amounts: Sequence[Amount]) -> tuple[str, ...]:
        """Open texts that nothing but the rule of the quantity decided, one example a sign."""
        role = "between thousands" if self.quantity.open_means_thousands else "as decimal sign"
        examples: dict[str, str] = {}
        for text, amount in zip(written, amounts, strict=True):
            if amount.open_sign and not any(self.signs.of(amount.open_sign)):
                examples[amount.open_sign] = min(text, examples.get(amount.open_sign, text))
        notices = [
            f"{sign!r} is read {role}, as in {examples[sign]}: the column shows nothing else"
            for sign in sorted(examples)
        ]
        if self.quantity is MONEY and len(self.signs.units) > 1:
            units = ", ".join(sorted(self.signs.units))
            notices.append(f"amounts in several currencies ({units}) are taken as written")
        return tuple(notices)


def _with_odd(column: Array, odd: Rows, values: NDArray[np.int64], notation: _Notation) -> Parsed:
    """Read the distinct texts that are not plain, and put their amounts in their places."""
    encoded = column.take(pa.array(odd)).dictionary_encode()
    written: list[str] = encoded.dictionary.to_pylist()
    amounts = [read_amount(text, notation.quantity, notation.decimal) for text in written]
    for amount in amounts:
        notation.signs.note(amount)
    notation.signs.note_units(written, notation.quantity)
    decided = [notation.decide(amount) for amount in amounts]
    where = encoded.indices.to_numpy()
    values[odd] = np.array([scaled for scaled, _ in decided], dtype=np.int64)[where]
    faults: Array | None = None
    missing = ~_valid(column)
    if any(fault for _, fault in decided):
        faults = _spread(
            texts([fault or None for _, fault in decided]).take(encoded.indices), odd, len(column)
        )
        missing |= _valid(faults)
    return Parsed(pa.array(values, mask=missing), faults, notation.notices(written, amounts))


def _spread(column: Array, rows: Rows, length: int) -> Array:
    """A column of *length* with the values of *column* in *rows*, null elsewhere."""
    places = np.full(length, -1, dtype=np.int64)
    places[rows] = np.arange(len(rows))
    spread: Array = column.take(pa.array(places, mask=places < 0))
    return spread
