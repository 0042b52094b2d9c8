"""Where the records of a CSV text begin, whatever its quotes do.

Theory of operation. Without quotes a line is a record. If every quote opens, closes or doubles as
RFC 4180 says, which is checked for the whole text at once, a line end inside of quotes is one that
an odd number of quotes precedes. Otherwise the lines are read one by one, so that a quote that
nobody closes costs its own line and not the rest of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planalign.infrastructure.census.arrow import Mask, Rows

__all__ = ["BrokenRow", "Records", "split_records"]

_LINE_FEED: Final = 10
_RETURN: Final = 13
_QUOTE: Final = 34
_LONGEST: Final = 100
"""Lines that a quoted value may span in a text whose quotes are not all in order."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be split into fields: its line, its text, ``code: explanation``."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True)
class Records:
    """The body of a CSV text, ready to be split into fields.

    Attributes:
        body: UTF-8: the whole body, or what is left of it without the broken lines.
        first_line: Physical line on which the body begins.
        spans_lines: Some record has a line end inside of quotes.
        broken: Lines that are left out.
        scanned: Offset and physical line of each record, where they had to be found one by one.
    """

    body: bytes
    first_line: int
    spans_lines: bool = False
    broken: tuple[BrokenRow, ...] = ()
    scanned: tuple[Rows, Rows] | None = None

    @property
    def starts(self) -> Rows:
        """Offset in the body of each record that is not blank, rising."""
        return self._places[0]

    @property
    def lines(self) -> Rows:
        """Physical line in the file where each record that is not blank begins."""
        return self._places[1]

    def text(self, record: int) -> str:
        """A record as it is written, without its line end."""
        end = self.starts[record + 1] if record + 1 < len(self.starts) else len(self.body)
        return self.body[self.starts[record] : end].decode().rstrip("\r\n")

    @cached_property
    def _places(self) -> tuple[Rows, Rows]:
        """Looked up only if a row has to be named."""
        if self.scanned is not None:
            return self.scanned
        octets = np.frombuffer(self.body, dtype=np.uint8)
        ends = np.flatnonzero(octets == _LINE_FEED)
        quotes = np.flatnonzero(octets == _QUOTE) if self.spans_lines else ends[:0]
        outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
        starts = np.concatenate([[0], outside + 1]).astype(np.int64)
        starts = starts[starts < len(octets)]
        starts = starts[~_is_blank(octets, starts)]
        return starts, self.first_line + np.searchsorted(ends, starts)


def split_records(body: bytes, delimiter: str, fields: int, first_line: int) -> Records:
    r"""Find the records of *body*.

    Args:
        body: UTF-8, lines ended by LF or CR LF; the header is not part of it.
        delimiter: One ASCII character.
        fields: How many fields a record has.
        first_line: Physical line on which the body begins.

    >>> records = split_records(b'1,"two\nlines"\n\n3,4\n', ",", 2, first_line=2)
    >>> records.lines.tolist(), records.text(1)
    ([2, 5], '3,4')
    """
    if b'"' not in body:
        return Records(body, first_line)
    octets = np.frombuffer(body, dtype=np.uint8)
    quotes = np.flatnonzero(octets == _QUOTE)
    if not _in_order(octets, quotes, delimiter):
        return _scan(body, delimiter, fields, first_line)
    ends = np.flatnonzero(octets == _LINE_FEED)
    inside = np.searchsorted(quotes, ends) % 2 == 1
    return Records(body, first_line, spans_lines=bool(inside.any()))


def _is_blank(octets: NDArray[np.uint8], starts: Rows) -> Mask:
    """Lines that hold a line end and nothing else; Arrow skips them, too."""
    last = len(octets) - 1
    first, second = octets[starts], octets[np.minimum(starts + 1, last)]
    blank: Mask = (first == _LINE_FEED) | ((first == _RETURN) & (second == _LINE_FEED))
    return blank


def _in_order(octets: NDArray[np.uint8], quotes: Rows, delimiter: str) -> bool:
    """Whether each odd quote opens a field, or follows the one it doubles, and each even closes."""
    if len(quotes) % 2:
        return False
    openers, closers = quotes[0::2], quotes[1::2]
    before = octets[openers[1:] - 1] if openers[0] == 0 else octets[openers - 1]
    after = octets[closers[:-1] + 1] if closers[-1] == len(octets) - 1 else octets[closers + 1]
    edges = np.zeros(256, dtype=np.bool_)
    edges[[ord(delimiter), _LINE_FEED, _QUOTE]] = True
    if not edges[before].all():
        return False
    edges[_RETURN] = True
    return bool(edges[after].all())


class _Grammar:
    """What a record is, as two expressions that never backtrack."""

    def __init__(self, delimiter: str, fields: int) -> None:
        cut = re.escape(delimiter)
        field = rf'(?:"(?:[^"]++|"")*+"[^{cut}\n]*+|[^"{cut}\n][^{cut}\n]*+|)'
        self._record = re.compile(rf"{field}(?:{cut}{field})*+\n")
        self._field = re.compile(rf"(?:\A|{cut}){field}")
        self._fields = fields

    def length(self, lines: list[str], first: int) -> int:
        """How many lines the record has that begins on line *first*; 0 if nobody closes it."""
        text = lines[first]
        if self._is_whole(text):
            return 1
        for last in range(first + 1, min(first + _LONGEST, len(lines))):
            text += lines[last]
            if self._is_whole(text):
                # A quote that a later row happens to close would swallow whole rows between.
                swallows = self._is_record(lines[first + 1]) and not self._is_record(text)
                return 0 if swallows else last - first + 1
        return 0

    def _is_whole(self, text: str) -> bool:
        return self._record.fullmatch(text) is not None

    def _is_record(self, text: str) -> bool:
        return self._is_whole(text) and sum(1 for _ in self._field.finditer(text)) == self._fields


def _scan(body: bytes, delimiter: str, fields: int, first_line: int) -> Records:
    """Read line by line; only for texts whose quotes are not in order."""
    lines = [f"{line}\n" for line in body.decode().replace("\r\n", "\n").split("\n")]
    grammar = _Grammar(delimiter, fields)
    kept: list[bytes] = []
    numbers: list[int] = []
    broken: list[BrokenRow] = []
    at = 0
    while at < len(lines):
        length = grammar.length(lines, at)
        if length == 0:
            broken.append(BrokenRow(first_line + at, lines[at].rstrip("\n"), _UNCLOSED))
        elif lines[at] != "\n":
            kept.append("".join(lines[at : at + length]).encode())
            numbers.append(first_line + at)
        at += max(length, 1)
    starts = np.cumsum([0, *(len(text) for text in kept)])[:-1].astype(np.int64)
    places = starts, np.array(numbers, dtype=np.int64)
    return Records(
        b"".join(kept), first_line, spans_lines=True, broken=tuple(broken), scanned=places
    )


_UNCLOSED: Final = "unclosed_quote: a value opens a quote that is not closed"
