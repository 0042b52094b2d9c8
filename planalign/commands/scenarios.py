"""Handlers about scenarios as a whole: each is a commit without events, on a parent it chooses.

An archived scenario is one whose newest commit says so. So nothing but the log knows of scenarios,
and a name that was archived may be begun again.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from planalign.commands.context import Context, census_commit, simulated_commits
from planalign.commands.requests import (
    ArchiveScenario,
    CreateScenario,
    ForkScenario,
    RenameScenario,
    RewindScenario,
    ScenarioRequest,
)
from planalign.commands.results import Result
from planalign.domain.errors import InvalidInputError, NotFoundError, RefusedError
from planalign.infrastructure.log.commits import Commit, Provenance
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.rows import table_from_events

__all__ = ["append_nothing", "change_scenario", "is_archived", "refuse_archived", "year_end_commit"]


def change_scenario(context: Context, request: ScenarioRequest) -> Result:
    """Carry out *request*.

    Raises:
        NotFoundError: If the scenario, the commit or the year-end does not exist.
        RefusedError: If the new name is in use, or the scenario is archived.
    """
    earlier = context.log.graph.by_command_id(context.command_id)
    if earlier is not None:
        repeated = _provenance(context, request)
        return Result((context.log.append(earlier.scenario, [], repeated),))
    match request:
        case CreateScenario():
            return _begin(context, request, request.scenario, parent=0)
        case ForkScenario():
            return _begin(context, request, request.name, parent=_fork_point(context.log, request))
        case RewindScenario():
            return _rewind(context, request)
        case RenameScenario():
            head = context.log.lineage(request.scenario).head
            begun = _begin(context, request, request.name, parent=head)
            return Result((*begun.commits, _archive(context, request, suffix="/archive")))
        case ArchiveScenario():
            return Result((_archive(context, request),))
        case _:  # pragma: no cover - the five requests are all there is
            raise TypeError(request)


def is_archived(log: EventLog, scenario: str) -> bool:
    """Whether the newest commit of *scenario*, if it has one, archived it."""
    head = log.graph.head(scenario)
    return bool(head) and log.graph.commit(head).command == ArchiveScenario.__name__


def refuse_archived(log: EventLog, scenario: str) -> None:
    """Raise unless *scenario* may be added to.

    Raises:
        RefusedError: If it is archived.
    """
    if is_archived(log, scenario):
        hint = f"go on in another: `planalign scenario fork {scenario} NAME`"
        raise RefusedError(f"scenario {scenario} is archived", hint=hint)


def year_end_commit(log: EventLog, scenario: str, day: date) -> int:
    """The newest commit in the history of *scenario* before a year after *day* was simulated.

    Raises:
        InvalidInputError: If *day* is neither a 31 December nor the census date.
        NotFoundError: If that year is not simulated.
    """
    head = log.lineage(scenario).head
    done, census = simulated_commits(log, head), census_commit(log, head)
    census_date = census.period_end if census else None
    if day != census_date and (day.month, day.day) != (12, 31):
        hint = f"give 31 December of a simulated year, or the census date {census_date}"
        raise InvalidInputError(f"{day} is no year-end", hint=hint)
    if day != census_date and day.year not in done:
        years = f"{min(done)} to {max(done)} are" if done else "no year is"
        raise NotFoundError(f"{day.year} is not simulated in {scenario}; {years}")
    later = [commit for year, commit in done.items() if year > day.year]
    return min(later, key=lambda commit: commit.commit_id).parent if later else head


def _fork_point(log: EventLog, request: ForkScenario) -> int:
    head = log.lineage(request.scenario).head
    if request.at_commit is not None:
        return log.graph.commit(request.at_commit).commit_id
    if request.at_day is not None:
        return year_end_commit(log, request.scenario, request.at_day)
    return head


def _begin(context: Context, request: ScenarioRequest, name: str, *, parent: int) -> Result:
    log = context.log
    if log.graph.head(name) and not is_archived(log, name):
        raise RefusedError(f"there is a scenario {name} already", hint="choose another name")
    return Result((append_nothing(context, name, _provenance(context, request), parent),))


def _rewind(context: Context, request: RewindScenario) -> Result:
    log = context.log
    refuse_archived(log, request.scenario)
    history = log.graph.ancestry(log.lineage(request.scenario).head)
    target = request.to_commit
    if request.to_day is not None:
        target = year_end_commit(log, request.scenario, request.to_day)
    kept = {commit.commit_id for commit in log.graph.ancestry(target or 0)}
    commit = log.rewind(request.scenario, target or 0, _provenance(context, request))
    left = tuple(c for c in reversed(history) if c.commit_id not in kept)
    return Result((commit,), left=left)


def _archive(context: Context, request: ScenarioRequest, *, suffix: str = "") -> Commit:
    log = context.log
    refuse_archived(log, request.scenario)
    head = log.lineage(request.scenario).head
    provenance = _provenance(context, request, suffix=suffix, command=ArchiveScenario.__name__)
    return append_nothing(context, request.scenario, provenance, head)


def _provenance(
    context: Context, request: ScenarioRequest, *, suffix: str = "", command: str | None = None
) -> Provenance:
    document = request.model_dump_json()
    return context.provenance(request, document, suffix=suffix, command=command)


def append_nothing(context: Context, name: str, provenance: Provenance, parent: int) -> Commit:
    """Make *name* point to *parent*, by a commit without events."""
    nothing = table_from_events([], np.zeros(0, dtype=np.int32))
    return context.log.append_batch(name, nothing, provenance, parent=parent)
