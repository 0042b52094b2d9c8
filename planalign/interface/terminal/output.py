"""Where answers go: stdout or a file, in the format that was asked for.

An answer is an Arrow table. `auto` is the format of the file's extension; without a file, a table
on a terminal and csv in a pipe.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["chosen_format", "emit", "encoded", "note", "write_file"]

_EXTENSIONS: Final = {
    ".csv": "csv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".txt": "table",
}
_BINARY: Final = ("parquet", "arrow")
_MOST_ROWS_ON_A_TERMINAL: Final = 100


def note(text: str) -> None:
    """Say something that is not the answer: on stderr."""
    click.echo(text, err=True)


def chosen_format(form: str, output: Path | None) -> str:
    """What ``auto`` means here; any other format means itself.

    Raises:
        UnsupportedFormatError: If a file's extension says nothing, or a terminal would get bytes.
    """
    from planalign.domain.errors import UnsupportedFormatError

    if form == "auto" and output is not None:
        if output.suffix.lower() not in _EXTENSIONS:
            known = ", ".join(_EXTENSIONS)
            message = f"{output}: the extension does not say which format to write"
            raise UnsupportedFormatError(message, hint=f"give --format, or use one of {known}")
        return _EXTENSIONS[output.suffix.lower()]
    on_terminal = output is None and sys.stdout.isatty()
    if form in _BINARY and on_terminal:
        message = f"{form} is not for a terminal"
        raise UnsupportedFormatError(message, hint="give -o FILE, or pipe it somewhere")
    if form == "auto":
        return "table" if on_terminal else "csv"
    return form


def emit(table: pa.Table, form: str, output: Path | None) -> None:
    """Write *table* to *output*, or to stdout.

    Raises:
        UnsupportedFormatError: As `chosen_format`.
        StorageError: If the file cannot be written; what was there stays.
    """
    chosen = chosen_format(form, output)
    if output is None:
        _to_stdout(table, chosen)
        return
    content = encoded(table, chosen)
    write_file(output, content)
    note(f"{table.num_rows:,} rows written to {output}")


def encoded(table: pa.Table, form: str) -> bytes:
    """*table* in one of the formats, all rows and columns of it."""
    from planalign.interface.terminal.json_text import json_array, json_lines
    from planalign.interface.terminal.table_text import table_text

    if form == "json":
        return json_array(table)
    if form == "ndjson":
        return json_lines(table)
    if form == "table":
        return (table_text(table).text + "\n").encode()
    return _by_arrow(table, form)


def _by_arrow(table: pa.Table, form: str) -> bytes:
    # Each with its own import: Parquet's alone costs a tenth of a short command's time.
    from pyarrow import BufferOutputStream

    sink = BufferOutputStream()
    if form == "parquet":
        from pyarrow import parquet

        parquet.write_table(table, sink)
    elif form == "arrow":
        from pyarrow import ipc

        with ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    else:
        from pyarrow import csv

        from planalign.interface.terminal.json_text import plain_columns

        # Arrow quotes every heading; ours need no quotes.
        sink.write((",".join(table.column_names) + "\n").encode())
        options = csv.WriteOptions(include_header=False, quoting_style="needed")
        csv.write_csv(plain_columns(table), sink, options)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _to_stdout(table: pa.Table, form: str) -> None:
    from planalign.interface.terminal.table_text import table_text

    if form == "table" and sys.stdout.isatty():
        import shutil

        width = shutil.get_terminal_size().columns
        shown = table_text(table, width=width, rows=_MOST_ROWS_ON_A_TERMINAL)
        click.echo(shown.text)
        if shown.left_out:
            note(f"{shown.left_out}; --format csv or -o FILE gives all")
        return
    click.echo(encoded(table, form), nl=False)


def write_file(path: Path, content: bytes) -> None:
    """Replace the file at once, so that nobody finds half of it.

    Raises:
        StorageError: If that cannot be done.
    """
    from planalign.domain.errors import StorageError

    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
