"""The log's people as the engine reads them: columns, not objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import NEVER, day_number
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int32Array, Int64Array, Workforce
from planalign.projections.facts import Facts, read_facts
from planalign.projections.latest import Latest, grown
from planalign.projections.source import EventSource, statement

__all__ = ["WorkforceFold", "census_levels", "load_workforce"]


def load_workforce(source: EventSource, lineage: Lineage, first_day: date) -> Workforce:
    """Everyone who is employed on the eve of *first_day* or is to be hired later; see the fold."""
    fold = WorkforceFold(first_day)
    fold.add(read_facts(source, lineage))
    return fold.workforce(source)


class WorkforceFold:
    """Everyone who is employed on the eve of a day or is to be hired later, fold by fold.

    Level, salary and dates are those of that evening, for someone to be hired those of the coming
    Hire. ``version`` is that of the stream's last event, whenever effective, so that a next event
    can follow. ``exit_date`` is the first Termination recorded from the day on. Someone with a
    recorded exit and a recorded rehire after it is in the row of the employment that ends; the
    rehire shows once a later year is loaded.
    """

    def __init__(self, first_day: date) -> None:
        self._first_day = day_number(first_day)
        self._first_seen: Int64Array = np.zeros(0, dtype=np.int64)
        self._version: Int32Array = np.zeros(0, dtype=np.int32)
        self._past, self._coming = _Side(order=1), _Side(order=-1)

    def add(self, batches: Iterable[Facts]) -> None:
        """Fold more facts in; batches may come in any order, each fact once."""
        for facts in batches:
            self._grow(facts.streams)
            np.minimum.at(self._first_seen, facts.stream_no, facts.position)
            np.maximum.at(self._version, facts.stream_no, facts.version)
            is_past = facts.day < self._first_day
            if is_past.all():  # as in nearly every batch
                self._past.add(facts)
            else:
                self._past.add(facts.take(is_past))
                self._coming.add(facts.take(~is_past))

    def moved_to(self, first_day: date) -> WorkforceFold | None:
        """This fold for a later eve, without reading again; None if it knows of days to come."""
        if any(latest.is_known.any() for latest in self._coming.latest):
            return None
        self._first_day = day_number(first_day)
        return self

    def _grow(self, streams: int) -> None:
        self._first_seen = grown(self._first_seen, streams, fill=np.iinfo(np.int64).max)
        self._version = grown(self._version, streams, fill=0)
        for latest in (*self._past.latest, *self._coming.latest):
            latest.grow(streams)

    def workforce(self, source: EventSource) -> Workforce:
        """The people, with the draw keys of their streams.

        Returns:
            In order of first appearance in the lineage, which does not depend on the day.
        """
        past, coming = self._past, self._coming
        is_employed = past.hired.is_known & (past.hired.place >= past.left.place)
        rows = np.flatnonzero(is_employed | coming.hired.is_known)
        rows = rows[np.argsort(self._first_seen[rows], kind="stable")]
        now = is_employed[rows]
        is_certain = bool(now.all())

        def chosen(mine: Latest, coming: Latest) -> NDArray[Any]:
            # Of someone not employed, the first fact to come can only be a hire.
            value = mine.value[rows]
            return value if is_certain else np.where(now, value, coming.value[rows])

        exits = np.where(coming.left.is_known, coming.left.value, NEVER)
        return Workforce(
            stream_no=rows.astype(np.int32),
            key=_keys(source)[rows],
            version=self._version[rows],
            level=chosen(past.level, coming.level),
            salary_cents=chosen(past.salary_cents, coming.salary_cents),
            hire_date=chosen(past.hired, coming.hired),
            birth_date=chosen(past.birth_date, coming.birth_date),
            exit_date=exits[rows].astype(np.int32),
        )


class _Side:
    """What is known of each stream on one side of the first day: the value nearest to that day."""

    def __init__(self, order: int) -> None:
        self._order = order  # 1 makes the latest fact the one that counts, -1 the earliest
        self.hired, self.left, self.birth_date = (
            Latest(np.int32),
            Latest(np.int32),
            Latest(np.int32),
        )
        self.level, self.salary_cents = Latest(np.uint8), Latest(np.int64)

    @property
    def latest(self) -> tuple[Latest, ...]:
        return (self.hired, self.left, self.birth_date, self.level, self.salary_cents)

    def add(self, facts: Facts) -> None:
        place = facts.places() * self._order
        for latest, chosen, value in (
            (self.hired, facts.is_hire, facts.day),
            (self.left, facts.is_exit, facts.day),
            (self.birth_date, facts.birth_date != NEVER, facts.birth_date),
            (self.level, facts.level > 0, facts.level),
            (self.salary_cents, facts.salary_cents > 0, facts.salary_cents),
        ):
            rows = np.flatnonzero(chosen)
            latest.offer(facts.stream_no[rows], place[rows], value[rows])


def _keys(source: EventSource) -> NDArray[np.uint64]:
    """The draw key of each stream, by number."""
    streams = source.query("SELECT stream_no, stream_key FROM streams")
    keys = np.zeros(streams.num_rows, dtype=np.uint64)
    keys[streams["stream_no"].to_numpy()] = streams["stream_key"].to_numpy()
    return keys


def census_levels(source: EventSource, lineage: Lineage, census_date: date, top: int) -> list[int]:
    """Employees of each level, from 1 to *top*, on the evening of *census_date*.

    The level is the census's own. Levels above *top* are left out: a plan refuses a workforce
    that has them.
    """
    table = source.query(statement("census_levels", lineage), (census_date,))
    found = dict(zip(table["level"].to_pylist(), table["employees"].to_pylist(), strict=True))
    return [int(found.get(level, 0)) for level in range(1, top + 1)]
