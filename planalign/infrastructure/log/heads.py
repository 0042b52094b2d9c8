"""Stream heads: the last version of each stream in a lineage, for optimistic concurrency."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign.domain.errors import StaleStreamError
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.database import BATCH_ROWS, Cursor
from planalign.infrastructure.log.rows import EVENT_BY_TOPIC
from planalign.infrastructure.log.schema import sql

__all__ = ["StreamHeads"]

_NO_EVENTS = -1
_FEW = 64


class StreamHeads:
    """Checks that each stream of a batch continues where the lineage left it.

    A bulk check needs the heads of all streams (4 bytes each, one scan of the log); they are kept
    for the newest commit only, and moved along as commits are published.
    """

    def __init__(self, cursor: Cursor) -> None:
        """Read through *cursor*, before a transaction begins."""
        self._cursor = cursor
        self._commit_id = -1
        self._heads: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        self._read: dict[tuple[int, int], int] = {}

    def remember(self, commit_id: int, stream_no: int, version: int) -> None:
        """Spare the next check a query: a commit never sees another version of a stream."""
        if len(self._read) >= _FEW:
            self._read.clear()
        self._read[commit_id, stream_no] = version

    def check(
        self, lineage: Lineage, table: pa.Table, stream_count: int, durable_count: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Refuse *table* unless every stream goes on from its head.

        Args:
            lineage: What the events were decided on.
            table: The events.
            stream_count: All streams.
            durable_count: Those of them that may have events; the others are new.

        Returns:
            The streams that move, and the versions they move to.

        Raises:
            StaleStreamError: Naming the first stream that does not.
        """
        numbers = table.column("stream_no").to_numpy()
        versions = table.column("version").to_numpy()
        begins = np.ones(len(numbers), dtype=np.bool_)
        begins[1:] = numbers[1:] != numbers[:-1]
        streams = numbers[begins]
        heads = self._heads_of(lineage, streams, stream_count, durable_count)
        before = np.empty_like(versions)
        before[begins] = heads
        before[1:][~begins[1:]] = versions[:-1][~begins[1:]]
        _check_grouped(streams, stream_count)
        _check_versions(numbers, versions, before, _is_employee_event(table))
        ends = np.append(np.flatnonzero(begins)[1:], len(numbers)) - 1
        return streams, versions[ends] if len(numbers) else versions

    def _heads_of(
        self, lineage: Lineage, streams: NDArray[np.int32], stream_count: int, durable_count: int
    ) -> NDArray[np.int32]:
        if self._commit_id == lineage.head:
            self._grow(stream_count)
            return self._heads[streams]
        if len(streams) <= _FEW:
            heads = [
                self._head(lineage, no) if no < durable_count else _NO_EVENTS
                for no in streams.tolist()
            ]
            return np.array(heads, dtype=np.int32)
        self._load(lineage, stream_count)
        return self._heads[streams]

    def _head(self, lineage: Lineage, stream_no: int) -> int:
        if (lineage.head, stream_no) in self._read:
            return self._read[lineage.head, stream_no]
        statement = sql("stream_head").format(lineage=lineage.condition)
        with self._cursor() as cursor:
            ((version,),) = cursor.execute(statement, [stream_no]).fetchall()
        return _NO_EVENTS if version is None else version

    def _load(self, lineage: Lineage, stream_count: int) -> None:
        self._heads = np.full(stream_count, _NO_EVENTS, dtype=np.int32)
        if lineage.ranges:
            statement = sql("stream_versions").format(lineage=lineage.condition)
            with self._cursor() as cursor:
                for batch in cursor.sql(statement).to_arrow_reader(BATCH_ROWS):
                    numbers, versions = (column.to_numpy() for column in batch.columns)
                    np.maximum.at(self._heads, numbers, versions)
        self._commit_id = lineage.head

    def _grow(self, stream_count: int) -> None:
        missing = stream_count - len(self._heads)
        if missing > 0:
            new = np.full(missing, _NO_EVENTS, dtype=np.int32)
            self._heads = np.concatenate([self._heads, new])

    def publish(
        self, commit_id: int, parent: int, moved: tuple[NDArray[np.int32], NDArray[np.int32]]
    ) -> None:
        """Follow a durable commit, if it continues the commit whose heads are held."""
        if self._commit_id == parent:
            streams, versions = moved
            if len(streams):
                self._grow(int(streams.max()) + 1)
            self._heads[streams] = versions
            self._commit_id = commit_id


def _is_employee_event(table: pa.Table) -> NDArray[np.bool_]:
    kinds = table.column("kind")
    if len(kinds) <= _FEW:
        return np.array([kind in EVENT_BY_TOPIC for kind in kinds.to_pylist()], dtype=np.bool_)
    if not pa.types.is_dictionary(kinds.type):
        kinds = kinds.dictionary_encode()
    kinds = kinds.unify_dictionaries().combine_chunks()
    words = kinds.dictionary.to_pylist()
    word_is_ours = np.array([word in EVENT_BY_TOPIC for word in words], dtype=np.bool_)
    is_ours: NDArray[np.bool_] = word_is_ours[kinds.indices]
    return is_ours


def _check_grouped(streams: NDArray[np.int32], stream_count: int) -> None:
    if bool((streams[1:] > streams[:-1]).all()):  # as nearly always: nobody comes twice
        return
    times = np.bincount(streams, minlength=stream_count)
    if times.max(initial=0) > 1:
        stream_no = int(times.argmax())
        raise StaleStreamError(f"stream {stream_no} comes in more than one group of the batch")


def _check_versions(
    numbers: NDArray[np.int32],
    versions: NDArray[np.int32],
    before: NDArray[np.int32],
    is_ours: NDArray[np.bool_],
) -> None:
    """Our streams are numbered without a gap; a foreign application's only have to go up."""
    expected = np.maximum(before, 0) + 1
    wrong = np.where(is_ours, versions != expected, versions <= before)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        message = (
            f"version {versions[row]} of stream {numbers[row]} cannot follow version "
            f"{max(int(before[row]), 0)}"
        )
        raise StaleStreamError(message, hint="reload the employee and decide again")
