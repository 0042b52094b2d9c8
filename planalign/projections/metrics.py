"""The figures of each year, and of each level in it, as tables."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.projections.metric_definitions import LEVEL_METRICS, METRICS, LevelOfYear, Year
from planalign.projections.premises import read_premises
from planalign.projections.source import EventSource
from planalign.projections.year_totals import YearTotals, year_totals

__all__ = ["level_metrics", "yearly_metrics"]


def yearly_metrics(source: EventSource, lineage: Lineage, years: range) -> pa.Table:
    """One row per year of *years*, ascending; a year without events is there as well.

    Returns:
        The columns of `METRICS`, which docs/glossary.md defines. Counts are int64, money is
        decimal(18, 2) in the workforce's currency, rates are float64 fractions (0.12 is 12 %), null
        where their denominator is 0 or unknown. Headcounts and payroll are those of the evening of
        31 December, on which somebody whose last day it is no longer counts. Both bridges are
        exact: ``start_headcount + hires - exits = end_headcount``, and ``payroll_start`` plus the
        four movements (exits are negative) is ``payroll_end``, to the cent.

    Raises:
        ValueError: If *years* skips years.
    """
    rows = list(_years(source, lineage, years))
    return pa.table({m.name: pa.array([m.of(row) for row in rows], m.type) for m in METRICS})


def level_metrics(source: EventSource, lineage: Lineage, years: range) -> pa.Table:
    """One row per year and level that somebody has at its end, ascending.

    Returns:
        The columns of `LEVEL_METRICS`, typed as those of `yearly_metrics`.

    Raises:
        ValueError: If *years* skips years.
    """
    rows = [row for year in year_totals(source, lineage, years) for row in _levels(year)]
    return pa.table({m.name: pa.array([m.of(row) for row in rows], m.type) for m in LEVEL_METRICS})


def _years(source: EventSource, lineage: Lineage, years: range) -> Iterator[Year]:
    premises = read_premises(source, lineage)
    # The year before is a base for growth, if it is known as a whole.
    has_base = premises.knows_year(years.start - 1)
    wanted = range(years.start - has_base, years.stop, years.step)
    first: YearTotals | None = None
    before: YearTotals | None = None
    for now in year_totals(source, lineage, wanted):
        if now.year >= years.start:
            first = first or now
            yield Year(now, before, first, premises.growth_targets.get(now.year))
        before = now


def _levels(year: YearTotals) -> Iterator[LevelOfYear]:
    headcounts = {level.level: level.headcount for level in year.levels}
    for level in year.levels:
        below = headcounts.get(level.level - 1, 0) if level.level > 1 else None
        yield LevelOfYear(year.year, level, below)
