"""Verification: everything that the log promises, computed again from its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planalign.domain.errors import LogCorruptError, NotFoundError
from planalign.domain.simulation import employee_keys
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.digest import InclusionProof, commit_digest, prove
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.packing import string_buffers
from planalign.infrastructure.log.schema import sql

__all__ = ["VerifyReport", "prove_event", "verify"]

_HINT = "stop writing to this workspace and restore it from a backup"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was verified, and the chain head that stands for all of it."""

    commits: int
    events: int
    streams: int
    scenarios: int
    chain: str


def verify(log: EventLog, *, on_commit: Callable[[Commit], None] | None = None) -> VerifyReport:
    """Recompute digests, chain, positions, versions, streams and documents.

    Args:
        log: An open log; opening it has compared it with its ledger.
        on_commit: Called after each commit is verified.

    Raises:
        LogCorruptError: Naming the first thing that is not what was written.
    """
    _check_streams(log)
    _check_documents(log)
    previous = log.graph.genesis
    position = 0
    for commit in log.graph.commits:
        _check_commit(log, commit, previous, position)
        previous, position = commit.chain, commit.last_position
        if on_commit:
            on_commit(commit)
    _check_no_other_events(log, position)
    for scenario in log.graph.scenarios:
        _check_versions(log, scenario)
    return VerifyReport(
        commits=len(log.graph.commits),
        events=position,
        streams=log.streams.count,
        scenarios=len(log.graph.scenarios),
        chain=previous,
    )


def _corrupt(message: str) -> LogCorruptError:
    return LogCorruptError(message, hint=_HINT)


def _check_commit(log: EventLog, commit: Commit, previous: str, position: int) -> None:
    name = f"commit {commit.commit_id} ({commit.command}, {commit.scenario})"
    if commit.chain != commit.expected_chain(previous):
        raise _corrupt(f"{name}: its row, or a commit before it, was changed: the chain breaks")
    if commit.first_position != position + 1:
        raise _corrupt(f"{name}: starts at position {commit.first_position}, not {position + 1}")
    rows = log.read_commit(commit)
    expected = np.arange(commit.first_position, commit.last_position + 1)
    if not np.array_equal(rows.column("position").to_numpy(), expected):
        raise _corrupt(f"{name}: holds {rows.num_rows} events, not {commit.event_count}")
    numbers = rows.column("stream_no").to_numpy()
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < log.streams.count:
        raise _corrupt(f"{name}: an event is of a stream that the log does not have")
    if commit_digest(log.packed(commit)) != commit.digest:
        raise _corrupt(f"{name}: its events were changed: the digest differs")


def _check_streams(log: EventLog) -> None:
    rows = log.query("SELECT stream_no, stream_id, stream_key FROM streams ORDER BY stream_no")
    numbers = rows.column("stream_no").to_numpy()
    if not np.array_equal(numbers, np.arange(len(numbers))):
        raise _corrupt("streams are not numbered 0, 1, 2 …")
    keys = employee_keys(*string_buffers(rows.column("stream_id")))
    wrong = np.flatnonzero(keys != rows.column("stream_key").to_numpy())
    if len(wrong):
        stream_id = rows.column("stream_id")[int(wrong[0])]
        raise _corrupt(f"stream {wrong[0]} ({stream_id}): its id or its key was changed")


def _check_documents(log: EventLog) -> None:
    rows = log.query("SELECT digest, document FROM assumptions").to_pylist()
    stored = {row["digest"] for row in rows}
    for row in rows:
        if hashlib.sha256(row["document"].encode()).hexdigest() != row["digest"]:
            raise _corrupt(f"assumptions {row['digest'][:12]}: the document was changed")
    used = {c.assumptions_digest for c in log.graph.commits if c.assumptions_digest}
    if used - stored:
        raise _corrupt(f"assumptions {min(used - stored)[:12]} are missing")


def _check_no_other_events(log: EventLog, last_position: int) -> None:
    count = log.query("SELECT count(*) AS n FROM events").column("n")[0].as_py()
    if count != last_position:
        raise _corrupt(f"the log holds {count} events, its commits {last_position}")


def _check_versions(log: EventLog, scenario: str) -> None:
    """In every scenario each employee's versions are 1, 2, 3 …, once each."""
    statement = sql("broken_streams").format(lineage=log.lineage(scenario).condition)
    for row in log.query(statement).to_pylist():
        raise _corrupt(f"{scenario}: the versions of {row['stream_id']} have a gap or a double")


def prove_event(
    log: EventLog, scenario: str, employee_id: str, version: int
) -> tuple[Commit, InclusionProof]:
    """Proof that one event is bound by a commit's digest, checkable without the log.

    Raises:
        NotFoundError: If the scenario knows no such event.
    """
    lineage = log.lineage(scenario)
    stream_no = log.streams.number(employee_id)
    statement = sql("event_position").format(lineage=lineage.condition)
    rows = log.query(statement, [-1 if stream_no is None else stream_no, version])
    if not rows.num_rows:
        raise NotFoundError(f"no version {version} of {employee_id!r} in {scenario}")
    position = rows.column("position")[0].as_py()
    commit = next(c for c in log.graph.commits if c.first_position <= position <= c.last_position)
    return commit, prove(log.packed(commit), position - commit.first_position)
