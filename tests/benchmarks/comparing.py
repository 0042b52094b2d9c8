"""Comparing two scenarios, beside the polars script that a user would write for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from planalign import Assumptions, ForkScenario, SimulateYears, Workspace
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import quickest

OTHER = "compared"
LAST_CENSUS_DAY = date(2024, 12, 31)
FEWER_LEAVE = {"staffing": {"new_hire_termination_rate": 0.20}}


def comparing(path: Path, employees: int) -> Iterator[Figure]:
    """Five years of two scenarios: the query, the process, and a script over exported events."""
    with Workspace.open(path) as workspace:
        workspace.execute(ForkScenario(name=OTHER, at_day=LAST_CENSUS_DAY))
        changed = Assumptions.parse(FEWER_LEAVE)
        workspace.execute(SimulateYears(scenario=OTHER, first=2025, last=2029, assumptions=changed))
        query = min(_seconds(workspace) for _ in range(3))
        files = [_export(workspace, name, path.parent) for name in ("baseline", OTHER)]
        found = workspace.compare("baseline", OTHER, reasons=0).employees.differ
    promised = 2.0 if employees <= 100_000 else None
    yield Figure("compare, query with reasons", query, "s", promised)
    whole = quickest("compare", "baseline", OTHER, "--workspace", str(path))
    yield Figure("compare, process", whole.seconds, "s", promised)
    started = time.perf_counter()
    differ = _by_script(*files)
    yield Figure("polars: who differs, from Parquet (peer)", time.perf_counter() - started, "s")
    assert differ == found, "the script and the comparison answer the same question"


def _seconds(workspace: Workspace) -> float:
    started = time.perf_counter()
    workspace.compare("baseline", OTHER)
    return time.perf_counter() - started


def _export(workspace: Workspace, scenario: str, directory: Path) -> Path:
    """The events that *scenario* sees, as somebody would have them to compare."""
    lineage = workspace.log.lineage(scenario)
    table = workspace.log.query(f"SELECT * FROM events WHERE {lineage.condition}")
    path = directory / f"{scenario}.parquet"
    pl.DataFrame(table).write_parquet(path)
    return path


def _by_script(ours: Path, theirs: Path) -> int:
    """How many employees have an event in one scenario that the other does not have."""
    a, b = (pl.read_parquet(path).drop("position", "state") for path in (ours, theirs))
    only = [x.join(y, on=x.columns, how="anti", nulls_equal=True) for x, y in ((a, b), (b, a))]
    return pl.concat(frame.select("stream_no") for frame in only).n_unique()
