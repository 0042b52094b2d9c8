"""`planalign log`: the commits."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.shared import (
    global_options,
    open_workspace,
    output_options,
    scenario_option,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from planalign.infrastructure.log.commits import Commit

__all__ = ["log"]

_FIRST: Final = ("commit_id", "scenario", "recorded_at", "actor", "command", "events")


@click.command()
@scenario_option
@click.option("--all", "everything", is_flag=True, help="Every commit, of whatever scenario.")
@output_options
@global_options
def log(*, scenario: str, everything: bool, form: str, output: Path | None) -> None:
    """List the commits, oldest first: who recorded what, when, by which command.

    Those that the scenario sees; --all lists as well what other scenarios see and what a rewind
    has left.
    """
    chosen_format(form, output)
    with open_workspace() as workspace:
        commits = workspace.commits(None if everything else scenario)
    emit(_table(commits), form, output)


def _table(commits: list[Commit]) -> pa.Table:
    """What tells one commit from another, most telling columns first."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = [{**asdict(c), "events": c.event_count} for c in commits]
    names = [*_FIRST, *(name for name in (rows[0] if rows else {}) if name not in _FIRST)]
    return pa.Table.from_pydict({name: [row[name] for row in rows] for name in names})
