"""An application of the library over employees, and what the log then holds."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from eventsourcing.application import Application
from eventsourcing.cipher import AESCipher
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    StoredEvent,
    Tracking,
)
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.employee import Employee
from planalign.domain.events import EmployeeEvent, Hire, Raise
from planalign.infrastructure.log.commits import Provenance
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.rows import table_from_events
from planalign.infrastructure.log.verify import verify
from planalign.infrastructure.persistence import DuckDBFactory
from planalign.infrastructure.persistence.mapper import stored_from_event

HIRED = date(2020, 5, 4)


class Employees(Application[str]):
    """The library's application over employees, as docs/eventsourcing.md shows it."""

    def hire(self, employee_id: str) -> None:
        employee = Employee(employee_id)
        born = date(1990, 1, 1)
        employee.hire(HIRED, salary_cents=7_000_000, level=1, birth_date=born, source="command")
        self.save(employee)

    def give_raise(self, employee_id: str, effective_date: date, salary_cents: int) -> None:
        employee = self.employee(employee_id)
        employee.give_raise(effective_date, salary_cents=salary_cents)
        self.save(employee)

    def employee(self, employee_id: str) -> Employee:
        return self.repository.get(employee_id, projector_func=Employee.project)


def environment(path: Path) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "planalign.infrastructure.persistence",
        "DUCKDB_LOG_PATH": str(path),
    }


@contextmanager
def factory_at(path: Path) -> Generator[DuckDBFactory]:
    factory = DuckDBFactory(environment(path))
    try:
        yield factory
    finally:
        factory.close()


def event(version: int, *, stream: str = "a", topic: str = "note") -> StoredEvent:
    return StoredEvent(stream, version, topic, b"{}")


def test_an_application_keeps_employees_in_typed_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.duckdb"
    with Employees(environment(path)) as app:
        app.hire("E-1")
        app.give_raise("E-1", date(2021, 7, 15), 7_350_000)
        state = app.employee("E-1").as_of(date(2021, 12, 31))
        assert state is not None
        assert state.salary_cents == 7_350_000
        assert [n.topic for n in app.recorder.select_notifications(None, 9)] == [
            "employee.hire.v1",
            "employee.raise.v1",
        ]
    with EventLog(path) as log:
        rows = log.query("SELECT kind, salary_cents, state FROM events ORDER BY position")
        assert rows.column("salary_cents").to_pylist() == [7_000_000, 7_350_000]
        assert rows.column("state").null_count == 2
        assert log.employee("Employees", "E-1").version == 2
        assert verify(log).events == 2


events_of_streams = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 10**9)), min_size=1, max_size=12
)


def decided(pairs: list[tuple[str, int]]) -> list[EmployeeEvent]:
    """A hire, then raises, for each stream; grouped by stream."""
    events: list[EmployeeEvent] = []
    versions: dict[str, int] = {}
    for stream, cents in sorted(pairs, key=lambda pair: pair[0]):
        version = versions[stream] = versions.get(stream, 0) + 1
        common = {
            "originator_id": stream,
            "originator_version": version,
            "effective_date": HIRED,
            "salary_cents": cents,
        }
        hire = common | {"level": 1, "birth_date": date(1990, 1, 1), "source": "census"}
        kind, values = (Hire, hire) if version == 1 else (Raise, common)
        events.append(kind.model_validate(values))
    return events


def rows_and_digest(log: EventLog) -> tuple[pa.Table, str]:
    (commit,) = log.graph.commits
    return log.read_commit(commit), commit.digest


@given(events_of_streams)
@pytest.mark.slow
def test_events_batches_and_the_librarys_recorder_leave_the_same_rows_and_digest(
    pairs: list[tuple[str, int]],
) -> None:
    events = decided(pairs)
    provenance = Provenance(command="Record", command_id="1", actor="test", request="{}")
    with tempfile.TemporaryDirectory() as name:
        with EventLog(Path(name) / "events.duckdb") as log:
            log.append("library", events, provenance)
            one_by_one = rows_and_digest(log)
        with EventLog(Path(name) / "batch.duckdb") as log:
            ids = [e.originator_id for e in events]
            distinct = list(dict.fromkeys(ids))
            numbers = log.stream_numbers(pa.array(distinct, pa.string()))
            each = np.array([numbers[distinct.index(i)] for i in ids], dtype=np.int32)
            log.append_batch("library", table_from_events(events, each), provenance)
            in_bulk = rows_and_digest(log)
        with factory_at(Path(name) / "library.duckdb") as factory:
            stored = [stored_from_event(e) for e in events]
            recorder = factory.application_recorder()
            assert recorder.insert_events(stored) == list(range(1, len(events) + 1))
            by_library = rows_and_digest(recorder.log)
            assert [*recorder.select_notifications(None, 99)] == [
                type(n)(**vars(s), id=n.id)
                for s, n in zip(stored, recorder.select_notifications(None, 99), strict=True)
            ]
    assert one_by_one == in_bulk == by_library


def test_ids_follow_the_order_of_the_call_though_streams_are_laid_down_together(
    tmp_path: Path,
) -> None:
    with factory_at(tmp_path / "log.duckdb") as factory:
        recorder = factory.application_recorder()
        mixed = [event(1, stream="b"), event(1, stream="a"), event(2, stream="b")]
        assert recorder.insert_events(mixed) == [1, 3, 2]


def test_refused_tracking_takes_its_events_with_it(tmp_path: Path) -> None:
    with factory_at(tmp_path / "log.duckdb") as factory:
        recorder = factory.process_recorder()
        recorder.insert_tracking(Tracking("upstream", 5))
        with pytest.raises(IntegrityError):
            recorder.insert_events([event(1)], tracking=Tracking("upstream", 5))
        assert recorder.max_notification_id() is None
        assert recorder.log.query("SELECT * FROM events").num_rows == 0
        assert recorder.insert_events([event(1)], tracking=Tracking("upstream", 6)) == [1]
        assert verify(recorder.log).events == 1


def test_a_state_that_its_topic_does_not_allow_is_refused(tmp_path: Path) -> None:
    with factory_at(tmp_path / "log.duckdb") as factory, pytest.raises(DataError, match="raise"):
        factory.application_recorder().insert_events([event(1, topic="employee.raise.v1")])


def test_a_cipher_is_refused_for_employees(tmp_path: Path) -> None:
    key = {"CIPHER_KEY": AESCipher.create_key(16)}
    app = Employees(environment(tmp_path / "log.duckdb") | key)
    with app, pytest.raises(NotSupportedError, match="encrypted"):
        app.hire("E-1")


def test_snapshots_leave_no_gap_between_notifications(tmp_path: Path) -> None:
    env = environment(tmp_path / "log.duckdb") | {"IS_SNAPSHOTTING_ENABLED": "y"}
    with Application[UUID](env) as app:
        first = Aggregate()
        app.save(first)
        app.take_snapshot(first.id)
        app.save(Aggregate())
        assert [n.id for n in app.recorder.select_notifications(None, 9)] == [1, 2]
    assert (tmp_path / "log.snapshots.duckdb").exists()


def test_factories_in_one_process_share_the_open_log(tmp_path: Path) -> None:
    path = tmp_path / "log.duckdb"
    with factory_at(path) as one, factory_at(path) as other:
        one.application_recorder().insert_events([event(1)])
        assert other.application_recorder().max_notification_id() == 1


@pytest.mark.parametrize("variables", [{}, {"DUCKDB_LOG_PATH": "x", "ORIGINATOR_ID_TYPE": "int"}])
def test_a_missing_or_wrong_variable_is_an_os_error(variables: dict[str, str]) -> None:
    with pytest.raises(OSError, match=r"DUCKDB_LOG_PATH|ORIGINATOR_ID_TYPE"):
        DuckDBFactory(variables)


def test_a_log_that_cannot_be_opened_is_an_operational_error(tmp_path: Path) -> None:
    with pytest.raises(OperationalError):
        DuckDBFactory(environment(tmp_path / "missing" / "log.duckdb"))
