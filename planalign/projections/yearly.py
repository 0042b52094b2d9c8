"""What a simulation says of each year when it is done: the plain figures among the metrics.

A run of a million people ends with them, and most of the time that all metrics take goes into
others than these: so the same parts are put together without the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa

from planalign.domain.events import EVENT_TYPES
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int64Array
from planalign.projections.latest import Latest, places
from planalign.projections.metric_definitions import METRICS
from planalign.projections.source import EventSource, statement

__all__ = ["YEARLY_COLUMNS", "yearly"]

YEARLY_COLUMNS = (
    "year", "start_headcount", "hires", "exits", "end_headcount", "promotions", "raises", "events",
    "payroll_start", "payroll_end",
)  # fmt: skip
_TYPES = {metric.name: metric.type for metric in METRICS}
_SCHEMA = pa.schema([(name, _TYPES[name]) for name in YEARLY_COLUMNS])
_KINDS = ("hires", "exits", "promotions", "raises")  # in the order of EVENT_TYPES


def yearly(source: EventSource, lineage: Lineage, years: range) -> pa.Table:
    """`YEARLY_COLUMNS` of `planalign.projections.metrics.yearly_metrics`, in a third of the time.

    Raises:
        ValueError: If *years* skips years.
    """
    if years.step != 1:
        raise ValueError(f"years follow each other, unlike {years}")
    pay = Latest(np.int64, room=source.stream_count())
    before = (date.min, date(years.start - 1, 12, 31))
    _add(pay, source.batches(statement("yearly", lineage), before))
    rows: list[dict[str, int | Decimal]] = []
    for year in years:
        start_headcount, payroll_start = _evening(pay)
        within = (date(year, 1, 1), date(year, 12, 31))
        counts = _add(pay, source.batches(statement("yearly", lineage), within))
        end_headcount, payroll_end = _evening(pay)
        rows.append(
            {
                "year": year,
                "start_headcount": start_headcount,
                **dict(zip(_KINDS, counts.tolist(), strict=True)),
                "events": int(counts.sum()),
                "end_headcount": end_headcount,
                "payroll_start": payroll_start,
                "payroll_end": payroll_end,
            }
        )
    return pa.Table.from_pylist(rows, _SCHEMA)


def _add(pay: Latest, batches: Iterable[pa.RecordBatch]) -> Int64Array:
    """Take rows of yearly.sql in, and count them by kind."""
    counts: Int64Array = np.zeros(len(EVENT_TYPES), dtype=np.int64)
    for batch in batches:
        stream_no, version, day, code, pay_cents = (each.to_numpy() for each in batch.columns)
        counts += np.bincount(code, minlength=len(EVENT_TYPES))
        pay.grow(int(stream_no.max(initial=-1)) + 1)
        pay.offer(stream_no, places(day, version), pay_cents)
    return counts


def _evening(pay: Latest) -> tuple[int, Decimal]:
    """How many are employed, and their annual pay: who is not has none."""
    return int(np.count_nonzero(pay.value)), Decimal(int(pay.value.sum())).scaleb(-2)
