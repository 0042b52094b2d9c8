"""The jobs that are measured, each yielding its figures."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from planalign import ForkScenario, HireEmployee, Workspace
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample
from planalign.infrastructure.log.schema import events_ddl, sql
from tests.benchmarks.figures import Figure
from tests.benchmarks.peers import yearly_bridges
from tests.benchmarks.processes import Usage, planalign, quickest

SIMULATE_BARS = {10_000: 0.6, 100_000: 0.9, 1_000_000: 4.0, 10_000_000: 40.0}
MILLION = 1_000_000
CENSUS_DATE = date(2024, 12, 31)


def start_up() -> Iterator[Figure]:
    """What a user waits for before anything happens."""
    yield Figure("--version", quickest("--version").seconds * 1000, "ms", 150)
    yield Figure("--help", quickest("--help").seconds * 1000, "ms", 400)


def imports(directory: Path, employees: int) -> Iterator[Figure]:
    """Import the sample census as Parquet, then as CSV; the CSV workspace stays."""
    sample = sample_census(employees, seed=42, census_date=CENSUS_DATE)
    for suffix, bar in (("parquet", 2.5), ("csv", 5.0)):
        census, workspace = directory / f"census.{suffix}", directory / suffix
        write_sample(sample, census)
        planalign("init", str(workspace))
        used = planalign("census", "import", str(census), "--workspace", str(workspace))
        promised = bar if employees == MILLION else None
        yield Figure(f"census import ({suffix}), process", used.seconds, "s", promised)


def simulation(workspace: Path, employees: int) -> Iterator[Figure]:
    """Five years as one process, beside DuckDB inserting the same rows from Arrow."""
    before = _size(workspace)
    used = _simulated(workspace, times=3 if employees <= MILLION else 1)
    with Workspace.open(workspace) as opened:
        years = [c for c in opened.commits() if c.command == "SimulateYears"]
        events = sum(commit.event_count for commit in years)
        floor = _floor(opened, years[0].first_position, workspace.parent)
    at_million = employees == MILLION
    yield Figure("simulate 5 years, process", used.seconds, "s", SIMULATE_BARS.get(employees))
    yield Figure("DuckDB inserting the same rows (floor)", floor, "s")
    yield Figure("simulate / floor", used.seconds / floor, "x", 6 if at_million else None)
    yield Figure("simulate, peak memory", used.gib, "GiB", 1.5 if at_million else None)
    # At a small scale the file's fixed blocks count for more than its events.
    size = (_size(workspace) - before) / events
    yield Figure("storage", size, "B/event", 16 if at_million else None)


def _simulated(workspace: Path, *, times: int) -> Usage:
    """The quickest of some runs, each in a copy; the last one stays in the place of *workspace*."""
    runs: list[Usage] = []
    imported = workspace.rename(workspace.with_name("imported"))
    for _ in range(times):
        shutil.rmtree(workspace, ignore_errors=True)
        shutil.copytree(imported, workspace)
        runs.append(planalign("simulate", "2025-2029", "--workspace", str(workspace)))
    shutil.rmtree(imported)
    return min(runs, key=lambda usage: usage.seconds)


def _size(workspace: Path) -> int:
    return sum(path.stat().st_size for path in workspace.iterdir())


def _floor(workspace: Workspace, first_position: int, directory: Path) -> float:
    query = "SELECT * FROM events WHERE position >= ? ORDER BY position"
    rows = workspace.log.query(query, [first_position])
    connection = duckdb.connect(str(directory / "floor.duckdb"))
    try:
        connection.register("rows", rows)
        connection.execute("CREATE TABLE events AS SELECT * FROM rows LIMIT 0")
        started = time.perf_counter()
        connection.execute("INSERT INTO events SELECT * FROM rows")
        connection.execute("CHECKPOINT")
        return time.perf_counter() - started
    finally:
        connection.close()


def reads(path: Path, employees: int) -> Iterator[Figure]:
    """Replay a day and read one employee's history: the query, and the process."""
    with Workspace.open(path) as workspace:
        day = date(2027, 6, 30)
        found = workspace.replay(as_of=day)
        someone: str = found.column("employee_id")[found.num_rows // 2].as_py()
        replay = _quickest_ms(lambda: workspace.replay(as_of=day))
        history = _quickest_ms(lambda: workspace.history("baseline", someone))
    small = employees <= 100_000
    at_most = employees <= MILLION
    yield Figure("replay --as-of, query", replay, "ms", 100 if small else None)
    output = str(path.parent / "replay.parquet")
    where = ("--workspace", str(path))
    whole = quickest("replay", "--as-of", str(day), "-o", output, *where)
    yield Figure("replay --as-of, process", whole.seconds, "s", 0.6 if small else None)
    yield Figure("history, query", history, "ms", 10 if at_most else None)
    whole = quickest("history", someone, *where)
    yield Figure("history, process", whole.seconds, "s", 0.5 if at_most else None)


def metrics(path: Path, employees: int) -> Iterator[Figure]:
    """Every figure of the five years, beside polars adding up the two bridges alone."""
    years = range(2025, 2030)
    with Workspace.open(path) as workspace:
        seen = workspace.log.lineage("baseline").condition
        columns = "stream_no, version, kind, effective_date, salary_cents"
        wanted = f"SELECT {columns} FROM events WHERE {seen}"
        ours = _quickest_ms(workspace.metrics)
        peer = _quickest_ms(lambda: yearly_bridges(workspace.log.query(wanted), years))
        theirs = yearly_bridges(workspace.log.query(wanted), years)
        payroll = workspace.metrics().column("payroll_end").to_pylist()
    assert [int(amount * 100) for amount in payroll] == [row["payroll_end"] for row in theirs]
    yield Figure("yearly metrics, query", ours, "ms", 500 if employees <= 100_000 else None)
    yield Figure("polars, both bridges from the log (peer)", peer, "ms")


def _quickest_ms(action: Callable[[], object], times: int = 5) -> float:
    return min(_timed(action) for _ in range(times)) * 1000


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def branches(path: Path) -> Iterator[Figure]:
    """A day of a scenario forked five levels deep beside the same day of the flat one."""
    with Workspace.open(path) as workspace:
        fork = _timed(lambda: workspace.execute(ForkScenario(name="level-1"))) * 1000
        for level in range(1, 5):
            request = ForkScenario(scenario=f"level-{level}", name=f"level-{level + 1}")
            workspace.execute(request)
        day = date(2027, 6, 30)
        flat = _quickest_ms(lambda: workspace.replay(as_of=day))
        deep = _quickest_ms(lambda: workspace.replay("level-5", as_of=day))
    yield Figure("fork a scenario, request", fork, "ms", 50)
    yield Figure("replay five forks deep / flat", deep / flat, "x", 1.5)


def read_models(path: Path, employees: int) -> Iterator[Figure]:
    """Building the intervals, and a day from them beside the same day from the log."""
    day = date(2027, 6, 30)
    with Workspace.open(path) as workspace:
        workspace.projections.drop()
        built = _timed(lambda: workspace.projections.catch_up("baseline", models=["intervals"]))
        kept = _quickest_ms(lambda: workspace.projections.as_of("baseline", day))
        folded = _quickest_ms(lambda: workspace.replay(as_of=day))
    yield Figure("intervals from nothing", built, "s")
    yield Figure("day from intervals, query", kept, "ms", 100 if employees <= 100_000 else None)
    yield Figure("day from the log / from intervals", folded / kept, "x")


def commands(directory: Path) -> Iterator[Figure]:
    """One durable command through the API, in a workspace of its own."""
    with Workspace.create(directory / "commands") as workspace:
        took = [_timed(partial(workspace.execute, _hire(k))) for k in range(200)]
    median, floor = statistics.median(took) * 1000, _floor_of_a_command(directory)
    yield Figure("one durable command, median", median, "ms", 3)
    yield Figure("DuckDB committing the same rows (floor)", floor, "ms")
    yield Figure("durable command / floor", median / floor, "x")


def _floor_of_a_command(directory: Path) -> float:
    """Three one-row inserts and a commit, as a hire needs them, without anything around them."""
    with duckdb.connect(str(directory / "command-floor.duckdb")) as connection:
        for statement in (sql("schema"), events_ddl()):
            connection.execute(statement)
        took = [_timed(partial(_commit_rows, connection, number)) for number in range(200)]
    return statistics.median(took) * 1000


def _commit_rows(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    connection.begin()
    connection.execute("INSERT INTO streams VALUES (?, ?, ?)", [number, f"E-{number}", number])
    connection.execute(
        "INSERT INTO events (position, stream_no, version, kind, effective_date, salary_cents, "
        "level, birth_date, source) VALUES (?, ?, 1, 'employee.hire.v1', ?, 7000000, 1, ?, 'x')",
        [number, number, date(2025, 3, 3), date(1990, 5, 17)],
    )
    connection.execute(
        "INSERT INTO commits (commit_id, parent, scenario, first_position, last_position, "
        "recorded_at, actor, command, command_id, request, engine_version, digest, chain) "
        "VALUES (?, 0, 'b', ?, ?, now(), 'a', 'HireEmployee', ?, '{}', '1', 'd', 'c')",
        [number, number, number, str(number)],
    )
    connection.commit()


def _hire(number: int) -> HireEmployee:
    return HireEmployee(
        employee_id=f"E-{number}",
        effective_date=date(2025, 3, 3),
        salary_cents=70_000_00,
        level=1,
        birth_date=date(1990, 5, 17),
    )
