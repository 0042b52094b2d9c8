"""The events of a year as columns, each employee's in order.

Nothing is sorted: an employee's first slot is a running total of event counts, and an event goes
as many slots further as the employee has earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import NEVER
from planalign.domain.events import EVENT_TYPES, Hire, Promotion, Raise, Termination
from planalign.domain.simulation.decisions import YearDecisions
from planalign.domain.simulation.exits import NO_REASON, Exits
from planalign.domain.workforce import Int32Array, Int64Array, RowIndex, UInt8Array, Workforce

__all__ = ["HIRE", "PROMOTION", "RAISE", "TERMINATION", "YearEvents", "assemble", "event_counts"]

HIRE: Final = EVENT_TYPES.index(Hire)
PROMOTION: Final = EVENT_TYPES.index(Promotion)
RAISE: Final = EVENT_TYPES.index(Raise)
TERMINATION: Final = EVENT_TYPES.index(Termination)


@dataclass(frozen=True, slots=True)
class YearEvents:
    """The events of a year; each field has shape (m,).

    In order of the opening workforce's rows, then of the hires' ranks; each employee's by date, and
    on one day hire, promotion, raise, termination.

    Attributes:
        stream_no: Of the employee.
        version: Place in the employee's stream.
        kind: Index into `events.EVENT_TYPES`.
        effective_date: Day number.
        salary_cents: 0 where the kind has none.
        level: 0 where the kind has none.
        birth_date: `calendar.NEVER` where the kind has none.
        reason: Index into `events.TERMINATION_REASONS`; 255 where the kind has none.
    """

    stream_no: Int32Array
    version: Int32Array
    kind: UInt8Array
    effective_date: Int32Array
    salary_cents: Int64Array
    level: UInt8Array
    birth_date: Int32Array
    reason: UInt8Array

    def __len__(self) -> int:
        return len(self.stream_no)

    @classmethod
    def empty(cls, count: int) -> Self:
        """Columns of *count* events in which every nullable field is absent."""
        return cls(
            stream_no=np.empty(count, dtype=np.int32),
            version=np.empty(count, dtype=np.int32),
            kind=np.empty(count, dtype=np.uint8),
            effective_date=np.empty(count, dtype=np.int32),
            salary_cents=np.zeros(count, dtype=np.int64),
            level=np.zeros(count, dtype=np.uint8),
            birth_date=np.full(count, NEVER, dtype=np.int32),
            reason=np.full(count, NO_REASON, dtype=np.uint8),
        )

    def part(self, rows: slice) -> Self:
        """The events at *rows* as views: writing there writes here."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))


def assemble(workforce: Workforce, decisions: YearDecisions) -> YearEvents:
    """The events that *decisions* about *workforce* lead to."""
    first = _first_slots(event_counts(len(workforce), decisions))
    leaves = np.zeros(len(decisions.hires), dtype=np.uint8)
    leaves[decisions.same_year_exits.race.rows] = 1
    hire_first = _first_slots(leaves + np.uint8(1))
    split, total = int(first[-1]), int(first[-1] + hire_first[-1])
    events = YearEvents.empty(total)
    _write_incumbents(events.part(slice(0, split)), workforce, decisions, first)
    _write_hires(events.part(slice(split, total)), decisions, hire_first)
    return events


def event_counts(people: int, decisions: YearDecisions) -> UInt8Array:
    """Shape (people,): how many events each row of the opening workforce gets."""
    counts = np.zeros(people, dtype=np.uint8)
    for rows in (decisions.promotions.rows, decisions.raises.rows, decisions.exits.race.rows):
        counts[rows] += 1
    return counts


def _first_slots(counts: UInt8Array) -> Int32Array:
    """Shape (n + 1,): each one's first slot, and the number of slots."""
    first = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, dtype=np.int32, out=first[1:])
    return first


def _write_incumbents(
    events: YearEvents, workforce: Workforce, decisions: YearDecisions, first: Int32Array
) -> None:
    promotions, raises = decisions.promotions, decisions.raises
    raise_date = np.full(len(workforce), NEVER, dtype=np.int32)
    raise_date[raises.rows] = raises.dates
    is_second = raise_date[promotions.rows] < promotions.dates
    promoted_before = np.zeros(len(workforce), dtype=np.uint8)
    promoted_before[promotions.rows] = ~is_second

    slots = first[promotions.rows] + is_second
    _write(events, slots, PROMOTION, promotions.dates, workforce, promotions.rows, first)
    events.salary_cents[slots], events.level[slots] = promotions.salaries, promotions.levels

    slots = first[raises.rows] + promoted_before[raises.rows]
    _write(events, slots, RAISE, raises.dates, workforce, raises.rows, first)
    events.salary_cents[slots] = raises.salaries

    _write_exits(events, workforce, decisions.exits, first)


def _write_hires(events: YearEvents, decisions: YearDecisions, first: Int32Array) -> None:
    hires, slots = decisions.hires, first[:-1]
    _write(events, slots, HIRE, hires.hire_date, hires, slice(None), first)
    events.version[slots] = hires.version
    events.salary_cents[slots], events.level[slots] = hires.salary_cents, hires.level
    events.birth_date[slots] = hires.birth_date
    _write_exits(events, hires, decisions.same_year_exits, first)
    left = first[decisions.same_year_exits.race.rows + 1] - 1
    events.version[left] = hires.version[decisions.same_year_exits.race.rows] + 1


def _write_exits(events: YearEvents, workforce: Workforce, exits: Exits, first: Int32Array) -> None:
    """An exit is always the last event of its employee."""
    rows = exits.race.rows
    slots = first[rows + 1] - np.int32(1)
    _write(events, slots, TERMINATION, exits.dates, workforce, rows, first)
    events.reason[slots] = exits.reasons


def _write(
    events: YearEvents,
    slots: NDArray[np.int32],
    kind: int,
    dates: Int32Array,
    workforce: Workforce,
    rows: RowIndex,
    first: Int32Array,
) -> None:
    """Fill in what every kind has."""
    events.kind[slots] = kind
    events.effective_date[slots] = dates
    events.stream_no[slots] = workforce.stream_no[rows]
    events.version[slots] = workforce.version[rows] + (slots - first[:-1][rows]) + np.int32(1)
