"""`planalign simulate`: years become events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planalign.interface.terminal.output import chosen_format, emit, note
from planalign.interface.terminal.parameters import YEARS
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import (
    assumptions_of,
    global_options,
    open_workspace,
    output_options,
    scenario_option,
    workspace_directory,
)

if TYPE_CHECKING:
    from planalign.commands.requests import SimulateYears
    from planalign.commands.workspace import Workspace

__all__ = ["simulate"]


@click.command()
@click.argument("years", type=YEARS)
@click.option(
    "--assumptions",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Assumptions file; else the workspace's, with what scenarios/NAME.yaml changes.",
)
@click.option("--resume", is_flag=True, help="Continue after the last whole year.")
@click.option("--restart", is_flag=True, help="Simulate these years again, from the first one on.")
@click.option("--dry-run", is_flag=True, help="Show the staffing plan of each year; write nothing.")
@scenario_option
@output_options
@global_options
def simulate(
    *,
    years: tuple[int, int],
    assumptions: Path | None,
    resume: bool,
    restart: bool,
    dry_run: bool,
    scenario: str,
    form: str,
    output: Path | None,
) -> None:
    """Simulate YEARS, such as 2025-2029 or 2025, and check each before it is kept.

    Prints headcount, payroll and events of every simulated year. A year is one commit: whatever
    interrupts a run, whole years stay.
    """
    from planalign.commands.requests import SimulateYears

    chosen_format(form, output)  # a wrong one is better known before the run than after it
    request = SimulateYears(
        scenario=scenario,
        first=years[0],
        last=years[1],
        assumptions=assumptions_of(workspace_directory(), assumptions, scenario),
        resume=resume,
        restart=restart,
    )
    with open_workspace() as workspace:
        if dry_run:
            _show_plan(workspace, request, form, output)
            return
        with ProgressLine("reading the log") as progress:
            result = workspace.execute(request, progress=progress)
        # A run that did every year has counted them already.
        emit(result.yearly or workspace.years(scenario), form, output)
    if result.changed:
        note(f"since the last run of {scenario}: {' and '.join(result.changed)} changed")
    note(f"{result.events:,} events in {len(result.years)} years; all checks passed")


def _show_plan(
    workspace: Workspace, request: SimulateYears, form: str, output: Path | None
) -> None:
    plan = workspace.plan(request)
    emit(plan, form, output)
    events, seconds = (sum(plan[f"{name}_expected"].to_pylist()) for name in ("events", "seconds"))
    note(
        f"assumptions {request.assumptions.digest[:12]}, seed {request.assumptions.seed}; "
        f"about {events:,} events in {seconds:.2g} s; nothing was written"
    )
