"""From the columns of a file to typed columns, field by field, with what could not be read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planalign.domain.events import TERMINATION_REASONS
from planalign.infrastructure.census.amounts import HOURS, MONEY, Quantity
from planalign.infrastructure.census.arrow import Array, pa, pc, texts
from planalign.infrastructure.census.dates import DateStyle, Parsed, parse_dates
from planalign.infrastructure.census.fields import FieldName
from planalign.infrastructure.census.numbers import parse_numbers, scaled_hundredths
from planalign.infrastructure.census.options import CensusOptions
from planalign.infrastructure.census.source import RawColumn, trimmed

__all__ = ["read_field", "shown"]

_types: Any = pa.types

_NOTHING: Final = (
    *("NA", "N/A", "n/a", "#N/A", "NULL", "null", "Null", "None", "none", "NaN", "nan", "NaT"),
    *("-", "--", "?", "(blank)"),
)
"""What people and programs write for no value; in ids and names it is taken as a value."""

_LARGEST_DECIMAL: Final = 10**12
"""Larger ones could leave int64 in cents, and go the way of texts, which stop before that."""

_LEVEL: Final = re.compile(
    r"(?:level|lvl|l|grade|band)?[\s\-_]*0*(\d{1,9})(?:\.0*)?$", re.IGNORECASE
)
_REASON_WORDS: Final = {
    "voluntary": "voluntary resigned resignation resign quit vol voluntaryresignation",
    "involuntary": "involuntary dismissed dismissal fired layoff laidoff redundancy redundant invol"
    " discharge discharged terminatedforcause",
    "retirement": "retirement retired retire earlyretirement normalretirement",
    "unspecified": "unspecified unknown other",
}


def read_field(field: FieldName, raw: RawColumn, options: CensusOptions) -> Parsed:
    """Read one column as what its field holds.

    Returns:
        date32 for dates, int64 cents for the salary, int64 minutes for hours, int64 for levels,
        string for the rest.
    """
    if field in ("birth_date", "hire_date", "termination_date"):
        return _dates(_without_nothing(raw), options)
    if field == "annual_salary":
        return _numbers(_without_nothing(raw), MONEY, options)
    if field == "scheduled_hours_per_week":
        return _numbers(_without_nothing(raw), HOURS, options)
    if field == "level":
        return _levels(_without_nothing(raw), options)
    if field == "termination_reason":
        return _reasons(_without_nothing(raw))
    return Parsed(shown(raw))


def shown(raw: RawColumn) -> Array:
    """The column as text: what the file shows, whole numbers without a decimal point."""
    if raw.typed is None:
        return raw.text
    typed = raw.typed
    if _types.is_floating(typed.type):
        typed = pc.if_else(pc.is_nan(typed), pa.scalar(None, typed.type), typed)
        written = pc.replace_substring_regex(typed.cast(pa.string()), r"\.0$", "")
    else:
        written = typed.cast(pa.string())
    text: Array = pc.coalesce(raw.text, trimmed(written))
    return text


def _without_nothing(raw: RawColumn) -> RawColumn:
    is_nothing = pc.is_in(raw.text, value_set=texts(list(_NOTHING)))
    if not pc.any(is_nothing).as_py():
        return raw
    return replace(raw, text=pc.if_else(is_nothing, pa.scalar(None, pa.string()), raw.text))


def _joined(parsed: Parsed, typed: Array, faults: Array | None = None) -> Parsed:
    """What was read from texts, completed by the typed values."""
    values = pc.coalesce(parsed.values, typed)
    if faults is not None:
        values = pc.if_else(pc.is_valid(faults), pa.scalar(None, values.type), values)
        faults = faults if parsed.faults is None else pc.coalesce(parsed.faults, faults)
    return Parsed(values, faults if faults is not None else parsed.faults, parsed.notices)


def _dates(raw: RawColumn, options: CensusOptions) -> Parsed:
    style = DateStyle(options.date_order, options.two_digit_year_pivot)
    if raw.typed is None:
        return parse_dates(raw.text, style)
    if _types.is_timestamp(raw.typed.type):
        return _joined(parse_dates(raw.text, style), *_days_of(raw.typed))
    if _types.is_date(raw.typed.type):
        return _joined(parse_dates(raw.text, style), raw.typed.cast(pa.date32()))
    return parse_dates(shown(raw), style)  # 20100301 as a number


def _days_of(stamps: Array) -> tuple[Array, Array | None]:
    """The days of timestamps; with a zone, only midnight in it says which day is meant."""
    kind: Any = stamps.type
    local = stamps if kind.tz is None else pc.local_timestamp(stamps)
    days = pc.floor_temporal(local, unit="day")
    faults = None
    if kind.tz is not None and pc.any(pc.not_equal(local, days)).as_py():
        reason = (
            "ambiguous_date: a time with a zone that is not midnight may belong to the next day or"
            " the one before; export dates without a time"
        )
        faults = pc.if_else(pc.not_equal(local, days), reason, pa.scalar(None, pa.string()))
    return days.cast(pa.date32()), faults


def _numbers(raw: RawColumn, quantity: Quantity, options: CensusOptions) -> Parsed:
    parsed = parse_numbers(raw.text, quantity, options.decimal)
    if raw.typed is None:
        return parsed
    typed: Any = raw.typed
    if _types.is_decimal(typed.type):
        if (pc.max(pc.abs(typed)).as_py() or 0) > _LARGEST_DECIMAL:
            return parse_numbers(shown(raw), quantity, ".")
        cents = pc.round(typed, ndigits=2, round_mode="half_to_even").cast(pa.decimal128(38, 2))
        values = pa.array(scaled_hundredths(cents, quantity.scale), mask=_missing(typed))
        return _joined(parsed, values)
    if not (_types.is_integer(typed.type) or _types.is_floating(typed.type)):
        return parse_numbers(shown(raw), quantity, options.decimal)
    scaled = np.asarray(pc.fill_null(typed, 0).to_numpy(zero_copy_only=False), dtype=np.float64)
    scaled = np.rint(np.clip(scaled, -1e12, 1e12) * quantity.scale)
    missing = _missing(typed) | np.isnan(scaled)
    whole = np.where(missing, 0, scaled).astype(np.int64)
    notices = ("the column is in single precision: cents may have been lost",)
    joined = _joined(parsed, pa.array(whole, mask=missing))
    return replace(joined, notices=notices) if typed.type == pa.float32() else joined


def _missing(column: Array) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = pc.is_null(column).to_numpy(zero_copy_only=False)
    return mask


def _levels(raw: RawColumn, options: CensusOptions) -> Parsed:
    encoded = shown(raw).dictionary_encode()
    names = {name.casefold(): level for level, name in enumerate(options.level_names, start=1)}
    levels: list[int | None] = []
    faults: list[str | None] = []
    for text in encoded.dictionary.to_pylist():
        match = _LEVEL.match(text)
        level = names.get(text.casefold()) or (int(match[1]) if match else None)
        fault = None
        if level is None:
            known = f" or {', '.join(options.level_names)}" if names else ""
            fault = f"unknown_level: a level is a number from 1 to {options.top_level}{known}"
        elif not 1 <= level <= options.top_level:
            fault = f"level_out_of_range: levels are 1 to {options.top_level}"
        levels.append(None if fault else level)
        faults.append(fault)
    values = pa.array(levels, type=pa.int64()).take(encoded.indices)
    return Parsed(values, texts(faults).take(encoded.indices) if any(faults) else None)


def _reasons(raw: RawColumn) -> Parsed:
    """The four reasons that there are; other words are unspecified, and reported."""
    words = {word: reason for reason, line in _REASON_WORDS.items() for word in line.split()}
    encoded = shown(raw).dictionary_encode()
    written: list[str] = encoded.dictionary.to_pylist()
    found = [words.get("".join(c for c in text.casefold() if c.isalnum())) for text in written]
    unknown = sorted(text for text, reason in zip(written, found, strict=True) if reason is None)
    values = texts([reason or TERMINATION_REASONS[-1] for reason in found]).take(encoded.indices)
    notice = f"recorded as unspecified: {', '.join(repr(text) for text in unknown[:5])}"
    return Parsed(values, None, (notice,) if unknown else ())
