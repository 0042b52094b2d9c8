"""The log's people as the engine reads them: columns, not objects."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import NEVER, day_number
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int32Array, Int64Array, Workforce
from planalign.projections.facts import Facts, read_facts, stream_count
from planalign.projections.latest import Latest
from planalign.projections.source import EventSource, statement

__all__ = ["census_levels", "load_workforce"]


def load_workforce(source: EventSource, lineage: Lineage, first_day: date) -> Workforce:
    """Everyone who is employed on the eve of *first_day* or is to be hired later.

    Level, salary and dates are those of that evening, for someone to be hired those of the coming
    Hire. ``version`` is that of the stream's last event, whenever effective, so that a next event
    can follow. ``exit_date`` is the first Termination recorded from *first_day* on. Someone with a
    recorded exit and a recorded rehire after it is in the row of the employment that ends; the
    rehire shows once a later year is loaded.

    Returns:
        In order of first appearance in the lineage, which does not depend on the year.
    """
    fold = _Fold(stream_count(source), day_number(first_day))
    for facts in read_facts(source, lineage):
        fold.add(facts)
    known = source.query("SELECT stream_no, stream_key FROM streams")
    keys = np.zeros(known.num_rows, dtype=np.uint64)
    keys[known["stream_no"].to_numpy()] = known["stream_key"].to_numpy()
    return fold.workforce(keys)


class _Spell:
    """The hires, exits and values that one side of the first day knows of each stream."""

    def __init__(self, streams: int, order: int) -> None:
        self._order = order  # -1 makes the earliest the one that counts
        self.hired, self.left = Latest(streams, np.int32), Latest(streams, np.int32)
        self.level, self.salary_cents = Latest(streams, np.uint8), Latest(streams, np.int64)
        self.birth_date = Latest(streams, np.int32)

    def add(self, facts: Facts) -> None:
        place = facts.places() * self._order
        for latest, chosen, value in (
            (self.hired, facts.is_hire, facts.day),
            (self.left, facts.is_exit, facts.day),
            (self.level, facts.level > 0, facts.level),
            (self.salary_cents, facts.salary_cents > 0, facts.salary_cents),
            (self.birth_date, facts.birth_date != NEVER, facts.birth_date),
        ):
            rows = np.flatnonzero(chosen)
            latest.offer(facts.stream_no[rows], place[rows], value[rows])


class _Fold:
    """The fold on its way through the batches."""

    def __init__(self, streams: int, first_day: int) -> None:
        self._first_day = first_day
        self._first_seen: Int64Array = np.full(streams, np.iinfo(np.int64).max)
        self._version: Int32Array = np.zeros(streams, dtype=np.int32)
        self._past, self._coming = _Spell(streams, order=1), _Spell(streams, order=-1)

    def add(self, facts: Facts) -> None:
        np.minimum.at(self._first_seen, facts.stream_no, facts.position)
        np.maximum.at(self._version, facts.stream_no, facts.version)
        is_past = facts.day < self._first_day
        if is_past.all():  # as in nearly every batch
            self._past.add(facts)
        else:
            self._past.add(facts.take(is_past))
            self._coming.add(facts.take(~is_past))

    def workforce(self, keys: NDArray[np.uint64]) -> Workforce:
        past, coming = self._past, self._coming
        is_employed = past.hired.is_known & (past.hired.place >= past.left.place)
        rows = np.flatnonzero(is_employed | coming.hired.is_known)
        rows = rows[np.argsort(self._first_seen[rows], kind="stable")]
        now = is_employed[rows]

        def chosen(name: str) -> NDArray[Any]:
            # Of someone not employed, the first fact to come can only be a hire.
            mine, next_ = getattr(past, name).value[rows], getattr(coming, name).value[rows]
            return np.where(now, mine, next_)

        exits = np.where(coming.left.is_known, coming.left.value, NEVER)
        return Workforce(
            stream_no=rows.astype(np.int32),
            key=keys[rows],
            version=self._version[rows],
            level=chosen("level"),
            salary_cents=chosen("salary_cents"),
            hire_date=chosen("hired"),
            birth_date=chosen("birth_date"),
            exit_date=exits[rows].astype(np.int32),
        )


def census_levels(source: EventSource, lineage: Lineage, census_date: date, top: int) -> list[int]:
    """Employees of each level, from 1 to *top*, on the evening of *census_date*.

    The level is the census's own. Levels above *top* are left out: a plan refuses a workforce
    that has them.
    """
    table = source.query(statement("census_levels", lineage), (census_date,))
    found = dict(zip(table["level"].to_pylist(), table["employees"].to_pylist(), strict=True))
    return [int(found.get(level, 0)) for level in range(1, top + 1)]
