"""How everybody stands on an evening: employed or not, at which pay and level, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from planalign.domain.calendar import day_number
from planalign.domain.events import Hire
from planalign.domain.workforce import Int32Array, Int64Array
from planalign.projections.latest import Latest
from planalign.projections.pay_changes import PayFacts

__all__ = ["FULL_TIME_MINUTES", "Evening", "LevelTotals", "Standing"]

FULL_TIME_MINUTES = 2_400
"""A full-time week, 40 hours; somebody of whom the log has no hours works as many."""

_LEVELS = 100  # a level is 1 to 99


@dataclass(frozen=True, slots=True)
class Evening:
    """The employed on the evening of a 31 December.

    Attributes:
        cents: Their annual pay.
        in_first_year: How many of them were hired less than a year before.
    """

    headcount: int
    cents: int
    in_first_year: int


@dataclass(frozen=True, slots=True)
class LevelTotals:
    """Those of one level on such an evening, with their annual pay."""

    level: int
    headcount: int
    cents: int


class Standing:
    """For each stream the latest pay, level, hours and hire among the facts added so far.

    Attributes that are arrays have shape (streams,).
    """

    def __init__(self, *, room: int) -> None:
        """Nothing is known yet; *room* is how many streams to expect, to spare copies."""
        self._pay, self._level = Latest(np.int64, room=room), Latest(np.uint8, room=room)
        self._minutes, self._hired = Latest(np.int16, room=room), Latest(np.int32, room=room)

    def add(self, facts: PayFacts) -> None:
        """Take in facts, in any order."""
        self.grow(facts.streams)
        place = facts.places()
        self._pay.offer(facts.stream_no, place, facts.pay_cents)
        rows = np.flatnonzero(facts.level)
        self._level.offer(facts.stream_no[rows], place[rows], facts.level[rows])
        rows = np.flatnonzero(facts.are(Hire))
        self._minutes.offer(facts.stream_no[rows], place[rows], facts.minutes[rows])
        self._hired.offer(facts.stream_no[rows], place[rows], facts.day[rows])

    def grow(self, streams: int) -> None:
        """Make room for *streams* streams."""
        for latest in (self._pay, self._level, self._minutes, self._hired):
            latest.grow(streams)

    @property
    def pay_cents(self) -> Int64Array:
        """Pay in force, 0 of whoever is not employed."""
        return self._pay.value

    @property
    def hired(self) -> Int32Array:
        """Day of the latest hire."""
        return self._hired.value

    def evening(self, year: int) -> Evening:
        """The employed, on the evening of 31 December of *year*."""
        employed = self.pay_cents > 0
        # On that day, less than a year ago is in the same calendar year.
        is_new = self.hired >= day_number(date(year, 1, 1))
        return Evening(
            headcount=int(np.count_nonzero(employed)),
            cents=int(self.pay_cents.sum()),
            in_first_year=int(np.count_nonzero(employed & is_new)),
        )

    def minutes(self) -> int:
        """Scheduled a week, of all the employed together."""
        minutes = self._minutes.value[self.pay_cents > 0]
        full_time = int(np.count_nonzero(minutes == 0))
        return int(minutes.sum(dtype=np.int64)) + FULL_TIME_MINUTES * full_time

    def levels(self) -> tuple[LevelTotals, ...]:
        """The employed by level, ascending; levels that somebody has."""
        employed = np.flatnonzero(self.pay_cents)
        level = self._level.value[employed]
        cents: Int64Array = np.zeros(_LEVELS, dtype=np.int64)
        np.add.at(cents, level, self.pay_cents[employed])
        headcount = np.bincount(level, minlength=_LEVELS)
        return tuple(
            LevelTotals(number, int(headcount[number]), int(cents[number]))
            for number in np.flatnonzero(headcount).tolist()
        )
