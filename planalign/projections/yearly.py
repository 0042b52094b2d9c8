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
from planalign.projections.metric_definitions import METRICS
from planalign.projections.pay_changes import PayFacts, read_pay_facts
from planalign.projections.source import EventSource
from planalign.projections.standing import Standing

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
    standing = Standing()
    _add(standing, read_pay_facts(source, lineage, last=date(years.start - 1, 12, 31)))
    rows: list[dict[str, int | Decimal]] = []
    for year in years:
        start = standing.evening(year - 1)
        first, last = date(year, 1, 1), date(year, 12, 31)
        counts = _add(standing, read_pay_facts(source, lineage, first=first, last=last))
        end = standing.evening(year)
        rows.append(
            {
                "year": year,
                "start_headcount": start.headcount,
                **dict(zip(_KINDS, counts.tolist(), strict=True)),
                "events": int(counts.sum()),
                "end_headcount": end.headcount,
                "payroll_start": Decimal(start.cents).scaleb(-2),
                "payroll_end": Decimal(end.cents).scaleb(-2),
            }
        )
    return pa.Table.from_pylist(rows, _SCHEMA)


def _add(standing: Standing, batches: Iterable[PayFacts]) -> Int64Array:
    """Take facts in, and count them by kind."""
    counts: Int64Array = np.zeros(len(EVENT_TYPES), dtype=np.int64)
    for facts in batches:
        counts += np.bincount(facts.code, minlength=len(EVENT_TYPES))
        standing.add(facts)
    return counts
