"""Streams: an employee's id, the dense number that stands for it in `events`, and its draw key.

Numbers are handed out in memory and become durable in the next commit. Keys are held as one array
(8 bytes a stream), so a bulk append finds the key of every row without a join.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from planalign.domain.simulation import employee_keys
from planalign.infrastructure.log.packing import string_buffers

__all__ = ["Streams"]

_SCHEMA = pa.schema(
    [("stream_no", pa.int32()), ("stream_id", pa.string()), ("stream_key", pa.uint64())]
)


Cursor = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
"""Opens a cursor for one read."""


class Streams:
    """The streams of one open log.

    Numbers may be handed out while an append is under way, so that the next year of a simulation
    can be decided while the last one is written: those become durable with a later commit.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, cursor: Cursor) -> None:
        """Read through *cursor*; write, inside the caller's transactions, through *connection*."""
        self._connection, self._cursor = connection, cursor
        self._lock = threading.Lock()
        # fetchall throughout: a result that is not read to its end owns the connection.
        row = connection.execute("SELECT coalesce(max(stream_no) + 1, 0) FROM streams").fetchall()
        self._next_no: int = row[0][0]
        self._keys: NDArray[np.uint64] | None = None
        self._pending: list[pa.Table] = []
        self._inserted = 0
        self._known: dict[str, int] = {}

    def number(self, stream_id: str) -> int | None:
        """The number of *stream_id*, or None if no event mentions it."""
        if stream_id not in self._known:
            query = "SELECT stream_no FROM streams WHERE stream_id = ?"
            with self._cursor() as cursor:
                rows = cursor.execute(query, [stream_id]).fetchall()
            if not rows:
                return None
            self._known[stream_id] = rows[0][0]
        return self._known[stream_id]

    def numbers(self, ids: pa.Array) -> NDArray[np.int32]:
        """Numbers of *ids*, which are distinct; unknown ids get the next free ones, in order."""
        with self._lock:  # as publish does: what is pending before a look-up is so after it
            found = self._find(ids)
            for table in self._pending:
                place = pc.index_in(ids, value_set=table.column("stream_id"))
                is_pending = place.is_valid().to_numpy(zero_copy_only=False)
                numbers = table.column("stream_no").take(place.drop_null())
                found[is_pending] = numbers.to_numpy()
            new = np.flatnonzero(found < 0)
            if len(new):
                found[new] = self._allocate(ids.take(pa.array(new)))
            return found

    def _find(self, ids: pa.Array) -> NDArray[np.int32]:
        few = 64
        if len(ids) <= few:
            numbers = [self.number(stream_id) for stream_id in ids.to_pylist()]
            return np.array([-1 if n is None else n for n in numbers], dtype=np.int32)
        wanted = pa.table({"place": pa.array(np.arange(len(ids))), "stream_id": ids})
        query = "SELECT place, stream_no FROM wanted JOIN streams USING (stream_id)"
        with self._cursor() as cursor:
            cursor.register("wanted", wanted)
            rows = cursor.sql(query).to_arrow_table()
        found = np.full(len(ids), -1, dtype=np.int32)
        found[rows.column("place").to_numpy()] = rows.column("stream_no").to_numpy()
        return found

    def _allocate(self, ids: pa.Array) -> NDArray[np.int32]:
        numbers = np.arange(self._next_no, self._next_no + len(ids), dtype=np.int32)
        keys = employee_keys(*string_buffers(ids))
        columns = [pa.array(numbers), ids.cast(pa.string()), pa.array(keys)]
        self._pending.append(pa.table(columns, schema=_SCHEMA))
        self._next_no += len(ids)
        if self._keys is not None:
            self._keys = np.concatenate([self._keys, keys])
        return numbers

    @property
    def count(self) -> int:
        """Streams known, those not yet durable included."""
        return self._next_no

    def keys(self, numbers: NDArray[np.int32]) -> NDArray[np.uint64]:
        """The draw keys of *numbers*."""
        with self._lock:
            if self._keys is None:
                self._keys = self._load_keys()
            return self._keys[numbers]

    def _load_keys(self) -> NDArray[np.uint64]:
        rows = self._connection.sql("SELECT stream_no, stream_key FROM streams").to_arrow_table()
        keys = np.zeros(self._next_no, dtype=np.uint64)
        for table in (rows, *self._pending):
            keys[table.column("stream_no").to_numpy()] = table.column("stream_key").to_numpy()
        return keys

    def insert_pending(self, last_no: int) -> None:
        """Write what was handed out up to *last_no*, inside the caller's transaction."""
        first_nos = [table.column("stream_no")[0].as_py() for table in self._pending]
        self._inserted = sum(first_no <= last_no for first_no in first_nos)
        for table in self._pending[: self._inserted]:
            self._connection.register("new_streams", table)
            self._connection.execute("INSERT INTO streams SELECT * FROM new_streams")
            self._connection.unregister("new_streams")

    def publish(self) -> None:
        """The transaction is durable: forget that what it inserted was pending."""
        with self._lock:
            del self._pending[: self._inserted]

    def ids(self, numbers: NDArray[np.int32]) -> pa.ChunkedArray:
        """The ids of *numbers*, in their order; inside the transaction that inserts them."""
        if not len(numbers):
            return pa.chunked_array([], pa.string())
        wanted = pa.table({"place": pa.array(np.arange(len(numbers))), "stream_no": numbers})
        self._connection.register("wanted", wanted)
        query = "SELECT stream_id FROM wanted JOIN streams USING (stream_no) ORDER BY place"
        table = self._connection.sql(query).to_arrow_table()
        self._connection.unregister("wanted")
        ids: pa.ChunkedArray = table.column("stream_id")
        return ids

