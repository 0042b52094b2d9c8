"""The files that this package writes: rejects for people to correct, and made-up censuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow.csv
import pyarrow.parquet
import xlsxwriter  # type: ignore[import-untyped]  # it has no annotations

from planalign.domain.errors import StorageError, UnsupportedFormatError
from planalign.infrastructure.census.arrow import Array, Table, pa
from planalign.infrastructure.formulas import guarded

__all__ = ["write_rejects", "write_sample"]

_csv: Any = pyarrow.csv
_parquet: Any = pyarrow.parquet
_xlsxwriter: Any = xlsxwriter
_types: Any = pa.types

_SHEET_ROWS: Final = 1_048_576


def write_rejects(rejects: Table, path: Path) -> None:
    """Write the rejects of a census as CSV in UTF-8, one row for each fault.

    A value that a spreadsheet would run as a formula gets an apostrophe in front.

    Raises:
        StorageError: If the file cannot be written.
    """
    safe = rejects
    for name in ("column", "value", "reason"):
        place = safe.column_names.index(name)
        safe = safe.set_column(place, name, guarded(rejects.column(name)))
    _write_csv(safe, path, ",")


def write_sample(census: Table, path: Path) -> None:
    """Write a census in the format that the extension of *path* names.

    Raises:
        UnsupportedFormatError: If that is none of .csv, .tsv, .parquet and .xlsx, or the sheet
            would have too many rows.
        StorageError: If the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        _write_csv(census, path, "\t" if suffix == ".tsv" else ",")
    elif suffix in (".parquet", ".pq"):
        try:
            _parquet.write_table(census, path)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error}") from error
    elif suffix == ".xlsx":
        _write_excel(census, path)
    else:
        raise UnsupportedFormatError(
            f"{path}: no census is written with the extension {suffix or '(none)'!r}",
            hint="use .csv, .tsv, .parquet or .xlsx",
        )


def _write_csv(table: Table, path: Path, delimiter: str) -> None:
    options = _csv.WriteOptions(delimiter=delimiter, quoting_style="needed")
    try:
        _csv.write_csv(table, path, options)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error}") from error


def _write_excel(census: Table, path: Path) -> None:
    if census.num_rows >= _SHEET_ROWS:
        raise UnsupportedFormatError(
            f"{path}: a sheet holds {_SHEET_ROWS - 1:,} employees, not {census.num_rows:,}",
            hint="use .csv or .parquet",
        )
    options = {"constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with _xlsxwriter.Workbook(path, options) as workbook:
            sheet = workbook.add_worksheet("Census")
            day = workbook.add_format({"num_format": "yyyy-mm-dd"})
            for position, name in enumerate(census.column_names):
                sheet.write_string(0, position, name)
                column: Array = census.column(name)
                is_date = _types.is_date(column.type)
                sheet.write_column(1, position, column.to_pylist(), day if is_date else None)
    except (OSError, _xlsxwriter.exceptions.FileCreateError) as error:
        raise StorageError(f"{path} cannot be written: {error}") from error
