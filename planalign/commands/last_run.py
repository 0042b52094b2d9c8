"""What is not as it was when a scenario was last simulated."""

from __future__ import annotations

from planalign import __version__
from planalign.commands.context import census_commit
from planalign.commands.requests import SimulateYears
from planalign.infrastructure.log.event_log import EventLog

__all__ = ["changes_since_last_run"]


def changes_since_last_run(log: EventLog, request: SimulateYears) -> tuple[str, ...]:
    """Which of code, census and assumptions differ from the scenario's last simulated year.

    A year that a rewind has left counts: it is what somebody looked at last.
    """
    scenario = request.scenario
    years = [
        commit
        for commit in log.graph.commits
        if commit.scenario == scenario and commit.command == SimulateYears.__name__
    ]
    if not years:
        return ()
    last, head = years[-1], log.graph.head(scenario)
    then, now = census_commit(log, last.commit_id), census_commit(log, head)
    pairs = {
        "code": (last.engine_version, __version__),
        "census": (then.digest if then else None, now.digest if now else None),
        "assumptions": (last.assumptions_digest, request.assumptions.digest),
    }
    return tuple(name for name, (before, after) in pairs.items() if before != after)
