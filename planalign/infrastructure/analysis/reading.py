"""Runs a checked statement: on a connection of its own, in a transaction that cannot write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import duckdb
import pyarrow as pa

from planalign.domain.errors import InvalidInputError
from planalign.infrastructure.analysis.statements import relations_of
from planalign.infrastructure.log.database import translated_errors
from planalign.infrastructure.log.event_log import EventLog

__all__ = ["Relation", "read_only"]

Relation = tuple[str, ...] | Callable[[], pa.Table]
"""Statements that create it for one connection, or what computes its rows if it is asked for."""

# The fault of the disk or of the database, not of the statement.
_NOT_THE_STATEMENT: Final = (
    duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InternalException,
    duckdb.SerializationException, duckdb.FatalException, duckdb.InterruptException,
)  # fmt: skip
_PLAIN: Final = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "VARCHAR", "DATE", "TIMESTAMP", '"NULL"',
)  # fmt: skip


def read_only(log: EventLog, statement: str, relations: Mapping[str, Relation]) -> pa.Table:
    """The rows of *statement*, which sees *relations* and nothing else.

    Columns of a type that not every format can hold (intervals, times, lists …) become text.

    Raises:
        InvalidInputError: If the statement is not one SELECT over them, or DuckDB cannot answer it.
        StorageError: If the disk or the memory refuse.
    """
    with translated_errors(log.path), log.cursor() as cursor:
        for name in sorted(relations_of(statement, relations.keys(), cursor)):
            _offer(cursor, name, relations[name])
        # A second wall: the first one is the check of the statement.
        cursor.execute("BEGIN TRANSACTION READ ONLY")
        try:
            return _answer(cursor, statement)
        except _NOT_THE_STATEMENT:
            raise
        except duckdb.Error as error:
            is_name = isinstance(error, (duckdb.BinderException, duckdb.CatalogException))
            hint = "docs/sql.md lists the columns; `DESCRIBE events` shows them" if is_name else ""
            raise InvalidInputError(str(error).strip(), hint=hint) from error


def _offer(cursor: duckdb.DuckDBPyConnection, name: str, relation: Relation) -> None:
    if callable(relation):
        cursor.register(name, relation())
        return
    for creation in relation:
        cursor.execute(creation)


def _answer(cursor: duckdb.DuckDBPyConnection, statement: str) -> pa.Table:
    rows = cursor.sql(statement)
    columns = [_column(place, *each) for place, each in enumerate(_columns(rows), start=1)]
    if any("::" in column for column in columns):
        rows = rows.project(", ".join(columns))
    table: pa.Table = rows.to_arrow_table()
    return table.rename_columns(_distinct(table.column_names))


def _columns(rows: duckdb.DuckDBPyRelation) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind in zip(rows.columns, rows.types, strict=True)]


def _column(place: int, name: str, kind: str) -> str:
    if kind.startswith(_PLAIN) and not kind.endswith("]"):
        return f"#{place}"
    return f'#{place}::VARCHAR AS "{name.replace(chr(34), chr(34) * 2)}"'


def _distinct(names: list[str]) -> list[str]:
    """The names, those that come again with their place behind them: each names one column."""
    return [
        f"{name}_{place}" if name in names[: place - 1] else name
        for place, name in enumerate(names, start=1)
    ]
