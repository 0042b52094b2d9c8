"""Streams: an employee's id, the dense number that stands for it in `events`, and its draw key.

Numbers are handed out in memory and become durable in the next commit. Keys are held as one array
(8 bytes a stream), so a bulk append finds the key of every row without a join.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign.domain.simulation import employee_key, employee_keys
from planalign.infrastructure.log.database import Cursor, insert_rows
from planalign.infrastructure.log.packing import string_buffers

__all__ = ["Streams"]

_FEW = 64
_SCHEMA = pa.schema(
    [("stream_no", pa.int32()), ("stream_id", pa.string()), ("stream_key", pa.uint64())]
)


_Span = tuple[str, str]


class _Pending(NamedTuple):
    """Streams that have numbers and are not durable; their ids lie within *span*, ends included."""

    table: pa.Table
    span: _Span


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
        self._pending: list[_Pending] = []
        self._inserted = 0
        self._known: dict[str, int | None] = {}  # whoever was asked for, until they are written

    def number(self, stream_id: str) -> int | None:
        """The number of *stream_id*, or None if no event mentions it."""
        if stream_id not in self._known:
            self._known[stream_id] = self._look_up(stream_id)
        return self._known[stream_id]

    def _look_up(self, stream_id: str) -> int | None:
        """Compare keys in memory: a scan of numbers is a tenth of one of texts, or no query."""
        key = np.uint64(employee_key(stream_id))
        query = "SELECT stream_id FROM streams WHERE stream_no = ?"
        for number in np.flatnonzero(self._all_keys() == key).tolist():
            with self._cursor() as cursor:
                rows = cursor.execute(query, [number]).fetchall()
            if rows == [(stream_id,)]:  # a key may be shared; a number may not be durable yet
                return number
        return None

    def numbers(self, ids: pa.Array) -> NDArray[np.int32]:
        """Numbers of *ids*, which are distinct; unknown ids get the next free ones, in order."""
        if not len(ids):
            return np.zeros(0, dtype=np.int32)
        with self._lock:  # as publish does: what is pending before a look-up is so after it
            found, span = self._find_few(ids) if len(ids) <= _FEW else self._find_many(ids)
            for pending in self._pending:
                if span[0] <= pending.span[1] and pending.span[0] <= span[1]:
                    _fill_in(found, ids, pending.table)
            new = np.flatnonzero(found < 0)
            if len(new):
                found[new] = self._allocate(_taken(ids, new), span)
            return found

    def _find_few(self, ids: pa.Array) -> tuple[NDArray[np.int32], _Span]:
        """The durable numbers of *ids*, -1 where there is none, and the span of the ids."""
        names = ids.to_pylist()
        numbers = [self.number(name) for name in names]
        found = np.array([-1 if n is None else n for n in numbers], dtype=np.int32)
        return found, (min(names), max(names))

    def _find_many(self, ids: pa.Array) -> tuple[NDArray[np.int32], _Span]:
        wanted = pa.table({"place": pa.array(np.arange(len(ids))), "stream_id": ids})
        found = np.full(len(ids), -1, dtype=np.int32)
        between = "SELECT 1 FROM streams WHERE stream_id BETWEEN ? AND ? LIMIT 1"
        query = "SELECT place, stream_no FROM wanted JOIN streams USING (stream_id)"
        with self._cursor() as cursor:
            cursor.register("wanted", wanted)
            (span,) = cursor.execute("SELECT min(stream_id), max(stream_id) FROM wanted").fetchall()
            # The ids of a year's hires lie between no others: zone maps know that, without a join.
            if cursor.execute(between, span).fetchall():
                rows = cursor.sql(query).to_arrow_table()
                found[rows.column("place").to_numpy()] = rows.column("stream_no").to_numpy()
        return found, span

    def _allocate(self, ids: pa.Array, span: _Span) -> NDArray[np.int32]:
        numbers = np.arange(self._next_no, self._next_no + len(ids), dtype=np.int32)
        keys = _keys_of(ids)
        table = pa.table([pa.array(numbers), ids, pa.array(keys)], schema=_SCHEMA)
        self._pending.append(_Pending(table, span))
        self._next_no += len(ids)
        if self._keys is not None:
            self._keys = _with_room(self._keys, self._next_no)
            self._keys[numbers] = keys
        return numbers

    @property
    def count(self) -> int:
        """Streams known, those not yet durable included."""
        return self._next_no

    @property
    def durable_count(self) -> int:
        """Streams that are written: the only ones that can have events."""
        with self._lock:
            return self._next_no - sum(pending.table.num_rows for pending in self._pending)

    def keys(self, numbers: NDArray[np.int32]) -> NDArray[np.uint64]:
        """The draw keys of *numbers*."""
        with self._lock:
            return self._all_keys()[numbers]

    def _all_keys(self) -> NDArray[np.uint64]:
        """The key of every stream by number, loaded on first use."""
        if self._keys is None:
            self._keys = self._load_keys()
        return self._keys[: self._next_no]

    def _load_keys(self) -> NDArray[np.uint64]:
        with self._cursor() as cursor:
            rows = cursor.sql("SELECT stream_no, stream_key FROM streams").to_arrow_table()
        keys = np.zeros(self._next_no, dtype=np.uint64)
        for table in (rows, *(pending.table for pending in self._pending)):
            keys[table.column("stream_no").to_numpy()] = table.column("stream_key").to_numpy()
        return keys

    def insert_pending(self, last_no: int) -> None:
        """Write what was handed out up to *last_no*, inside the caller's transaction."""
        tables = [pending.table for pending in self._pending]
        first_nos = [table.column("stream_no")[0].as_py() for table in tables]
        self._inserted = sum(first_no <= last_no for first_no in first_nos)
        for table in tables[: self._inserted]:
            insert_rows(self._connection, "streams", table)

    def publish(self) -> None:
        """The transaction is durable: forget that what it inserted was pending."""
        with self._lock:
            for pending in self._pending[: self._inserted]:
                self._forget(pending.table)
            del self._pending[: self._inserted]
            self._inserted = 0

    def _forget(self, table: pa.Table) -> None:
        """Of ids that are durable now, nobody may remember that there were none."""
        if table.num_rows > len(self._known):
            self._known.clear()
        else:
            for stream_id in table.column("stream_id").to_pylist():
                self._known.pop(stream_id, None)

    def ids(self, numbers: NDArray[np.int32]) -> pa.ChunkedArray:
        """The ids of *numbers*, in their order; inside the transaction that inserts them."""
        if not len(numbers):
            return pa.chunked_array([], pa.string())
        ids: pa.ChunkedArray
        if self._inserted:  # new streams are pending still, and nearly always the only ones
            new = pa.concat_tables(pending.table for pending in self._pending[: self._inserted])
            first_no = new.column("stream_no")[0].as_py()
            if numbers.min() >= first_no:
                ids = _taken(new.column("stream_id"), numbers - first_no)
                return ids
        wanted = pa.table({"place": pa.array(np.arange(len(numbers))), "stream_no": numbers})
        self._connection.register("wanted", wanted)
        query = "SELECT stream_id FROM wanted JOIN streams USING (stream_no) ORDER BY place"
        table = self._connection.sql(query).to_arrow_table()
        self._connection.unregister("wanted")
        ids = table.column("stream_id")
        return ids


def _taken(ids: Any, rows: NDArray[Any]) -> Any:
    """The *ids* at *rows*, which are distinct: nearly always all of them, in order."""
    if len(rows) == len(ids) and bool((rows[1:] > rows[:-1]).all()):
        return ids
    return ids.take(pa.array(rows))


def _fill_in(found: NDArray[np.int32], ids: pa.Array, table: pa.Table) -> None:
    """Put the numbers in that *table* has of *ids*."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load and is hardly ever needed

    place = pc.index_in(ids, value_set=table.column("stream_id"))
    is_pending = place.is_valid().to_numpy(zero_copy_only=False)
    numbers = table.column("stream_no").take(place.drop_null())
    found[is_pending] = numbers.to_numpy()


def _keys_of(ids: pa.Array) -> NDArray[np.uint64]:
    if len(ids) <= _FEW:
        return np.array([employee_key(stream_id) for stream_id in ids.to_pylist()], np.uint64)
    return employee_keys(*string_buffers(ids))


def _with_room(keys: NDArray[np.uint64], count: int) -> NDArray[np.uint64]:
    """*keys* with room for *count*, and for more, so that single hires do not copy each time."""
    if count <= len(keys):
        return keys
    longer = np.zeros(max(count, len(keys) * 5 // 4), dtype=np.uint64)
    longer[: len(keys)] = keys
    return longer
