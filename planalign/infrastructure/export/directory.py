"""A directory of tables: a file for each sheet, for programs that read CSV, Parquet or Arrow."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from planalign.domain.errors import StorageError
from planalign.infrastructure.export.sheets import Sheet, WrittenSheet
from planalign.infrastructure.formulas import guarded

__all__ = ["FILE_FORMATS", "write_directory"]

_csv: Any = pyarrow.csv
_ipc: Any = pyarrow.ipc
_parquet: Any = pyarrow.parquet


def write_directory(
    sheets: Iterable[Sheet], directory: Path, form: str
) -> tuple[WrittenSheet, ...]:
    """Write each of *sheets* to a file of its own; other files in the directory stay.

    Args:
        sheets: Their names become the names of the files, with ``_`` for a space.
        directory: Made if it is missing.
        form: One of `FILE_FORMATS`.

    Raises:
        StorageError: If a file cannot be written; each is replaced as a whole or not at all.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{directory} cannot be made a directory: {error.strerror}"
        raise StorageError(message) from error
    return tuple([_write(sheet, directory, form) for sheet in sheets])


def _write(sheet: Sheet, directory: Path, form: str) -> WrittenSheet:
    path = directory / f"{sheet.name.replace(' ', '_')}.{form}"
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with FILE_FORMATS[form](draft, sheet.schema) as writer:
            for batch in sheet.batches:
                writer.write_batch(_guarded(batch) if form == "csv" else batch)
        draft.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return WrittenSheet(sheet.name, sheet.rows, (path.name,))


def _guarded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with no text that a spreadsheet would run."""
    columns = [guarded(c) if pa.types.is_string(c.type) else c for c in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


@contextmanager
def _csv_writer(path: Path, schema: pa.Schema) -> Generator[Any]:
    options = _csv.WriteOptions(include_header=False, quoting_style="needed")
    with path.open("wb") as file:
        file.write((",".join(schema.names) + "\n").encode())  # Arrow would quote every heading
        with _csv.CSVWriter(file, schema, write_options=options) as writer:
            yield writer


def _parquet_writer(path: Path, schema: pa.Schema) -> Any:
    return _parquet.ParquetWriter(path, schema)


def _arrow_writer(path: Path, schema: pa.Schema) -> Any:
    return _ipc.new_file(path, schema)


FILE_FORMATS: Final[dict[str, Callable[[Path, pa.Schema], Any]]] = {
    "csv": _csv_writer,
    "parquet": _parquet_writer,
    "arrow": _arrow_writer,
}
"""What writes batches to a file, by the format, which is also the extension."""
