"""`planalign assumptions`: the group and its sub-commands."""

from __future__ import annotations

from typing import Final

import click

from planalign.interface.terminal.lazy import LazyGroup, SubCommand
from planalign.interface.terminal.shared import global_options

__all__ = ["assumptions"]

_HERE: Final = "planalign.interface.terminal.assumptions_show"

COMMANDS: Final = {
    "show": SubCommand(f"{_HERE}:show", "Show what a scenario assumes, and where it is from."),
    "validate": SubCommand(f"{_HERE}:validate", "Check the assumptions of scenarios or a file."),
    "diff": SubCommand(f"{_HERE}:diff", "Show what two scenarios assume differently."),
    "schema": SubCommand(f"{_HERE}:schema", "Print the JSON Schema, for editors."),
}


@click.group(cls=LazyGroup, commands=COMMANDS)
@global_options
def assumptions() -> None:
    """Show, check and compare what scenarios assume."""
