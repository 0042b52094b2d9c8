"""What there is to say about each scenario."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from planalign.commands.context import census_commit, simulated_commits
from planalign.commands.scenarios import is_archived
from planalign.infrastructure.log.event_log import EventLog

__all__ = ["scenario_table"]

_SCHEMA = pa.schema(
    [
        ("scenario", pa.string()),
        ("state", pa.string()),
        ("head", pa.int32()),
        ("forked_from", pa.string()),
        ("forked_at", pa.int32()),
        ("events", pa.int64()),
        ("census_date", pa.date32()),
        ("first_year", pa.int32()),
        ("last_year", pa.int32()),
        ("assumptions_digest", pa.string()),
        ("recorded_at", pa.timestamp("us")),
    ]
)


def scenario_table(log: EventLog, *, archived: bool) -> pa.Table:
    """One row per scenario, by name.

    Returns:
        ``scenario``, ``state`` (active or archived), ``head`` (its newest commit), ``forked_from``
        and ``forked_at`` (the scenario and commit it began with, null if it began with nothing),
        ``events`` that it sees, ``census_date``, ``first_year`` and ``last_year`` simulated,
        ``assumptions_digest`` of the last of them, and ``recorded_at`` of the newest commit, UTC.
    """
    names = sorted(log.graph.scenarios)
    shown = [name for name in names if archived or not is_archived(log, name)]
    return pa.Table.from_pylist([_row(log, name) for name in shown], _SCHEMA)


def _row(log: EventLog, name: str) -> dict[str, Any]:
    lineage = log.lineage(name)
    head, done = log.graph.commit(lineage.head), simulated_commits(log, lineage.head)
    census = census_commit(log, lineage.head)
    others = (c for c in log.graph.ancestry(lineage.head) if c.scenario != name)
    origin = next(others, None)
    return {
        "scenario": name,
        "state": "archived" if is_archived(log, name) else "active",
        "head": head.commit_id,
        "forked_from": origin.scenario if origin else None,
        "forked_at": origin.commit_id if origin else None,
        "events": sum(last - first + 1 for first, last in lineage.ranges),
        "census_date": census.period_end if census else None,
        "first_year": min(done, default=None),
        "last_year": max(done, default=None),
        "assumptions_digest": done[max(done)].assumptions_digest if done else None,
        "recorded_at": head.recorded_at,
    }
