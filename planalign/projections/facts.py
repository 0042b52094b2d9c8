"""Events as columns of numbers, batch by batch: what the folds over everybody read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from planalign.projections.latest import places
from planalign.projections.source import EventSource, statement

__all__ = ["Facts", "read_facts"]

_HIRE, _EXIT = EVENT_TYPES.index(Hire), EVENT_TYPES.index(Termination)


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
        return places(self.day, self.version)


def read_facts(source: EventSource, lineage: Lineage) -> Iterator[Facts]:
    """What *lineage* knows, in any order."""
    for batch in source.batches(statement("facts", lineage), (int(NEVER),)):
        yield Facts.of(batch)
