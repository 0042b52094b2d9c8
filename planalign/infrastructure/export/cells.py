"""A batch of rows as the XML of a worksheet, column by column.

A cell is the same few strings around its value, so a column of cells is one join of columns, and a
row is the join of its cells: Arrow writes them ten times faster than a loop over cells. Text is
always an inline string: never a formula, never a link, and never the XML that it may look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute

from planalign.domain.errors import UnsupportedFormatError

__all__ = ["MOST_CHARACTERS", "Style", "rows_xml", "style_of"]

_pc: Any = pyarrow.compute
_types: Any = pa.types

MOST_CHARACTERS: Final = 32_767
"""What a cell holds."""

Style = str
"""``day``, ``instant``, ``money``, ``count``, ``share``, or nothing for plain values."""

_EPOCH_SERIAL: Final = 25_569  # 1970-01-01, counted from 1899-12-30
_FIRST_DAY: Final = date(1900, 3, 1)  # before it, spreadsheets disagree about 29 February 1900
_MICROSECONDS_OF_A_DAY: Final = 86_400_000_000
_CONTROLS: Final = (*range(0x00, 0x09), *range(0x0B, 0x20), 0xFFFE, 0xFFFF)
_ANY_CONTROL: Final = "[\x00-\x08\x0b-\x1f\ufffe\uffff]"
_NUMBERED: Final = {
    "year",
    "first_year",
    "last_year",
    "version",
    "position",
    "commit",
    "commit_id",
    "parent",
    "level",
}


def style_of(field: pa.Field) -> Style:
    """How the values of a column are shown."""
    kind = field.type
    if _types.is_date(kind):
        return "day"
    if _types.is_timestamp(kind):
        return "instant"
    if _types.is_decimal(kind):
        return "money" if kind.scale == 2 else ""
    if _types.is_integer(kind):
        return "" if field.name in _NUMBERED else "count"
    is_share = _types.is_floating(kind) and _is_share(field.name)
    return "share" if is_share else ""


def _is_share(name: str) -> bool:
    return "growth" in name or name.endswith(("_rate", "_cagr"))


def rows_xml(batch: pa.RecordBatch, first_row: int, formats: Sequence[int]) -> list[str]:
    """The ``<row>`` elements of *batch*.

    Args:
        batch: Columns of text, booleans, numbers, decimals, dates and instants.
        first_row: Number of the first row in the sheet, counted from 1.
        formats: For each column the workbook's number of its format; 0 is the general one.

    Raises:
        UnsupportedFormatError: If a text is longer than a cell holds.
    """
    if not batch.num_rows:
        return []
    numbers = _pc.cast(pa.array(range(first_row, first_row + batch.num_rows)), pa.string())
    cells = [
        _pc.fill_null(_cells(column, f'<c r="{letters(place)}', numbers, number), "")
        for place, (column, number) in enumerate(zip(batch.columns, formats, strict=True))
    ]
    rows = _pc.binary_join_element_wise('<row r="', numbers, '">', *cells, "</row>", "")
    xml: list[str] = rows.to_pylist()
    return xml


def letters(place: int) -> str:
    """The letters of a column, counted from 0.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    head, last = divmod(place, 26)
    return (letters(head - 1) if head else "") + chr(ord("A") + last)


def _cells(column: Any, start: str, numbers: Any, number: int) -> Any:
    """A ``<c>`` element for each value, null for null."""
    style = f'" s="{number}' if number else ""
    kind = column.type
    if _types.is_boolean(kind):
        values = _pc.if_else(column, "1", "0")
        return _element(start, numbers, f'{style}" t="b"><v>', values, "</v></c>")
    if _types.is_date(kind):
        early = _pc.less(column, pa.scalar(_FIRST_DAY, pa.date32()))
        days = _pc.add(_pc.cast(_pc.cast(column, pa.date32()), pa.int32()), _EPOCH_SERIAL)
        serial = _element(start, numbers, f'{style}"><v>', _pc.cast(days, pa.string()), "</v></c>")
        if not _pc.any(early).as_py():
            return serial
        iso = _pc.cast(column, pa.string())
        return _pc.if_else(early, _texts(iso, start, numbers, style), serial)
    if _types.is_string(kind):
        return _texts(column, start, numbers, style)
    values = _pc.cast(_number(column), pa.string())
    return _element(start, numbers, f'{style}"><v>', values, "</v></c>")


def _number(column: Any) -> Any:
    kind = column.type
    if _types.is_timestamp(kind):
        micros = _pc.cast(_pc.cast(column, pa.timestamp("us")), pa.int64())
        days = _pc.divide(_pc.cast(micros, pa.float64()), float(_MICROSECONDS_OF_A_DAY))
        return _pc.add(days, float(_EPOCH_SERIAL))
    if _types.is_floating(kind):
        return _pc.if_else(_pc.is_finite(column), column, None)
    return column


def _element(start: str, numbers: Any, middle: str, values: Any, end: str) -> Any:
    return _pc.binary_join_element_wise(start, numbers, middle, values, end, "")


def _texts(column: Any, start: str, numbers: Any, style: str) -> Any:
    longest = _pc.max(_pc.binary_length(column)).as_py() or 0
    if longest > MOST_CHARACTERS and _too_long(column):
        message = f"a cell of a workbook holds {MOST_CHARACTERS:,} characters"
        raise UnsupportedFormatError(message, hint="export to a directory instead")
    opening = f'{style}" t="inlineStr"><is><t xml:space="preserve">'
    return _element(start, numbers, opening, _escaped(column), "</t></is></c>")


def _too_long(column: Any) -> bool:
    texts: list[str | None] = column.to_pylist()
    return any(len((text or "").encode("utf-16-le")) > 2 * MOST_CHARACTERS for text in texts)


def _escaped(column: Any) -> Any:
    """As XML; what XML cannot hold is ``_x0007_``, and what looks so already ``_x005F_x0007_``."""
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        column = _pc.replace_substring(column, plain, entity)
    # Without the closing underscore, which may open the next one; to escape too much is no harm.
    column = _pc.replace_substring_regex(column, "_(x[0-9a-fA-F]{4})", r"_x005F_\1")
    if _pc.any(_pc.match_substring_regex(column, _ANY_CONTROL)).as_py():
        for code in _CONTROLS:
            column = _pc.replace_substring(column, chr(code), f"_x{code:04X}_")
    return column
