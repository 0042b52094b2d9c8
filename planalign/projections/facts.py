"""Events as columns of numbers, batch by batch: what the folds over everybody read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from planalign.domain.calendar import NEVER
from planalign.domain.events import EVENT_TYPES, Hire, Termination
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import (
    BoolArray,
    Int32Array,
    Int64Array,
    RowIndex,
    UInt8Array,
)
from planalign.projections.source import EventSource, statement

__all__ = ["Facts", "read_facts"]

_HIRE, _EXIT = EVENT_TYPES.index(Hire), EVENT_TYPES.index(Termination)
_VERSION_BITS = 34


@dataclass(frozen=True, slots=True)
class Facts:
    """Some events, each field of shape (n,); an absent value is 0, an absent date NEVER."""

    position: Int64Array
    stream_no: Int32Array
    version: Int32Array
    day: Int32Array
    code: UInt8Array
    level: UInt8Array
    salary_cents: Int64Array
    birth_date: Int32Array

    def __len__(self) -> int:
        return len(self.position)

    @classmethod
    def of(cls, batch: pa.RecordBatch) -> Facts:
        """The rows of facts.sql."""
        return cls(*(batch.column(name).to_numpy() for name in cls.__slots__))

    def take(self, rows: RowIndex) -> Facts:
        """The facts at *rows*."""
        return Facts(*(getattr(self, name)[rows] for name in self.__slots__))

    @property
    def streams(self) -> int:
        """How many streams a dense fold needs room for."""
        return int(self.stream_no.max(initial=-1)) + 1

    @property
    def is_hire(self) -> BoolArray:
        """Which of them are a `Hire`."""
        hires: BoolArray = self.code == _HIRE
        return hires

    @property
    def is_exit(self) -> BoolArray:
        """Which of them are a `Termination`."""
        exits: BoolArray = self.code == _EXIT
        return exits

    def places(self) -> Int64Array:
        """When each comes in its stream, as one number: by day, then by version."""
        place = self.day.astype(np.int64)
        place <<= _VERSION_BITS
        place |= self.version
        return place


def read_facts(
    source: EventSource, lineage: Lineage, *, first: date = date.min, last: date = date.max
) -> Iterator[Facts]:
    """What *lineage* knows to be effective from *first* to *last*, in any order."""
    text = statement("facts", lineage)
    for batch in source.batches(text, (int(NEVER), first, last)):
        yield Facts.of(batch)
