"""Each year's headcount, events and payroll."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa

from planalign.domain.events import EVENT_TYPES
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int64Array
from planalign.projections.facts import Facts, read_facts
from planalign.projections.latest import Latest
from planalign.projections.source import EventSource

__all__ = ["yearly"]

_Row = dict[str, int | Decimal]

_MONEY = pa.decimal128(18, 2)
_SCHEMA = pa.schema(
    [
        ("year", pa.int32()),
        ("start_headcount", pa.int64()),
        ("hires", pa.int64()),
        ("exits", pa.int64()),
        ("end_headcount", pa.int64()),
        ("promotions", pa.int64()),
        ("raises", pa.int64()),
        ("events", pa.int64()),
        ("payroll_start", _MONEY),
        ("payroll_end", _MONEY),
    ]
)


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
    fold = _Fold()
    fold.add(read_facts(source, lineage, last=date(years.start - 1, 12, 31)))
    rows: list[_Row] = []
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        start: _Row = {
            "year": year,
            "start_headcount": fold.headcount(),
            "payroll_start": fold.payroll(),
        }
        counts = fold.add(read_facts(source, lineage, first=first, last=last))
        end: _Row = {"end_headcount": fold.headcount(), "payroll_end": fold.payroll()}
        rows.append({**start, **counts, **end})
    return pa.Table.from_pylist(rows, _SCHEMA)


class _Fold:
    """Who is employed at what salary, as the years are added in their order."""

    def __init__(self) -> None:
        self._employed, self._salary_cents = Latest(np.bool_), Latest(np.int64)

    def add(self, batches: Iterable[Facts]) -> _Row:
        """Add facts that are later than those before, and count them."""
        counts: Int64Array = np.zeros(len(EVENT_TYPES), dtype=np.int64)
        for facts in batches:
            counts += np.bincount(facts.code, minlength=len(EVENT_TYPES))
            self._add(facts)
        hires, exits, promotions, raises = counts.tolist()
        kinds = {"hires": hires, "exits": exits, "promotions": promotions, "raises": raises}
        return {**kinds, "events": sum(kinds.values())}

    def _add(self, facts: Facts) -> None:
        self._employed.grow(facts.streams)
        self._salary_cents.grow(facts.streams)
        place = facts.places()
        moves = np.flatnonzero(facts.is_hire | facts.is_exit)
        self._employed.offer(facts.stream_no[moves], place[moves], facts.is_hire[moves])
        pays = np.flatnonzero(facts.salary_cents)
        self._salary_cents.offer(facts.stream_no[pays], place[pays], facts.salary_cents[pays])

    def headcount(self) -> int:
        """How many are employed now."""
        return int(np.count_nonzero(self._employed.value))

    def payroll(self) -> Decimal:
        """Their annual salaries."""
        return Decimal(int(self._salary_cents.value[self._employed.value].sum())).scaleb(-2)
