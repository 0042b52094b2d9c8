"""What a simulation says of each year when it is done: the plain figures among the metrics.

A run of a million people ends with them, and most of the time that all metrics take goes into
others than these: so the same parts are put together without the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pyarrow as pa

from planalign.domain.events import EVENT_TYPES
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int64Array, UInt8Array
from planalign.projections.latest import Latest, places
from planalign.projections.metric_definitions import METRICS
from planalign.projections.source import EventSource, statement

__all__ = ["YEARLY_COLUMNS", "evening", "kinds_of", "yearly", "yearly_table"]

YEARLY_COLUMNS = (
    "year", "start_headcount", "hires", "exits", "end_headcount", "promotions", "raises", "events",
    "payroll_start", "payroll_end",
)  # fmt: skip
_TYPES = {metric.name: metric.type for metric in METRICS}
_SCHEMA = pa.schema([(name, _TYPES[name]) for name in YEARLY_COLUMNS])
_READ = ("stream_no", "version", "day", "code", "pay_cents")  # of pay_changes.sql
_KINDS = ("hires", "exits", "promotions", "raises")  # in the order of EVENT_TYPES


def yearly(source: EventSource, lineage: Lineage, years: range) -> pa.Table:
    """`YEARLY_COLUMNS` of `planalign.projections.metrics.yearly_metrics`, in a third of the time.

    Raises:
        ValueError: If *years* skips years.
    """
    if years.step != 1:
        raise ValueError(f"years follow each other, unlike {years}")
    pay = Latest(np.int64, room=source.stream_count())
    # Of all the columns the database computes only what is asked for.
    rows = f"SELECT {', '.join(_READ)} FROM (\n{statement('pay_changes', lineage)})"  # noqa: S608 - our own names
    before = (date.min, date(years.start - 1, 12, 31))
    _add(pay, source.batches(rows, before))
    evenings = [evening(pay)]
    counts: list[Int64Array] = []
    for year in years:
        within = (date(year, 1, 1), date(year, 12, 31))
        counts.append(_add(pay, source.batches(rows, within)))
        evenings.append(evening(pay))
    return yearly_table(years, evenings, counts)


def yearly_table(
    years: range, evenings: Sequence[tuple[int, int]], counts: Sequence[Int64Array]
) -> pa.Table:
    """`YEARLY_COLUMNS` of *years*.

    Args:
        years: One after the other.
        evenings: From that before the first year on, what `evening` says.
        counts: Of each year, shape (kinds,): how many events of each of `EVENT_TYPES`.
    """
    rows = [
        {
            "year": year,
            "start_headcount": before[0],
            **dict(zip(_KINDS, kinds.tolist(), strict=True)),
            "events": int(kinds.sum()),
            "end_headcount": after[0],
            "payroll_start": Decimal(before[1]).scaleb(-2),
            "payroll_end": Decimal(after[1]).scaleb(-2),
        }
        for year, (before, after), kinds in zip(years, pairwise(evenings), counts, strict=True)
    ]
    return pa.Table.from_pylist(rows, _SCHEMA)


def kinds_of(code: UInt8Array) -> Int64Array:
    """Shape (kinds,): how many of each of `EVENT_TYPES` there are."""
    counts: Int64Array = np.bincount(code, minlength=len(EVENT_TYPES))
    return counts


def _add(pay: Latest, batches: Iterable[pa.RecordBatch]) -> Int64Array:
    """Take rows with the columns `_READ` in, and count them by kind."""
    counts: Int64Array = np.zeros(len(EVENT_TYPES), dtype=np.int64)
    for batch in batches:
        stream_no, version, day, code, pay_cents = (each.to_numpy() for each in batch.columns)
        counts += kinds_of(code)
        pay.grow(int(stream_no.max(initial=-1)) + 1)
        pay.offer(stream_no, places(day, version), pay_cents)
    return counts


def evening(pay: Latest) -> tuple[int, int]:
    """How many are employed, and their annual pay in cents: who is not has none."""
    return int(np.count_nonzero(pay.value)), int(pay.value.sum())
