"""Yearly metrics of two scenarios side by side, and what of them differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

__all__ = ["Figure", "MetricDifference", "metric_differences"]

Figure = int | float | Decimal | None
"""A count, a rate or an amount in the currency; None where a scenario has no such year."""


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """One metric of one year that differs.

    Attributes:
        delta: *b* less *a*; None if either has no such year.
        percent: The delta in percent of *a*, such as 1.5, so that b = a (1 + percent / 100) also
            where amounts are negative, as those of exits are. None without a delta, or if *a* is 0.
    """

    year: int
    metric: str
    a: Figure
    b: Figure
    delta: Figure
    percent: float | None


def metric_differences(a: pa.Table, b: pa.Table) -> list[MetricDifference]:
    """The metrics that differ, year by year, in the order of the columns.

    Args:
        a: One row per year: ``year``, and metrics in columns of numbers.
        b: The same metrics of another scenario; the years need not be the same.
    """
    ours, theirs = _by_year(a), _by_year(b)
    years = sorted(ours.keys() | theirs.keys())
    return [row for year in years for row in _differing(year, ours.get(year), theirs.get(year))]


def _by_year(table: pa.Table) -> dict[int, dict[str, Figure]]:
    rows: list[dict[str, Figure]] = table.drop_columns(["year"]).to_pylist()
    return dict(zip(table["year"].to_pylist(), rows, strict=True))


def _differing(
    year: int, ours: dict[str, Figure] | None, theirs: dict[str, Figure] | None
) -> Iterator[MetricDifference]:
    for metric in ours or theirs or {}:
        a, b = (side.get(metric) if side else None for side in (ours, theirs))
        if a != b:
            yield MetricDifference(year, metric, a, b, *_change(a, b))


def _change(a: Any, b: Any) -> tuple[Any, float | None]:
    """The delta, exact for counts and amounts, and its percentage of *a*."""
    if a is None or b is None:
        return None, None
    delta = b - a  # a metric has one type in every scenario
    return delta, (float(delta) / float(a) * 100 if a else None)
