"""A scenario as files: what its sheets hold, and which kind of file the target asks for."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import duckdb
import numpy as np
import pyarrow as pa
import xlsxwriter  # type: ignore[import-untyped]  # it has no annotations

from planalign import __version__
from planalign.commands.analysis import leaves_table
from planalign.commands.context import recorded_assumptions, simulated_commits
from planalign.domain.errors import UnsupportedFormatError
from planalign.domain.lineage import Lineage
from planalign.infrastructure.export.directory import write_directory
from planalign.infrastructure.export.sheets import Sheet, WrittenSheet
from planalign.infrastructure.export.workbook import write_workbook
from planalign.infrastructure.log.event_log import EventLog, utc_now
from planalign.projections.metric_differences import MetricDifference, metric_differences
from planalign.projections.views.log_views import events_query

if TYPE_CHECKING:
    from planalign.commands.workspace import Workspace

__all__ = ["ExportFormat", "export_format", "export_scenario"]

ExportFormat = Literal["auto", "xlsx", "csv", "parquet", "arrow"]

_COMPARISON: Final = pa.schema(
    [
        ("year", pa.int32()),
        ("metric", pa.string()),
        ("a", pa.float64()),
        ("b", pa.float64()),
        ("delta", pa.float64()),
        ("percent", pa.float64()),
    ]
)
_WORKBOOK: Final = ".xlsx"
_xlsxwriter: Any = xlsxwriter


def export_format(path: Path, form: ExportFormat) -> ExportFormat:
    """What ``auto`` means for *path*: a workbook if it is called so, else a directory of CSV.

    Raises:
        UnsupportedFormatError: If the path has the extension of another kind of file.
    """
    is_workbook = path.suffix.lower() == _WORKBOOK
    if form == "auto":
        form = "xlsx" if is_workbook else "csv"
    if is_workbook != (form == "xlsx") or (path.suffix and not is_workbook and not path.is_dir()):
        message = f"{path} is no target for {form}: an export is a workbook or a directory"
        hint = "name a file that ends in .xlsx, or a directory with --format csv, parquet or arrow"
        raise UnsupportedFormatError(message, hint=hint)
    return form


def export_scenario(
    workspace: Workspace, scenario: str, path: Path, form: ExportFormat, other: str | None
) -> tuple[WrittenSheet, ...]:
    """Write every sheet of *scenario* to *path*; all of them tell of the same commit."""
    chosen = export_format(path, form)
    lineage = workspace.log.lineage(scenario)
    compared = workspace.log.lineage(other) if other else None
    sheets = _sheets(workspace, lineage, compared)
    if chosen == "xlsx":
        return write_workbook(sheets, path, created_at=utc_now())
    return write_directory(sheets, path, chosen)


def _sheets(workspace: Workspace, lineage: Lineage, compared: Lineage | None) -> Iterator[Sheet]:
    """The sheets, each read when the one before is written: only one is in memory."""
    scenario, head, log = lineage.scenario, lineage.head, workspace.log
    years = workspace.metrics(scenario, as_known=head)
    each = {scenario: years}
    if compared:
        each[compared.scenario] = workspace.metrics(compared.scenario, as_known=compared.head)
    yield Sheet.of("summary", pa.concat_tables([_summary(*item) for item in each.items()]))
    yield Sheet.of("yearly metrics", years)
    if compared:
        differences = metric_differences(years, each[compared.scenario])
        rows = [_as_numbers(row) for row in differences]
        yield Sheet.of("comparison", pa.Table.from_pylist(rows, _COMPARISON))
    for year in years["year"].to_pylist():
        day = date(year, 12, 31)
        snapshot = workspace.replay(scenario, as_of=day, as_known=head, year_end=True)
        yield Sheet.of(f"snapshot {year}", snapshot)
    yield _events(workspace, lineage)
    yield Sheet.of("assumptions", _assumptions(log, head))
    yield Sheet.of("provenance", _provenance(workspace, lineage, compared))


def _as_numbers(row: MetricDifference) -> dict[str, Any]:
    """A row of the comparison: its figures are of several types, and a column has one."""
    figures = {name: getattr(row, name) for name in ("a", "b", "delta", "percent")}
    numbers = {name: None if value is None else float(value) for name, value in figures.items()}
    return {"year": row.year, "metric": row.metric, **numbers}


def _events(workspace: Workspace, lineage: Lineage) -> Sheet:
    query = events_query(workspace.log, lineage)
    counted = workspace.log.query(f"SELECT COUNT(*) AS n FROM ({query})")  # noqa: S608 - our own text
    schema = workspace.log.query(f"SELECT * FROM ({query}) LIMIT 0").schema  # noqa: S608 - the same
    return Sheet("events", schema, counted["n"][0].as_py(), workspace.log.batches(query))


def _summary(scenario: str, years: pa.Table) -> pa.Table:
    """One row: the first year's start, the last year's end, and what happened in between."""
    rows: list[dict[str, Any]] = years.to_pylist()
    first, last = rows[0], rows[-1]
    totals = {name: sum(row[name] for row in rows) for name in ("hires", "exits")}
    moves = {name: sum(row[name] for row in rows) for name in ("promotions", "raises", "events")}
    summary = {
        "scenario": scenario,
        "first_year": first["year"],
        "last_year": last["year"],
        "start_headcount": first["start_headcount"],
        **totals,
        "end_headcount": last["end_headcount"],
        "headcount_growth": _growth(first["start_headcount"], last["end_headcount"]),
        **moves,
        "payroll_start": first["payroll_start"],
        "payroll_end": last["payroll_end"],
        "payroll_growth": _growth(first["payroll_start"], last["payroll_end"]),
    }
    table = pa.Table.from_pylist([summary])
    for name in ("payroll_start", "payroll_end"):
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(years.schema.field(name).type))
    return table


def _growth(start: int | Decimal, end: int | Decimal) -> float | None:
    """The end over the start, less one; nothing grows from nothing."""
    return float(Decimal(end) / Decimal(start) - 1) if start else None


def _assumptions(log: EventLog, head: int) -> pa.Table:
    """Each key once, or once for each span of years that was decided with other assumptions."""
    done = simulated_commits(log, head)
    spans: list[pa.Table] = []
    for _, group in groupby(sorted(done), key=lambda year: done[year].assumptions_digest):
        years = list(group)
        values = leaves_table(log, done[years[0]])
        for name, year in (("first_year", years[0]), ("last_year", years[-1])):
            column = pa.array([year] * values.num_rows, pa.int32())
            values = values.append_column(name, column)
        spans.append(values)
    return pa.concat_tables(spans)


def _provenance(workspace: Workspace, lineage: Lineage, compared: Lineage | None) -> pa.Table:
    """Where the figures are from, as text under names."""
    log = workspace.log
    head = log.graph.commit(lineage.head)
    years = [commit for _, commit in sorted(simulated_commits(log, lineage.head).items())]
    by_digest = {commit.assumptions_digest: commit for commit in years}
    seeds = [recorded_assumptions(log, commit).seed for commit in by_digest.values()]
    facts: dict[str, object] = {
        "scenario": lineage.scenario,
        "commit": head.commit_id,
        "recorded_at": f"{head.recorded_at.isoformat(timespec='microseconds')}Z",
        "chain": head.chain,
        "chain_head": log.graph.chain_head,
        "seed": _each(seeds),
        "assumptions_digest": _each(list(by_digest)),
        "engine_version": _each([commit.engine_version for commit in years]),
        "created_at": f"{utc_now().isoformat(timespec='seconds')}Z",
        "planalign": __version__,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "numpy": np.__version__,
        "pyarrow": pa.__version__,
        "xlsxwriter": _xlsxwriter.__version__,
    }
    if compared:
        other = log.graph.commit(compared.head)
        facts["compared_scenario"] = compared.scenario
        facts["compared_commit"], facts["compared_chain"] = other.commit_id, other.chain
    texts = {name: str(value) for name, value in facts.items()}
    return pa.table({"key": list(texts), "value": list(texts.values())})


def _each(values: list[Any]) -> str:
    """Each value once, in order: one, unless years were simulated with different ones."""
    return ", ".join(dict.fromkeys(str(value) for value in values))
