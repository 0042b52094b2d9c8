"""Streams: an employee's id, the dense number that stands for it in `events`, and its draw key.

Numbers are handed out in memory and become durable in the next commit. Keys are held as one array
(8 bytes a stream), so a bulk append finds the key of every row without a join.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign.domain.simulation import employee_keys
from planalign.infrastructure.log.packing import string_buffers

__all__ = ["Streams"]

_SCHEMA = pa.schema(
    [("stream_no", pa.int32()), ("stream_id", pa.string()), ("stream_key", pa.uint64())]
)


class Streams:
    """The streams of one open log; not thread-safe, the log's lock guards it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        # fetchall throughout: a result that is not read to its end owns the connection.
        row = connection.execute("SELECT coalesce(max(stream_no) + 1, 0) FROM streams").fetchall()
        self._next_no: int = row[0][0]
        self._keys: NDArray[np.uint64] | None = None
        self._pending: list[pa.Table] = []
        self._known: dict[str, int] = {}

    def number(self, stream_id: str) -> int | None:
        """The number of *stream_id*, or None if no event mentions it."""
        if stream_id not in self._known:
            query = "SELECT stream_no FROM streams WHERE stream_id = ?"
            rows = self._connection.execute(query, [stream_id]).fetchall()
            if not rows:
                return None
            self._known[stream_id] = rows[0][0]
        return self._known[stream_id]

    def numbers(self, ids: pa.Array) -> NDArray[np.int32]:
        """Numbers of *ids*, which are distinct; unknown ids get the next free ones, in order."""
        found = self._find(ids)
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
        self._connection.register("wanted", wanted)
        query = "SELECT place, stream_no FROM wanted JOIN streams USING (stream_id)"
        rows = self._connection.sql(query).to_arrow_table()
        self._connection.unregister("wanted")
        found = np.full(len(ids), -1, dtype=np.int32)
        found[rows.column("place").to_numpy()] = rows.column("stream_no").to_numpy()
        return found

    def _allocate(self, ids: pa.Array) -> NDArray[np.int32]:
        pending = {i: n for t in self._pending for n, i in _pairs(t)} if self._pending else {}
        if pending:
            return self._allocate_beside(ids, pending)
        return self._add(ids)

    def _allocate_beside(self, ids: pa.Array, pending: dict[str, int]) -> NDArray[np.int32]:
        """Allocation when an earlier one never reached a commit: its numbers are used again."""
        new = pa.array([i for i in ids.to_pylist() if i not in pending], pa.string())
        pending |= dict(zip(new.to_pylist(), self._add(new).tolist(), strict=True))
        return np.array([pending[i] for i in ids.to_pylist()], dtype=np.int32)

    def _add(self, ids: pa.Array) -> NDArray[np.int32]:
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
        if self._keys is None:
            query = "SELECT stream_no, stream_key FROM streams"
            rows = self._connection.sql(query).to_arrow_table()
            self._keys = np.zeros(self._next_no, dtype=np.uint64)
            self._keys[rows.column(0).to_numpy()] = rows.column(1).to_numpy()
            for table in self._pending:
                self._keys[table.column(0).to_numpy()] = table.column(2).to_numpy()
        return self._keys[numbers]

    def insert_pending(self) -> None:
        """Write what was handed out, inside the caller's transaction."""
        for table in self._pending:
            self._connection.register("new_streams", table)
            self._connection.execute("INSERT INTO streams SELECT * FROM new_streams")
            self._connection.unregister("new_streams")

    def publish(self) -> None:
        """The transaction is durable: forget that anything was pending."""
        self._pending.clear()

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


def _pairs(table: pa.Table) -> list[tuple[int, str]]:
    return list(zip(table.column(0).to_pylist(), table.column(1).to_pylist(), strict=True))
