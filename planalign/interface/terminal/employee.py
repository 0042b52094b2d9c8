"""`planalign hire`, `terminate`, `promote` and `raise`: what really happened to one employee."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from planalign.interface.terminal.parameters import DAY, HOURS, MONEY
from planalign.interface.terminal.records import emit_record, result_record
from planalign.interface.terminal.shared import (
    global_options,
    open_workspace,
    output_options,
    scenario_option,
)

if TYPE_CHECKING:
    from planalign.commands.requests import EmployeeRequest

__all__ = ["give_raise", "hire", "promote", "terminate"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_REASONS: Final = ("voluntary", "involuntary", "retirement", "unspecified")

_SHARED: Final[tuple[Callable[[Any], Any], ...]] = (
    click.option("--effective", "effective_date", type=DAY, required=True, help="Its day."),
    scenario_option,
    click.option(
        "--cascade",
        is_flag=True,
        help="If later events contradict it, go back and do again what followed.",
    ),
    click.option("--command-id", help="Idempotency key: the same one again records nothing twice."),
    click.option("--actor", help="Who records it; else your login name."),
    output_options,
    global_options,
)


def _decision(function: Decorated) -> Decorated:
    """The options of every decision about one employee."""
    return reduce(lambda done, option: option(done), reversed(_SHARED), function)


def _salary(function: Decorated) -> Decorated:
    return click.option(
        "--salary", "salary_cents", type=MONEY, required=True, help="Annual, such as 85,000.00."
    )(function)


def _level(function: Decorated) -> Decorated:
    return click.option("--level", type=int, required=True, help="1, 2, 3 …")(function)


def _execute(
    kind: Callable[..., EmployeeRequest],
    given: dict[str, Any],
    *,
    form: str,
    output: Path | None,
    command_id: str | None,
    actor: str | None,
) -> None:
    """Carry the request out and tell the commit."""
    request = kind(**given)
    with open_workspace() as workspace:
        result = workspace.execute(request, command_id=command_id, actor=actor)
    record = result_record(result)
    if result.left:
        record["left"] = [f"{commit.commit_id} {commit.command}" for commit in result.left]
        record["dropped"] = list(result.dropped)
    emit_record(record, form, output)


@click.command()
@click.argument("employee_id", metavar="EMPLOYEE")
@_salary
@_level
@click.option("--birth-date", type=DAY, required=True, help="YYYY-MM-DD.")
@click.option("--department")
@click.option("--location")
@click.option("--hours", "scheduled_minutes_per_week", type=HOURS, help="Scheduled per week.")
@_decision
def hire(
    form: str, output: Path | None, command_id: str | None, actor: str | None, **given: Any
) -> None:
    """Record that EMPLOYEE was hired, for the first time or again."""
    from planalign.commands.requests import HireEmployee

    _execute(HireEmployee, given, form=form, output=output, command_id=command_id, actor=actor)


@click.command()
@click.argument("employee_id", metavar="EMPLOYEE")
@click.option("--reason", type=click.Choice(_REASONS), default="voluntary", show_default=True)
@_decision
def terminate(
    form: str, output: Path | None, command_id: str | None, actor: str | None, **given: Any
) -> None:
    """Record that EMPLOYEE leaves; the effective day is the last one of employment."""
    from planalign.commands.requests import TerminateEmployee

    _execute(TerminateEmployee, given, form=form, output=output, command_id=command_id, actor=actor)


@click.command()
@click.argument("employee_id", metavar="EMPLOYEE")
@_level
@_salary
@_decision
def promote(
    form: str, output: Path | None, command_id: str | None, actor: str | None, **given: Any
) -> None:
    """Record that EMPLOYEE was promoted to a higher level."""
    from planalign.commands.requests import PromoteEmployee

    _execute(PromoteEmployee, given, form=form, output=output, command_id=command_id, actor=actor)


@click.command("raise")
@click.argument("employee_id", metavar="EMPLOYEE")
@_salary
@_decision
def give_raise(
    form: str, output: Path | None, command_id: str | None, actor: str | None, **given: Any
) -> None:
    """Record that EMPLOYEE's annual salary was raised to --salary."""
    from planalign.commands.requests import GiveRaise

    _execute(GiveRaise, given, form=form, output=output, command_id=command_id, actor=actor)
