"""`planalign demo`: from nothing to five years of events, and back to any day of them."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from planalign.interface.terminal.init import start_workspace
from planalign.interface.terminal.output import note
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import global_options

if TYPE_CHECKING:
    import pyarrow as pa

    from planalign.commands.workspace import Workspace

__all__ = ["demo"]

_YEARS: Final = (2025, 2029)
_CENSUS_DATE: Final = date(2024, 12, 31)
_A_DAY: Final = date(2027, 6, 30)
_LAST_DAY: Final = date(2029, 12, 31)
_SEED: Final = 42
_REPLAYED: Final = (
    "employee_id",
    "status",
    "level",
    "annual_salary",
    "hire_date",
    "age",
    "tenure_years",
    "last_event",
    "last_event_date",
)
_TOLD: Final = (
    "version",
    "kind",
    "effective_date",
    "command",
    "level_before",
    "level_after",
    "salary_before",
    "salary_after",
)


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--employees",
    type=click.IntRange(20, 1_000_000),
    default=10_000,
    show_default=True,
    help="Size of the made-up census.",
)
@global_options
def demo(directory: Path | None, employees: int) -> None:
    """Make up a census, import it, simulate five years, and look at the result.

    With DIRECTORY the workspace stays there to be explored; else it is thrown away.
    """
    place = nullcontext(directory) if directory else tempfile.TemporaryDirectory()
    with place as kept:
        _show(Path(kept), employees)
    if directory:
        note(f"\nyours to explore: planalign --workspace {directory} log")


def _show(directory: Path, employees: int) -> None:
    from planalign.commands.workspace import Workspace

    start_workspace(directory)
    with Workspace.open(directory) as workspace:
        _fill(workspace, directory / "census.csv", employees)
        _say(f"Headcount, payroll and events, {_YEARS[0]} to {_YEARS[1]}")
        _print(workspace.years())
        _show_a_day(workspace)
        _show_a_life(workspace)
        report = workspace.verify()
    _say(f"Verified: {report.commits} commits, {report.events:,} events, as they were written")


def _fill(workspace: Workspace, file: Path, employees: int) -> None:
    from planalign.commands.requests import ImportCensus, SimulateYears
    from planalign.domain.assumptions import Assumptions
    from planalign.infrastructure.census.options import CensusOptions
    from planalign.infrastructure.census.sample import sample_census
    from planalign.infrastructure.census.writing import write_sample

    levels = Assumptions().levels
    options = CensusOptions(
        census_date=_CENSUS_DATE,
        level_minima_cents=levels.minima_cents,
        level_names=levels.names,
    )
    with ProgressLine("making up a census") as progress:
        write_sample(sample_census(employees, seed=_SEED, census_date=_CENSUS_DATE), file)
        workspace.execute(ImportCensus(path=file, options=options))
        request = SimulateYears(first=_YEARS[0], last=_YEARS[1])
        workspace.execute(request, progress=progress)


def _show_a_day(workspace: Workspace) -> None:
    table = workspace.replay(as_of=_A_DAY)
    active = table.column("status").to_pylist().count("active")
    _say(f"The workforce on {_A_DAY}: {active:,} active, {table.num_rows - active:,} gone")
    _print(table.select(list(_REPLAYED)).slice(0, 5))


def _show_a_life(workspace: Workspace) -> None:
    """The history of whoever had the most events."""
    table = workspace.replay(as_of=_LAST_DAY)
    versions: list[int] = table.column("version").to_pylist()
    busiest: str = table.column("employee_id")[versions.index(max(versions))].as_py()
    _say(f"The history of {busiest}")
    _print(workspace.history("baseline", busiest).select(list(_TOLD)))


def _say(heading: str) -> None:
    click.echo(f"\n{heading}\n")


def _print(table: pa.Table) -> None:
    from planalign.interface.terminal.table_text import table_text

    click.echo(table_text(table).text)
