"""A scenario's figures together with where they come from: what a report shows."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa

from planalign import __version__
from planalign.commands.context import census_commit, recorded_assumptions, simulated_commits
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.metrics import level_metrics, yearly_metrics

__all__ = ["Origin", "Report", "read_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What somebody needs to get the same figures again, or to prove them.

    Attributes:
        commit_id: The commit whose knowledge the figures use; `recorded_at` is its instant, UTC.
        chain: Its chain value, which vouches for everything earlier.
        events: How many events the scenario sees.
        census_digest: Of the commit that imported the census; None without a census.
        seeds: Of the simulated years, each once, in their order.
        assumptions_digests: Likewise.
        recorded_by: Versions of PlanAlign that recorded the simulated years, likewise.
        versions: Of what read the figures, by name.
    """

    scenario: str
    commit_id: int
    recorded_at: datetime
    chain: str
    events: int
    census_digest: str | None
    seeds: tuple[int, ...]
    assumptions_digests: tuple[str, ...]
    recorded_by: tuple[str, ...]
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """The columns of `METRICS` and of `LEVEL_METRICS`, and their origin."""

    origin: Origin
    yearly: pa.Table
    by_level: pa.Table


def read_report(log: EventLog, lineage: Lineage, years: range) -> Report:
    """The report on the simulated *years* of *lineage*."""
    return Report(
        origin=_origin(log, lineage),
        yearly=yearly_metrics(log, lineage, years),
        by_level=level_metrics(log, lineage, years),
    )


def _origin(log: EventLog, lineage: Lineage) -> Origin:
    head = log.graph.commit(lineage.head)
    census = census_commit(log, lineage.head)
    by_year = simulated_commits(log, lineage.head)
    runs = [by_year[year] for year in sorted(by_year)]
    by_digest = {c.assumptions_digest: c for c in runs if c.assumptions_digest}
    seeds = (recorded_assumptions(log, commit).seed for commit in by_digest.values())
    return Origin(
        scenario=lineage.scenario,
        commit_id=head.commit_id,
        recorded_at=head.recorded_at,
        chain=head.chain,
        events=sum(last - first + 1 for first, last in lineage.ranges),
        census_digest=census.digest if census else None,
        seeds=tuple(dict.fromkeys(seeds)),
        assumptions_digests=tuple(by_digest),
        recorded_by=tuple(dict.fromkeys(commit.engine_version for commit in runs)),
        versions={
            "PlanAlign": __version__,
            "Python": platform.python_version(),
            "DuckDB": duckdb.__version__,
            "NumPy": np.__version__,
            "PyArrow": pa.__version__,
        },
    )
