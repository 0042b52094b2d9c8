"""Each year's headcount, events and payroll."""

from __future__ import annotations

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.projections.source import EventSource, statement

__all__ = ["yearly"]


def yearly(source: EventSource, lineage: Lineage, years: range) -> pa.Table:
    """One row per year of *years*, ascending; a year without events has zeros, and is there.

    Returns:
        ``year``, ``start_headcount``, ``hires``, ``exits``, ``end_headcount``, ``promotions``,
        ``raises``, ``events`` (the four kinds together), ``payroll_start`` and ``payroll_end``:
        the annual salaries of the employed on the evening of 31 December before and of the year,
        decimal(18, 2). Someone whose last day is 31 December is no longer counted on its evening.

    Raises:
        ValueError: If *years* skips years.
    """
    if years.step != 1:
        raise ValueError(f"years follow each other, unlike {years}")
    return source.query(statement("yearly", lineage), (years.start, years.stop - 1))
