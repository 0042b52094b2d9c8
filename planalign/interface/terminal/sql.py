"""`planalign sql`: a SELECT over the log."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.parameters import KNOWN
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import (
    global_options,
    open_workspace,
    output_options,
    scenario_option,
)

__all__ = ["sql"]


@click.command()
@click.argument("statement")
@click.option(
    "--as-known",
    type=KNOWN,
    help="Only what was recorded up to this commit or instant (UTC if it names no zone).",
)
@scenario_option
@output_options
@global_options
def sql(
    statement: str, as_known: int | datetime | None, scenario: str, form: str, output: Path | None
) -> None:
    """Answer STATEMENT, one SELECT over the views of a scenario; `-` reads it from stdin.

    The views are events, snapshot, yearly, assumptions, commits and scenarios; the workforce of
    any day is snapshot('2027-06-30'). Nothing can be written, and no file read.
    """
    chosen_format(form, output)
    text = sys.stdin.read() if statement == "-" else statement
    with open_workspace() as workspace, ProgressLine("answering"):
        table = workspace.sql(text, scenario=scenario, as_known=as_known)
    emit(table, form, output)
