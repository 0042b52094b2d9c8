"""`planalign scenario list` and `show`."""

from __future__ import annotations

from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.records import emit_record
from planalign.interface.terminal.shared import global_options, open_workspace, output_options

__all__ = ["list_", "show"]


@click.command("list")
@click.option("--archived", is_flag=True, help="The archived ones as well.")
@output_options
@global_options
def list_(*, archived: bool, form: str, output: Path | None) -> None:
    """List the scenarios: head, where each was forked, events, years, assumptions."""
    chosen_format(form, output)
    with open_workspace() as workspace:
        table = workspace.scenarios(archived=archived)
    emit(table, form, output)


@click.command()
@click.argument("name", metavar="SCENARIO")
@output_options
@global_options
def show(*, name: str, form: str, output: Path | None) -> None:
    """Show one SCENARIO: its line in the list, and its commits in a word each."""
    chosen_format(form, output)
    with open_workspace() as workspace:
        commits = workspace.commits(name)
        rows = workspace.scenarios(archived=True).to_pylist()
    (row,) = (row for row in rows if row["scenario"] == name)
    path = [f"{commit.commit_id} {commit.command}" for commit in commits]
    emit_record({**row, "commits": path}, form, output)
