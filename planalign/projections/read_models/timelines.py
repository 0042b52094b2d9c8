"""The fold of read models: what is true of each employee from one event to the next.

A timeline has one row per event, in the order (stream, effective date, version). A row says what is
true from its event's day to the day before the next one's, and what was true before it; the row of
an event that another one of the same day follows is valid for no day. So rows lose nothing of the
events, and whatever can be summed over rows (headcount, payroll, movements) can be corrected by
taking rows away and adding others. Everything is a running maximum over row numbers: no loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from planalign.domain.calendar import NEVER
from planalign.domain.workforce import (
    BoolArray,
    Int32Array,
    Int64Array,
    RowIndex,
    UInt8Array,
)
from planalign.projections.read_models.notifications import EXIT, HIRE, Notifications, faults

__all__ = ["OPEN", "Timelines", "fold"]

OPEN: Final = 2_932_896
"""Day number of 9999-12-31, the `valid_to` of what nothing has followed yet."""


@dataclass(frozen=True, slots=True)
class Timelines:
    """Rows of some employees, each field of shape (n,); dates are day numbers.

    Attributes:
        version: The highest of the employee's events so far.
        valid_from: The event's effective date.
        valid_to: The first day on which the row is true no longer; `OPEN` if it is true for good.
        code: Place of the event's class in `EVENT_TYPES`.
        reason: Of the exit, for who has left: 1 and up in `TERMINATION_REASONS`; else 0.
        exit_date: Last day of employment of who has left; else `NEVER`.
        salary_before: Annual salary before the event, cents; 0 before the first.
        was_active: Whether the employee was employed before the event.
        is_census: Whether the event is a Hire that a census told of.
    """

    position: Int64Array
    stream_no: Int32Array
    version: Int32Array
    valid_from: Int32Array
    valid_to: Int32Array
    code: UInt8Array
    is_active: BoolArray
    level: UInt8Array
    salary_cents: Int64Array
    hire_date: Int32Array
    birth_date: Int32Array
    exit_date: Int32Array
    reason: UInt8Array
    salary_before: Int64Array
    was_active: BoolArray
    is_census: BoolArray

    def __len__(self) -> int:
        return len(self.position)

    def take(self, rows: RowIndex | BoolArray) -> Timelines:
        """Those at *rows*."""
        return Timelines(*(getattr(self, name)[rows] for name in self.__slots__))

    def same(self, rows: RowIndex, other: Timelines, other_rows: RowIndex) -> BoolArray:
        """Which of *rows* are the rows of *other* at *other_rows*, field by field."""
        equal: BoolArray = self.position[rows] == other.position[other_rows]
        for name in self.__slots__:
            equal &= getattr(self, name)[rows] == getattr(other, name)[other_rows]
        return equal


def fold(events: Notifications) -> tuple[Timelines, pa.Table]:
    """The timelines of *events*, in any order, and the events that cannot be folded.

    Returns:
        The rows, and a table of ``position`` (int64) and ``fault`` (a place in `FAULTS`, uint8).
    """
    events = events.take(_in_time(events))
    fault = faults(events)
    is_sound = fault == 0
    parked = pa.table(
        {"position": events.position[~is_sound], "fault": fault[~is_sound]},
        pa.schema([("position", pa.int64()), ("fault", pa.uint8())]),
    )
    return _timelines(events if is_sound.all() else events.take(is_sound)), parked


def _in_time(events: Notifications) -> RowIndex:
    """The order (stream, day, version, position).

    One sort of a packed number takes half as long as `lexsort`; it is what nearly all logs allow.
    """
    day = events.day.astype(np.int64) + (1 << 20)  # from about 900 BC to AD 4800
    small = (day >= 0) & (day < 1 << 21) & (events.version < 1 << 11)
    if not small.all() or events.stream_no.max(initial=0) >= 1 << 31:
        return np.lexsort((events.position, events.version, events.day, events.stream_no))
    place = (events.stream_no.astype(np.int64) << 32) | (day << 11) | events.version
    order = np.argsort(place, kind="stable")
    ties = place[order[1:]] == place[order[:-1]]
    if ties.any():
        return np.lexsort((events.position, place))
    return order


def _timelines(events: Notifications) -> Timelines:
    rows = np.arange(len(events))
    goes_on = np.zeros(len(events), dtype=np.bool_)  # the row before is of the same employee
    goes_on[1:] = events.stream_no[1:] == events.stream_no[:-1]
    # The first event of everybody is a Hire, so nobody's values run on into the next one's rows.
    hire = _latest(rows, events.code == HIRE)
    exit_ = _latest(rows, events.code == EXIT)
    is_active = exit_ < hire
    salary = events.salary_cents[_latest(rows, events.salary_cents > 0)]
    valid_to = np.full(len(events), OPEN, dtype=np.int32)
    valid_to[:-1][goes_on[1:]] = events.day[1:][goes_on[1:]]
    salary_before, was_active = np.zeros_like(salary), np.zeros_like(is_active)
    salary_before[1:], was_active[1:] = salary[:-1], is_active[:-1]
    return Timelines(
        position=events.position,
        stream_no=events.stream_no,
        version=_running_version(events),
        valid_from=events.day,
        valid_to=valid_to,
        code=events.code,
        is_active=is_active,
        level=events.level[_latest(rows, events.level > 0)],
        salary_cents=salary,
        hire_date=events.day[hire],
        birth_date=events.birth_date[hire],
        exit_date=np.where(is_active, NEVER, events.day[exit_]),
        reason=np.where(is_active, np.uint8(0), events.reason[exit_]),
        salary_before=np.where(goes_on, salary_before, 0),
        was_active=goes_on & was_active,
        is_census=events.is_census,
    )


def _latest(rows: Int64Array, matches: BoolArray) -> Int64Array:
    """For each row the last one up to it that *matches*; -1 before the first."""
    latest: Int64Array = np.maximum.accumulate(np.where(matches, rows, -1))
    return latest


def _running_version(events: Notifications) -> Int32Array:
    so_far = np.maximum.accumulate((events.stream_no.astype(np.int64) << 32) | events.version)
    version: Int32Array = so_far.astype(np.int32)  # the lower half
    return version
