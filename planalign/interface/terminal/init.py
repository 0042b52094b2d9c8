"""`planalign init`: a new workspace."""

from __future__ import annotations

from pathlib import Path

import click

from planalign.interface.terminal.output import note
from planalign.interface.terminal.settings import Settings
from planalign.interface.terminal.shared import global_options

__all__ = ["ASSUMPTIONS_FILE", "init", "start_workspace"]

ASSUMPTIONS_FILE = "assumptions.yaml"


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@global_options
@click.pass_context
def init(context: click.Context, directory: Path | None) -> None:
    """Start a workspace in DIRECTORY: an empty log, and the assumptions to edit.

    Without DIRECTORY it is --workspace, PLANALIGN_WORKSPACE, or the current directory.
    """
    place = directory or context.ensure_object(Settings).workspace or Path()
    start_workspace(place)
    note(f"workspace started in {place.resolve()}")
    note("next: planalign census import FILE, or planalign census sample -o census.csv")


def start_workspace(place: Path) -> None:
    """Make *place* a workspace; an assumptions file that is there already is kept."""
    from planalign.commands.workspace import Workspace
    from planalign.domain.assumptions import Assumptions
    from planalign.infrastructure.assumptions_file import write_assumptions

    Workspace.create(place).close()
    if not (place / ASSUMPTIONS_FILE).exists():
        write_assumptions(Assumptions(), place / ASSUMPTIONS_FILE)
