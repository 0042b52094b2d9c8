"""What a simulation says of each year when it is done: the plain figures among the metrics."""

from __future__ import annotations

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.projections.metrics import yearly_metrics
from planalign.projections.source import EventSource

__all__ = ["YEARLY_COLUMNS", "yearly"]

YEARLY_COLUMNS = (
    "year", "start_headcount", "hires", "exits", "end_headcount", "promotions", "raises", "events",
    "payroll_start", "payroll_end",
)  # fmt: skip


def yearly(source: EventSource, lineage: Lineage, years: range) -> pa.Table:
    """`YEARLY_COLUMNS` of `planalign.projections.metrics.yearly_metrics`.

    Raises:
        ValueError: If *years* skips years.
    """
    return yearly_metrics(source, lineage, years).select(list(YEARLY_COLUMNS))
