"""Sums over rows, by month and other keys, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from planalign.domain.workforce import Int32Array, Int64Array

__all__ = ["first_of_month", "month_of", "summed"]


def month_of(days: Int32Array) -> Int64Array:
    """The month of each day number, in months since January 1970.

    >>> month_of(np.array([-1, 0, 31], np.int32)).tolist()
    [-1, 0, 1]
    """
    months: Int64Array = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def first_of_month(months: Int64Array) -> pa.Array:
    """The first day of each month, as dates.

    >>> first_of_month(np.array([660])).to_pylist()
    [datetime.date(2025, 1, 1)]
    """
    days = months.astype("datetime64[M]").astype("datetime64[D]")
    dates: pa.Array = pa.array(days).cast(pa.date32())
    return dates


def summed(rows: pa.Table, schema: pa.Schema, keys: Sequence[str]) -> pa.Table:
    """One row per distinct *keys* with the sums of the other columns; none for all zeros."""
    measures = [name for name in schema.names if name not in keys]
    sums = rows.group_by(list(keys)).aggregate([(name, "sum") for name in measures])
    table = pa.table(
        {name: sums[name if name in keys else f"{name}_sum"] for name in schema.names}
    ).cast(schema)
    is_something = np.zeros(table.num_rows, dtype=np.bool_)
    for name in measures:
        is_something |= table[name].to_numpy() != 0
    return table.filter(pa.array(is_something))
