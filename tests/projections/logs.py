"""A log in memory, histories that employees allow, and how to draw both."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
from hypothesis import strategies as st

from planalign.domain.employee import Employee
from planalign.domain.errors import EmployeeRefusedError, NotFoundError
from planalign.domain.events import EmployeeEvent
from planalign.domain.lineage import Lineage, merge_ranges
from planalign.domain.simulation import employee_key
from planalign.infrastructure.log.schema import EVENTS_SCHEMA, FIELD_COLUMNS, events_ddl, sql

RECORDED_AT = datetime(2025, 3, 1, 12, 30, 0, 250, tzinfo=UTC)


class FakeLog:
    """An `EventSource` over tables like the log's; each `record` is one commit of a scenario."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"preserve_insertion_order": "false"})
        for ddl in (events_ddl(), *_statements(sql("schema"))):
            self.connection.execute(ddl)
        self.position = 0
        self.commits = 0
        self.seen: dict[str, list[tuple[int, int]]] = {}
        self.stream_nos: dict[str, int] = {}

    def record(self, events: Sequence[EmployeeEvent], *, scenario: str = "baseline") -> None:
        """Append *events* as one commit."""
        rows = [self._row(place, event) for place, event in enumerate(events, self.position + 1)]
        self.append(pa.Table.from_pylist(rows, EVENTS_SCHEMA), scenario=scenario)

    def append(self, batch: pa.Table, *, scenario: str = "baseline") -> None:
        """Append rows of `events` as one commit."""
        first, last = self.position + 1, self.position + batch.num_rows
        self.position, self.commits = last, self.commits + 1
        self.connection.register("batch", batch)
        self.connection.execute("INSERT INTO events SELECT * FROM batch")
        self.connection.unregister("batch")
        self.connection.execute(
            "INSERT INTO commits BY NAME SELECT $1 AS commit_id, $1 - 1 AS parent,"
            " $2 AS scenario, $3 AS first_position, $4 AS last_position, $5 AS recorded_at,"
            " 'ann' AS actor, 'GiveRaise' AS command, 'c' AS command_id, '{}' AS request,"
            " '1' AS engine_version, '' AS digest, '' AS chain",
            [self.commits, scenario, first, last, RECORDED_AT.replace(tzinfo=None)],
        )
        self.seen.setdefault(scenario, []).append((first, last))

    def fork(self, new: str, old: str = "baseline") -> None:
        """Let *new* see what *old* sees now."""
        self.seen[new] = list(self.seen.get(old, []))

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Rows of a query."""
        cursor = self.connection.cursor()
        try:
            table: pa.Table = cursor.sql(sql, params=list(parameters)).to_arrow_table()
            return table
        finally:
            cursor.close()

    def batches(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[pa.RecordBatch]:
        """Rows of a query, two at a time, the last first: their order must not matter."""
        yield from self.query(sql, parameters).to_batches(max_chunksize=2)[::-1]

    def stream_count(self) -> int:
        """Less than there are, as of a log that goes on meanwhile: folds must grow."""
        return len(self.stream_nos) // 2

    def lineage(self, scenario: str, as_known: int | datetime | None = None) -> Lineage:
        """What *scenario* sees; *as_known* is a position here, which can cut a commit in two."""
        if scenario not in self.seen:
            raise NotFoundError(scenario)
        last = self.position if as_known is None else as_known
        assert isinstance(last, int)
        cut = ((first, min(end, last)) for first, end in self.seen[scenario])
        return Lineage(scenario, self.commits, merge_ranges(cut))

    def close(self) -> None:
        self.connection.close()

    def _row(self, position: int, event: EmployeeEvent) -> dict[str, object]:
        fields = event.model_dump()
        return {
            "position": position,
            "stream_no": self.stream_no(event.originator_id),
            "version": event.originator_version,
            "kind": event.TOPIC,
            "effective_date": event.effective_date,
            **{name: fields.get(name) for name in FIELD_COLUMNS},
            "state": None,
        }

    def stream_no(self, employee_id: str) -> int:
        """The number of the employee's stream, a new one if need be."""
        if employee_id not in self.stream_nos:
            number = self.stream_nos[employee_id] = len(self.stream_nos)
            row = [number, employee_id, employee_key(employee_id)]
            self.connection.execute("INSERT INTO streams VALUES ($1, $2, $3)", row)
        return self.stream_nos[employee_id]


def _statements(script: str) -> Iterator[str]:
    plain = re.sub(r"--[^\n]*", "", script)
    return (statement for statement in plain.split(";") if statement.strip())


@contextmanager
def log_of(*commits: Sequence[EmployeeEvent]) -> Generator[FakeLog]:
    """A log with these commits on its baseline."""
    log = FakeLog()
    for events in commits:
        log.record(events)
    try:
        yield log
    finally:
        log.close()


@dataclass(frozen=True)
class Attempt:
    """Something that may or may not be allowed."""

    employee_id: str
    kind: str
    on: date
    birth_date: date
    more_cents: int


@dataclass(frozen=True)
class Story:
    """A trunk and two branches that forked from its end, by what was allowed to happen."""

    trunk: list[EmployeeEvent]
    left: list[EmployeeEvent]
    right: list[EmployeeEvent]

    def visible(self, scenario: str, last: int) -> list[EmployeeEvent]:
        """What `scenario` sees up to position *last*, in order of recording."""
        everything = [*self.trunk, *self.left, *self.right]
        own = {"baseline": (0, 0), "left": (0, len(self.left))}
        start, length = own.get(scenario, (len(self.left), len(self.right)))
        start += len(self.trunk)
        seen = {*range(len(self.trunk)), *range(start, start + length)}
        return [event for place, event in enumerate(everything) if place in seen and place < last]

    @contextmanager
    def log(self) -> Generator[FakeLog]:
        """The log that tells it."""
        with log_of(self.trunk) as log:
            log.fork("left")
            log.fork("right")
            log.record(self.left, scenario="left")
            log.record(self.right, scenario="right")
            yield log


def employees(events: Iterable[EmployeeEvent]) -> dict[str, Employee]:
    """The aggregates that these events, in order of recording, add up to; by first appearance."""
    streams: dict[str, list[EmployeeEvent]] = {}
    for event in events:
        streams.setdefault(event.originator_id, []).append(event)
    return {name: Employee(name, stream) for name, stream in streams.items()}


def _allowed(past: Sequence[EmployeeEvent], attempts: Iterable[Attempt]) -> list[EmployeeEvent]:
    people = employees(past)
    told: list[EmployeeEvent] = []
    for attempt in attempts:
        person = people.setdefault(attempt.employee_id, Employee(attempt.employee_id))
        try:
            told.extend(_decide(person, attempt))
        except EmployeeRefusedError:
            continue
    return told


def _decide(person: Employee, attempt: Attempt) -> Sequence[EmployeeEvent]:
    state = person.as_of(attempt.on)
    cents = (state.salary_cents if state else 50_000_01) + attempt.more_cents
    if state is None or not state.is_active:
        return _hire(person, attempt, cents)  # nothing else is allowed
    if attempt.kind == "exit":
        return person.terminate(attempt.on, reason="voluntary" if cents % 2 else "retirement")
    if attempt.kind == "promotion":
        return person.promote(attempt.on, level=state.level + 1, salary_cents=cents)
    return person.give_raise(attempt.on, salary_cents=cents)


def _hire(person: Employee, attempt: Attempt, cents: int) -> Sequence[EmployeeEvent]:
    is_first = person.version == 0
    # Mostly early, so that there is a past in which facts can be recorded late.
    early = is_first and attempt.kind != "exit"
    return person.hire(
        attempt.on.replace(year=2020) if early else attempt.on,
        salary_cents=cents,
        level=1 + attempt.more_cents % 3,
        birth_date=attempt.birth_date,
        source="census" if is_first else "command",
    )


LEAP_DAYS = [date(1968, 2, 29), date(1996, 2, 29), date(2024, 2, 29)]
DAYS = st.one_of(
    st.dates(date(2023, 1, 1), date(2027, 12, 31)),
    # Few enough that facts meet on one day, and around the turns of years and of February.
    st.sampled_from(
        [
            date(y, 1, 1) + timedelta(days=d)
            for y in (2024, 2025, 2026)
            for d in (-1, 0, 58, 59, 195)
        ]
    ),
)
IDS = st.sampled_from(["E-10", "E-2", "e-1", "Ökonom", "😀"])
_KINDS = st.sampled_from(["exit", "promotion", "raise", "raise"])
_BIRTHS = st.one_of(st.sampled_from(LEAP_DAYS[:2]), st.dates(date(1955, 1, 1), date(2004, 12, 31)))
_ATTEMPTS = st.builds(
    Attempt,
    employee_id=IDS,
    kind=_KINDS,
    on=DAYS,
    birth_date=_BIRTHS,
    more_cents=st.integers(1, 10_000_00),
)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Histories with rehires, facts recorded late, facts on one day, and two ways on."""
    trunk = _allowed([], draw(st.lists(_ATTEMPTS, min_size=15, max_size=40)))
    left = _allowed(trunk, draw(st.lists(_ATTEMPTS, min_size=3, max_size=10)))
    right = _allowed(trunk, draw(st.lists(_ATTEMPTS, min_size=3, max_size=10)))
    return Story(trunk, left, right)


SCENARIOS = st.sampled_from(["baseline", "left", "right"])
