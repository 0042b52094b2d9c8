"""`planalign metrics`: the figures of each simulated year."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.parameters import KNOWN
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import global_options, open_workspace, output_options

__all__ = ["metrics"]


@click.command()
@click.argument("scenario", default="baseline")
@click.option("--by-level", is_flag=True, help="One row per year and level instead.")
@click.option(
    "--as-known",
    type=KNOWN,
    help="Only what was recorded up to this commit or instant (UTC if it names no zone).",
)
@output_options
@global_options
def metrics(
    *,
    scenario: str,
    by_level: bool,
    as_known: int | datetime | None,
    form: str,
    output: Path | None,
) -> None:
    """Show the figures of SCENARIO (else baseline), one row per simulated year.

    Headcount and payroll with all that moved them, rates, pay growth; the glossary defines each.
    Rates are fractions: 0.12 is 12 %.
    """
    chosen_format(form, output)
    with open_workspace() as workspace, ProgressLine("adding up the years"):
        ask = workspace.level_metrics if by_level else workspace.metrics
        table = ask(scenario, as_known=as_known)
    emit(table, form, output)
