"""`planalign history`: one employee's events."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planalign.interface.terminal.output import chosen_format, emit, note
from planalign.interface.terminal.parameters import KNOWN
from planalign.interface.terminal.shared import (
    global_options,
    open_workspace,
    output_options,
    scenario_option,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["history"]


@click.command()
@click.argument("employee")
@click.option(
    "--as-known",
    type=KNOWN,
    help="Only what was recorded up to this commit or instant (UTC if it names no zone).",
)
@click.option(
    "--compare",
    "other",
    metavar="SCENARIO",
    help="Show the history in this scenario beside it, the first difference marked.",
)
@scenario_option
@output_options
@global_options
def history(
    *,
    employee: str,
    as_known: int | datetime | None,
    other: str | None,
    scenario: str,
    form: str,
    output: Path | None,
) -> None:
    """Show every event of EMPLOYEE, with what it changed, when, and by which command."""
    chosen_format(form, output)
    with open_workspace() as workspace:
        if other is None:
            table = workspace.history(scenario, employee, as_known=as_known)
        else:
            table = workspace.history_pair(scenario, other, employee, as_known=as_known)
    emit(table, form, output)
    if other is not None:
        note(f"a is {scenario}, b is {other}; {_first(table)}")


def _first(table: pa.Table) -> str:
    """Where the two part, in words."""
    import pyarrow.compute as pc

    days = table.filter(pc.field("first_difference"))["effective_date"].to_pylist()
    return f"the first difference is on {days[0]}" if days else "they do not differ"
