"""Handlers about one employee: load the aggregate, let it decide, append what it decided."""

from __future__ import annotations

from datetime import date

from planalign.commands.context import Context, census_commit
from planalign.commands.requests import (
    EmployeeRequest,
    GiveRaise,
    HireEmployee,
    PromoteEmployee,
    TerminateEmployee,
)
from planalign.commands.results import Result
from planalign.domain.employee import Employee
from planalign.domain.errors import NotFoundError, RefusedError

__all__ = ["decide"]


def decide(context: Context, request: EmployeeRequest) -> Result:
    """Carry out *request*, or refuse it.

    Raises:
        NotFoundError: If the scenario or the employee is unknown.
        RefusedError: If the day is before the scenario's first.
        EmployeeRefusedError: If the employee's history says no.
        ConcurrencyError: If another writer came first.
    """
    log, document = context.log, request.model_dump_json()
    period = (request.effective_date, request.effective_date)
    provenance = context.provenance(request, document, period=period)
    earlier = log.graph.by_command_id(context.command_id)
    if earlier is not None:
        commit = log.append(request.scenario, [], provenance)  # the same, or a refusal
        return Result((commit,), commit.event_count)
    head = log.graph.head(request.scenario)
    employee = _load(context, request)
    _take(employee, request)
    events = employee.collect_events()
    if not events:
        return Result()
    commit = log.append(request.scenario, events, provenance, expected_head=head)
    return Result((commit,), commit.event_count)


def _load(context: Context, request: EmployeeRequest) -> Employee:
    log, head = context.log, context.log.graph.head(request.scenario)
    is_hire = isinstance(request, HireEmployee)
    if not is_hire:
        log.lineage(request.scenario)  # refuses an unknown scenario
    census = census_commit(log, head)
    first: date | None = census.period_end if census else None
    if first and request.effective_date <= first:
        message = f"{request.effective_date} is not after the census date {first}"
        hint = "what was before the census is not known; correct the census"
        raise RefusedError(message, hint=hint)
    employee = log.employee(request.scenario, request.employee_id)
    if not employee.version and not is_hire:
        message = f"no employee {request.employee_id!r} in {request.scenario}"
        raise NotFoundError(message, hint="`planalign replay` lists everybody")
    return employee


def _take(employee: Employee, request: EmployeeRequest) -> None:
    day = request.effective_date
    match request:
        case HireEmployee():
            employee.hire(
                day,
                salary_cents=request.salary_cents,
                level=request.level,
                birth_date=request.birth_date,
                source="command",
                department=request.department,
                location=request.location,
                scheduled_minutes_per_week=request.scheduled_minutes_per_week,
            )
        case TerminateEmployee():
            employee.terminate(day, reason=request.reason)
        case PromoteEmployee():
            employee.promote(day, level=request.level, salary_cents=request.salary_cents)
        case GiveRaise():
            employee.give_raise(day, salary_cents=request.salary_cents)
        case _:  # pragma: no cover - the four requests are all there is
            raise TypeError(request)
