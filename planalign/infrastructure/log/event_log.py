"""The append-only log: one DuckDB file, its ledger, and the two ways in.

Theory of operation. One process owns the file, and one lock is held from the first check of an
append through COMMIT and the ledger's fsync, so positions become visible in order. An append is
one transaction: new streams, events, the commit and the scenario's ref, all or nothing. What is
held in memory (commits, heads, stream numbers) changes only after that. If DuckDB fails in the
middle, the instance may be unusable, so the log closes itself: open it again.

Order matters after COMMIT: the ledger is written, then the commit is published, then the caller
is told. A crash in between leaves a log ahead of its ledger, and opening it writes the line.
"""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign import __version__
from planalign.domain.employee import Employee
from planalign.domain.errors import (
    CommandReusedError,
    LogCorruptError,
    NotFoundError,
    StaleScenarioError,
    StorageError,
)
from planalign.domain.events import EmployeeEvent
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.commits import COMMIT_COLUMNS, Commit, CommitGraph, Provenance
from planalign.infrastructure.log.database import connect, fsync_directory, translated_errors
from planalign.infrastructure.log.digest import commit_digest
from planalign.infrastructure.log.heads import StreamHeads
from planalign.infrastructure.log.ledger import Ledger, LedgerLine
from planalign.infrastructure.log.packing import pack
from planalign.infrastructure.log.rows import event_from_row, table_from_events
from planalign.infrastructure.log.schema import events_ddl, sql
from planalign.infrastructure.log.streams import Streams

__all__ = ["FORMAT", "EventLog"]

FORMAT = 1
Write = Callable[[duckdb.DuckDBPyConnection], None]
"""Statements to run inside a transaction; results are read to their end."""

_APPEND_ONLY = ("log", "streams", "assumptions", "commits", "refs", "events")


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
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with translated_errors(self.path):
            if not self._connection.execute("SHOW TABLES").fetchall():
                self._create()
            self._check_format()
            self.graph = CommitGraph.load(self._connection)
            self.ledger = Ledger(self.path.with_suffix(".ledger"), expected=bool(self.graph.commits))
            self._catch_up()
            self.streams = Streams(self._connection)
        self._heads = StreamHeads(self._connection)

    def _create(self) -> None:
        statements = [sql("schema"), events_ddl()]
        statements += [sql("triggers").format(table=table) for table in _APPEND_ONLY]
        self._connection.begin()
        for statement in statements:
            self._connection.execute(statement)
        self._connection.execute("INSERT INTO log VALUES (?, ?)", [FORMAT, str(uuid.uuid4())])
        self._connection.commit()
        fsync_directory(self.path.parent)

    def _check_format(self) -> None:
        found = self._connection.execute("SELECT max(format) FROM log").fetchall()[0][0]
        if found != FORMAT:
            message = f"{self.path} has format {found}, this version reads {FORMAT}"
            raise LogCorruptError(message, hint="use the version of planalign that wrote it")

    def _catch_up(self) -> None:
        """Compare log and ledger; write the lines that a crash kept from the ledger."""
        commits, lines = self.graph.commits, self.ledger.lines
        for commit, line in zip(commits, lines, strict=False):
            if (commit.chain, commit.last_position) != (line.chain, line.last_position):
                message = f"commit {commit.commit_id} of {self.path} is not the one acknowledged"
                hint = f"another file was put in its place, or it was edited; see {self.ledger.path}"
                raise LogCorruptError(message, hint=hint)
        if len(lines) > len(commits):
            first, last = len(commits) + 1, len(lines)
            message = (
                f"{self.path} ends at commit {len(commits)}, but {last} were acknowledged: "
                f"commits {first} to {last} are missing"
            )
            hint = "the file is older than its ledger, or its .wal was lost; restore a backup"
            raise LogCorruptError(message, hint=hint)
        missing = commits[len(lines) :]
        self.ledger.append(*(_ledger_line(commit) for commit in missing))

    def close(self) -> None:
        """Release the file; what was acknowledged is durable already."""
        with self._lock:
            self._connection.close()
            if hasattr(self, "ledger"):
                self.ledger.close()

    def __enter__(self) -> EventLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def checkpoint(self) -> None:
        """Move everything from the WAL into the file."""
        with self._lock, translated_errors(self.path):
            self._connection.execute("CHECKPOINT")

    # Reads

    def query(self, statement: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Result of a SELECT as an Arrow table, on a cursor of its own."""
        with translated_errors(self.path), self._connection.cursor() as cursor:
            return cursor.sql(statement, params=list(parameters)).to_arrow_table()

    def lineage(self, scenario: str, as_known: int | datetime | None = None) -> Lineage:
        """What *scenario* sees now, or saw at a commit or an instant (naive UTC)."""
        return self.graph.lineage(scenario, as_known)

    def events(self, lineage: Lineage, stream_id: str) -> list[EmployeeEvent]:
        """One employee's events in version order; none if the lineage does not know them."""
        stream_no = self.stream_number(stream_id)
        if stream_no is None:
            return []
        statement = sql("stream").format(lineage=lineage.condition)
        rows = self.query(statement, [stream_no]).to_pylist()
        return [event_from_row(stream_id, row) for row in rows]

    def stream_number(self, stream_id: str) -> int | None:
        """The number of *stream_id*; None if no event mentions it."""
        with self._lock, translated_errors(self.path):
            return self.streams.number(stream_id)

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
        """Numbers for distinct *ids*; new ones become durable with the next commit."""
        with self._lock, translated_errors(self.path):
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
            StorageError: If the disk refuses; nothing is kept then.
        """
        with self._lock:
            earlier = self.graph.by_command_id(provenance.command_id)
            if earlier is not None:
                return _same_or_refused(earlier, provenance, scenario)
            head = self.graph.head(scenario)
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
        ranges = self.graph.lineage_of(parent)
        with translated_errors(self.path):
            moved = self._heads.check(Lineage(scenario, parent, ranges), table, self.streams.count)
        try:
            with translated_errors(self.path):
                self._connection.begin()
                commit = self._insert(scenario, table, provenance, parent)
                if extra:
                    extra(self._connection)
                self._connection.commit()
        except BaseException as error:
            self._abandon(error)
            raise
        self.ledger.append(_ledger_line(commit))
        self.streams.publish()
        self.graph.publish(commit)
        self._heads.publish(commit.commit_id, parent, moved)
        return commit

    def _abandon(self, error: BaseException) -> None:
        """Undo the transaction; if even that fails the instance is lost and must be reopened."""
        try:
            self._connection.rollback()
        except duckdb.Error:
            self.close()
            if isinstance(error, StorageError):
                error.hint += "; open the workspace again"

    def _insert(
        self, scenario: str, table: pa.Table, provenance: Provenance, parent: int
    ) -> Commit:
        first = self.graph.last_position + 1
        self.streams.insert_pending()
        if table.num_rows:
            positions = pa.array(np.arange(first, first + table.num_rows, dtype=np.int64))
            self._insert_rows("events", table.append_column("position", positions))
        commit = self._commit(scenario, table, provenance, parent, first)
        values = [getattr(commit, name) for name in COMMIT_COLUMNS]
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO commits VALUES ({marks})", values)
        ref = [scenario, commit.commit_id, commit.recorded_at]
        self._connection.execute("INSERT INTO refs VALUES (?, ?, ?)", ref)
        if provenance.assumptions is not None:
            document = [commit.assumptions_digest, provenance.assumptions]
            self._connection.execute(sql("insert_assumptions"), document)
        return commit

    def _insert_rows(self, table_name: str, rows: pa.Table) -> None:
        columns = ", ".join(rows.column_names)
        self._connection.register("batch", rows)
        statement = f"INSERT INTO {table_name} ({columns}) SELECT {columns} FROM batch"  # noqa: S608 - column names of our schema
        self._connection.execute(statement)
        self._connection.unregister("batch")

    def _commit(
        self, scenario: str, table: pa.Table, provenance: Provenance, parent: int, first: int
    ) -> Commit:
        recorded_at = max([self._clock(), *(c.recorded_at for c in self.graph.commits[-1:])])
        values: dict[str, Any] = {
            "commit_id": len(self.graph.commits) + 1,
            "parent": parent,
            "scenario": scenario,
            "first_position": first,
            "last_position": first + table.num_rows - 1,
            "recorded_at": recorded_at,
            "actor": provenance.actor,
            "command": provenance.command,
            "command_id": provenance.command_id,
            "correlation_id": provenance.correlation_id,
            "causation_id": provenance.causation_id,
            "request": provenance.request,
            "period_start": provenance.period_start,
            "period_end": provenance.period_end,
            "assumptions_digest": _document_digest(provenance.assumptions),
            "engine_version": __version__,
            "digest": self.digest_of(table),
        }
        commit = Commit(**values, chain="")
        return Commit(**values, chain=commit.expected_chain(self.graph.chain_head))

    def digest_of(self, table: pa.Table) -> str:
        """Digest of the events in *table*, in the order of their positions."""
        return commit_digest(self.packed(table))

    def packed(self, table: pa.Table) -> Any:
        """Canonical form of the events in *table*; their streams must be in the log."""
        numbers = table.column("stream_no").to_numpy()
        begins = table.column("version").to_numpy() <= 1
        return pack(table, self.streams.keys(numbers), self.streams.ids(numbers[begins]))

    def read_commit(self, commit: Commit) -> pa.Table:
        """The events of *commit* in the order of their positions."""
        return self.query(sql("commit_events"), [commit.first_position, commit.last_position])

    def rewind(self, scenario: str, commit_id: int, provenance: Provenance) -> Commit:
        """Move *scenario*'s head back to *commit_id*; what it leaves stays in the log.

        Raises:
            NotFoundError: If the commit is not in the scenario's history.
        """
        with self._lock:
            if commit_id not in {c.commit_id for c in self.graph.ancestry(self.graph.head(scenario))}:
                raise NotFoundError(f"commit {commit_id} is not in the history of {scenario}")
            empty = table_from_events([], np.zeros(0, dtype=np.int32))
            return self.append_batch(scenario, empty, provenance, parent=commit_id)


def _document_digest(document: str | None) -> str | None:
    return None if document is None else hashlib.sha256(document.encode()).hexdigest()


def _ledger_line(commit: Commit) -> LedgerLine:
    return LedgerLine(commit.commit_id, commit.last_position, commit.chain)


def _same_or_refused(earlier: Commit, provenance: Provenance, scenario: str) -> Commit:
    if earlier.same_request(provenance, scenario):
        return earlier
    message = (
        f"command id {provenance.command_id} was used for {earlier.command} on "
        f"{earlier.scenario} in commit {earlier.commit_id}, with other content"
    )
    raise CommandReusedError(message, hint="use a new command id for a new request")
