"""What a run would do, before it does anything; and the years that runs have recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from planalign.commands.context import simulated_commits
from planalign.commands.requests import SimulateYears
from planalign.commands.simulate_years import first_year
from planalign.domain.simulation import StaffingPlan, plan_years
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.workforce import load_workforce

__all__ = ["checkpoint_table", "run_plan"]

# Measured on the made-up census under the default assumptions: besides hires and exits a year has
# 0.79 to 0.88 raises and promotions a head; whole runs of 100 k to 1 M employees record 0.6 to
# 1.5 million events a second on two cores.
_OTHER_EVENTS_PER_HEAD = 0.85
_EVENTS_PER_SECOND = 1_000_000

_PLAN = pa.schema(
    [
        ("year", pa.int32()),
        ("start_headcount", pa.int64()),
        ("exits", pa.int64()),
        ("hires", pa.int64()),
        ("same_year_leavers", pa.int64()),
        ("end_headcount", pa.int64()),
        ("events_expected", pa.int64()),
        ("seconds_expected", pa.float64()),
    ]
)
_CHECKPOINTS = pa.schema(
    [
        ("year", pa.int32()),
        ("commit", pa.int32()),
        ("events", pa.int64()),
        ("recorded_at", pa.timestamp("us")),
        ("assumptions_digest", pa.string()),
        ("digest", pa.string()),
    ]
)


def run_plan(log: EventLog, request: SimulateYears) -> pa.Table:
    """The staffing plan of each year that *request* would simulate; nothing is written.

    Returns:
        A row per year; under ``expected`` staffing the first year only, for later ones depend on
        the draws. ``exits`` are of those present on 1 January, ``same_year_leavers`` of the hires.
        What is expected is a rough measure of how long a run takes and what it records.

    Raises:
        SimulationRefusedError: If the years cannot follow what is recorded.
        InfeasiblePlanError: If a staffing plan cannot be.
    """
    first, parent = first_year(log, request)
    if first > request.last:
        return pa.Table.from_pylist([], _PLAN)
    lineage = log.lineage(request.scenario, parent)
    workforce = load_workforce(log, lineage, date(first, 1, 1))
    plans = plan_years(workforce, request.assumptions, range(first, request.last + 1))
    return pa.Table.from_pylist([_row(plan) for plan in plans], _PLAN)


def _row(plan: StaffingPlan) -> dict[str, Any]:
    events = plan.exits + plan.hires + plan.same_year_leavers
    events += round(plan.start * _OTHER_EVENTS_PER_HEAD)
    return {
        "year": plan.year,
        "start_headcount": plan.start,
        "exits": plan.exits,
        "hires": plan.hires + plan.known_hires,
        "same_year_leavers": plan.same_year_leavers,
        "end_headcount": plan.end,
        "events_expected": events,
        "seconds_expected": events / _EVENTS_PER_SECOND,
    }


def checkpoint_table(log: EventLog, scenario: str) -> pa.Table:
    """The simulated years in the history of *scenario*, ascending: what an interruption keeps.

    Raises:
        NotFoundError: If there is no such scenario.
    """
    done = simulated_commits(log, log.lineage(scenario).head)
    rows = [
        {
            "year": year,
            "commit": commit.commit_id,
            "events": commit.event_count,
            "recorded_at": commit.recorded_at,
            "assumptions_digest": commit.assumptions_digest,
            "digest": commit.digest,
        }
        for year, commit in sorted(done.items())
    ]
    return pa.Table.from_pylist(rows, _CHECKPOINTS)
