"""`planalign verify`: the log is what was written, or the place where it is not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.records import emit_record
from planalign.interface.terminal.shared import global_options, open_workspace, output_options

__all__ = ["verify"]


@click.command()
@output_options
@global_options
def verify(form: str, output: Path | None) -> None:
    """Compute every digest of the log again and compare them with the ledger.

    A log that is not what was written ends with exit code 1 and names the place.
    """
    chosen_format(form, output)
    with open_workspace() as workspace, ProgressLine("verifying the log"):
        report = workspace.verify()
    emit_record(asdict(report), form, output)
