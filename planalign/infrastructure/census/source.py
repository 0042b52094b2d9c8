"""What every reader hands on: the mapped columns, row by row as the file has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planalign.infrastructure.census.arrow import Array, Rows, pa, pc
from planalign.infrastructure.census.fields import FieldName
from planalign.infrastructure.census.records import BrokenRow

__all__ = ["CensusSource", "RawColumn", "RawTable", "trimmed"]


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column of a file; a row has a text, or a typed value, or nothing.

    Attributes:
        text: Shape (n,), string, trimmed; null where there is none.
        typed: Shape (n,), numbers, dates or timestamps; None if the column is all text.
    """

    text: Array
    typed: Array | None = None


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of a file, as far as they could be split into fields.

    Attributes:
        columns: The mapped columns, each of shape (n,).
        count: n.
        find_lines: Shape (n,): the line, or row of the sheet, where each row begins, from 1; a
            function, because it is asked for only if a row has to be named.
        broken: Rows that could not be split; they are not in the columns.
        notices: What the reader decided.
    """

    columns: Mapping[FieldName, RawColumn]
    count: int
    find_lines: Callable[[], Rows]
    broken: tuple[BrokenRow, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CensusSource:
    """A census file, opened.

    Attributes:
        header: Column names, trimmed.
        sha256: Of the file, in hexadecimal.
        read: Reads the columns at these positions.
        encoding: How its text is encoded, or None.
        delimiter: What separates its columns, or None.
        sheet: Which sheet of a workbook it is, or None.
    """

    header: tuple[str, ...]
    sha256: str
    read: Callable[[Mapping[FieldName, int]], RawTable]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


def trimmed(column: Array) -> Array:
    """A string column without white space around its values; null where nothing is left."""
    text: Array = pc.utf8_trim_whitespace(column)
    empty = pc.equal(pc.binary_length(text), 0)
    if not pc.any(empty).as_py():
        return text
    cleared: Array = pc.if_else(empty, pa.scalar(None, pa.string()), text)
    return cleared
