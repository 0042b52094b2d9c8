"""The events of a period in order, each with the pay in force before and after it.

Pay in force is the annual salary of somebody employed and 0 of everybody else, so each event
changes it by a known amount: a hire brings pay, an exit takes it away, a promotion and a raise
add the difference. These changes telescope: over any history they add up, cent by cent, to the
difference between its end and its start. Every figure about payroll rests on that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign.domain.events import EVENT_TYPES, EmployeeEvent
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import BoolArray, Int32Array, Int64Array, RowIndex, UInt8Array
from planalign.projections.latest import places
from planalign.projections.source import EventSource, statement

__all__ = ["PayFacts", "joined", "read_pay_facts"]

_MOST_BITS = 63
_TYPES = (np.int32, np.int32, np.int32, np.uint8, np.uint8, np.int64, np.int16, np.uint8)


@dataclass(frozen=True, slots=True)
class PayFacts:
    """Some events, each field of shape (n,); an absent value is 0.

    Attributes:
        pay_cents: The annual salary from the event on; an exit has none.
        minutes: Scheduled a week, as a hire says; 0 where it does not.
        is_voluntary: 1 for an exit with that reason.
    """

    stream_no: Int32Array
    version: Int32Array
    day: Int32Array
    code: UInt8Array
    level: UInt8Array
    pay_cents: Int64Array
    minutes: NDArray[np.int16]
    is_voluntary: UInt8Array

    def __len__(self) -> int:
        return len(self.stream_no)

    @classmethod
    def of(cls, batch: pa.RecordBatch) -> PayFacts:
        """The rows of pay_changes.sql."""
        return cls(*(batch.column(name).to_numpy() for name in cls.__slots__))

    @classmethod
    def none(cls) -> PayFacts:
        """No facts at all."""
        columns: list[NDArray[Any]] = [np.zeros(0, dtype) for dtype in _TYPES]
        return cls(*columns)

    def take(self, rows: RowIndex) -> PayFacts:
        """The facts at *rows*."""
        return PayFacts(*(getattr(self, name)[rows] for name in self.__slots__))

    def are(self, kind: type[EmployeeEvent]) -> BoolArray:
        """Which of them are of *kind*."""
        found: BoolArray = self.code == EVENT_TYPES.index(kind)
        return found

    @property
    def streams(self) -> int:
        """How many streams a dense fold needs room for."""
        return int(self.stream_no.max(initial=-1)) + 1

    def places(self) -> Int64Array:
        """When each comes in its stream, as one number: by day, then by version."""
        return places(self.day, self.version)

    def in_order(self) -> PayFacts:
        """The same facts by stream, and within a stream in the order in which they came true."""
        if not len(self):
            return self
        since = self.day - self.day.min()
        widths = [int(each.max()).bit_length() for each in (self.stream_no, since, self.version)]
        if sum(widths) > _MOST_BITS:
            return self.take(np.lexsort((self.version, self.day, self.stream_no)))
        key = self.stream_no.astype(np.int64)
        for values, width in ((since, widths[1]), (self.version, widths[2])):
            key <<= width
            key |= values
        return self if bool((key[1:] > key[:-1]).all()) else self.take(np.argsort(key))


def read_pay_facts(
    source: EventSource, lineage: Lineage, *, first: date = date.min, last: date = date.max
) -> Iterator[PayFacts]:
    """What *lineage* knows to be effective from *first* to *last*, in any order."""
    for batch in source.batches(statement("pay_changes", lineage), (first, last)):
        yield PayFacts.of(batch)


def joined(batches: Iterable[PayFacts]) -> PayFacts:
    """All *batches* as one."""
    parts = list(batches) or [PayFacts.none()]
    if len(parts) == 1:
        return parts[0]
    columns: list[NDArray[Any]] = [
        np.concatenate([getattr(part, name) for part in parts]) for name in PayFacts.__slots__
    ]
    return PayFacts(*columns)
