"""Everyone as of a day, one row each.

The fold is SQL (`snapshot.sql`), the exact twin of `domain.employee.evolve`. Ages, tenures and
their bands are counted here, by the same `calendar` that the engine decides with.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from planalign.domain.assumptions import BandTable
from planalign.domain.calendar import completed_years_each, day_number, days_in_year
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int32Array
from planalign.projections.source import EventSource, statement

__all__ = ["SNAPSHOT_COLUMNS", "YEAR_END_COLUMNS", "snapshot", "with_ages"]

SNAPSHOT_COLUMNS = (
    "employee_id", "status", "level", "annual_salary", "hire_date", "birth_date",
    "termination_date", "termination_reason", "age", "tenure_years", "age_band", "tenure_band",
    "last_event", "last_event_date", "version",
)  # fmt: skip
"""The columns in every format, in this order."""

YEAR_END_COLUMNS = ("detailed_status", "earned_in_year")
"""What a year-end snapshot has behind them."""


def snapshot(
    source: EventSource,
    lineage: Lineage,
    as_of: date,
    *,
    age_bands: BandTable,
    tenure_bands: BandTable,
    year_end: bool = False,
) -> pa.Table:
    """One row per employee known at the end of *as_of*, by employee_id (in code point order).

    Args:
        source: The log.
        lineage: What of it is known.
        as_of: What is effective on this day is included.
        age_bands: Bands of completed years of age.
        tenure_bands: Bands of completed years since the last hire.
        year_end: Add `YEAR_END_COLUMNS`. ``detailed_status`` speaks of the calendar year of
            *as_of*: someone hired in it is new, and who left in an earlier year has none (null).
            ``earned_in_year`` is pay from 1 January through *as_of*: each salary in force times
            its days over the days of the year, half-even to cents; the first and the last day of
            employment are both paid, and a raise pays from its own day on.

    Returns:
        `SNAPSHOT_COLUMNS`; ages and tenures are completed years on *as_of*, for leavers on their
        exit date; pay is decimal(18, 2) in the workforce's currency.
    """
    table = source.query(statement("snapshot", lineage), (as_of,))
    result = with_ages(table, as_of, age_bands=age_bands, tenure_bands=tenure_bands)
    return _with_year_end(source, lineage, as_of, result) if year_end else result


def with_ages(
    table: pa.Table, as_of: date, *, age_bands: BandTable, tenure_bands: BandTable
) -> pa.Table:
    """The rows of snapshot.sql as `SNAPSHOT_COLUMNS`: ages, tenures and their bands are added."""
    leaving = table["termination_date"].cast(pa.int32()).fill_null(day_number(as_of))
    on: Int32Array = leaving.to_numpy()
    columns = {name: table[name] for name in table.column_names}
    for name, band_name, start, bands in (
        ("age", "age_band", "birth_date", age_bands),
        ("tenure_years", "tenure_band", "hire_date", tenure_bands),
    ):
        years = completed_years_each(table[start].cast(pa.int32()).to_numpy(), on)
        columns[name] = pa.array(years)
        columns[band_name] = _labels(bands, years)
    return pa.table({name: columns[name] for name in SNAPSHOT_COLUMNS})


def _labels(bands: BandTable, years: Int32Array) -> pa.Array:
    rows = np.searchsorted(np.array(bands.bounds, dtype=np.int32), years, side="right")
    labels: pa.Array = pa.array(bands.labels, pa.string()).take(pa.array(rows))
    return labels


def _with_year_end(
    source: EventSource, lineage: Lineage, as_of: date, result: pa.Table
) -> pa.Table:
    parameters = (as_of, date(as_of.year, 1, 1), days_in_year(as_of.year))
    # The same people in the same order: both queries fold the same events and sort by id.
    extra = source.query(statement("year_end", lineage), parameters)
    for name in YEAR_END_COLUMNS:
        result = result.append_column(name, extra[name])
    return result
