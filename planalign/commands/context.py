"""What every handler is handed: the log, who asks, and the idempotency key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from planalign.commands.requests import Request
from planalign.domain.assumptions import Assumptions
from planalign.infrastructure.log.commits import Commit, Provenance
from planalign.infrastructure.log.event_log import EventLog

__all__ = [
    "Context",
    "census_commit",
    "newest_assumptions",
    "recorded_assumptions",
    "simulated_commits",
]


@dataclass(frozen=True, slots=True)
class Context:
    """One request on its way: where it writes, who asks, under which command id."""

    log: EventLog
    actor: str
    command_id: str

    def provenance(
        self,
        request: Request,
        document: str,
        *,
        period: tuple[date, date] | None = None,
        suffix: str = "",
        assumptions: str | None = None,
        command: str | None = None,
    ) -> Provenance:
        """Provenance of a commit for *request*, recorded as the JSON *document*."""
        return Provenance(
            command=command or type(request).__name__,
            command_id=self.command_id + suffix,
            actor=self.actor,
            request=document,
            correlation_id=self.command_id,
            period_start=period[0] if period else None,
            period_end=period[1] if period else None,
            assumptions=assumptions,
        )


def census_commit(log: EventLog, head: int) -> Commit | None:
    """The import that the history of *head* begins with."""
    return log.graph.newest(head, "ImportCensus")


def simulated_commits(log: EventLog, head: int) -> dict[int, Commit]:
    """The year commits in the history of *head*, by year."""
    return {
        commit.period_end.year: commit
        for commit in log.graph.ancestry(head)
        if commit.command == "SimulateYears" and commit.period_end is not None
    }


def recorded_assumptions(log: EventLog, commit: Commit) -> Assumptions:
    """What the simulated year of *commit* was decided with."""
    return Assumptions.parse(json.loads(log.assumptions_document(commit) or "{}"))


def newest_assumptions(log: EventLog, head: int) -> Assumptions:
    """Those of the newest simulated year in the history of *head*, else the defaults."""
    done = simulated_commits(log, head)
    return recorded_assumptions(log, done[max(done)]) if done else Assumptions()
