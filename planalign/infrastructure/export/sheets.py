"""What an export consists of: named sheets, whose rows come in batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import pyarrow as pa

__all__ = ["Sheet", "WrittenSheet"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a name, to be written once.

    Attributes:
        rows: How many the batches have together.
        batches: In their order; read while they are written, so that they need no memory at once.
    """

    name: str
    schema: pa.Schema
    rows: int
    batches: Iterable[pa.RecordBatch]

    @classmethod
    def of(cls, name: str, table: pa.Table) -> Self:
        """A sheet of a table that is in memory."""
        return cls(name, table.schema, table.num_rows, table.to_batches())


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """Where a sheet went: the sheets of a workbook, more than one if it was split, or one file."""

    name: str
    rows: int
    parts: tuple[str, ...]
