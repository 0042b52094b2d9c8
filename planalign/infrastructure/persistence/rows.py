"""Stored events as rows of `events` and back: ours in typed columns, foreign ones as a blob."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
from eventsourcing.persistence import StoredEvent
from numpy.typing import NDArray

from planalign.infrastructure.log.rows import EVENT_BY_TOPIC, event_from_row
from planalign.infrastructure.log.schema import EVENTS_SCHEMA
from planalign.infrastructure.persistence.mapper import event_from_stored, stored_from_event

__all__ = ["grouped", "stored_from_row", "table_from_stored"]

_SCHEMA = pa.schema([field for field in EVENTS_SCHEMA if field.name != "position"])
_ENVELOPE = {"originator_id", "originator_version"}


def grouped(stored_events: Sequence[StoredEvent]) -> list[int]:
    """Indices of *stored_events* by the first appearance of their stream, then as given.

    >>> event = lambda stream, version: StoredEvent(stream, version, "t", b"")
    >>> grouped([event("b", 1), event("a", 1), event("b", 2)])
    [0, 2, 1]
    """
    rank: dict[str, int] = {}
    for stored in stored_events:
        rank.setdefault(str(stored.originator_id), len(rank))
    places = range(len(stored_events))
    return sorted(places, key=lambda i: rank[str(stored_events[i].originator_id)])


def table_from_stored(
    stored_events: Sequence[StoredEvent], stream_nos: NDArray[np.int32]
) -> pa.Table:
    """Rows without positions, in the order given.

    Raises:
        DataError: If an employee event's state is not what its topic demands.
    """
    numbers: list[int] = stream_nos.tolist()
    rows = [_row(stored, no) for stored, no in zip(stored_events, numbers, strict=True)]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _row(stored: StoredEvent, stream_no: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "stream_no": stream_no,
        "version": stored.originator_version,
        "kind": stored.topic,
    }
    if stored.topic in EVENT_BY_TOPIC:
        return row | event_from_stored(stored).model_dump(exclude=_ENVELOPE)
    return row | {"state": stored.state}


def stored_from_row(row: dict[str, Any], *, uuids: bool) -> StoredEvent:
    """The stored event that *row* holds; with *uuids*, ids of foreign streams become UUIDs."""
    stream_id: str = row["stream_id"]
    if row["kind"] in EVENT_BY_TOPIC:
        return stored_from_event(event_from_row(stream_id, row))
    return StoredEvent(
        originator_id=UUID(stream_id) if uuids else stream_id,
        originator_version=row["version"],
        topic=row["kind"],
        state=row["state"],
    )
