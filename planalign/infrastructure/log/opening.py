"""Opening a log: its tables are made or recognised, and it is compared with its ledger."""

from __future__ import annotations

import uuid
from pathlib import Path

import duckdb

from planalign.domain.errors import LogCorruptError
from planalign.infrastructure.log.commits import CommitGraph
from planalign.infrastructure.log.database import fsync_directory
from planalign.infrastructure.log.ledger import Ledger, LedgerLine
from planalign.infrastructure.log.schema import events_ddl, sql

__all__ = ["FORMAT", "catch_up", "prepare_tables"]

FORMAT = 1
_APPEND_ONLY = ("log", "streams", "assumptions", "commits", "events")


def prepare_tables(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Create the tables of a new log, or refuse a file in a layout that this version cannot read.

    Raises:
        LogCorruptError: If the file has another format.
    """
    if not connection.execute("SHOW TABLES").fetchall():
        _create(connection, path)
    found = connection.execute("SELECT max(format) FROM log").fetchall()[0][0]
    if found != FORMAT:
        message = f"{path} has format {found}, this version reads {FORMAT}"
        raise LogCorruptError(message, hint="use the version of planalign that wrote it")


def _create(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    statements = [sql("schema"), events_ddl()]
    statements += [sql("triggers").format(table=table) for table in _APPEND_ONLY]
    connection.begin()
    for statement in statements:
        connection.execute(statement)
    connection.execute("INSERT INTO log VALUES (?, ?)", [FORMAT, str(uuid.uuid4())])
    connection.commit()
    fsync_directory(path.parent)


def catch_up(path: Path, graph: CommitGraph, ledger: Ledger) -> None:
    """Compare log and ledger; write the lines that a crash kept from the ledger.

    Raises:
        LogCorruptError: If acknowledged commits are missing or are not those acknowledged.
    """
    for commit, line in zip(graph.commits, ledger.lines, strict=False):
        if (commit.chain, commit.last_position) != (line.chain, line.last_position):
            message = f"commit {commit.commit_id} of {path} is not the one acknowledged"
            hint = f"another file was put in its place, or it was edited; see {ledger.path}"
            raise LogCorruptError(message, hint=hint)
    held, acknowledged = len(graph.commits), len(ledger.lines)
    if acknowledged > held:
        message = (
            f"{path} ends at commit {held}, but {acknowledged} were acknowledged: "
            f"commits {held + 1} to {acknowledged} are missing"
        )
        hint = "the file is older than its ledger, or its .wal was lost; restore a backup"
        raise LogCorruptError(message, hint=hint)
    ledger.append(*(LedgerLine.of(commit) for commit in graph.commits[acknowledged:]))
