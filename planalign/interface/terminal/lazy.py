"""Groups whose sub-commands are imported when they are called."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from planalign.interface.terminal.running import run

__all__ = ["LazyGroup", "SubCommand"]


@dataclass(frozen=True, slots=True)
class SubCommand:
    """Where a sub-command is defined, as ``module:name``, and the line that lists it."""

    place: str
    short_help: str


class LazyGroup(click.Group):
    """A group that knows its sub-commands by name and line only."""

    def __init__(self, *args: Any, commands: Mapping[str, SubCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = dict(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order in which a newcomer needs them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the sub-command of that name."""
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the sub-commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sub.short_help) for name, sub in self._places.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """As click's, with the errors and exit codes of this program."""
        if standalone_mode:
            sys.exit(run(self, list(sys.argv[1:] if args is None else args)))
        return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
