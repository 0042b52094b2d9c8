"""The last check of a run: the fold of the log is the state that the engine ended with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

import numpy as np
import pyarrow as pa

from planalign.domain.calendar import day_number
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
    """Folds what the log holds, commit by commit, and compares it at the end."""

    def __init__(self, log: EventLog, opening: Lineage, years: range) -> None:
        """Read what *opening* knew, on which the first of *years* was decided."""
        self._log, self._years = log, years
        self._fold = WorkforceFold(date(years.stop, 1, 1), room=log.stream_count())
        self._evenings: list[tuple[int, int]] = []
        self._counts: list[Int64Array] = []
        _, latest = self._read(opening)
        self._is_in_step = latest < day_number(date(years.start, 1, 1))

    def recorded(self, commits: Iterable[Commit]) -> None:
        """Read back the events of *commits*, each one of the years."""
        for commit in commits:
            own = ((commit.first_position, commit.last_position),)
            counts, _ = self._read(Lineage(commit.scenario, commit.commit_id, own))
            self._counts.append(counts)

    def _read(self, lineage: Lineage) -> tuple[Int64Array, int]:
        """Fold what *lineage* knows; how many events of each kind, and the last one's day."""
        counts: Int64Array = np.zeros(len(EVENT_TYPES), dtype=np.int64)
        latest = np.iinfo(np.int32).min
        for facts in read_facts(self._log, lineage):
            counts += kinds_of(facts.code)
            latest = max(latest, int(facts.day.max(initial=latest)))
            self._fold.add([facts])
        self._evenings.append(evening(self._fold.pay_cents))
        return counts, latest

    def yearly(self) -> pa.Table | None:
        """What `yearly` says of the years, each of which was read back.

        Returns:
            None if anything was known of days to come: then a commit is not all of its year.
        """
        return yearly_table(self._years, self._evenings, self._counts) if self._is_in_step else None

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
                f"after {self._years[-1]} the fold of the log ({len(folded)} people) differs from "
                f"the engine ({len(engine)} people) in {', '.join(wrong)}",
                hint="this is a defect: please report it with the workspace",
            )


def _by_stream(workforce: Workforce) -> Workforce:
    number = workforce.stream_no
    if np.all(number[1:] > number[:-1]):  # as it is unless employees come back
        return workforce
    return workforce.take(np.argsort(number))
