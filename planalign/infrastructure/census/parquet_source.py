"""Census files in Parquet: typed columns are taken as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet

from planalign.domain.errors import CensusError
from planalign.infrastructure.census.arrow import Array, Table, pa
from planalign.infrastructure.census.fields import FieldName
from planalign.infrastructure.census.source import CensusSource, RawColumn, RawTable, trimmed

__all__ = ["open_parquet"]

_parquet: Any = pyarrow.parquet
_types: Any = pa.types

_TYPED: Final = (
    _types.is_integer,
    _types.is_floating,
    _types.is_decimal,
    _types.is_date,
    _types.is_timestamp,
)


def open_parquet(path: Path) -> CensusSource:
    """Open a Parquet file; its rows are numbered from 1.

    Raises:
        CensusError: If it is no Parquet file, or has no rows.
    """
    try:
        file: Any = _parquet.ParquetFile(path, memory_map=True)
    except (pa.ArrowException, OSError) as error:
        raise CensusError(f"{path} is not readable as Parquet: {error}") from error
    if file.metadata.num_rows == 0:
        raise CensusError(f"{path} has no rows", hint="one row for each employee")
    names: list[str] = file.schema_arrow.names

    def read(chosen: Mapping[FieldName, int]) -> RawTable:
        wanted = [names[position] for position in chosen.values()]
        try:
            table: Table = file.read(columns=wanted)
        except (pa.ArrowException, OSError) as error:
            raise CensusError(f"{path} is damaged: {error}") from error
        columns: dict[FieldName, RawColumn] = {
            field: _raw(names[position], table.column(names[position]).combine_chunks())
            for field, position in chosen.items()
        }
        rows = table.num_rows
        return RawTable(columns, rows, find_lines=lambda: np.arange(1, rows + 1))

    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return CensusSource(tuple(name.strip() for name in names), sha256, read)


def _raw(name: str, column: Array) -> RawColumn:
    if _types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if any(is_typed(column.type) for is_typed in _TYPED):
        nothing = pa.nulls(len(column), pa.string())
        return RawColumn(nothing, column)
    try:
        return RawColumn(trimmed(column.cast(pa.string())))
    except pa.ArrowException as error:
        raise CensusError(
            f"column {name!r} is of type {column.type}, which no field of a census can be",
            hint="text, numbers, decimals, dates and timestamps are read",
        ) from error
