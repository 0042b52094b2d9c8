"""Events as rows and back: one event to typed columns, a row to an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign.domain.events import EVENT_TYPES, EmployeeEvent
from planalign.infrastructure.log.schema import EVENTS_SCHEMA, FIELD_COLUMNS

__all__ = ["EVENT_BY_TOPIC", "event_from_row", "table_from_events"]

EVENT_BY_TOPIC: dict[str, type[EmployeeEvent]] = {kind.TOPIC: kind for kind in EVENT_TYPES}


def table_from_events(events: Sequence[EmployeeEvent], stream_nos: NDArray[np.int32]) -> pa.Table:
    """The rows of *events*, in their order, without positions and without columns of nulls.

    Args:
        events: Employee events.
        stream_nos: Shape (n,), the number of each event's stream.
    """
    columns: dict[str, Any] = {
        "stream_no": pa.array(stream_nos, pa.int32()),
        "version": pa.array([event.originator_version for event in events], pa.int32()),
        "kind": pa.array([event.TOPIC for event in events], pa.string()),
        "effective_date": pa.array([event.effective_date for event in events], pa.date32()),
    }
    for name, arrow in FIELD_COLUMNS.items():
        values = [getattr(event, name, None) for event in events]
        if any(value is not None for value in values):
            columns[name] = pa.array(values, arrow)
    return pa.table(columns)


def event_from_row(stream_id: str, row: dict[str, Any]) -> EmployeeEvent:
    """The event that *row*, a dict by column name, holds."""
    event_type = EVENT_BY_TOPIC[row["kind"]]
    own = {name: row[name] for name in event_type.model_fields if name in EVENTS_SCHEMA.names}
    return event_type(originator_id=stream_id, originator_version=row["version"], **own)
