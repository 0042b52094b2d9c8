"""`planalign scenario create`, `fork`, `rewind`, `rename` and `archive`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from planalign.interface.terminal.output import note
from planalign.interface.terminal.parameters import DAY
from planalign.interface.terminal.records import emit_record, result_record
from planalign.interface.terminal.shared import global_options, open_workspace, output_options

if TYPE_CHECKING:
    from planalign.commands.requests import ScenarioRequest
    from planalign.commands.results import Result

__all__ = ["archive", "create", "fork", "rename", "rewind"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_SHARED: Final[tuple[Callable[[Any], Any], ...]] = (
    click.option("--command-id", help="Idempotency key: the same one again records nothing twice."),
    click.option("--actor", help="Who records it; else your login name."),
    output_options,
    global_options,
)


def _change(function: Decorated) -> Decorated:
    """The options of every change of a scenario."""
    return reduce(lambda done, option: option(done), reversed(_SHARED), function)


def _execute(
    request: ScenarioRequest,
    *,
    form: str,
    output: Path | None,
    command_id: str | None,
    actor: str | None,
) -> Result:
    with open_workspace() as workspace:
        result = workspace.execute(request, command_id=command_id, actor=actor)
    record = {"scenario": result.commits[0].scenario, **result_record(result)}
    if result.left:
        record["left"] = [f"{commit.commit_id} {commit.command}" for commit in result.left]
        record["left_events"] = sum(commit.event_count for commit in result.left)
    emit_record(record, form, output)
    return result


@click.command()
@click.argument("name", metavar="SCENARIO")
@_change
def create(*, name: str, **shared: Any) -> None:
    """Begin SCENARIO, which knows nothing yet; import a census into it."""
    from planalign.commands.requests import CreateScenario

    _execute(CreateScenario(scenario=name), **shared)


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("name", metavar="SCENARIO")
@click.option("--at", "at_day", type=DAY, help="A year-end, such as 2026-12-31; else the head.")
@click.option("--at-commit", type=int, help="A commit of the log, also one left by a rewind.")
@_change
def fork(
    *, source: str, name: str, at_day: date | None, at_commit: int | None, **shared: Any
) -> None:
    """Begin SCENARIO with what FROM knows. Nothing is copied: it takes no time and no space."""
    from planalign.commands.requests import ForkScenario

    request = ForkScenario(scenario=source, name=name, at_day=at_day, at_commit=at_commit)
    _execute(request, **shared)


@click.command()
@click.argument("name", metavar="SCENARIO")
@click.option("--to", "to_day", type=DAY, help="A year-end, or the census date.")
@click.option("--to-commit", type=int, help="A commit of the scenario's history.")
@_change
def rewind(*, name: str, to_day: date | None, to_commit: int | None, **shared: Any) -> None:
    """Move SCENARIO back: the years after the point are left, and can be simulated again.

    What is left stays in the log: `planalign log --all` lists it, `--as-known` and
    `scenario fork --at-commit` reach it.
    """
    from planalign.commands.requests import RewindScenario

    result = _execute(RewindScenario(scenario=name, to_day=to_day, to_commit=to_commit), **shared)
    if result.left:
        note(f"{len(result.left)} commits are left and stay in the log: `planalign log --all`")


@click.command()
@click.argument("old", metavar="SCENARIO")
@click.argument("name", metavar="NAME")
@_change
def rename(*, old: str, name: str, **shared: Any) -> None:
    """Go on with SCENARIO under NAME; the old name is archived."""
    from planalign.commands.requests import RenameScenario

    _execute(RenameScenario(scenario=old, name=name), **shared)


@click.command()
@click.argument("name", metavar="SCENARIO")
@_change
def archive(*, name: str, **shared: Any) -> None:
    """Take SCENARIO out of the list; it can be read and forked, but not added to."""
    from planalign.commands.requests import ArchiveScenario

    _execute(ArchiveScenario(scenario=name), **shared)
