"""An Excel workbook of sheets, of any size.

xlsxwriter lays out the workbook and keeps its styles, in its constant-memory mode; the rows go
straight into the file that it keeps for each sheet, as `cells` writes them. Its own way, a call a
cell, takes twelve times as long (100,000 rows of 17 columns: 4.7 s, against 0.4 s), and in that
mode writes a text between ``<r>`` and ``</r>`` as if it were XML. What is used of its insides
for that: `fh`, `row_data_fh`, `_check_dimensions` and `_get_xf_index`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
import xlsxwriter  # type: ignore[import-untyped]  # it has no annotations

from planalign.domain.errors import StorageError
from planalign.infrastructure.export.cells import rows_xml, style_of
from planalign.infrastructure.export.sheets import Sheet, WrittenSheet

__all__ = ["MOST_ROWS", "write_workbook"]

_xlsxwriter: Any = xlsxwriter

MOST_ROWS: Final = 1_048_576
"""What a sheet holds, its heading included."""

_BATCH_ROWS: Final = 16_384
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORMATS: Final = {
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm:ss",
    "money": "#,##0.00",
    "count": "#,##0",
    "share": "0.00%",
}
_WIDTHS: Final = {"day": 11, "instant": 19, "money": 16, "count": 10, "share": 9}
_NARROWEST, _WIDEST = 8, 48


def write_workbook(
    sheets: Iterable[Sheet], path: Path, *, created_at: datetime, most_rows: int = MOST_ROWS
) -> tuple[WrittenSheet, ...]:
    """Write *sheets* as one workbook; what was at *path* is replaced at once, at the end.

    Args:
        sheets: With different names of at most 24 characters, which leave room for a number.
        path: Where to.
        created_at: Its properties say so.
        most_rows: A sheet with more, its heading included, goes on in another.

    Returns:
        For each sheet the names that it has in the workbook: ``events``, or ``events 1``,
        ``events 2`` … if it had to be split.

    Raises:
        UnsupportedFormatError: If a text is longer than a cell holds.
        StorageError: If the file cannot be written; what was there stays.
    """
    with _new_workbook(path) as workbook:
        workbook.set_properties({"created": created_at, "comments": "Written by PlanAlign"})
        styles = {name: workbook.add_format({"num_format": f}) for name, f in _FORMATS.items()}
        styles["heading"] = workbook.add_format({"bold": True, "bottom": 1})
        return tuple([_write_sheet(workbook, styles, sheet, most_rows) for sheet in sheets])


@contextmanager
def _new_workbook(path: Path) -> Generator[Any]:
    """A workbook that takes the place of *path* if all goes well, and leaves nothing if not."""
    try:
        with TemporaryDirectory(prefix=".export-", dir=path.parent) as place:
            draft = Path(place, "draft.xlsx")
            workbook = _xlsxwriter.Workbook(draft, {**_OPTIONS, "tmpdir": place})
            try:
                yield workbook
                workbook.close()
            finally:
                for worksheet in workbook.worksheets():
                    worksheet.row_data_fh.close()
            draft.replace(path)
    except (OSError, _xlsxwriter.exceptions.XlsxFileError) as error:
        raise StorageError(f"{path} cannot be written: {error}") from error


def _write_sheet(
    workbook: Any, styles: Mapping[str, Any], sheet: Sheet, most_rows: int
) -> WrittenSheet:
    room = most_rows - 1
    count = max(1, -(-sheet.rows // room))
    names = [sheet.name] if count == 1 else [f"{sheet.name} {i + 1}" for i in range(count)]
    batches = _resized(sheet.batches, room)
    for place, name in enumerate(names):
        rows = min(room, sheet.rows - place * room)
        part = workbook.add_worksheet(name)
        _Part(part, sheet.schema, styles).write(batches, rows)
    return WrittenSheet(sheet.name, sheet.rows, tuple(names))


def _resized(batches: Iterable[pa.RecordBatch], room: int) -> Iterator[pa.RecordBatch]:
    """Batches of few rows, cut where a sheet of *room* rows is full."""
    left = room
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            piece = batch.slice(start, min(left, _BATCH_ROWS))
            yield piece
            start += piece.num_rows
            left = left - piece.num_rows or room


class _Part:
    """One worksheet: its heading, frozen and with a filter, and some rows of a sheet."""

    def __init__(self, worksheet: Any, schema: pa.Schema, styles: Mapping[str, Any]) -> None:
        self._worksheet, self._schema = worksheet, schema
        self._heading: int = styles["heading"]._get_xf_index()
        names = [style_of(field) for field in schema]
        self._formats = [styles[n]._get_xf_index() if n in styles else 0 for n in names]
        self._widths = [_WIDTHS.get(name, _NARROWEST) for name in names]

    def write(self, batches: Iterator[pa.RecordBatch], rows: int) -> None:
        """Take as many *batches* as make up *rows*."""
        names = self._schema.names
        self._write(pa.RecordBatch.from_pylist([dict(zip(names, names, strict=True))]), 1)
        written = 0
        while written < rows:
            batch = next(batches)
            self._write(batch, written + 2)
            written += batch.num_rows
        for corner in ((0, 0), (rows, len(names) - 1)):  # it remembers how far the sheet goes
            self._worksheet._check_dimensions(*corner)
        self._worksheet.freeze_panes(1, 0)
        self._worksheet.autofilter(0, 0, rows, len(names) - 1)
        for place, width in enumerate(self._widths):
            self._worksheet.set_column(place, place, width)

    def _write(self, batch: pa.RecordBatch, first_row: int) -> None:
        is_heading = first_row == 1
        formats = [self._heading] * batch.num_columns if is_heading else self._formats
        self._worksheet.fh.writelines(rows_xml(batch, first_row, formats))
        if is_heading or first_row == 2:
            self._widen(batch)

    def _widen(self, batch: pa.RecordBatch) -> None:
        """Make room for the heading with its filter button, and for the texts of some rows."""
        for place, column in enumerate(batch.columns):
            if pa.types.is_string(column.type):
                texts: list[str | None] = column.slice(0, 1_000).to_pylist()
                longest = max((len(text or "") for text in texts), default=0) + 3
                self._widths[place] = min(max(self._widths[place], longest), _WIDEST)
