"""The same questions as an analyst would ask them of the events with polars."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow as pa

__all__ = ["yearly_bridges"]

_MOVES = (
    "employee.hire.v1",
    "employee.termination.v1",
    "employee.promotion.v1",
    "employee.raise.v1",
)


def yearly_bridges(events: pa.Table, years: range) -> list[dict[str, int]]:
    """Headcount and payroll bridge of each year, from stream_no, version, kind, date and salary."""
    frame = pl.from_arrow(events)
    assert isinstance(frame, pl.DataFrame)
    pay = pl.col("salary_cents").fill_null(0)
    told = (
        frame.sort("stream_no", "effective_date", "version")
        .with_columns(change=pay - pay.shift(1).over("stream_no").fill_null(0))
        .with_columns(year=pl.col("effective_date").dt.year())
    )
    return [_bridge(told, year) for year in years]


def _bridge(told: pl.DataFrame, year: int) -> dict[str, int]:
    before = told.filter(pl.col("effective_date") < date(year, 1, 1))
    during = told.filter(pl.col("year") == year)
    standing = before.group_by("stream_no").agg(pl.col("salary_cents").last())
    row = {"year": year, "start_headcount": standing["salary_cents"].count()}
    row["payroll_start"] = int(before["change"].sum())
    for kind in _MOVES:
        moves = during.filter(pl.col("kind") == kind)
        row[kind] = len(moves)
        row[f"{kind} cents"] = int(moves["change"].sum())
    row["payroll_end"] = row["payroll_start"] + int(during["change"].sum())
    return row
