"""`planalign census`: the group and what its sub-commands share."""

from __future__ import annotations

from typing import Final

import click

from planalign.interface.terminal.lazy import LazyGroup, SubCommand
from planalign.interface.terminal.shared import global_options

__all__ = ["census"]

_HERE: Final = "planalign.interface.terminal"

COMMANDS: Final = {
    "import": SubCommand(f"{_HERE}.census_import:import_", "Start a scenario from a census file."),
    "check": SubCommand(f"{_HERE}.census_import:check", "Read a census and import nothing."),
    "sample": SubCommand(f"{_HERE}.census_sample:sample", "Make up a census."),
}


@click.group(cls=LazyGroup, commands=COMMANDS)
@global_options
def census() -> None:
    """Import, check or make up a census."""
