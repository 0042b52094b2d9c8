"""Missing values, filled by the rules that were given and by no other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import day_number
from planalign.infrastructure.census.arrow import Array, Mask, pa, pc
from planalign.infrastructure.census.fields import FieldName
from planalign.infrastructure.census.options import CensusOptions

__all__ = ["fill_missing"]

Days = NDArray[np.int64]


def fill_missing(
    values: dict[FieldName, Array],
    unread: dict[FieldName, Mask],
    options: CensusOptions,
    notices: list[str],
) -> dict[str, int]:
    """Fill birth dates, levels and termination reasons that are missing.

    Args:
        values: Every field's column; those that are filled are replaced.
        unread: Where something stands that could not be read: nothing is filled there. Where the
            value that a rule starts from is missing, the row is marked, for one fault is enough.
        options: The rules, the bands and the census date.
        notices: What looks odd is added.

    Returns:
        Field to how many values were filled.
    """
    filled: dict[str, int] = {}
    reasons = values["termination_reason"]
    left = pc.and_(pc.is_valid(values["termination_date"]), pc.is_null(reasons))
    values["termination_reason"] = pc.if_else(left, "unspecified", reasons)
    births = _births(values, options)
    if births is not None:
        filled |= _fill("birth_date", births, values, unread)
    levels = _levels(values, options)
    if levels is not None:
        filled |= _fill("level", levels, values, unread)
        if options.fill.level == "from_salary" and filled.get("level"):
            _note_below_bands(values, options, notices)
    return filled


def _fill(
    name: FieldName,
    assumed: Array,
    values: dict[FieldName, Array],
    unread: dict[FieldName, Mask],
) -> dict[str, int]:
    missing: Mask = pc.is_null(values[name]).to_numpy(zero_copy_only=False) & ~unread[name]
    if not missing.any():
        return {}
    can_be: Mask = pc.is_valid(assumed).to_numpy(zero_copy_only=False)
    values[name] = pc.if_else(pa.array(missing), assumed, values[name])
    unread[name] = unread[name] | (missing & ~can_be)
    count = int((missing & can_be).sum())
    return {name: count} if count else {}


def _births(values: Mapping[FieldName, Array], options: CensusOptions) -> Array | None:
    hire = values["hire_date"]
    if options.fill.age_on_census_date is not None:
        day = np.full(len(hire), day_number(options.census_date), dtype=np.int64)
        return _dates(_years_before(day, options.fill.age_on_census_date), None)
    if options.fill.age_at_hire is None:
        return None
    days = pc.fill_null(hire.cast(pa.int32()), 0).to_numpy().astype(np.int64)
    missing: Mask = pc.is_null(hire).to_numpy(zero_copy_only=False)
    return _dates(_years_before(days, options.fill.age_at_hire), missing)


def _dates(days: Days, missing: Mask | None) -> Array:
    column: Array = pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())
    return column


def _years_before(days: Days, years: int) -> Days:
    """The same day of an earlier year; 28 February for 29 where that year has none.

    Args:
        days: Shape (n,), day numbers.
        years: How many years earlier.
    """
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    in_month = (date - month.astype("datetime64[D]")).astype(np.int64)
    earlier = month - 12 * years
    first = earlier.astype("datetime64[D]").astype(np.int64)
    last = (earlier + 1).astype("datetime64[D]").astype(np.int64) - 1
    same_day: Days = np.minimum(first + in_month, last)
    return same_day


def _levels(values: Mapping[FieldName, Array], options: CensusOptions) -> Array | None:
    salary = values["annual_salary"]
    if options.fill.level is None:
        return None
    if options.fill.level != "from_salary":
        fixed: Array = pa.repeat(pa.scalar(options.fill.level, pa.int64()), len(salary))
        return fixed
    cents: NDArray[np.int64] = pc.fill_null(salary, 0).to_numpy()
    minima = np.array(options.level_minima_cents, dtype=np.int64)
    levels = np.searchsorted(minima, cents, side="right").clip(1)
    missing: Mask = pc.is_null(salary).to_numpy(zero_copy_only=False)
    column: Array = pa.array(levels.astype(np.int64), mask=missing)
    return column


def _note_below_bands(
    values: Mapping[FieldName, Array], options: CensusOptions, notices: list[str]
) -> None:
    first = options.level_minima_cents[0]
    below = pc.sum(pc.less(values["annual_salary"], first)).as_py() or 0
    if below:
        notices.append(
            f"level: {below} salaries are below the first band ({first / 100:,.2f}): level 1"
        )
