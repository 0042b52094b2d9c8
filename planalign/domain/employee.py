"""One employee: what is true of them on a day, and which new facts can be.

State is a fold: `evolve` applies one event, in the order (effective date, version), so a
backdated correction takes its place among what was recorded before it. `Employee` is the
aggregate: each decision builds one event, puts it at its place in the timeline and refuses it
unless that event, and everything dated after it, can follow what comes before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from planalign.domain.calendar import completed_years
from planalign.domain.errors import EmployeeRefusedError
from planalign.domain.events import (
    EmployeeEvent,
    Hire,
    HireSource,
    Promotion,
    Raise,
    Termination,
    TerminationReason,
)

__all__ = ["Employee", "EmployeeState", "check_transition", "evolve", "fold"]


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
    for event in sorted(events, key=_place):
        state = evolve(state, event)
    return state


def _place(event: EmployeeEvent) -> tuple[date, int]:
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


class Employee:
    """The aggregate: one employee's timeline and the decisions that extend it.

    Satisfies the `eventsourcing` library's aggregate protocols: `id`, `version`,
    `collect_events()`, and `Employee.project` as its projector function.

    >>> from datetime import date
    >>> ann = Employee("E-1")
    >>> _ = ann.hire(date(2020, 5, 4), salary_cents=70_000_00, level=1,
    ...              birth_date=date(1990, 1, 1), source="command")
    >>> _ = ann.give_raise(date(2021, 7, 15), salary_cents=73_500_00)
    >>> ann.as_of(date(2020, 12, 31)).salary_cents, ann.version
    (7000000, 2)
    """

    def __init__(self, employee_id: str, events: Iterable[EmployeeEvent] = ()) -> None:
        self.id = employee_id
        self.version = 0
        self._timeline: list[EmployeeEvent] = []
        self._pending: list[EmployeeEvent] = []
        for event in events:
            self._apply(event)

    @staticmethod
    def project(employee: Employee | None, events: Iterable[EmployeeEvent]) -> Employee | None:
        """Fold *events*, in version order, into *employee*: the library's projector function."""
        for event in events:
            employee = employee or Employee(event.originator_id)
            employee._apply(event)
        return employee

    @property
    def timeline(self) -> tuple[EmployeeEvent, ...]:
        """Every event, by (effective date, version)."""
        return tuple(self._timeline)

    def as_of(self, day: date) -> EmployeeState | None:
        """What is true at the end of *day*, or None before the first hire."""
        return fold(event for event in self._timeline if event.effective_date <= day)

    def hire(  # noqa: PLR0913 - a hire is these facts
        self,
        effective_date: date,
        *,
        salary_cents: int,
        level: int,
        birth_date: date,
        source: HireSource,
        department: str | None = None,
        location: str | None = None,
        scheduled_minutes_per_week: int | None = None,
    ) -> Sequence[EmployeeEvent]:
        """Hire, or hire again after an exit."""
        return self._decide(
            Hire(
                originator_id=self.id,
                originator_version=self.version + 1,
                effective_date=effective_date,
                salary_cents=salary_cents,
                level=level,
                birth_date=birth_date,
                source=source,
                department=department,
                location=location,
                scheduled_minutes_per_week=scheduled_minutes_per_week,
            )
        )

    def terminate(
        self, effective_date: date, *, reason: TerminationReason
    ) -> Sequence[EmployeeEvent]:
        """End the employment; *effective_date* is its last day."""
        return self._decide(
            Termination(
                originator_id=self.id,
                originator_version=self.version + 1,
                effective_date=effective_date,
                reason=reason,
            )
        )

    def promote(
        self, effective_date: date, *, level: int, salary_cents: int
    ) -> Sequence[EmployeeEvent]:
        """Move up to *level* at *salary_cents* a year."""
        return self._decide(
            Promotion(
                originator_id=self.id,
                originator_version=self.version + 1,
                effective_date=effective_date,
                level=level,
                salary_cents=salary_cents,
            )
        )

    def give_raise(self, effective_date: date, *, salary_cents: int) -> Sequence[EmployeeEvent]:
        """Raise the salary to *salary_cents*; nothing happens if that is the pay already."""
        state = self.as_of(effective_date)
        if state and state.is_active and state.salary_cents == salary_cents:
            return ()  # asking twice is not a second raise
        return self._decide(
            Raise(
                originator_id=self.id,
                originator_version=self.version + 1,
                effective_date=effective_date,
                salary_cents=salary_cents,
            )
        )

    def collect_events(self) -> Sequence[EmployeeEvent]:
        """Hand over the events decided since the last call."""
        pending, self._pending = self._pending, []
        return pending

    def _decide(self, event: EmployeeEvent) -> Sequence[EmployeeEvent]:
        self._check(event)
        self._apply(event)
        self._pending.append(event)
        return (event,)

    def _check(self, event: EmployeeEvent) -> None:
        place = bisect_right(self._timeline, _place(event), key=_place)
        state = fold(self._timeline[:place])
        check_transition(state, event)
        state = evolve(state, event)
        for later in self._timeline[place:]:
            self._check_later(state, event, later)
            state = evolve(state, later)

    def _check_later(
        self, state: EmployeeState, event: EmployeeEvent, later: EmployeeEvent
    ) -> None:
        try:
            check_transition(state, later)
        except EmployeeRefusedError as error:
            message = (
                f"{event.name} on {event.effective_date} contradicts the {later.name} recorded "
                f"for {later.effective_date} (version {later.originator_version}): {error}"
            )
            raise EmployeeRefusedError(
                self.id, "contradicts_later", message, hint="correct the later event first"
            ) from error

    def _apply(self, event: EmployeeEvent) -> None:
        if event.originator_version != self.version + 1:
            message = f"version {event.originator_version} cannot follow version {self.version}"
            raise EmployeeRefusedError(self.id, "version_gap", message)
        place = bisect_right(self._timeline, _place(event), key=_place)
        self._timeline.insert(place, event)
        self.version = event.originator_version
