"""`planalign batch`: many scenarios from one baseline, at once."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planalign.interface.terminal.output import chosen_format, emit, note
from planalign.interface.terminal.parameters import DAY, YEARS
from planalign.interface.terminal.shared import (
    global_options,
    output_options,
    workspace_directory,
)

if TYPE_CHECKING:
    from planalign.commands.batch import BatchOutcome

__all__ = ["batch"]

_FAILED = 1


@click.command()
@click.argument("source", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.argument("years", type=YEARS)
@click.option("--from", "baseline", default="baseline", show_default=True, help="What to fork.")
@click.option("--at", type=DAY, help="A year-end of it, or the census date; else its head.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    show_default="one per processor",
    help="Processes at a time.",
)
@click.option(
    "--export",
    "exported",
    type=click.Choice(("excel",)),
    help="Write a workbook of each into the workspace's exports/, with its comparison.",
)
@output_options
@global_options
def batch(
    *,
    source: Path,
    years: tuple[int, int],
    baseline: str,
    at: date | None,
    jobs: int,
    exported: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Fork and simulate every scenario in FILE (its key `scenarios`) or DIR (NAME.yaml files).

    Each runs in a process of its own; one that fails does not stop the others, and the exit code is
    1 then. What is done already is not done again: repeat a batch that was interrupted.
    """
    from planalign.commands.batch import Batch, run_batch
    from planalign.infrastructure.batch_file import read_batch
    from planalign.infrastructure.scenario_assumptions import resolve_assumptions

    chosen_format(form, output)
    directory = workspace_directory()
    scenarios = read_batch(source, resolve_assumptions(directory, baseline).layers)
    plan = Batch(baseline, at, years[0], years[1], scenarios)
    outcomes = run_batch(directory, plan, jobs=jobs, told=_tell)
    if exported:
        _export(directory, baseline, outcomes)
    _emit(outcomes, form, output)
    if any(outcome.state == "failed" for outcome in outcomes):
        click.get_current_context().exit(_FAILED)


def _export(directory: Path, baseline: str, outcomes: tuple[BatchOutcome, ...]) -> None:
    from planalign.commands.workspace import Workspace

    target = directory / "exports"
    target.mkdir(exist_ok=True)
    with Workspace.open(directory) as workspace:
        compare = baseline if workspace.checkpoints(baseline).num_rows else None
        for outcome in outcomes:
            if outcome.state != "failed":
                path = target / f"{outcome.scenario}.xlsx"
                workspace.export(path, scenario=outcome.scenario, compare=compare)
                note(f"{outcome.scenario}: written to {path}")


def _tell(outcome: BatchOutcome) -> None:
    note(f"{outcome.scenario}: {outcome.state}" + (f": {outcome.error}" if outcome.error else ""))


def _emit(outcomes: tuple[BatchOutcome, ...], form: str, output: Path | None) -> None:
    import pyarrow as pa

    rows = [asdict(outcome) for outcome in outcomes]
    schema = pa.schema(
        [
            ("scenario", pa.string()),
            ("state", pa.string()),
            ("events", pa.int64()),
            ("error", pa.string()),
        ]
    )
    emit(pa.Table.from_pylist(rows, schema), form, output)
