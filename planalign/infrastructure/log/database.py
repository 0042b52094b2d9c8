"""One DuckDB file, opened for one writer, with its errors translated once.

The file is attached to a database in memory, since DuckDB takes the size of row groups nowhere
else. A smaller one than its own lets it write a bulk append of some ten thousand rows straight to
the file; otherwise most of them go through the WAL and are written again at the next checkpoint.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from planalign.domain.errors import LogCorruptError, StorageError, WorkspaceBusyError

__all__ = [
    "BATCH_ROWS",
    "FEW_ROWS",
    "Cursor",
    "connect",
    "cursor_of",
    "fsync_directory",
    "insert_few",
    "insert_rows",
    "translated_errors",
]

Cursor = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
"""Opens a connection for one read."""

BATCH_ROWS = 122_880
"""Rows to read at a time: what stays in the processor's cache."""

FEW_ROWS = 32
"""No more than one command about one employee writes."""

_NAME = "planalign"
_parsed: dict[str, duckdb.Statement] = {}
_GROUP_ROWS = 30_720  # a multiple of 2,048; with less than 16,384 a small workspace doubles

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # Rows carry their own order; bulk appends are a third faster and smaller without DuckDB's.
    "preserve_insertion_order": "false",
    # Otherwise a missing table is answered from a Python variable of that name.
    "python_enable_replacements": "false",
}


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open *path*, creating it if missing.

    Raises:
        WorkspaceBusyError: If another process has it open.
        LogCorruptError: If it is no DuckDB file or a damaged one.
        StorageError: If the disk or the permissions refuse.
    """
    with translated_errors(path):
        connection = duckdb.connect(config=_SETTINGS)
        try:
            quoted = str(path).replace("'", "''")
            connection.execute(
                f"ATTACH '{quoted}' AS {_NAME} (TYPE duckdb, ROW_GROUP_SIZE {_GROUP_ROWS})"
            )
            connection.execute(f"USE {_NAME}")
        except BaseException:
            connection.close()
            raise
        return connection


def cursor_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to what *connection* has attached: for one read."""
    cursor = connection.cursor()
    cursor.execute(f"USE {_NAME}")
    return cursor


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Insert *rows*, whose columns are some of those of *table*.

    A few go as bound values: to register an Arrow table costs as much as a thousand of them. Many
    go in slices, since each is read and compressed by one thread.
    """
    if not rows.num_rows:
        return
    if rows.num_rows <= FEW_ROWS:
        insert_few(connection, table, rows.to_pylist())
        return
    columns = ", ".join(rows.column_names)
    slices = rows.combine_chunks().to_batches(max_chunksize=2 * _GROUP_ROWS)
    connection.register("batch", pa.Table.from_batches(slices))
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM batch"  # noqa: S608 - names of our schema
    connection.execute(statement)
    connection.unregister("batch")


def insert_few(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert *rows*, at least one, which all have the same columns, some of those of *table*.

    The statement is parsed once in a process: parsing is a fifth of inserting one row.
    """
    marks = f"({', '.join('?' * len(rows[0]))})"
    target = f"INSERT INTO {table} ({', '.join(rows[0])})"
    text = f"{target} VALUES {', '.join([marks] * len(rows))}"
    if text not in _parsed:
        (_parsed[text],) = connection.extract_statements(text)
    connection.execute(_parsed[text], [value for row in rows for value in row.values()])


@contextmanager
def translated_errors(path: Path) -> Generator[None]:
    """Turn DuckDB's exceptions into ours; *path* names the file in the message."""
    try:
        yield
    except duckdb.Error as error:
        text = str(error)
        if "already attached" in text:
            raise WorkspaceBusyError(
                f"{path} is open already in this very process",
                hint="close the other log first: two would not know of each other's commits",
            ) from error
        if "Could not set lock" in text:
            raise WorkspaceBusyError(
                f"{path} is open in another process",
                hint="wait until it ends, or stop it; one process at a time can use a workspace",
            ) from error
        if _is_damage(error, text.replace(str(path), "")):
            raise LogCorruptError(
                f"{path} is damaged: {text}", hint="restore the workspace from a backup"
            ) from error
        raise StorageError(
            f"{path} could not be used: {text}",
            hint="nothing of this request was kept; free space or mend permissions, then retry",
        ) from error


def _is_damage(error: duckdb.Error, text: str) -> bool:
    lowered = text.lower()
    signs = ("corrupt", "checksum", "not a valid duckdb", "wal", "serializ", "magic", "storage ver")
    no_space = "no space" in lowered or "could not write" in lowered or "permission" in lowered
    damaged = isinstance(error, (duckdb.SerializationException, duckdb.InternalException))
    return not no_space and (damaged or any(sign in lowered for sign in signs))


def fsync_directory(directory: Path) -> None:
    """Make a file's creation or renaming durable; DuckDB never does it for its directory."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
