"""The log's people as the engine reads them: columns, not objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import NEVER, day_number
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import BoolArray, Int32Array, Int64Array, Workforce
from planalign.projections.facts import Facts, read_facts
from planalign.projections.latest import Latest, grown
from planalign.projections.source import EventSource, statement

__all__ = ["WorkforceFold", "census_levels", "load_workforce"]


def load_workforce(source: EventSource, lineage: Lineage, first_day: date) -> Workforce:
    """Everyone who is employed on the eve of *first_day* or is to be hired later; see the fold."""
    fold = WorkforceFold(first_day, room=source.stream_count())
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

    def __init__(self, first_day: date, *, room: int = 0) -> None:
        """Nobody is known yet; *room* is how many streams to expect, to spare copies."""
        self._first_day = day_number(first_day)
        self._first_seen: Int64Array = np.full(room, np.iinfo(np.int64).max)
        self._version: Int32Array = np.zeros(room, dtype=np.int32)
        self._past = _Past(room=room)
        self._coming: _Coming | None = None  # hardly ever is anything recorded for days to come

    @property
    def pay_cents(self) -> Latest:
        """Pay in force on the eve, of each stream; 0 of whoever is not employed."""
        return self._past.pay_cents

    def add(self, batches: Iterable[Facts]) -> None:
        """Fold more facts in; batches may come in any order, each fact once."""
        for facts in batches:
            self._grow(facts.streams)
            np.minimum.at(self._first_seen, facts.stream_no, facts.position)
            np.maximum.at(self._version, facts.stream_no, facts.version)
            is_past = facts.day < self._first_day
            if is_past.all():
                self._past.add(facts)
            else:
                self._past.add(facts.take(is_past))
                self._coming_side().add(facts.take(~is_past))

    def _coming_side(self) -> _Coming:
        self._coming = self._coming or _Coming(room=len(self._first_seen))
        return self._coming

    def _grow(self, streams: int) -> None:
        self._first_seen = grown(self._first_seen, streams, fill=np.iinfo(np.int64).max)
        self._version = grown(self._version, streams, fill=0)
        for side in (self._past, self._coming):
            for latest in side.latest if side else ():
                latest.grow(streams)

    def workforce(self, source: EventSource) -> Workforce:
        """The people, with the draw keys of their streams.

        Returns:
            In order of first appearance in the lineage, which does not depend on the day.
        """
        past, coming = self._past, self._coming
        is_employed: BoolArray = past.pay_cents.value > 0
        is_mine = is_employed if coming is None else is_employed | coming.hired.is_known
        rows = np.flatnonzero(is_mine)
        seen = self._first_seen[rows]
        if np.any(seen[1:] < seen[:-1]):  # hardly ever: streams are numbered as they begin
            rows = rows[np.argsort(seen, kind="stable")]

        def chosen(name: str) -> NDArray[Any]:
            value: NDArray[Any] = getattr(past, name).value[rows]
            if coming is None:
                return value
            # Of someone not employed, the first fact to come can only be a hire.
            return np.where(is_employed[rows], value, getattr(coming, name).value[rows])

        return Workforce(
            stream_no=rows.astype(np.int32),
            key=_keys(source)[rows],
            version=self._version[rows],
            level=chosen("level"),
            salary_cents=chosen("pay_cents"),
            hire_date=chosen("hired"),
            birth_date=chosen("birth_date"),
            exit_date=_exits(coming, rows),
        )


def _exits(coming: _Coming | None, rows: NDArray[np.intp]) -> Int32Array:
    """The last day of each of *rows*, if it is recorded."""
    exits: Int32Array = np.full(len(rows), NEVER, dtype=np.int32)
    if coming is not None:
        leaves = coming.left.is_known[rows]
        exits[leaves] = coming.left.value[rows[leaves]]
    return exits


class _Past:
    """The latest of each stream before the first day; pay is 0 of whoever has left."""

    def __init__(self, *, room: int) -> None:
        self.pay_cents, self.level = Latest(np.int64, room=room), Latest(np.uint8, room=room)
        self.hired, self.birth_date = Latest(np.int32, room=room), Latest(np.int32, room=room)
        self.latest = (self.pay_cents, self.level, self.hired, self.birth_date)

    def add(self, facts: Facts) -> None:
        place = facts.places()
        self.pay_cents.offer(facts.stream_no, place, facts.salary_cents)
        _offer(self.level, facts, place, facts.level, facts.level > 0)
        _offer(self.hired, facts, place, facts.day, facts.is_hire)
        _offer(self.birth_date, facts, place, facts.birth_date, facts.birth_date != NEVER)


class _Coming:
    """The earliest of each stream from the first day on."""

    def __init__(self, *, room: int) -> None:
        self.pay_cents, self.level = Latest(np.int64, room=room), Latest(np.uint8, room=room)
        self.hired, self.birth_date = Latest(np.int32, room=room), Latest(np.int32, room=room)
        self.left = Latest(np.int32, room=room)
        self.latest = (self.pay_cents, self.level, self.hired, self.birth_date, self.left)

    def add(self, facts: Facts) -> None:
        place = -facts.places()
        _offer(self.pay_cents, facts, place, facts.salary_cents, facts.salary_cents > 0)
        _offer(self.level, facts, place, facts.level, facts.level > 0)
        _offer(self.hired, facts, place, facts.day, facts.is_hire)
        _offer(self.birth_date, facts, place, facts.birth_date, facts.birth_date != NEVER)
        _offer(self.left, facts, place, facts.day, facts.is_exit)


def _offer(
    latest: Latest, facts: Facts, place: Int64Array, value: NDArray[Any], chosen: BoolArray
) -> None:
    """Offer the *value* of those facts that are *chosen*."""
    if chosen.all():  # as in a census
        latest.offer(facts.stream_no, place, value)
    else:
        rows = np.flatnonzero(chosen)
        latest.offer(facts.stream_no[rows], place[rows], value[rows])


def _keys(source: EventSource) -> NDArray[np.uint64]:
    """The draw key of each stream, by number."""
    keys: NDArray[np.uint64] = np.zeros(source.stream_count(), dtype=np.uint64)
    for batch in source.batches("SELECT stream_no, stream_key FROM streams"):
        stream_no, key = (column.to_numpy() for column in batch.columns)
        keys = grown(keys, int(stream_no.max(initial=-1)) + 1, fill=0)
        keys[stream_no] = key
    return keys


def census_levels(source: EventSource, lineage: Lineage, census_date: date, top: int) -> list[int]:
    """Employees of each level, from 1 to *top*, on the evening of *census_date*.

    The level is the census's own. Levels above *top* are left out: a plan refuses a workforce
    that has them.
    """
    table = source.query(statement("census_levels", lineage), (census_date,))
    found = dict(zip(table["level"].to_pylist(), table["employees"].to_pylist(), strict=True))
    return [int(found.get(level, 0)) for level in range(1, top + 1)]
