"""`planalign export`: a scenario as a workbook or a directory of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planalign.interface.terminal.output import note
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import global_options, open_workspace

if TYPE_CHECKING:
    from planalign.commands.export_scenario import ExportFormat

__all__ = ["export"]


@click.command()
@click.argument("scenario", default="baseline")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A workbook, FILE.xlsx, or a directory with a file for each sheet.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "xlsx", "csv", "parquet", "arrow"]),
    default="auto",
    help="auto: xlsx for FILE.xlsx, csv for a directory.",
)
@click.option("--compare", metavar="SCENARIO", help="Add a sheet: which metrics differ from its.")
@global_options
def export(scenario: str, output: Path, form: ExportFormat, compare: str | None) -> None:
    """Write SCENARIO (else baseline) to a workbook or a directory.

    Its sheets: summary, yearly metrics, a snapshot of each simulated year-end, events, assumptions,
    and provenance, which says which commit, seed and versions the figures are from.
    """
    with open_workspace() as workspace, ProgressLine(f"exporting {scenario}"):
        sheets = workspace.export(output, scenario=scenario, form=form, compare=compare)
    for sheet in sheets:
        if len(sheet.parts) > 1:
            parts = f"{sheet.parts[0]} to {sheet.parts[-1]}"
            note(f"{sheet.name}: {sheet.rows:,} rows are more than a sheet holds; see {parts}")
    rows = sum(sheet.rows for sheet in sheets)
    note(f"{rows:,} rows in {len(sheets)} sheets written to {output}")
