"""`planalign checkpoints`: the simulated years that are recorded, whatever stopped a run."""

from __future__ import annotations

from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.records import emit_record
from planalign.interface.terminal.shared import (
    assumptions_of,
    global_options,
    open_workspace,
    output_options,
    scenario_option,
    workspace_directory,
)

__all__ = ["checkpoints"]


@click.group()
@global_options
def checkpoints() -> None:
    """Show the years that are recorded: each is a commit, and a run goes on after the last."""


@checkpoints.command("list")
@scenario_option
@output_options
@global_options
def list_(*, scenario: str, form: str, output: Path | None) -> None:
    """List the simulated years with their commits and digests."""
    chosen_format(form, output)
    with open_workspace() as workspace:
        table = workspace.checkpoints(scenario)
    emit(table, form, output)


@checkpoints.command()
@scenario_option
@output_options
@global_options
def status(*, scenario: str, form: str, output: Path | None) -> None:
    """Show the last whole year, and what is left of the years in the assumptions."""
    chosen_format(form, output)
    years = assumptions_of(workspace_directory(), None, scenario).years
    with open_workspace() as workspace:
        done = workspace.checkpoints(scenario)["year"].to_pylist()
    following = max(done, default=years.first - 1) + 1
    left = list(range(following, years.last + 1))
    span = f"{following}-{years.last}" if following < years.last else f"{following}"
    next_step = f"planalign simulate {span} --scenario {scenario}"
    record = {
        "scenario": scenario,
        "years_recorded": [str(year) for year in done],
        "last_year": str(max(done)) if done else None,
        "years_left": [str(year) for year in left],
        "next": next_step if left else None,
    }
    emit_record(record, form, output)
