"""One employee as an aggregate: the decisions that extend a timeline, or are refused.

Each decision builds one event, puts it at its place by (effective date, version) and refuses it
unless that event, and everything dated after it, can follow what comes before. State and rules
are in `planalign.domain.employee_state`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date

from planalign.domain.employee_state import (
    EmployeeState,
    check_transition,
    evolve,
    fold,
    place_in_time,
)
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

    def hire(
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
        place = bisect_right(self._timeline, place_in_time(event), key=place_in_time)
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
                self.id,
                "contradicts_later",
                message,
                hint="correct the later event first",
            ) from error

    def _apply(self, event: EmployeeEvent) -> None:
        if event.originator_version != self.version + 1:
            message = f"version {event.originator_version} cannot follow version {self.version}"
            raise EmployeeRefusedError(self.id, "version_gap", message)
        place = bisect_right(self._timeline, place_in_time(event), key=place_in_time)
        self._timeline.insert(place, event)
        self.version = event.originator_version
