"""`planalign replay`: the workforce as of any day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.parameters import DAY, KNOWN
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import (
    global_options,
    open_workspace,
    output_options,
    scenario_option,
)

__all__ = ["replay"]


@click.command()
@click.option("--as-of", type=DAY, required=True, help="The day, YYYY-MM-DD; its end counts.")
@click.option(
    "--as-known",
    type=KNOWN,
    help="Only what was recorded up to this commit or instant (UTC if it names no zone).",
)
@click.option("--year-end", is_flag=True, help="Add detailed_status and earned_in_year.")
@scenario_option
@output_options
@global_options
def replay(
    *,
    as_of: date,
    as_known: int | datetime | None,
    year_end: bool,
    scenario: str,
    form: str,
    output: Path | None,
) -> None:
    """Show everybody known by a day, as the events say, by employee id."""
    chosen_format(form, output)
    with open_workspace() as workspace, ProgressLine(f"replaying {as_of}"):
        table = workspace.replay(scenario, as_of=as_of, as_known=as_known, year_end=year_end)
    emit(table, form, output)
