"""Small logs, told by the aggregate, and the ways to damage them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa
from hypothesis import strategies as st

from planalign.domain.employee import Employee
from planalign.domain.errors import EmployeeRefusedError
from planalign.domain.events import EmployeeEvent
from planalign.infrastructure.log.commits import Commit, Provenance
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.rows import table_from_events

START = datetime(2026, 1, 1, 9)  # noqa: DTZ001 - the log keeps naive UTC
FILE = "plan.duckdb"
_numbers = count(1)


def why(command_id: str | None = None, **changes: str) -> Provenance:
    """A provenance like any other."""
    command_id = command_id or f"c-{next(_numbers)}"
    plain = Provenance(command="Test", command_id=command_id, actor="ann", request="{}")
    return replace(plain, **changes)  # type: ignore[arg-type]  # the texts among its fields


def hire(employee_id: str, day: date = date(2024, 3, 1), cents: int = 50_000_00) -> EmployeeEvent:
    """The first event of an employee."""
    (event,) = Employee(employee_id).hire(
        day, salary_cents=cents, level=1, birth_date=date(1990, 2, 28), source="command"
    )
    return event


def give_raise(log: EventLog, employee_id: str, cents: int, scenario: str = "baseline") -> Commit:
    """Decide on what the log says, and append."""
    events = log.employee(scenario, employee_id).give_raise(date(2025, 1, 1), salary_cents=cents)
    return log.append(scenario, events, why())


def rows_of(log: EventLog, events: Sequence[EmployeeEvent]) -> pa.Table:
    """The batch that holds *events*."""
    ids = list(dict.fromkeys(event.originator_id for event in events))
    numbers = dict(zip(ids, log.stream_numbers(pa.array(ids, pa.string())).tolist(), strict=True))
    each = pa.array([numbers[event.originator_id] for event in events], pa.int32())
    return table_from_events(events, each.to_numpy())


def small_log(directory: Path) -> Path:
    """A closed log: 20 hires, raises, a document of assumptions, a fork; five commits."""
    path = directory / FILE
    with EventLog(path, clock=ticking()) as log:
        log.append("baseline", [hire(f"E-{number:02}") for number in range(20)], why())
        log.append("baseline", [hire("X-1")], why(assumptions='{"a":1}'))
        give_raise(log, "E-03", 60_000_00)
        log.append_batch("left", rows_of(log, []), why(), parent=2)
        give_raise(log, "E-03", 70_000_00, "left")
        log.checkpoint()
    return path


def ticking(step: timedelta = timedelta(seconds=1)) -> Callable[[], datetime]:
    """A clock that moves by *step* each time it is read."""
    return _Clock(step)


class _Clock:
    def __init__(self, step: timedelta) -> None:
        self._now, self._step = START, step

    def __call__(self) -> datetime:
        self._now += self._step
        return self._now


def tamper(path: Path, *statements: str) -> None:
    """Change a closed log as somebody with DuckDB could: triggers are dropped first."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            match = re.search(r"(?:UPDATE|FROM|INTO) (\w+)", statement)
            assert match is not None
            for kind in ("update", "delete"):
                connection.execute(f"DROP TRIGGER refuse_{kind} ON {match[1]}")
            assert connection.execute(statement).fetchall() != [(0,)]


@st.composite
def histories(draw: st.DrawFn) -> list[EmployeeEvent]:
    """What happens to a few employees, grouped by employee, as the aggregate allows it."""
    ids = draw(st.lists(st.sampled_from(["E-1", "E-2", "Ökonom", "😀", "e 1"]), unique=True))
    return [event for name in ids for event in _life(draw, name)]


def _life(draw: st.DrawFn, name: str) -> list[EmployeeEvent]:
    employee = Employee(name)
    attempts = st.tuples(
        st.sampled_from(["hire", "raise", "promote", "leave"]),
        st.dates(date(2020, 1, 1), date(2030, 12, 31)),
        st.integers(1, 10**9),
    )
    for kind, day, cents in draw(st.lists(attempts, max_size=8)):
        try:
            decide(employee, kind, day, cents)
        except EmployeeRefusedError:
            continue
    return list(employee.collect_events())


def decide(employee: Employee, kind: str, day: date, cents: int) -> Sequence[EmployeeEvent]:
    """One decision of the kind named; the aggregate may refuse it."""
    state = employee.as_of(day)
    level = state.level if state else 1
    if kind == "hire":
        place = "Gießen" if cents % 2 else None
        birth = date(1990, 5, 17)
        return employee.hire(
            day, salary_cents=cents, level=1, birth_date=birth, source="command", location=place
        )
    if kind == "raise":
        pay = state.salary_cents if state else 0
        return employee.give_raise(day, salary_cents=pay + cents)
    if kind == "promote":
        pay = state.salary_cents if state else 0
        return employee.promote(day, level=level + 1, salary_cents=pay + cents)
    return employee.terminate(day, reason="voluntary")
