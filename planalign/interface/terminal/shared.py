"""Options that several commands share, and the workspace that they lead to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from planalign.interface.terminal.memory import keep_freed_memory
from planalign.interface.terminal.settings import Settings

if TYPE_CHECKING:
    from planalign.commands.workspace import Workspace
    from planalign.domain.assumptions import Assumptions

__all__ = [
    "FORMATS",
    "assumptions_of",
    "global_options",
    "open_workspace",
    "output_options",
    "scenario_option",
    "workspace_directory",
]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

FORMATS: Final = ("auto", "table", "json", "ndjson", "csv", "parquet", "arrow")
_LOG: Final = "planalign.duckdb"


def _settings(context: click.Context) -> Settings:
    return context.ensure_object(Settings)


def _remember_workspace(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    said_before = _settings(context).workspace is not None
    from_shell = context.get_parameter_source("workspace") is click.core.ParameterSource.COMMANDLINE
    if value is not None and (from_shell or not said_before):
        _settings(context).workspace = value


def _count_verbosity(context: click.Context, _: click.Parameter, value: int) -> None:
    _settings(context).verbosity += value


def global_options(function: Decorated) -> Decorated:
    """``--workspace`` and ``-v``, which every command takes."""
    workspace = click.option(
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="PLANALIGN_WORKSPACE",
        expose_value=False,
        callback=_remember_workspace,
        help="Workspace directory; else $PLANALIGN_WORKSPACE, else the nearest one from here up.",
    )
    verbose = click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_count_verbosity,
        help="Say more; -vv shows the trace of an error.",
    )
    return workspace(verbose(function))


def output_options(function: Decorated) -> Decorated:
    """``--format`` and ``-o``, which every command takes that answers with data."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="auto",
        help="auto: by the extension of -o; else table on a terminal, csv in a pipe.",
    )
    target = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write to this file instead of stdout.",
    )
    return form(target(function))


def scenario_option(function: Decorated) -> Decorated:
    """``--scenario``, the line of commits to read or to add to."""
    return click.option(
        "--scenario", default="baseline", show_default=True, help="Scenario to use."
    )(function)


def workspace_directory(start: Path | None = None) -> Path:
    """The workspace to use: the one that was named, else the nearest from *start* upwards.

    Raises:
        NotFoundError: If there is none.
    """
    from planalign.domain.errors import NotFoundError

    context = click.get_current_context(silent=True)
    named = _settings(context).workspace if context else None
    if named is not None:
        if (named / _LOG).exists():
            return named
        message = f"{named} is not a workspace: it has no {_LOG}"
        raise NotFoundError(message, hint=f"`planalign init {named}` starts one there")
    here = (start or Path.cwd()).resolve()
    for directory in (here, *here.parents):
        if (directory / _LOG).exists():
            return directory
    raise NotFoundError(
        f"there is no workspace in {here} or above it",
        hint="`planalign init` starts one here; --workspace or PLANALIGN_WORKSPACE names another",
    )


def open_workspace() -> Workspace:
    """The workspace that the command line leads to, open."""
    from planalign.commands.workspace import Workspace

    keep_freed_memory()
    return Workspace.open(workspace_directory())


def assumptions_of(
    directory: Path, file: Path | None = None, scenario: str = "baseline"
) -> Assumptions:
    """The assumptions in *file*, else those of the *scenario* in the workspace in *directory*."""
    from planalign.infrastructure.assumptions_file import read_assumptions
    from planalign.infrastructure.scenario_assumptions import resolve_assumptions

    if file is not None:
        return read_assumptions(file)
    return resolve_assumptions(directory, scenario).assumptions
