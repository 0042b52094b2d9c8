"""One simulated year is recorded while the next one is decided."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from planalign.commands.results import YearReport
from planalign.domain.simulation import YearOutcome
from planalign.infrastructure.log.commits import Commit

__all__ = ["Recorded", "Recorder"]

Recorded = tuple[Commit, YearReport]


class Recorder:
    """Records one year while the next one is decided, in a thread of its own.

    Whatever ends the `with` block, what is in flight is done first.
    """

    def __init__(self, record: Callable[[YearOutcome, int], Commit], head: int) -> None:
        self._record, self._head = record, head
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")
        self._running: Future[Recorded] | None = None
        self._settling: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()
        if self._settling:  # its failure is the cause of what else may have failed meanwhile
            self._settling.result()

    def start(self, outcome: YearOutcome, started: float) -> None:
        """Record *outcome*, whose decision *started* then, on the clock of `perf_counter`."""
        self._running = self._threads.submit(self._run, outcome, started)

    def _run(self, outcome: YearOutcome, started: float) -> Recorded:
        commit = self._record(outcome, self._head)
        self._head = commit.commit_id
        return commit, _report(outcome, commit, time.perf_counter() - started)

    def settle(self, action: Callable[[], None]) -> None:
        """Do *action* meanwhile, after the last year; its failure is raised at the end."""
        self._settling = self._threads.submit(action)

    def finished(self) -> list[Recorded]:
        """Wait for the year in flight, if there is one; its failure is raised here."""
        running, self._running = self._running, None
        return [running.result()] if running else []


def _report(outcome: YearOutcome, commit: Commit, seconds: float) -> YearReport:
    counts = outcome.counts
    return YearReport(
        year=outcome.year,
        start=counts.start,
        hires=counts.hires + counts.known_hires,
        exits=counts.exits + counts.same_year_leavers,
        promotions=counts.promotions,
        raises=counts.raises,
        end=counts.end,
        target=outcome.plan.target,
        events=commit.event_count,
        seconds=seconds,
    )
