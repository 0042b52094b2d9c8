"""The append-only log: one DuckDB file, its ledger, and the two ways in.

Theory of operation. One process owns the file, and one lock is held from the first check of an
append through COMMIT and the ledger's fsync, so positions become visible in order. An append is
one transaction: new streams, events, the commit and the scenario's ref, all or nothing. What is
held in memory (commits, heads, stream numbers) changes only after that. If DuckDB fails in the
middle, the instance may be unusable, so the log closes itself: open it again.

Order matters after COMMIT: the ledger is written, then the commit is published, then the caller
is told. A crash in between leaves a log ahead of its ledger, and opening it writes the line.

The module stays whole because lock, transaction, ledger and publication are one sequence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign.domain.employee import Employee
from planalign.domain.errors import (
    CommandReusedError,
    NotFoundError,
    StaleScenarioError,
    StorageError,
)
from planalign.domain.events import EmployeeEvent
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.commits import Commit, CommitGraph, Provenance
from planalign.infrastructure.log.database import (
    BATCH_ROWS,
    FEW_ROWS,
    connect,
    cursor_of,
    translated_errors,
)
from planalign.infrastructure.log.heads import StreamHeads
from planalign.infrastructure.log.ledger import Ledger, LedgerLine
from planalign.infrastructure.log.opening import catch_up, prepare_tables
from planalign.infrastructure.log.packing import PackedEvents
from planalign.infrastructure.log.rows import event_from_row, table_from_events
from planalign.infrastructure.log.schema import sql
from planalign.infrastructure.log.streams import Streams
from planalign.infrastructure.log.threads import Threads
from planalign.infrastructure.log.writer import CommitWriter

__all__ = ["EventLog", "Write"]

Write = Callable[[duckdb.DuckDBPyConnection], None]
"""Statements to run inside a transaction; results are read to their end."""


def utc_now() -> datetime:
    """The clock that a log uses unless it is handed another: naive UTC, microseconds."""
    return datetime.now(UTC).replace(tzinfo=None)


class EventLog:
    """An open log. Use it as a context manager, or call `close`."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        """Open the log at *path*, creating it if missing.

        Raises:
            WorkspaceBusyError: If another process has it open.
            LogCorruptError: If it is not the log that its ledger describes.
        """
        self.path = path
        self._clock = clock
        self._lock = threading.RLock()
        self._listeners: set[Callable[[], None]] = set()
        self._connection = connect(path)
        self._threads = Threads(self._connection)
        self._readers = 0
        self._reading = threading.Condition()
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with translated_errors(self.path):
            prepare_tables(self._connection, self.path)
            self.graph = CommitGraph.load(self._connection)
            ledger_path = self.path.with_suffix(".ledger")
            self.ledger = Ledger(ledger_path, expected=bool(self.graph.commits))
            catch_up(self.path, self.graph, self.ledger)
            self.streams = Streams(self._connection, self._own_cursor)
            # To optimise the INSERT of a row takes a third of its time; cursors read, this writes.
            self._connection.execute("PRAGMA disable_optimizer")
        self._heads = StreamHeads(self._own_cursor)
        self._writer = CommitWriter(self._connection, self.graph, self.streams, self._clock)

    def close(self) -> None:
        """Release the file; what was acknowledged is durable already."""
        with self._lock:
            with self._reading:  # DuckDB refuses to close while a cursor is at work
                self._reading.wait_for(lambda: not self._readers)
                self._connection.close()
            if hasattr(self, "ledger"):  # last, for its lock says that the log is in use
                self.ledger.close()

    def __enter__(self) -> EventLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def checkpoint(self) -> None:
        """Move everything from the WAL into the file.

        Raises:
            StorageError: If the disk refuses. Nothing is lost, but DuckDB's instance is: the log
                is closed then.
        """
        with self._lock:
            try:
                with translated_errors(self.path):
                    self._connection.execute("CHECKPOINT")
            except StorageError as error:
                self.close()
                error.hint = "what was recorded is kept; free space and open the workspace again"
                raise

    # Reads

    def query(self, statement: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Result of a SELECT as an Arrow table, on a cursor of its own."""
        with translated_errors(self.path), self.cursor() as cursor:
            table: pa.Table = cursor.sql(statement, params=list(parameters)).to_arrow_table()
            return table

    def _few_rows(self, statement: str, parameters: Sequence[object]) -> list[dict[str, Any]]:
        """Result of a SELECT as dicts by column: half the time of a table, if it is short."""
        with translated_errors(self.path), self._own_cursor() as cursor:
            rows = cursor.execute(statement, parameters).fetchall()
            names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def batches(
        self, statement: str, parameters: Sequence[object] = ()
    ) -> Generator[pa.RecordBatch]:
        """Result of a SELECT in batches of whole row groups, while the rest is still computed."""
        with translated_errors(self.path), self.cursor() as cursor:
            result = cursor.sql(statement, params=list(parameters))
            yield from result.to_arrow_reader(BATCH_ROWS)

    def cursor(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection of one's own to read with; `close` waits until it is given back."""
        self._threads.for_many_rows()
        return self._own_cursor()

    @contextmanager
    def _own_cursor(self) -> Generator[duckdb.DuckDBPyConnection]:
        with self._reading:
            self._readers += 1
        try:
            with cursor_of(self._connection) as cursor:
                yield cursor
        finally:
            with self._reading:
                self._readers -= 1
                self._reading.notify_all()

    def lineage(self, scenario: str, as_known: int | datetime | None = None) -> Lineage:
        """What *scenario* sees now, or saw at a commit or an instant (naive UTC)."""
        return self.graph.lineage(scenario, as_known)

    def events(self, lineage: Lineage, stream_id: str) -> list[EmployeeEvent]:
        """One employee's events in version order; none if the lineage does not know them."""
        stream_no = self.stream_number(stream_id)
        if stream_no is None:
            return []
        statement = sql("stream").format(lineage=lineage.condition)
        rows = self._few_rows(statement, [stream_no])
        rows.sort(key=itemgetter("version"))  # in a third of the time that DuckDB takes to plan it
        if rows:
            self._heads.remember(lineage.head, stream_no, rows[-1]["version"])
        return [event_from_row(stream_id, row) for row in rows]

    def stream_count(self) -> int:
        """How many streams there are; their numbers are dense, from 0."""
        return self.streams.count

    def stream_number(self, stream_id: str) -> int | None:
        """The number of *stream_id*; None if no event mentions it."""
        with translated_errors(self.path):
            return self.streams.number(stream_id)

    def stream_ids(self, numbers: NDArray[np.int32]) -> pa.Array:
        """The ids of *numbers*, in their order."""
        with self._lock, translated_errors(self.path):
            ids: pa.Array = self.streams.ids(numbers).combine_chunks()
            return ids

    def assumptions_document(self, commit: Commit) -> str | None:
        """Canonical JSON of the assumptions that *commit* was decided with, if any."""
        statement = "SELECT document FROM assumptions WHERE digest = ?"
        rows = self.query(statement, [commit.assumptions_digest]).column("document").to_pylist()
        document: str | None = rows[0] if rows else None
        return document

    def employee(self, scenario: str, employee_id: str) -> Employee:
        """The aggregate as *scenario* knows it; empty if there is no such employee yet."""
        if not self.graph.head(scenario):
            return Employee(employee_id)
        return Employee(employee_id, self.events(self.lineage(scenario), employee_id))

    def listen(self, listener: Callable[[], None]) -> None:
        """Call *listener* after each commit."""
        self._listeners.add(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Stop calling *listener*."""
        self._listeners.discard(listener)

    # Writes

    def stream_numbers(self, ids: pa.Array) -> NDArray[np.int32]:
        """Numbers for distinct *ids*; new ones become durable with a commit that uses them."""
        with translated_errors(self.path):
            return self.streams.numbers(ids)

    def append(
        self,
        scenario: str,
        events: Sequence[EmployeeEvent],
        provenance: Provenance,
        *,
        expected_head: int | None = None,
    ) -> Commit:
        """Append decided events as one commit; see `append_batch`."""
        with self._lock:
            ids = list(dict.fromkeys(event.originator_id for event in events))
            numbers = self.stream_numbers(pa.array(ids, pa.string()))
            number_of = dict(zip(ids, numbers.tolist(), strict=True))
            each = np.array([number_of[event.originator_id] for event in events], dtype=np.int32)
            table = table_from_events(events, each)
            return self.append_batch(scenario, table, provenance, expected_head=expected_head)

    def append_batch(
        self,
        scenario: str,
        table: pa.Table,
        provenance: Provenance,
        *,
        expected_head: int | None = None,
        parent: int | None = None,
        extra: Write | None = None,
    ) -> Commit:
        """Append a batch of events as one commit.

        Args:
            scenario: The scenario whose head moves; created if new.
            table: Rows grouped by stream, each group in version order; any of the log's columns
                but `position`.
            provenance: Who, why, and the idempotency key.
            expected_head: The head that the events were decided on; None to take it as it is.
            parent: Commit to continue from instead of the head: a fork or a rewind.
            extra: Writes more in the same transaction; if it raises, nothing is kept.

        Raises:
            StaleScenarioError: If the scenario's head is not *expected_head*.
            StaleStreamError: If a stream is not at the version before its first new event.
            CommandReusedError: If the command id was used for another request.
            NotFoundError: If *parent* is no commit; 0 stands for the empty log.
            StorageError: If the disk refuses; nothing is kept then.
        """
        with self._lock:
            earlier = self.graph.by_command_id(provenance.command_id)
            if earlier is not None:
                return _same_or_refused(earlier, provenance, scenario)
            head = self.graph.head(scenario)
            if parent:
                self.graph.commit(parent)
            if expected_head is not None and head != expected_head:
                message = f"{scenario} is at commit {head}, not {expected_head}"
                raise StaleScenarioError(message, hint="reload the scenario and decide again")
            parent = head if parent is None else parent
            commit = self._append(scenario, table, provenance, parent, extra)
        for listener in list(self._listeners):
            listener()
        return commit

    def write(self, extra: Write) -> None:
        """Run *extra* in a transaction of its own, without a commit of the log."""
        with self._lock:
            try:
                with translated_errors(self.path):
                    self._connection.begin()
                    extra(self._connection)
                    self._connection.commit()
            except BaseException as error:
                self._abandon(error)
                raise

    def _append(
        self,
        scenario: str,
        table: pa.Table,
        provenance: Provenance,
        parent: int,
        extra: Write | None,
    ) -> Commit:
        if table.num_rows > FEW_ROWS:
            self._threads.for_many_rows()
        elif not self._readers:  # who reads meanwhile keeps all threads
            self._threads.for_few_rows()
        ranges = self.graph.lineage_of(parent)
        with translated_errors(self.path):
            lineage, streams = Lineage(scenario, parent, ranges), self.streams
            moved = self._heads.check(lineage, table, streams.count, streams.durable_count)
        try:
            with translated_errors(self.path):
                self._connection.begin()
                commit = self._writer.insert(scenario, table, provenance, parent)
                if extra:
                    extra(self._connection)
                self._connection.commit()
        except BaseException as error:
            self._abandon(error)
            raise
        try:
            self.ledger.append(LedgerLine.of(commit))
            self.streams.publish()
            self.graph.publish(commit)
            self._heads.publish(commit.commit_id, parent, moved)
        except BaseException:
            self.close()  # the commit is durable but memory may not know it: only reopening helps
            raise
        return commit

    def _abandon(self, error: BaseException) -> None:
        """Undo the transaction; if even that fails the instance is lost and must be reopened."""
        try:
            self._connection.rollback()
        except duckdb.Error:
            self.close()
            if isinstance(error, StorageError):
                error.hint += "; open the workspace again"

    def packed(self, commit: Commit) -> PackedEvents:
        """Canonical form of what the log holds as the events of *commit*."""
        rows = self.read_commit(commit)
        with self._lock:
            return self._writer.pack(rows)

    def read_commit(self, commit: Commit) -> pa.Table:
        """The events of *commit* in the order of their positions."""
        return self.query(sql("commit_events"), [commit.first_position, commit.last_position])

    def rewind(self, scenario: str, commit_id: int, provenance: Provenance) -> Commit:
        """Move *scenario*'s head back to *commit_id*; what it leaves stays in the log.

        Raises:
            NotFoundError: If the commit is not in the scenario's history.
        """
        with self._lock:
            history = self.graph.ancestry(self.graph.head(scenario))
            if commit_id not in {commit.commit_id for commit in history}:
                raise NotFoundError(f"commit {commit_id} is not in the history of {scenario}")
            empty = table_from_events([], np.zeros(0, dtype=np.int32))
            return self.append_batch(scenario, empty, provenance, parent=commit_id)


def _same_or_refused(earlier: Commit, provenance: Provenance, scenario: str) -> Commit:
    if earlier.same_request(provenance, scenario):
        return earlier
    message = (
        f"command id {provenance.command_id} was used for {earlier.command} on "
        f"{earlier.scenario} in commit {earlier.commit_id}, with other content"
    )
    raise CommandReusedError(message, hint="use a new command id for a new request")
