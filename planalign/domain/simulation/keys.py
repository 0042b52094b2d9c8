"""Employee ids and the keys that draws about them hang on.

A key is a 64-bit hash of the id's UTF-8 bytes. Ids arrive as Arrow stores text: one buffer of
bytes and the offsets at which each id starts, so a million of them are hashed without one Python
string. The hash reads eight bytes at a time, the last ones padded with zeros, and then the length,
so that padding cannot make two ids equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planalign.domain.events import SIMULATED_ID_PREFIX
from planalign.domain.simulation.draws import mix, mix_in_place
from planalign.domain.workforce import Int32Array, Int64Array, UInt8Array, UInt64Array

__all__ = ["Utf8Column", "employee_key", "employee_keys", "new_hire_id", "new_hire_ids"]

_START: Final = 0x243F6A8885A308D3
_FACTOR: Final = 0x9FB21C651E98DF25
_WORD: Final = 2**64 - 1
_ROWS_AT_A_TIME: Final = 16_384
_RANK_DIGITS: Final = 6

# Which bytes of the eight belong to an id with 0 … 8 bytes left.
_KEEP: Final = np.array([(1 << (8 * left)) - 1 for left in range(9)], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Utf8Column:
    """A column of text as Arrow lays it out.

    Attributes:
        offsets: Shape (n + 1,): id i is the bytes from offsets[i] to offsets[i + 1].
        data: UTF-8.
    """

    offsets: Int32Array
    data: UInt8Array

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def tolist(self) -> list[str]:
        """The column as Python strings."""
        text, ends = self.data.tobytes(), self.offsets.tolist()
        return [text[a:b].decode() for a, b in pairwise(ends)]


def employee_key(employee_id: str) -> int:
    """The key of one id; `employee_keys` gives the same.

    >>> hex(employee_key("NH_2027_000001"))
    '0x2d8db926de0e0e40'
    """
    data = employee_id.encode()
    state = _START
    for start in range(0, len(data), 8):
        word = int.from_bytes(data[start : start + 8], "little")
        state = ((state ^ word) * _FACTOR) & _WORD
        state ^= state >> 32
    return mix(state ^ len(data))


def employee_keys(offsets: Int32Array | Int64Array, data: UInt8Array) -> UInt64Array:
    """The key of every id of a text column.

    Args:
        offsets: Shape (n + 1,), ascending, as in Arrow; need not start at 0.
        data: UTF-8 bytes.

    Returns:
        Shape (n,).

    >>> ids = new_hire_ids(2027, 2)
    >>> employee_keys(ids.offsets, ids.data).tolist() == [
    ...     employee_key("NH_2027_000001"), employee_key("NH_2027_000002")]
    True
    """
    count = len(offsets) - 1
    words = _as_words(data)
    keys = np.empty(count, dtype=np.uint64)
    for start in range(0, count, _ROWS_AT_A_TIME):
        stop = min(start + _ROWS_AT_A_TIME, count)
        ends = np.asarray(offsets[start : stop + 1], dtype=np.int64)
        keys[start:stop] = _hash_block(words, ends[:-1], np.diff(ends))
    return keys


def _as_words(data: UInt8Array) -> UInt64Array:
    """The bytes as little-endian words, with a spare word to read past the end."""
    padded = np.zeros((len(data) // 8 + 2) * 8, dtype=np.uint8)
    padded[: len(data)] = data
    return padded.view("<u8").astype(np.uint64, copy=False)


def _hash_block(words: UInt64Array, begins: Int64Array, lengths: Int64Array) -> UInt64Array:
    state = np.full(len(begins), _START, dtype=np.uint64)
    for offset in range(0, int(lengths.max(initial=0)), 8):
        left = np.clip(lengths - offset, 0, 8)
        word = _unaligned_words(words, begins + offset, left)
        stirred = (state ^ word) * np.uint64(_FACTOR)
        stirred ^= stirred >> np.uint64(32)
        state = np.where(left > 0, stirred, state)
    return _mixed(state ^ lengths.astype(np.uint64))


def _unaligned_words(words: UInt64Array, begins: Int64Array, left: Int64Array) -> UInt64Array:
    """The *left* bytes from each of *begins* on, little-endian, padded with zeros."""
    index = np.minimum(begins >> 3, len(words) - 2)  # an id that has ended may point past the end
    shift = ((begins & 7) << 3).astype(np.uint64)
    low = words.take(index) >> shift
    # Two shifts, since one by 64 bits is undefined.
    high = (words.take(index + 1) << np.uint64(1)) << (np.uint64(63) - shift)
    word: UInt64Array = (low | high) & _KEEP.take(left)
    return word


def _mixed(numbers: UInt64Array) -> UInt64Array:
    mixed = numbers.copy()
    mix_in_place(mixed, np.empty_like(mixed))
    return mixed


def new_hire_id(year: int, rank: int) -> str:
    """The id of the *rank*-th hire of a year, counted from 1.

    >>> new_hire_id(2027, 1)
    'NH_2027_000001'
    """
    return f"{SIMULATED_ID_PREFIX}{year}_{rank:0{_RANK_DIGITS}d}"


def new_hire_ids(year: int, count: int) -> Utf8Column:
    """The ids of the hires 1 to *count* of a year, as an Arrow text column.

    >>> new_hire_ids(2027, 2).tolist()
    ['NH_2027_000001', 'NH_2027_000002']
    """
    parts: list[UInt8Array] = []
    lengths: list[NDArray[np.int32]] = []
    first, digits = 1, _RANK_DIGITS
    while first <= count:
        last = min(count, 10**digits - 1)
        rows = _ids_of_width(year, np.arange(first, last + 1), digits)
        parts.append(rows.reshape(-1))
        lengths.append(np.full(len(rows), rows.shape[1], dtype=np.int32))
        first, digits = last + 1, digits + 1
    offsets = np.zeros(count + 1, dtype=np.int32)
    if parts:
        np.cumsum(np.concatenate(lengths), out=offsets[1:])
    return Utf8Column(offsets, np.concatenate([*parts, np.empty(0, dtype=np.uint8)]))


def _ids_of_width(year: int, ranks: NDArray[np.int_], digits: int) -> UInt8Array:
    """Shape (n, bytes): ids whose rank has exactly this many digits."""
    prefix = np.frombuffer(f"{SIMULATED_ID_PREFIX}{year}_".encode(), dtype=np.uint8)
    rows = np.empty((len(ranks), len(prefix) + digits), dtype=np.uint8)
    rows[:, : len(prefix)] = prefix
    for place in range(digits):
        tens = ranks // 10
        rows[:, -1 - place] = ranks - tens * 10 + ord("0")
        ranks = tens
    return rows
