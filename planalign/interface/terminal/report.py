"""`planalign report`: a scenario's figures for people, at the terminal or as a page."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from planalign.interface.terminal.output import note, write_file
from planalign.interface.terminal.parameters import KNOWN
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import global_options, open_workspace

__all__ = ["report"]

_PAGE: Final = (".html", ".htm")


@click.command()
@click.argument("scenario", default="baseline")
@click.option(
    "--as-known",
    type=KNOWN,
    help="Only what was recorded up to this commit or instant (UTC if it names no zone).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page (.html) or text (.txt) instead.",
)
@global_options
def report(scenario: str, as_known: int | datetime | None, output: Path | None) -> None:
    """Show how headcount and payroll of SCENARIO (else baseline) develop, and why.

    Tables at the terminal; with -o report.html one page with charts, which needs no network and
    prints well. It ends with where the figures come from: commit, chain, seed, assumptions.
    """
    form = _form(output)
    with open_workspace() as workspace, ProgressLine("adding up the years"):
        found = workspace.report(scenario, as_known=as_known)
    if form == "page":
        from planalign.interface.report.page import report_page

        text = report_page(found)
    else:
        from planalign.interface.report.text import report_text

        text = report_text(found, width=_terminal_width() if output is None else None)
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text.encode())
    note(f"report written to {output}")


def _form(output: Path | None) -> str:
    from planalign.domain.errors import UnsupportedFormatError

    if output is None or output.suffix.lower() == ".txt":
        return "text"
    if output.suffix.lower() in _PAGE:
        return "page"
    message = f"{output}: a report is written as .html or .txt"
    raise UnsupportedFormatError(message, hint="`planalign metrics` writes tables in every format")


def _terminal_width() -> int | None:
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns
