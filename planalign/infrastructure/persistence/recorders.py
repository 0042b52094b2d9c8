"""The library's four recorders over one scenario of the log.

Notification ids are positions in the log: in order, never reused, and without gaps as long as the
log holds this scenario alone. Tracking is append-only too: the highest id of an application counts.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)

from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.commits import Commit, Provenance
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.persistence.errors import library_errors
from planalign.infrastructure.persistence.rows import grouped, stored_from_row, table_from_stored
from planalign.infrastructure.persistence.shared_log import LogHandle

__all__ = [
    "DuckDBAggregateRecorder",
    "DuckDBApplicationRecorder",
    "DuckDBProcessRecorder",
    "DuckDBTrackingRecorder",
]

_MAX_TRACKED = "SELECT max(notification_id) AS n FROM tracking WHERE application_name = ?"


class _LogRecorder:
    """What all recorders share: a scenario of an open log."""

    def __init__(self, handle: LogHandle, *, scenario: str = "library", uuids: bool = True) -> None:
        self._handle = handle
        self._scenario = scenario
        self._uuids = uuids

    @property
    def log(self) -> EventLog:
        """The log that is written to."""
        return self._handle.log

    @property
    def lineage(self) -> Lineage:
        """What the scenario sees now; nothing before its first event."""
        head = self.log.graph.head(self._scenario)
        return Lineage(self._scenario, head, self.log.graph.lineage_of(head))

    def _rows(self, statement: str, parameters: Sequence[object]) -> list[dict[str, Any]]:
        with library_errors():
            return self.log.query(statement, parameters).to_pylist()

    def _provenance(self, tracking: Tracking | None) -> Provenance:
        request: dict[str, object] = {"application": self._scenario}
        if tracking is not None:
            request["tracking"] = [tracking.application_name, tracking.notification_id]
        return Provenance(
            command="Record",
            command_id=str(uuid.uuid4()),
            actor=self._scenario,
            request=json.dumps(request, sort_keys=True, separators=(",", ":")),
        )


class DuckDBAggregateRecorder(_LogRecorder, AggregateRecorder):
    """Stores and selects the events of aggregates.

    Versions of one stream go up: an older version cannot be filled in later. Events of one call
    are laid down stream by stream, so the log stays sorted inside a commit.
    """

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append *stored_events* as one commit; None, as this recorder has no sequence."""
        self._insert_events(stored_events, kwargs.get("tracking"))
        return None

    def _insert_events(
        self, stored_events: Sequence[StoredEvent], tracking: Tracking | None = None
    ) -> list[int]:
        """Append, and return the position of each event in the order given."""
        if not stored_events:
            return []
        order = grouped(stored_events)
        with library_errors():
            commit = self._append([stored_events[i] for i in order], tracking)
        positions = [0] * len(order)
        for place, index in enumerate(order):
            positions[index] = commit.first_position + place
        return positions

    def _append(self, stored_events: Sequence[StoredEvent], tracking: Tracking | None) -> Commit:
        names = [str(stored.originator_id) for stored in stored_events]
        ids = list(dict.fromkeys(names))
        numbers = self.log.stream_numbers(pa.array(ids, pa.string())).tolist()
        number_of = dict(zip(ids, numbers, strict=True))
        each = np.array([number_of[name] for name in names], dtype=np.int32)
        return self.log.append_batch(
            self._scenario,
            table_from_stored(stored_events, each),
            self._provenance(tracking),
            extra=None if tracking is None else _tracking_writer(tracking),
        )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one stream by version."""
        with library_errors():
            stream_no = self.log.stream_number(str(originator_id))
        if stream_no is None:
            return []
        bounds = [("version > ?", gt), ("version <= ?", lte)]
        where, parameters = _where(["stream_no = ?", self.lineage.condition], bounds)
        statement = f"SELECT ? AS stream_id, * FROM events WHERE {where} ORDER BY version {'DESC' if desc else 'ASC'}"  # noqa: S608, E501 - integers and our own words
        parameters = [str(originator_id), stream_no, *parameters]
        if limit is not None:
            statement, parameters = f"{statement} LIMIT ?", [*parameters, limit]
        rows = self._rows(statement, parameters)
        return [stored_from_row(row, uuids=self._uuids) for row in rows]


class DuckDBApplicationRecorder(DuckDBAggregateRecorder, ApplicationRecorder):
    """Adds the application's sequence: every event of the scenario by position."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append *stored_events* as one commit and return their notification ids."""
        return self._insert_events(stored_events, kwargs.get("tracking"))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Up to *limit* notifications from *start* to *stop*, of *topics* only if given."""
        bounds: list[tuple[str, object]] = [
            (f"position {'>=' if inclusive_of_start else '>'} ?", start),
            ("position <= ?", stop),
            ("list_contains(?, kind)", list(topics) or None),
        ]
        where, parameters = _where([self.lineage.condition], bounds)
        statement = f"SELECT * FROM events JOIN streams USING (stream_no) WHERE {where} ORDER BY position LIMIT ?"  # noqa: S608, E501 - integers and our own words
        rows = self._rows(statement, [*parameters, limit])
        return [self._notification(row) for row in rows]

    def _notification(self, row: dict[str, Any]) -> Notification:
        return Notification(**vars(stored_from_row(row, uuids=self._uuids)), id=row["position"])

    def max_notification_id(self) -> int | None:
        """The scenario's newest position; None if it has no events."""
        return self.lineage.last_position or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Notifications after *gt*, and then new ones as they are committed."""
        return _LogSubscription(self, gt=gt, topics=topics)


class _LogSubscription(ListenNotifySubscription[DuckDBApplicationRecorder]):
    """Wakes after each commit in this process, the only one that can write."""

    def __init__(
        self,
        recorder: DuckDBApplicationRecorder,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        recorder.log.listen(self._has_been_notified.set)
        self._has_been_notified.set()  # a commit between the first pull and listening

    def stop(self) -> None:
        """End the iteration, from any thread."""
        super().stop()
        self._recorder.log.unlisten(self._has_been_notified.set)


class DuckDBTrackingRecorder(_LogRecorder, TrackingRecorder):
    """Records how far other applications have been followed."""

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record *tracking*.

        Raises:
            IntegrityError: If that position, or a later one, is recorded already.
        """
        with library_errors():
            self.log.write(_tracking_writer(tracking))

    def max_tracking_id(self, application_name: str) -> int | None:
        """The highest position recorded for *application_name*."""
        highest: int | None = self._rows(_MAX_TRACKED, [application_name])[0]["n"]
        return highest


class DuckDBProcessRecorder(DuckDBTrackingRecorder, DuckDBApplicationRecorder, ProcessRecorder):
    """Events and the tracking that caused them, in one transaction or not at all."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append *stored_events* and the keyword ``tracking``; either may be missing."""
        tracking: Tracking | None = kwargs.get("tracking")
        if not stored_events and tracking is not None:
            self.insert_tracking(tracking)
        return self._insert_events(stored_events, tracking)


def _where(conditions: list[str], bounds: Sequence[tuple[str, object]]) -> tuple[str, list[object]]:
    """Conditions and those bounds that have a value, as SQL and parameters."""
    given = [(condition, value) for condition, value in bounds if value is not None]
    clauses = [*conditions, *(condition for condition, _ in given)]
    return " AND ".join(clauses), [value for _, value in given]


def _tracking_writer(tracking: Tracking) -> Callable[[duckdb.DuckDBPyConnection], None]:
    name, new = tracking.application_name, tracking.notification_id

    def write(connection: duckdb.DuckDBPyConnection) -> None:
        highest = connection.execute(_MAX_TRACKED, [name]).fetchall()[0][0]
        if highest is not None and highest >= new:
            raise IntegrityError(f"{name} is tracked to {highest}; {new} is not after it")
        connection.execute("INSERT INTO tracking VALUES (?, ?)", [name, new]).fetchall()

    return write
