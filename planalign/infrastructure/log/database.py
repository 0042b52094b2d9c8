"""One DuckDB file, opened for one writer, with its errors translated once."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from planalign.domain.errors import LogCorruptError, StorageError, WorkspaceBusyError

__all__ = ["connect", "fsync_directory", "insert_rows", "translated_errors"]

_FEW_ROWS = 32

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
        return duckdb.connect(str(path), config=_SETTINGS)


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Insert *rows*, whose columns are some of those of *table*.

    A few go as bound values: to register an Arrow table costs as much as a thousand of them.
    """
    columns = ", ".join(rows.column_names)
    target = f"INSERT INTO {table} ({columns})"
    if rows.num_rows <= _FEW_ROWS:
        marks = f"({', '.join('?' * rows.num_columns)})"
        values = [value for row in rows.to_pylist() for value in row.values()]
        connection.execute(f"{target} VALUES {', '.join([marks] * rows.num_rows)}", values)
        return
    connection.register("batch", rows)
    connection.execute(f"{target} SELECT {columns} FROM batch")  # noqa: S608 - names of our schema
    connection.unregister("batch")


@contextmanager
def translated_errors(path: Path) -> Generator[None]:
    """Turn DuckDB's exceptions into ours; *path* names the file in the message."""
    try:
        yield
    except duckdb.Error as error:
        text = str(error)
        if "Could not set lock" in text or "already open" in text or "being used" in text:
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
