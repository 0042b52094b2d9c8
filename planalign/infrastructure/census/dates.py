"""A column of dates, each read only when it can mean one day.

Theory of operation. The column is dictionary-encoded and each distinct text is read once. A text
that can mean several days is settled by ``date_order`` alone, or by its column: if, in the same
column and with the same separator, some text can only be read in one order and none only in
another. With dots the order is day.month.year unless the column shows otherwise. What is still
open is refused. Two digits are a year only with a pivot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from planalign.infrastructure.census.arrow import Array, pa, pc, texts
from planalign.infrastructure.census.notation import Reading, read_date, spelled
from planalign.infrastructure.census.options import DateOrder

__all__ = ["DateStyle", "Parsed", "parse_dates"]

_SPELLED: Final[dict[DateOrder, str]] = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}
_MANY: Final = 50_000
"""More distinct texts than there are days in a working life: times of day are among them."""


@dataclass(frozen=True, slots=True)
class DateStyle:
    """What was said about the dates of a file: order of the parts, pivot of two-digit years."""

    order: DateOrder | None = None
    pivot: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column, read.

    Attributes:
        values: Null where there was nothing to read, or it was refused.
        faults: string, ``code: explanation`` where a value was refused; None if none was.
        notices: What was decided for the column as a whole.
    """

    values: Array
    faults: Array | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Orders that some text of the column leaves as the only one, each with such a text."""

    examples: dict[DateOrder, str]

    def settle(self, orders: Sequence[DateOrder]) -> DateOrder | None:
        """The one of *orders* that the column shows, if it shows one and no other."""
        shown: list[DateOrder] = [order for order in orders if order in self.examples]
        return shown[0] if len(shown) == 1 else None


def parse_dates(column: Array, style: DateStyle) -> Parsed:
    """Read a string column as dates.

    Args:
        column: Shape (n,), string; null means that there is no date.
        style: What was said about the notation.

    Returns:
        date32 values.

    >>> parsed = parse_dates(texts(["1985-04-03", "03/04/1985"]), DateStyle())
    >>> parsed.values.to_pylist()
    [datetime.date(1985, 4, 3), None]
    >>> parsed.faults.to_pylist()[1][:14]
    'ambiguous_date'
    """
    encoded = column.dictionary_encode()
    if len(encoded.dictionary) > _MANY:
        encoded = _without_plain_times(column).dictionary_encode()
    try:
        days = encoded.dictionary.cast(pa.date32())
    except pa.ArrowInvalid:  # not ISO throughout: each distinct text is read by itself
        return _parse_each(encoded, style)
    return Parsed(days.take(encoded.indices))


def _without_plain_times(column: Array) -> Array:
    """ISO date-times without a zone, cut to their date."""
    pattern = r"^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$"
    cut: Array = pc.replace_substring_regex(column, pattern, r"\1")
    return cut


def _parse_each(encoded: Array, style: DateStyle) -> Parsed:
    written: list[str] = encoded.dictionary.to_pylist()
    readings = [read_date(text, style.pivot) for text in written]
    evidence = _gather(written, readings)
    days: list[date | None] = []
    faults: list[str | None] = []
    decided: dict[str, str] = {}
    for text, reading in zip(written, readings, strict=True):
        shown = evidence.get(reading.separator, _Evidence({}))
        order, fault = _choose(reading, shown, style)
        days.append(None if fault or order is None else reading.days[order])
        faults.append(fault or None)
        if style.order is None and order is not None and _is_open(reading):
            notice = _decision(text, order, shown)
            decided[reading.separator] = min(notice, decided.get(reading.separator, notice))
    values = pa.array(days, type=pa.date32()).take(encoded.indices)
    refused = texts(faults).take(encoded.indices) if any(faults) else None
    return Parsed(values, refused, tuple(decided[separator] for separator in sorted(decided)))


def _is_open(reading: Reading) -> bool:
    return len(set(reading.days.values())) > 1


def _gather(written: Sequence[str], readings: Sequence[Reading]) -> dict[str, _Evidence]:
    """What each separator's texts show, from those that leave only one order.

    The smallest such text is the example, so that the order of rows does not show in a notice.
    """
    found: dict[str, dict[DateOrder, str]] = {}
    for text, reading in zip(written, readings, strict=True):
        if reading.separator and len(reading.days) == 1:
            examples = found.setdefault(reading.separator, {})
            for order in reading.days:
                examples[order] = min(text, examples.get(order, text))
    return {separator: _Evidence(examples) for separator, examples in found.items()}


def _choose(reading: Reading, shown: _Evidence, style: DateStyle) -> tuple[DateOrder | None, str]:
    """The order to read it in, or the fault that keeps it from being read."""
    if reading.fault:
        return None, reading.fault
    order, fault = _order(reading, shown, style)
    if reading.has_short_year and style.pivot is None:
        fault = "; and ".join(part for part in (fault, _SHORT_YEAR) if part)
    return order, fault


_SHORT_YEAR: Final = (
    "two_digit_year: the century is not said; give --two-digit-year-pivot, such as 30 for"
    " 1930 to 2029"
)


def _order(reading: Reading, shown: _Evidence, style: DateStyle) -> tuple[DateOrder | None, str]:
    orders = list(reading.days)
    said = style.order if reading.separator in ("/", "-", " ") else None
    if said in orders:
        return said, ""
    if said is not None and not (said == "ymd" and not reading.has_short_year):
        return None, f"impossible_date: no such day, read as {_SPELLED[said]} as --date-order says"
    if not _is_open(reading):
        return orders[0], ""
    if reading.separator == "." and set(shown.examples) <= {"dmy"} and "dmy" in orders:
        return "dmy", ""
    settled = shown.settle(orders)
    return (settled, "") if settled else (None, _ambiguity(reading, shown))


def _ambiguity(reading: Reading, shown: _Evidence) -> str:
    days = sorted(set(reading.days.values()))
    meanings = " or ".join(spelled(day, has_short_year=reading.has_short_year) for day in days)
    both = "; the column has dates in both orders" if len(shown.examples) > 1 else ""
    return f"ambiguous_date: {meanings}{both}; say which with --date-order dmy, mdy or ymd"


def _decision(text: str, order: DateOrder, shown: _Evidence) -> str:
    reading = f"dates such as {text} are read as {_SPELLED[order]}"
    if order in shown.examples:
        return f"{reading}, because {shown.examples[order]} can be nothing else"
    return f"{reading}, as is usual with dots"
