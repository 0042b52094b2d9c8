"""Census files in Excel: one sheet, whose first row names the columns."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from planalign.domain.errors import CensusError
from planalign.infrastructure.census.arrow import pa, texts
from planalign.infrastructure.census.fields import FieldName
from planalign.infrastructure.census.source import CensusSource, RawColumn, RawTable

__all__ = ["open_excel"]

_calamine: Any = CalamineWorkbook
_DATES: Final = ("birth_date", "hire_date", "termination_date")
_NUMBERS: Final = ("annual_salary", "level", "scheduled_hours_per_week")
_DAY_ZERO: Final = date(1899, 12, 30)
_LAST_SERIAL: Final = 2_958_465
"""31 December 9999; a larger number in a date column is YYYYMMDD."""


def open_excel(path: Path, sheet: str | None = None) -> CensusSource:
    """Open a workbook; rows are numbered as the sheet shows them.

    Args:
        path: A .xlsx or .xlsm file.
        sheet: Its name; needed if several have something in them.

    Raises:
        CensusError: If it is no workbook, the sheet does not exist or is not the only one, or
            there are no rows.
    """
    data = path.read_bytes()
    try:
        workbook = _calamine.from_path(path)
        name, cells = _sheet(path, workbook, sheet)
    except (CalamineError, OSError, ValueError) as error:
        raise CensusError(f"{path} is not readable as a workbook: {error}") from error
    rows = [(line, row) for line, row in cells if any(cell != "" for cell in row)]
    if not rows:
        raise CensusError(f"sheet {name!r} of {path} is empty")
    if len(rows) == 1:
        raise CensusError(f"sheet {name!r} of {path} has a header and no rows")
    table = _Sheet(rows[1:])
    header = tuple(_as_text(cell) or "" for cell in rows[0][1])
    return CensusSource(header, hashlib.sha256(data).hexdigest(), table.read, sheet=name)


def _sheet(
    path: Path, workbook: CalamineWorkbook, wanted: str | None
) -> tuple[str, list[tuple[int, list[Any]]]]:
    """The sheet's name and its rows, each with the number that Excel shows beside it."""
    if wanted is not None and wanted not in workbook.sheet_names:
        raise CensusError(
            f"{path} has no sheet {wanted!r}", hint=f"sheets: {', '.join(workbook.sheet_names)}"
        )
    shown = [s.name for s in workbook.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    names = [wanted] if wanted is not None else shown
    filled = [(name, rows) for name in names if (rows := _rows(workbook, name))]
    if len(filled) > 1:
        raise CensusError(
            f"{path} has {len(filled)} sheets with something in them",
            hint=f"say which with --sheet: {', '.join(name for name, _ in filled)}",
        )
    return filled[0] if filled else (wanted or (shown or [""])[0], [])


def _rows(workbook: CalamineWorkbook, name: str) -> list[tuple[int, list[Any]]]:
    sheet = workbook.get_sheet_by_name(name)
    first = sheet.start[0] + 1 if sheet.start is not None else 1
    return list(enumerate(sheet.to_python(skip_empty_area=True), start=first))


@dataclass(frozen=True, slots=True)
class _Sheet:
    rows: Sequence[tuple[int, list[Any]]]

    def read(self, chosen: Mapping[FieldName, int]) -> RawTable:
        notices: list[str] = []
        columns: dict[FieldName, RawColumn] = {
            field: _raw(field, [row[position] for _, row in self.rows], notices)
            for field, position in chosen.items()
        }
        lines = np.array([line for line, _ in self.rows], dtype=np.int64)
        return RawTable(columns, len(lines), lambda: lines, notices=tuple(notices))


def _raw(field: FieldName, cells: Sequence[Any], notices: list[str]) -> RawColumn:
    if field in _DATES:
        return _raw_dates(field, cells, notices)
    if field in _NUMBERS:
        numbers = [float(cell) if _is_number(cell) else None for cell in cells]
        written = [None if _is_number(cell) else _as_text(cell) for cell in cells]
        return RawColumn(texts(written), pa.array(numbers, type=pa.float64()))
    return RawColumn(texts([_as_text(cell) for cell in cells]))


def _raw_dates(field: FieldName, cells: Sequence[Any], notices: list[str]) -> RawColumn:
    days = [_as_day(cell) for cell in cells]
    bare = sum(_is_number(cell) and day is not None for cell, day in zip(cells, days, strict=True))
    if bare:
        notices.append(f"{field}: {bare} numbers without a date format are read as day numbers")
    written = [
        _as_text(cell) if day is None else None for cell, day in zip(cells, days, strict=True)
    ]
    return RawColumn(texts(written), pa.array(days, type=pa.date32()))


def _as_day(cell: object) -> date | None:
    """The day of a date cell, or of a number, which is how Excel stores one."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and _is_number(cell) and 1 <= cell <= _LAST_SERIAL:
        return _DAY_ZERO + timedelta(days=math.floor(cell))
    return None


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _as_text(cell: object) -> str | None:
    """A cell as text: whole numbers without a decimal point, days as ISO dates."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return str(cell).strip() or None
