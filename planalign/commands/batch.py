"""Many scenarios from one point of one baseline, each simulated in a process of its own.

A log has one writer, so each process works on a copy of the workspace, and what it recorded is
pulled into the workspace by the one process that owns it. A failure stays in its process: the
others go on. What is done already is not done again, so an interrupted batch is repeated.
"""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from planalign.commands.context import census_commit, simulated_commits
from planalign.commands.pull import pull_commits
from planalign.commands.requests import ForkScenario, SimulateYears
from planalign.commands.scenarios import year_end_commit
from planalign.commands.workspace import LOG_FILE, Workspace
from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import PlanalignError, RefusedError
from planalign.infrastructure.log.copying import copy_log
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.scratch import scratch_directory

__all__ = ["Batch", "BatchOutcome", "run_batch"]

_SCRATCH = ".planalign-batch-"  # what begins like this is deleted: nobody calls a folder so


@dataclass(frozen=True, slots=True)
class Batch:
    """What to simulate.

    Attributes:
        baseline: The scenario that all are forked from.
        at: A year-end of the baseline, or the census date; None for its head.
        first: The first year to simulate.
        last: The last year to simulate.
        scenarios: Name to assumptions.
    """

    baseline: str
    at: date | None
    first: int
    last: int
    scenarios: Mapping[str, Assumptions]


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How one scenario of a batch ended.

    Attributes:
        state: ``simulated``, ``done before``, or ``failed``.
        events: Recorded by this batch.
        error: Why it failed, with what to do about it.
    """

    scenario: str
    state: Literal["simulated", "done before", "failed"]
    events: int = 0
    error: str | None = None


def run_batch(
    directory: Path, batch: Batch, *, jobs: int, told: Callable[[BatchOutcome], None]
) -> tuple[BatchOutcome, ...]:
    """Simulate the scenarios of *batch* in the workspace in *directory*.

    Args:
        directory: A workspace that nobody has open.
        batch: What to simulate.
        jobs: Processes at a time.
        told: Called with each outcome as it comes.

    Returns:
        One outcome per scenario, in the order of the batch.

    Raises:
        PlanalignError: If the workspace or the baseline cannot be used at all.
    """
    outcomes: dict[str, BatchOutcome] = {}

    def settle(outcome: BatchOutcome) -> None:
        outcomes[outcome.scenario] = outcome
        told(outcome)

    with Workspace.open(directory) as workspace:
        starts = {name: _start(workspace, batch, name, settle) for name in batch.scenarios}
    pending = {name: head for name, head in starts.items() if head is not None}
    with scratch_directory(directory, _SCRATCH) as scratch:
        _simulate_all(directory, batch, pending, scratch, jobs=jobs, settle=settle)
    return tuple(outcomes[name] for name in batch.scenarios)


def _start(
    workspace: Workspace, batch: Batch, name: str, settle: Callable[[BatchOutcome], None]
) -> int | None:
    """The commit that *name* goes on from, forked if it is new; None if it is settled."""
    log, assumptions = workspace.log, batch.scenarios[name]
    try:
        if not log.graph.head(name):
            _refuse_later_fork(log, batch)
            workspace.execute(ForkScenario(scenario=batch.baseline, name=name, at_day=batch.at))
        done = simulated_commits(log, log.graph.head(name))
        ours = [c for year, c in done.items() if batch.first <= year <= batch.last]
        if any(commit.assumptions_digest != assumptions.digest for commit in ours):
            message = f"{name} has years that were simulated with other assumptions"
            before = _day_before(log, log.graph.head(name), batch.first)
            hint = f"rewind it: `planalign scenario rewind {name} --to {before}`"
            raise RefusedError(message, hint=hint)
    except PlanalignError as error:
        settle(_failed(name, error))
        return None
    if len(ours) == batch.last - batch.first + 1:
        settle(BatchOutcome(name, "done before"))
        return None
    return log.graph.head(name)


def _refuse_later_fork(log: EventLog, batch: Batch) -> None:
    """A scenario that already has the years to simulate would be forked for nothing."""
    head = log.lineage(batch.baseline).head
    point = head if batch.at is None else year_end_commit(log, batch.baseline, batch.at)
    if max(simulated_commits(log, point), default=0) >= batch.first:
        message = f"{batch.baseline} has {batch.first} already at the point to fork from"
        before = _day_before(log, head, batch.first)
        raise RefusedError(message, hint=f"fork before it: `--at {before}`")


def _day_before(log: EventLog, head: int, year: int) -> date | None:
    """The last day before *year* to go on from: a year-end, or the census date."""
    earlier = [done for done in simulated_commits(log, head) if done < year]
    census = census_commit(log, head)
    if earlier:
        return date(max(earlier), 12, 31)
    return census.period_end if census else None


def _simulate_all(
    directory: Path,
    batch: Batch,
    pending: Mapping[str, int],
    scratch: Path,
    *,
    jobs: int,
    settle: Callable[[BatchOutcome], None],
) -> None:
    copies = [scratch / name for name in pending]
    for copy in copies:
        copy.mkdir()
    copy_log(directory / LOG_FILE, copies)
    context = multiprocessing.get_context("spawn")  # a fork would share the parent's threads
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as processes:
        running: dict[Future[None], str] = {
            processes.submit(_simulate, scratch / name, _request(batch, name)): name
            for name in pending
        }
        for future in as_completed(running):
            name = running[future]
            settle(_pulled(directory, scratch / name, name, pending[name], future))
            shutil.rmtree(scratch / name)


def _request(batch: Batch, name: str) -> SimulateYears:
    return SimulateYears(
        scenario=name,
        first=batch.first,
        last=batch.last,
        assumptions=batch.scenarios[name],
        resume=True,
    )


def _simulate(directory: Path, request: SimulateYears) -> None:
    """In a process of its own."""
    with Workspace.open(directory) as workspace:
        workspace.execute(request)


def _pulled(
    directory: Path, scratch: Path, name: str, above: int, future: Future[None]
) -> BatchOutcome:
    """Whole years are kept even if a later one failed."""
    try:
        with Workspace.open(scratch) as copy, Workspace.open(directory) as workspace:
            commits = pull_commits(copy.log, workspace.log, name, above=above)
            workspace.log.checkpoint()
        future.result()
    except PlanalignError as error:
        return _failed(name, error)
    except Exception as error:  # whatever a process died of must not stop the others
        return BatchOutcome(name, "failed", error=f"{type(error).__name__}: {error}")
    return BatchOutcome(name, "simulated", sum(commit.event_count for commit in commits))


def _failed(name: str, error: PlanalignError) -> BatchOutcome:
    return BatchOutcome(
        name, "failed", error=f"{error}" + (f"; {error.hint}" if error.hint else "")
    )
