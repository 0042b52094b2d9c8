"""Events as a read model is told of them: numbers only, with what cannot be folded marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from planalign.domain.calendar import NEVER
from planalign.domain.events import EVENT_TYPES, Hire, Promotion, Raise, Termination
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import (
    BoolArray,
    Int32Array,
    Int64Array,
    RowIndex,
    UInt8Array,
)
from planalign.projections.read_models.statements import statement
from planalign.projections.source import EventSource

__all__ = ["EXIT", "FAULTS", "HIRE", "PROMOTION", "RAISE", "Notifications", "faults", "read"]

HIRE: Final = EVENT_TYPES.index(Hire)
EXIT: Final = EVENT_TYPES.index(Termination)
PROMOTION: Final = EVENT_TYPES.index(Promotion)
RAISE: Final = EVENT_TYPES.index(Raise)

_EVERYBODY: Final = (0, int(NEVER))
_UNKNOWN: Final = 255

FAULTS: Final = (
    "",
    "its kind is not known to this version",
    "a field that its kind must have is absent",
    "no Hire of the employee was recorded before it and is effective before it",
    "another event of the employee has its version",
)
"""Why an event cannot be folded, by number; 0 is none."""


@dataclass(frozen=True, slots=True)
class Notifications:
    """Some events, each field of shape (n,); an absent number is 0, an absent date NEVER."""

    position: Int64Array
    stream_no: Int32Array
    version: Int32Array
    day: Int32Array
    code: UInt8Array
    level: UInt8Array
    salary_cents: Int64Array
    birth_date: Int32Array
    reason: UInt8Array
    is_census: BoolArray

    def __len__(self) -> int:
        return len(self.position)

    @classmethod
    def of(cls, table: pa.Table) -> Notifications:
        """The rows of notifications.sql."""
        return cls(*(table.column(name).to_numpy() for name in cls.__slots__))

    def take(self, rows: RowIndex | BoolArray) -> Notifications:
        """Those at *rows*."""
        return Notifications(*(getattr(self, name)[rows] for name in self.__slots__))


def read(
    source: EventSource,
    lineage: Lineage,
    *,
    after: int = 0,
    streams: Int32Array | None = None,
) -> Notifications:
    """What *lineage* says behind position *after*, about everybody or about some *streams*.

    Args:
        source: The log.
        lineage: What of it is seen.
        after: Positions up to this one are left out.
        streams: Ascending stream numbers, or None for everybody's.
    """
    first, last = _EVERYBODY
    if streams is not None:
        if not len(streams):
            first, last = 1, 0
        else:
            # As bounds, not as a list: zone maps then skip the others' rows.
            first, last = int(streams[0]), int(streams[-1])
    values = (first, last, after + 1, max(after + 1, lineage.last_position), int(NEVER))
    found = Notifications.of(source.query(statement("notifications", lineage), values))
    if streams is None or len(streams) == last - first + 1:
        return found
    wanted: BoolArray = np.zeros(last - first + 1, dtype=np.bool_)
    wanted[streams - first] = True
    return found.take(wanted[found.stream_no - first])


def faults(events: Notifications) -> UInt8Array:
    """For each event, in the order of (stream, day, version, position), its place in `FAULTS`.

    An event is judged by itself and by what was recorded before it, never by what came later, so
    that batches of any size park the same ones.
    """
    fault = _by_itself(events)
    sound = fault == 0
    fault[sound & ~_has_hire_before(events, sound)] = 3
    again = np.zeros(len(events), dtype=np.bool_)
    again[1:] = (
        (events.stream_no[1:] == events.stream_no[:-1])
        & (events.day[1:] == events.day[:-1])
        & (events.version[1:] == events.version[:-1])
    )
    fault[again & (fault == 0)] = 4
    return fault


def _by_itself(events: Notifications) -> UInt8Array:
    is_hire, is_exit = events.code == HIRE, events.code == EXIT
    lacks_day = events.day == NEVER
    lacks_pay = ~is_exit & (events.salary_cents <= 0)
    lacks_level = (is_hire | (events.code == PROMOTION)) & (events.level == 0)
    lacks_birth = is_hire & (events.birth_date == NEVER)
    lacks_reason = is_exit & (events.reason == 0)
    fault: UInt8Array = np.zeros(len(events), dtype=np.uint8)
    fault[lacks_day | lacks_pay | lacks_level | lacks_birth | lacks_reason] = 2
    fault[events.code == _UNKNOWN] = 1
    return fault


def _has_hire_before(events: Notifications, sound: BoolArray) -> BoolArray:
    """Whether the first Hire that was recorded is the event itself or comes before it."""
    rows = np.arange(len(events))
    hires = np.flatnonzero(sound & (events.code == HIRE))
    # Of each stream's hires the one with the lowest position, looked up by the stream's number.
    by_position = hires[np.argsort(-events.position[hires], kind="stable")]
    first_hire = np.full(int(events.stream_no.max(initial=-1)) + 1, len(events), dtype=np.int64)
    first_hire[events.stream_no[by_position]] = by_position
    hire = first_hire[events.stream_no]
    known = hire < len(events)
    recorded = np.zeros(len(events), dtype=np.bool_)
    recorded[known] = events.position[hire[known]] <= events.position[known]
    # Rows are in the order of time within a stream, so an earlier row is an earlier event.
    is_hire = events.code == HIRE
    before: BoolArray = known & recorded & ((hire <= rows) | is_hire)
    return before
