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
from planalign.domain.workforce import Int32Array, Int64Array, UInt8Array, Workforce

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
    hires = decisions.hires
    leaves = np.zeros(len(hires), dtype=np.uint8)
    leaves[decisions.same_year_exits.race.rows] = 1
    first = _first_slots(event_counts(len(workforce), decisions))
    hire_first = _first_slots(leaves + np.uint8(1))
    split, total = int(first[-1]), int(first[-1] + hire_first[-1])
    events = YearEvents.empty(total)
    _write_incumbents(
        _Sheet(events.part(slice(0, split)), workforce.stream_no, workforce.version, first),
        decisions,
    )
    unborn = hires.version - np.int32(1)
    _write_hires(
        _Sheet(events.part(slice(split, total)), hires.stream_no, unborn, hire_first), decisions
    )
    return events


def event_counts(people: int, decisions: YearDecisions) -> UInt8Array:
    """Shape (people,): how many events each row of the opening workforce gets."""
    counts = np.zeros(people, dtype=np.uint8)
    for rows in (decisions.promotions.rows, decisions.raises.rows, decisions.exits.race.rows):
        counts[rows] += 1
    return counts


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Events to fill in, and what is known about the n employees they belong to.

    Attributes:
        version: Shape (n,), before the first of the events.
        first: Shape (n + 1,), each employee's first slot, and the number of slots.
    """

    events: YearEvents
    stream_no: Int32Array
    version: Int32Array
    first: Int32Array

    def write(
        self, kind: int, *, rows: NDArray[np.intp], slots: Int32Array, dates: Int32Array
    ) -> None:
        """Fill in what every kind has, for events of the employees *rows* at *slots*."""
        self.events.kind[slots] = kind
        self.events.effective_date[slots] = dates
        self.events.stream_no[slots] = self.stream_no[rows]
        self.events.version[slots] = self.version[rows] + (slots - self.first[rows]) + np.int32(1)


def _first_slots(counts: UInt8Array) -> Int32Array:
    first = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, dtype=np.int32, out=first[1:])
    return first


def _write_incumbents(sheet: _Sheet, decisions: YearDecisions) -> None:
    promotions, raises = decisions.promotions, decisions.raises
    raise_date = np.full(len(sheet.version), NEVER, dtype=np.int32)
    raise_date[raises.rows] = raises.dates
    is_second = raise_date[promotions.rows] < promotions.dates
    promoted_before = np.zeros(len(sheet.version), dtype=np.uint8)
    promoted_before[promotions.rows] = ~is_second

    slots = sheet.first[promotions.rows] + is_second
    sheet.write(PROMOTION, rows=promotions.rows, slots=slots, dates=promotions.dates)
    sheet.events.salary_cents[slots] = promotions.salaries
    sheet.events.level[slots] = promotions.levels

    slots = sheet.first[raises.rows] + promoted_before[raises.rows]
    sheet.write(RAISE, rows=raises.rows, slots=slots, dates=raises.dates)
    sheet.events.salary_cents[slots] = raises.salaries

    _write_exits(sheet, decisions.exits)


def _write_hires(sheet: _Sheet, decisions: YearDecisions) -> None:
    hires, slots = decisions.hires, sheet.first[:-1]
    sheet.write(HIRE, rows=np.arange(len(hires)), slots=slots, dates=hires.hire_date)
    sheet.events.salary_cents[slots] = hires.salary_cents
    sheet.events.level[slots] = hires.level
    sheet.events.birth_date[slots] = hires.birth_date
    _write_exits(sheet, decisions.same_year_exits)


def _write_exits(sheet: _Sheet, exits: Exits) -> None:
    """An exit is always the last event of its employee."""
    rows = exits.race.rows
    slots = sheet.first[rows + 1] - np.int32(1)
    sheet.write(TERMINATION, rows=rows, slots=slots, dates=exits.dates)
    sheet.events.reason[slots] = exits.reasons
