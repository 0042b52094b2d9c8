"""The latest value of each stream, folded from facts in any order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planalign.domain.workforce import BoolArray, Int32Array, Int64Array

__all__ = ["Latest", "grown", "places"]

_VERSION_BITS = 34
_NOTHING = np.iinfo(np.int64).min


def places(day: Int32Array, version: Int32Array) -> Int64Array:
    """When each fact comes in its stream, as one number: by day, then by version.

    >>> early, late = places(np.array([-1, 0], np.int32), np.array([9, 1], np.int32))
    >>> bool(early < late)
    True
    """
    place = day.astype(np.int64)
    place <<= _VERSION_BITS
    place |= version
    return place


class Latest:
    """For each stream the value that was offered with the highest place.

    Streams are numbered densely, so the fold is two scatters into arrays: no sort, no hash table,
    and the order of the offers does not matter as long as no stream has one place twice.

    >>> pay = Latest(np.int64, room=2)
    >>> pay.offer(np.array([0, 0]), np.array([7, 3]), np.array([900, 500]))
    >>> pay.value.tolist(), pay.is_known.tolist()
    ([900, 0], [True, False])
    """

    def __init__(self, dtype: Any, *, room: int) -> None:
        """Nothing is known of any stream, and there is room for so many."""
        self.place: Int64Array = np.full(room, _NOTHING)
        self.value: NDArray[Any] = np.zeros(room, dtype=dtype)

    def grow(self, streams: int) -> None:
        """Make room for *streams* streams."""
        self.place = grown(self.place, streams, fill=_NOTHING)
        self.value = grown(self.value, streams, fill=0)

    @property
    def is_known(self) -> BoolArray:
        """Shape (streams,): whether anything was offered."""
        known: BoolArray = self.place != _NOTHING
        return known

    def offer(self, stream: NDArray[Any], place: Int64Array, value: NDArray[Any]) -> None:
        """Take each *value* that is later than what its *stream* holds; shapes (n,)."""
        np.maximum.at(self.place, stream, place)
        is_latest = self.place[stream] == place
        if is_latest.all():
            self.value[stream] = value
        else:
            self.value[stream[is_latest]] = value[is_latest]


def grown(array: NDArray[Any], length: int, *, fill: int) -> NDArray[Any]:
    """*array* with *fill* behind it, at least *length* long, in steps that add up to few copies."""
    if len(array) >= length:
        return array
    longer = np.empty(max(length, len(array) * 5 // 4), dtype=array.dtype)
    longer[: len(array)] = array
    longer[len(array) :] = fill
    return longer
