"""`planalign history`: one employee's events."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.parameters import KNOWN
from planalign.interface.terminal.shared import (
    global_options,
    open_workspace,
    output_options,
    scenario_option,
)

__all__ = ["history"]


@click.command()
@click.argument("employee")
@click.option(
    "--as-known",
    type=KNOWN,
    help="Only what was recorded up to this commit or instant (UTC if it names no zone).",
)
@scenario_option
@output_options
@global_options
def history(
    employee: str, as_known: int | datetime | None, scenario: str, form: str, output: Path | None
) -> None:
    """Show every event of EMPLOYEE, with what it changed, when, and by which command."""
    chosen_format(form, output)
    with open_workspace() as workspace:
        table = workspace.history(scenario, employee, as_known=as_known)
    emit(table, form, output)
