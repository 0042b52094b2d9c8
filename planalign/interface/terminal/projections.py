"""`planalign projections`: the group and its sub-commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from planalign.interface.terminal.output import chosen_format, emit
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import global_options, open_workspace, output_options

if TYPE_CHECKING:
    from planalign.commands.projections import Projections

__all__ = ["projections"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_MODELS: Final = ("intervals", "months", "movements", "years")


@click.group()
@global_options
def projections() -> None:
    """Keep read models: tables made from the log, in a file that may be deleted at any time."""


def _chosen(function: Decorated) -> Decorated:
    """Which read models, and the options of every command that answers."""
    options = (
        click.option("--scenario", help="Only those of this scenario; else of all."),
        click.option(
            "--model",
            "models",
            type=click.Choice(_MODELS),
            multiple=True,
            default=_MODELS,
            show_default="all",
            help="Only this read model; may be given several times.",
        ),
        output_options,
        global_options,
    )
    return reduce(lambda done, option: option(done), reversed(options), function)


def _carry_out(
    doing: str,
    action: Callable[[Projections], None],
    form: str,
    output: Path | None,
) -> None:
    """Do something to the read models, and tell their status after it."""
    chosen_format(form, output)
    with open_workspace() as workspace:
        with ProgressLine(doing):
            action(workspace.projections)
        table = workspace.projections.status()
    emit(table, form, output)


@projections.command()
@click.option("--parked", is_flag=True, help="List the events that could not be folded, and why.")
@output_options
@global_options
def status(*, parked: bool, form: str, output: Path | None) -> None:
    """Show each read model's state, how far it is behind, and what it has parked."""
    chosen_format(form, output)
    with open_workspace() as workspace:
        answer = workspace.projections.parked() if parked else workspace.projections.status()
    emit(answer, form, output)


@projections.command("catch-up")
@_chosen
def catch_up(scenario: str | None, models: tuple[str, ...], form: str, output: Path | None) -> None:
    """Move read models to where their scenarios are, and build those that are missing.

    Whatever reads one does so by itself.
    """
    _carry_out("catching up", lambda kept: kept.catch_up(scenario, models=models), form, output)


@projections.command()
@_chosen
def rebuild(scenario: str | None, models: tuple[str, ...], form: str, output: Path | None) -> None:
    """Build read models anew beside the live ones; they change places when all is there."""
    _carry_out("rebuilding", lambda kept: kept.rebuild(scenario, models=models), form, output)


@projections.command()
@_chosen
def drop(scenario: str | None, models: tuple[str, ...], form: str, output: Path | None) -> None:
    """Forget read models; without options, delete their file. They are built again when needed."""
    _carry_out("dropping", lambda kept: kept.drop(scenario, models=models), form, output)
