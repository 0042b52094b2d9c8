"""What one append writes: streams, events, the commit and its assumptions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from planalign import __version__
from planalign.infrastructure.log.commits import Commit, CommitGraph, Provenance
from planalign.infrastructure.log.database import insert_few, insert_rows
from planalign.infrastructure.log.digest import commit_digest
from planalign.infrastructure.log.packing import PackedEvents, pack
from planalign.infrastructure.log.schema import sql
from planalign.infrastructure.log.streams import Streams

__all__ = ["CommitWriter"]


_MANY_ROWS = 4096  # fewer are hashed in less time than a thread takes to start


class CommitWriter:
    """Inserts commits into an open transaction; nothing in memory changes here."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        graph: CommitGraph,
        streams: Streams,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection, self._graph = connection, graph
        self._streams, self._clock = streams, clock

    def insert(self, scenario: str, table: pa.Table, provenance: Provenance, parent: int) -> Commit:
        """Insert one commit and all that belongs to it; the caller owns the transaction."""
        first = self._graph.last_position + 1
        positions = range(first, first + table.num_rows)
        self._streams.insert_pending(table.column("stream_no").to_numpy().max(initial=-1))
        digest = self._insert_events(table, positions)
        commit = self._commit(scenario, positions, digest, provenance, parent)
        present = {name: value for name, value in commit.row().items() if value is not None}
        insert_few(self._connection, "commits", [present])
        if provenance.assumptions is not None:
            document = [commit.assumptions_digest, provenance.assumptions]
            self._connection.execute(sql("insert_assumptions"), document)
        return commit

    def _insert_events(self, table: pa.Table, positions: range) -> str:
        """Insert *table* at *positions*; its digest."""
        packed = self.pack(table)
        column = pa.array(np.arange(positions.start, positions.stop, dtype=np.int64))
        rows = table.append_column("position", column)
        if len(positions) < _MANY_ROWS:
            insert_rows(self._connection, "events", rows)
            return commit_digest(packed)
        with ThreadPoolExecutor(max_workers=1) as threads:
            digest = threads.submit(commit_digest, packed)
            insert_rows(self._connection, "events", rows)
        return digest.result()

    def _commit(
        self, scenario: str, positions: range, digest: str, provenance: Provenance, parent: int
    ) -> Commit:
        recorded_at = max([self._clock(), *(c.recorded_at for c in self._graph.commits[-1:])])
        values: dict[str, Any] = {
            "commit_id": len(self._graph.commits) + 1,
            "parent": parent,
            "scenario": scenario,
            "first_position": positions.start,
            "last_position": positions.stop - 1,
            "recorded_at": recorded_at,
            "actor": provenance.actor,
            "command": provenance.command,
            "command_id": provenance.command_id,
            "correlation_id": provenance.correlation_id,
            "causation_id": provenance.causation_id,
            "request": provenance.request,
            "period_start": provenance.period_start,
            "period_end": provenance.period_end,
            "assumptions_digest": _document_digest(provenance.assumptions),
            "engine_version": __version__,
            "digest": digest,
        }
        commit = Commit(**values, chain="")
        return Commit(**values, chain=commit.expected_chain(self._graph.chain_head))

    def pack(self, table: pa.Table) -> PackedEvents:
        """Canonical form of the events in *table*, whose streams are inserted."""
        numbers = table.column("stream_no").to_numpy()
        begins = table.column("version").to_numpy() <= 1
        return pack(table, self._streams.keys(numbers), self._streams.ids(numbers[begins]))


def _document_digest(document: str | None) -> str | None:
    return None if document is None else hashlib.sha256(document.encode()).hexdigest()
