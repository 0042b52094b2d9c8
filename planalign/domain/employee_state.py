"""What is true of one employee on a day, and which fact can come next.

State is a fold: `evolve` applies one event, in the order (effective date, version), so a
backdated correction takes its place among what was recorded before it. `check_transition` holds
the rules, each under a stable name. The aggregate asks both; neither knows of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from planalign.domain.calendar import completed_years
from planalign.domain.errors import EmployeeRefusedError
from planalign.domain.events import (
    EmployeeEvent,
    Hire,
    Promotion,
    Raise,
    Termination,
    TerminationReason,
)

__all__ = ["EmployeeState", "check_transition", "evolve", "fold", "place_in_time"]


@dataclass(frozen=True, slots=True)
class EmployeeState:
    """What is true of one employee at the end of a day.

    Attributes:
        salary_cents: Annual salary, cents.
        hire_date: First day of the current, or last, employment.
        termination_date: Last day of employment, when that day has come.
        version: Highest version among the events folded.
    """

    employee_id: str
    status: Literal["active", "terminated"]
    level: int
    salary_cents: int
    hire_date: date
    birth_date: date
    termination_date: date | None
    termination_reason: TerminationReason | None
    last_event: str
    last_event_date: date
    version: int

    @property
    def is_active(self) -> bool:
        """Whether the employee has not left."""
        return self.status == "active"

    def age(self, on: date) -> int:
        """Completed years of age on *on*, for a leaver on the exit date."""
        return completed_years(self.birth_date, self.termination_date or on)

    def tenure_years(self, on: date) -> int:
        """Completed years since the hire date on *on*, for a leaver on the exit date."""
        return completed_years(self.hire_date, self.termination_date or on)


def evolve(state: EmployeeState | None, event: EmployeeEvent) -> EmployeeState:
    """State after *event*, which is next by (effective date, version).

    Raises:
        EmployeeRefusedError: If anything but a hire comes first.
    """
    match event:
        case Hire():
            return _hired(state, event)
        case _ if state is None:
            raise EmployeeRefusedError(
                event.originator_id, "not_hired", f"{event.name} before any Hire"
            )
        case Termination():
            changes: dict[str, Any] = {
                "status": "terminated",
                "termination_date": event.effective_date,
                "termination_reason": event.reason,
            }
        case Promotion():
            changes = {"level": event.level, "salary_cents": event.salary_cents}
        case Raise():
            changes = {"salary_cents": event.salary_cents}
        case _:  # pragma: no cover - the four kinds are all there is
            raise TypeError(event)
    return replace(
        state,
        last_event=event.name,
        last_event_date=event.effective_date,
        version=max(state.version, event.originator_version),
        **changes,
    )


def _hired(state: EmployeeState | None, event: Hire) -> EmployeeState:
    return EmployeeState(
        employee_id=event.originator_id,
        status="active",
        level=event.level,
        salary_cents=event.salary_cents,
        hire_date=event.effective_date,
        birth_date=event.birth_date,
        termination_date=None,
        termination_reason=None,
        last_event=event.name,
        last_event_date=event.effective_date,
        version=max(state.version if state else 0, event.originator_version),
    )


def fold(events: Iterable[EmployeeEvent]) -> EmployeeState | None:
    """State after *events* in the order (effective date, version), or None of no events."""
    state: EmployeeState | None = None
    for event in sorted(events, key=place_in_time):
        state = evolve(state, event)
    return state


def place_in_time(event: EmployeeEvent) -> tuple[date, int]:
    """Where *event* stands among the others: by day, and within a day as recorded."""
    return event.effective_date, event.originator_version


def check_transition(state: EmployeeState | None, event: EmployeeEvent) -> None:
    """Refuse *event* unless it can come right after *state*.

    Raises:
        EmployeeRefusedError: Naming the rule and the values that break it.
    """
    if isinstance(event, Hire):
        _check_hire(state, event)
        return
    if state is None:
        message = f"was not yet hired on {event.effective_date}, so no {event.name}"
        raise EmployeeRefusedError(event.originator_id, "not_hired", message)
    if not state.is_active:
        message = f"left on {state.termination_date}, so no {event.name} on {event.effective_date}"
        hint = "give an earlier date, or hire the employee again first"
        raise EmployeeRefusedError(event.originator_id, "not_active", message, hint=hint)
    if isinstance(event, Promotion):
        _check_promotion(state, event)
    if isinstance(event, Raise) and event.salary_cents <= state.salary_cents:
        message = f"{_money(event.salary_cents)} is no raise over {_money(state.salary_cents)}"
        raise EmployeeRefusedError(event.originator_id, "not_a_raise", message)


def _check_hire(state: EmployeeState | None, event: Hire) -> None:
    if event.birth_date >= event.effective_date:
        message = f"born {event.birth_date}, on or after the hire date {event.effective_date}"
        raise EmployeeRefusedError(event.originator_id, "born_after_hire", message)
    if state is None:
        return
    if state.is_active:
        message = f"is employed since {state.hire_date}, so no Hire on {event.effective_date}"
        raise EmployeeRefusedError(event.originator_id, "hired_twice", message)
    if state.termination_date == event.effective_date:
        message = f"{event.effective_date} is the last day of the employment before"
        hint = "a rehire starts on a later day"
        raise EmployeeRefusedError(event.originator_id, "rehired_too_early", message, hint=hint)


def _check_promotion(state: EmployeeState, event: Promotion) -> None:
    if event.level <= state.level:
        message = f"level {event.level} is no promotion from level {state.level}"
        raise EmployeeRefusedError(event.originator_id, "not_a_promotion", message)
    if event.salary_cents < state.salary_cents:
        message = f"{_money(event.salary_cents)} would cut pay from {_money(state.salary_cents)}"
        raise EmployeeRefusedError(event.originator_id, "promotion_cuts_pay", message)


def _money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d}"
