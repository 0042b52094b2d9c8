"""What one append writes: streams, events, the commit and its assumptions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from planalign import __version__
from planalign.infrastructure.log.commits import COMMIT_COLUMNS, Commit, CommitGraph, Provenance
from planalign.infrastructure.log.database import insert_rows
from planalign.infrastructure.log.digest import commit_digest
from planalign.infrastructure.log.packing import PackedEvents, pack
from planalign.infrastructure.log.schema import sql
from planalign.infrastructure.log.streams import Streams

__all__ = ["CommitWriter"]


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
        self._streams.insert_pending(table.column("stream_no").to_numpy().max(initial=-1))
        if table.num_rows:
            positions = pa.array(np.arange(first, first + table.num_rows, dtype=np.int64))
            rows = table.append_column("position", positions)
            insert_rows(self._connection, "events", rows)
        commit = self._commit(scenario, table, provenance, parent, first)
        values = {name: value for name, value in _row(commit).items() if value is not None}
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        statement = f"INSERT INTO commits ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
        self._connection.execute(statement, list(values.values()))
        if provenance.assumptions is not None:
            document = [commit.assumptions_digest, provenance.assumptions]
            self._connection.execute(sql("insert_assumptions"), document)
        return commit

    def _commit(
        self, scenario: str, table: pa.Table, provenance: Provenance, parent: int, first: int
    ) -> Commit:
        recorded_at = max([self._clock(), *(c.recorded_at for c in self._graph.commits[-1:])])
        values: dict[str, Any] = {
            "commit_id": len(self._graph.commits) + 1,
            "parent": parent,
            "scenario": scenario,
            "first_position": first,
            "last_position": first + table.num_rows - 1,
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
            "digest": commit_digest(self.pack(table)),
        }
        commit = Commit(**values, chain="")
        return Commit(**values, chain=commit.expected_chain(self._graph.chain_head))

    def pack(self, table: pa.Table) -> PackedEvents:
        """Canonical form of the events in *table*, whose streams are inserted."""
        numbers = table.column("stream_no").to_numpy()
        begins = table.column("version").to_numpy() <= 1
        return pack(table, self._streams.keys(numbers), self._streams.ids(numbers[begins]))


def _row(commit: Commit) -> dict[str, Any]:
    return {name: getattr(commit, name) for name in COMMIT_COLUMNS}


def _document_digest(document: str | None) -> str | None:
    return None if document is None else hashlib.sha256(document.encode()).hexdigest()
