"""Everybody, as a structure of arrays: what the engine reads and what it hands on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BoolArray",
    "FloatArray",
    "Int32Array",
    "Int64Array",
    "RowIndex",
    "UInt8Array",
    "UInt16Array",
    "UInt64Array",
    "Workforce",
]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]
UInt8Array = NDArray[np.uint8]
UInt16Array = NDArray[np.uint16]
UInt64Array = NDArray[np.uint64]
RowIndex = slice | NDArray[np.intp] | BoolArray


@dataclass(frozen=True, slots=True)
class Workforce:
    """Everyone who is known and has not left before a day; each field has shape (n,).

    Attributes:
        stream_no: Number of the employee's stream in the log; unique.
        key: What every draw about the employee is keyed by; see `simulation.employee_keys`.
        version: Of the last event in the employee's stream.
        level: Job level, from 1.
        salary_cents: Annual salary, above 0.
        hire_date: First day of employment, of the present spell.
        birth_date: Day number, as every date here.
        exit_date: Last day of employment when it is already recorded, else `calendar.NEVER`.
    """

    stream_no: Int32Array
    key: UInt64Array
    version: Int32Array
    level: UInt8Array
    salary_cents: Int64Array
    hire_date: Int32Array
    birth_date: Int32Array
    exit_date: Int32Array

    def __post_init__(self) -> None:
        shapes = {field.name: getattr(self, field.name).shape for field in fields(self)}
        if len(set(shapes.values())) != 1 or self.stream_no.ndim != 1:
            raise ValueError(f"columns of a workforce have one common length, not {shapes}")

    def __len__(self) -> int:
        return len(self.stream_no)

    def take(self, rows: RowIndex) -> Self:
        """The employees at *rows*, in that order; a slice copies nothing."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    def joined(self, rows: NDArray[np.intp], other: Self, other_rows: NDArray[np.intp]) -> Self:
        """The employees at *rows*, followed by those of *other* at *other_rows*."""
        columns: list[NDArray[Any]] = []
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            column = np.empty(len(rows) + len(other_rows), dtype=mine.dtype)
            # Any mode but "raise" lets take write in place, at twice the speed.
            np.take(mine, rows, out=column[: len(rows)], mode="clip")
            np.take(theirs, other_rows, out=column[len(rows) :], mode="clip")
            columns.append(column)
        return type(self)(*columns)
