"""`planalign scenario`: the group and its sub-commands."""

from __future__ import annotations

from typing import Final

import click

from planalign.interface.terminal.lazy import LazyGroup, SubCommand
from planalign.interface.terminal.shared import global_options

__all__ = ["scenario"]

_HERE: Final = "planalign.interface.terminal"

COMMANDS: Final = {
    "list": SubCommand(f"{_HERE}.scenario_list:list_", "List the scenarios."),
    "show": SubCommand(f"{_HERE}.scenario_list:show", "Show what there is to say about one."),
    "create": SubCommand(f"{_HERE}.scenario_change:create", "Begin an empty scenario."),
    "fork": SubCommand(f"{_HERE}.scenario_change:fork", "Begin one with what another knows."),
    "rewind": SubCommand(f"{_HERE}.scenario_change:rewind", "Go back to an earlier point."),
    "rename": SubCommand(f"{_HERE}.scenario_change:rename", "Go on under another name."),
    "archive": SubCommand(f"{_HERE}.scenario_change:archive", "Take one out of the list."),
}


@click.group(cls=LazyGroup, commands=COMMANDS)
@global_options
def scenario() -> None:
    """Fork, rewind, rename and list scenarios: named lines of commits, as branches are in git."""
