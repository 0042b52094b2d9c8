"""The last check of a run: the fold of the log is the state that the engine ended with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

import numpy as np
import pyarrow as pa

from planalign.domain.errors import CheckFailedError
from planalign.domain.events import EVENT_TYPES
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int64Array, Workforce
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.facts import read_facts
from planalign.projections.workforce import WorkforceFold
from planalign.projections.yearly import evening, kinds_of, yearly_table

__all__ = ["FoldCheck"]


class FoldCheck:
    """Folds what the log holds, year by year once it is recorded, and compares it at the end."""

    def __init__(
        self, log: EventLog, opening: Lineage, fold: WorkforceFold, *, last_year: int
    ) -> None:
        """Begin with what *opening* knows, which *fold* has read for the first year's eve."""
        self._log, self._last_year = log, last_year
        day = date(last_year + 1, 1, 1)
        moved = fold.moved_to(day)
        self._unread = [] if moved else [opening]
        self._fold = moved or WorkforceFold(day, room=log.stream_count())
        self._is_in_step = moved is not None
        self._evenings = [evening(self._fold.pay_cents)]
        self._counts: list[Int64Array] = []

    def recorded(self, commits: Iterable[Commit]) -> None:
        """Read back what is durable so far, and the events of *commits*, which follow it."""
        for commit in commits:
            own = ((commit.first_position, commit.last_position),)
            self._unread.append(Lineage(commit.scenario, commit.commit_id, own))
        self._fold.grow(self._log.stream_count())
        while self._unread:
            self._read(self._unread.pop(0))

    def _read(self, lineage: Lineage) -> None:
        counts: Int64Array = np.zeros(len(EVENT_TYPES), dtype=np.int64)
        for facts in read_facts(self._log, lineage):
            counts += kinds_of(facts.code)
            self._fold.add([facts])
        self._counts.append(counts)
        self._evenings.append(evening(self._fold.pay_cents))

    def yearly(self, years: range) -> pa.Table | None:
        """What `yearly` says of *years*, all of which were read back one by one.

        Returns:
            None if anything was known of days to come: then a commit is not all of its year.
        """
        return yearly_table(years, self._evenings, self._counts) if self._is_in_step else None

    def compare(self, engine: Workforce) -> None:
        """Compare with *engine*, the state after the last year.

        Raises:
            CheckFailedError: Naming the columns that differ.
        """
        folded, engine = _by_stream(self._fold.workforce(self._log)), _by_stream(engine)
        wrong = [
            field.name
            for field in fields(Workforce)
            if not np.array_equal(getattr(engine, field.name), getattr(folded, field.name))
        ]
        if wrong:
            raise CheckFailedError(
                f"after {self._last_year} the fold of the log ({len(folded)} people) differs from "
                f"the engine ({len(engine)} people) in {', '.join(wrong)}",
                hint="this is a defect: please report it with the workspace",
            )


def _by_stream(workforce: Workforce) -> Workforce:
    number = workforce.stream_no
    if np.all(number[1:] > number[:-1]):  # as it is unless employees come back
        return workforce
    return workforce.take(np.argsort(number))
