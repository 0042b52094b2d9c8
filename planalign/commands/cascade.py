"""A backdated decision that later events contradict, carried out by going through the years again.

Events are never taken back. Instead the scenario is rewound to before the contradiction, the
decision is recorded, and what followed is done again in its order: simulated years with the very
assumptions they had, decisions about employees as they were asked for. All luck is keyed, so
whatever the decision does not touch comes out as it was. What is left by the rewind stays in the
log, and answers asked as known then stay the same.

1. An exit, or a hire, goes before the year of its day is simulated, so that the year's staffing
   plan counts it. A raise or promotion goes after that year, since a simulated year refuses pay
   that is dated into it.
2. A decision of somebody that cannot be any more, such as the raise of one who is gone by then, is
   dropped and named in the result.
3. If a year cannot be simulated again, or the contradiction is in the year of the day itself, the
   scenario is put back to where it was and the refusal is raised.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from uuid import uuid4

from planalign.commands import requests
from planalign.commands.context import Context, recorded_assumptions, simulated_commits
from planalign.commands.employee_decisions import decide
from planalign.commands.requests import (
    EmployeeRequest,
    HireEmployee,
    RewindScenario,
    SimulateYears,
    TerminateEmployee,
)
from planalign.commands.results import Result
from planalign.commands.scenarios import append_nothing, change_scenario
from planalign.commands.simulate_years import simulate_years
from planalign.domain.errors import EmployeeRefusedError, PlanalignError, RefusedError
from planalign.infrastructure.log.commits import Commit

__all__ = ["decide_or_cascade"]

_UNDO = "/undo"
_DECISIONS: dict[str, Callable[[str], EmployeeRequest]] = {
    kind.__name__: kind.model_validate_json
    for kind in (
        requests.HireEmployee,
        requests.TerminateEmployee,
        requests.PromoteEmployee,
        requests.GiveRaise,
    )
}


def decide_or_cascade(context: Context, request: EmployeeRequest) -> Result:
    """Carry out *request*; if later events contradict it and it says so, do them again.

    Returns:
        All commits made, what the rewind left, and what was dropped.

    Raises:
        EmployeeRefusedError: If the employee's history says no.
        RefusedError: If the contradiction is in a year that cannot be done again.
    """
    if context.log.graph.by_command_id(f"{context.command_id}{_UNDO}"):
        message = f"command {context.command_id} was tried, refused and put back"
        raise RefusedError(message, hint="use a new command id to try again")
    try:
        return decide(context, request)
    except EmployeeRefusedError as error:
        if error.rule != "contradicts_later":
            raise
        if not request.cascade:
            error.hint += ", or do again what followed: --cascade"
            raise
        return _cascade(context, request)


def _cascade(context: Context, request: EmployeeRequest) -> Result:
    log, scenario = context.log, request.scenario
    head = log.lineage(scenario).head
    target = _target(context, request, head)
    kept = {commit.commit_id for commit in log.graph.ancestry(target)}
    left = [c for c in reversed(log.graph.ancestry(head)) if c.commit_id not in kept]
    made: list[Commit] = []
    dropped: list[str] = []
    try:
        rewind = RewindScenario(scenario=scenario, to_commit=target)
        made += change_scenario(_step(context, "rewind"), rewind).commits
        made += decide(context, request).commits
        for commit in left:
            made += _again(context, commit, dropped)
    except PlanalignError:
        document = json.dumps({"back_to": head})
        why = context.provenance(request, document, suffix=_UNDO, command="RewindScenario")
        append_nothing(context, scenario, why, head)
        raise
    events = sum(commit.event_count for commit in made)
    return Result(tuple(made), events, left=tuple(left), dropped=tuple(dropped))


def _target(context: Context, request: EmployeeRequest, head: int) -> int:
    """The commit to go back to."""
    done, year = simulated_commits(context.log, head), request.effective_date.year
    is_planned_for = isinstance(request, HireEmployee | TerminateEmployee)
    again = year if is_planned_for else year + 1
    if again not in done:
        message = f"no simulated year from {again} on could be done again in {request.scenario}"
        raise RefusedError(message, hint="correct the later event instead")
    return done[again].parent


def _step(context: Context, name: str) -> Context:
    return Context(context.log, context.actor, f"{context.command_id}/{name}")


def _again(context: Context, commit: Commit, dropped: list[str]) -> tuple[Commit, ...]:
    """Do what *commit* did once more; its command id belongs to it, so this one gets another."""
    step = Context(context.log, context.actor, f"{context.command_id}/{uuid4()}")
    if commit.command == SimulateYears.__name__ and isinstance(commit.period_start, date):
        year = commit.period_start.year
        rules = recorded_assumptions(context.log, commit)
        run = SimulateYears(scenario=commit.scenario, first=year, last=year, assumptions=rules)
        return simulate_years(step, run).commits
    if commit.command in _DECISIONS:
        try:
            return decide(step, _DECISIONS[commit.command](commit.request)).commits
        except RefusedError as error:
            dropped.append(f"commit {commit.commit_id}, {commit.command}: {error}")
    return ()
