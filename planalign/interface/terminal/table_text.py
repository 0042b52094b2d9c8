"""Tables for people: aligned text, as wide as the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TableText", "table_text"]

_GAP: Final = "  "
_PLAIN_NUMBERS: Final = {"year", "version", "position", "commit", "commit_id", "parent"}


@dataclass(frozen=True, slots=True)
class TableText:
    """The text, and a sentence about what was left out of it, or nothing."""

    text: str
    left_out: str


def table_text(table: pa.Table, *, width: int | None = None, rows: int | None = None) -> TableText:
    """Align *table*.

    Args:
        table: What to show.
        width: Columns that do not fit into as many characters are left out, last ones first.
        rows: How many rows to show; all if None.
    """
    shown = table if rows is None else table.slice(0, rows)
    columns = [_column(shown, name) for name in shown.column_names]
    fitting = _fitting(columns, width)
    lines = [_GAP.join(cells).rstrip() for cells in zip(*columns[:fitting], strict=True) if fitting]
    return TableText("\n".join(lines), _left_out(table, shown.num_rows, fitting))


def _column(table: pa.Table, name: str) -> list[str]:
    """The heading, a rule and the values of one column, all of the same width."""
    values: list[Any] = table.column(name).to_pylist()
    cells = [_cell(value, grouped=name not in _PLAIN_NUMBERS) for value in values]
    width = max(map(len, [name, *cells]))
    numeric = any(isinstance(value, int | float | Decimal) for value in values)
    aligned = [cell.rjust(width) if numeric else cell.ljust(width) for cell in [name, *cells]]
    return [aligned[0], "─" * width, *aligned[1:]]


def _cell(value: object, *, grouped: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:,}" if grouped else str(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _fitting(columns: list[list[str]], width: int | None) -> int:
    """How many of the columns fit, but one at least."""
    if width is None:
        return len(columns)
    total = 0
    for count, column in enumerate(columns):
        total += len(column[0]) + (len(_GAP) if count else 0)
        if total > width:
            return max(count, 1)
    return len(columns)


def _left_out(table: pa.Table, rows: int, columns: int) -> str:
    parts: list[str] = []
    if rows < table.num_rows:
        parts.append(f"{rows:,} of {table.num_rows:,} rows")
    if columns < table.num_columns:
        parts.append(f"{columns} of {table.num_columns} columns")
    return f"showing {' and '.join(parts)}" if parts else ""
