"""Census files in CSV: what separates the columns, what is a row, and the columns themselves."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.csv

from planalign.domain.errors import CensusError
from planalign.infrastructure.census.arrow import Array, Rows, Table, pa, pc, rows_where
from planalign.infrastructure.census.encoding import to_utf8
from planalign.infrastructure.census.fields import FieldName
from planalign.infrastructure.census.options import CensusOptions
from planalign.infrastructure.census.records import BrokenRow, Records, split_records
from planalign.infrastructure.census.source import CensusSource, RawColumn, RawTable, trimmed

__all__ = ["open_csv"]

_arrow_csv: Any = pyarrow.csv

_DELIMITERS: Final = (",", ";", "\t", "|")
_HEAD: Final = 1 << 16
_BLOCK: Final = 1 << 22
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_NOT_UTF8: Final = (
    "the file is not UTF-8 and was read as Windows-1252; --encoding would say another"
)
_SHOWN: Final = 200
"""How much of a broken row is shown, in characters."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """The head of a CSV text, understood."""

    header: tuple[str, ...]
    delimiter: str
    body: bytes
    first_line: int
    notices: tuple[str, ...] = ()

    def read(self, chosen: Mapping[FieldName, int]) -> RawTable:
        return _read(self, chosen)


def open_csv(path: Path, options: CensusOptions) -> CensusSource:
    """Open a CSV file.

    Raises:
        CensusError: If it is empty, has no row below its header, or is no text.
    """
    data = path.read_bytes()
    text, encoding = to_utf8(data, options.encoding)
    layout = _lay_out(path, text, options.delimiter)
    if encoding == "cp1252" and options.encoding is None:
        layout = replace(layout, notices=(_NOT_UTF8,))
    return CensusSource(
        header=layout.header,
        sha256=hashlib.sha256(data).hexdigest(),
        read=layout.read,
        encoding=encoding,
        delimiter=layout.delimiter,
    )


def _lay_out(path: Path, text: bytes, delimiter: str | None) -> _Layout:
    head = text[:_HEAD].decode(errors="ignore")
    skipped = 0
    if match := _SEPARATOR_LINE.match(head):
        delimiter, skipped = delimiter or match[1], 1
    lines = list(io.StringIO(head, newline="\n"))  # str.splitlines knows eight more line ends
    while skipped < len(lines) and not lines[skipped].strip():
        skipped += 1
    if skipped == len(lines):
        raise CensusError(f"{path} is empty", hint="the first row names the columns")
    delimiter = delimiter or _detected(lines[skipped : skipped + 100])
    reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=delimiter)
    header = tuple(name.strip() for name in next(reader))
    taken = skipped + reader.line_num
    body = text[len("".join(lines[:taken]).encode()) :]
    if reader.line_num > 1 and taken == len(lines):
        raise CensusError(f"the header of {path} opens a quote that is not closed")
    if not body or body.isspace():
        raise CensusError(f"{path} has a header and no rows", hint="one row for each employee")
    return _Layout(header, delimiter, body, taken + 1)


def _detected(lines: list[str]) -> str:
    """The delimiter that cuts the most rows into as many fields as the header."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        return (sum(width == widths[0] for width in widths) if widths[0] > 1 else 0), widths[0]

    return max(_DELIMITERS, key=score)


def _read(layout: _Layout, chosen: Mapping[FieldName, int]) -> RawTable:
    width = len(layout.header)
    records = split_records(layout.body, layout.delimiter, width, layout.first_line)
    table, misfits = _columns(records, layout, chosen)
    kept = _Kept(records, misfits)
    columns: dict[FieldName, Array] = {
        field: trimmed(table.column(field).combine_chunks()) for field in chosen
    }
    blank, notices = _blank_rows(columns, kept, layout.delimiter)
    if len(blank):
        stay = pa.array(np.delete(np.arange(table.num_rows), blank))
        columns = {field: column.take(stay) for field, column in columns.items()}
        kept = _Kept(records, misfits, blank)
    raw: dict[FieldName, RawColumn] = {
        field: RawColumn(column) for field, column in columns.items()
    }
    return RawTable(
        columns=raw,
        count=table.num_rows - len(blank),
        find_lines=kept.lines,
        broken=(*records.broken, *_misfit_rows(records, misfits, layout)),
        notices=(*layout.notices, *notices),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """Which records became rows: all but those that did not fit and those without a value."""

    records: Records
    misfits: Mapping[int, int]
    blank: Rows | None = None

    def rows(self) -> Rows:
        count = len(self.records.starts)
        rows = np.delete(np.arange(count), np.array(sorted(self.misfits), dtype=np.int64))
        return rows if self.blank is None else np.delete(rows, self.blank)

    def lines(self) -> Rows:
        return self.records.lines[self.rows()]


def _columns(
    records: Records, layout: _Layout, chosen: Mapping[FieldName, int]
) -> tuple[Table, dict[int, int]]:
    """The chosen columns, and the records that do not have the header's number of fields.

    Arrow numbers such records only if it reads with one thread: if there are any, it reads again.
    """
    table, misfits = _parse(records, layout, chosen, use_threads=True)
    if misfits:
        table, misfits = _parse(records, layout, chosen, use_threads=False)
    return table, misfits


def _parse(
    records: Records, layout: _Layout, chosen: Mapping[FieldName, int], *, use_threads: bool
) -> tuple[Table, dict[int, int]]:
    misfits: dict[int, int] = {}

    def note(row: Any) -> str:
        misfits[len(misfits) if row.number is None else row.number - 1] = row.actual_columns
        return "skip"

    names = [str(position) for position in range(len(layout.header))]
    for field, position in chosen.items():
        names[position] = field
    if not records.body or records.body.isspace():
        empty = {field: pa.array([], pa.string()) for field in chosen}
        return pa.table(empty), misfits
    try:
        table: Table = _arrow_csv.read_csv(
            pa.BufferReader(records.body),
            read_options=_arrow_csv.ReadOptions(
                column_names=names, use_threads=use_threads, block_size=_BLOCK
            ),
            parse_options=_arrow_csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=records.spans_lines,
                invalid_row_handler=note,
            ),
            convert_options=_arrow_csv.ConvertOptions(
                include_columns=list(chosen),
                column_types=dict.fromkeys(chosen, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise CensusError(f"the rows cannot be read as CSV: {error}") from error
    return table, misfits


def _blank_rows(
    columns: Mapping[FieldName, Array], kept: _Kept, delimiter: str
) -> tuple[Rows, tuple[str, ...]]:
    """Rows of nothing but delimiters, as spreadsheets leave them below the data."""
    first, *others = columns.values()
    empty: Array = pc.is_null(first)
    for column in others:
        empty = pc.and_(empty, pc.is_null(column))
    candidates = rows_where(empty)
    if len(candidates) == 0:
        return candidates, ()
    records = kept.rows()[candidates]
    marks = f'{delimiter}" \t\r\n'
    is_blank = [not kept.records.text(int(record)).strip(marks) for record in records]
    blank = candidates[np.array(is_blank, dtype=np.bool_)]
    count = len(blank)
    return blank, (f"{count} rows without any value are no employees",) if count else ()


def _misfit_rows(
    records: Records, misfits: Mapping[int, int], layout: _Layout
) -> Iterable[BrokenRow]:
    expected = len(layout.header)
    for record, found in sorted(misfits.items()):
        text = records.text(record)
        if not text.strip(f'{layout.delimiter}" \t\r\n'):
            continue  # white space or delimiters only: a blank line
        remedy = (
            f"; a value with {layout.delimiter!r} in it is written in quotes"
            if found > expected
            else ""
        )
        yield BrokenRow(
            int(records.lines[record]),
            text[:_SHOWN],
            f"wrong_field_count: {found} fields where the header has {expected}{remedy}",
        )
