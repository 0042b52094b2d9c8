"""The whole numbers of each year that every metric is made of: people, events, cents and days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from planalign.domain.calendar import completed_years_each, day_number, days_in_year
from planalign.domain.events import EmployeeEvent, Hire, Promotion, Raise, Termination
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import BoolArray, Int64Array
from planalign.projections.pay_changes import PayFacts, joined, read_pay_facts
from planalign.projections.source import EventSource
from planalign.projections.standing import Evening, LevelTotals, Standing

__all__ = ["Moves", "YearTotals", "year_totals"]


@dataclass(frozen=True, slots=True)
class Moves:
    """Events of one kind in a year, and what they added to annual payroll, in cents."""

    count: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotals:
    """One year of a lineage, between the evening of 31 December before and its own.

    Attributes:
        voluntary_exits: Exits whose reason is ``voluntary``.
        first_year_exits: Exits before the first anniversary of the hire.
        continuous_start_cents: Annual pay, at the start, of who was employed all year long.
        continuous_end_cents: Annual pay of the same people at the end.
        earned_cents: What was paid for the year: each person's cents, rounded half to even.
        paid_days: Days of employment in the year, of everybody together.
        minutes: Scheduled a week, of everybody at the end.
        levels: Those that somebody has at the end, ascending.
    """

    year: int
    start: Evening
    hires: Moves
    exits: Moves
    promotions: Moves
    raises: Moves
    end: Evening
    voluntary_exits: int
    first_year_exits: int
    continuous_start_cents: int
    continuous_end_cents: int
    earned_cents: int
    paid_days: int
    minutes: int
    levels: tuple[LevelTotals, ...]


def year_totals(source: EventSource, lineage: Lineage, years: range) -> Iterator[YearTotals]:
    """One item per year of *years*, ascending.

    Raises:
        ValueError: If *years* skips years.
    """
    if years.step != 1:
        raise ValueError(f"years follow each other, unlike {years}")
    standing = Standing(room=source.stream_count())
    for facts in read_pay_facts(source, lineage, last=date(years.start - 1, 12, 31)):
        standing.add(facts)
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        facts = joined(read_pay_facts(source, lineage, first=first, last=last)).in_order()
        yield _Year(year, standing, facts).totals()


class _Year:
    """One year on its way: its facts in order, and how everybody stood on its eve."""

    def __init__(self, year: int, standing: Standing, facts: PayFacts) -> None:
        self._year, self._standing, self._facts = year, standing, facts
        standing.grow(facts.streams)
        self._opening, self._opening_hired = standing.pay_cents.copy(), standing.hired.copy()
        self._first_day = day_number(date(year, 1, 1))
        is_first = np.ones(len(facts), dtype=np.bool_)
        is_first[1:] = facts.stream_no[1:] != facts.stream_no[:-1]
        self._firsts = np.flatnonzero(is_first)  # row of each stream's first fact
        self._changes = self._pay_changes()

    def _pay_changes(self) -> Int64Array:
        """Shape (n,): what each fact added to pay in force."""
        pay = self._facts.pay_cents
        before = np.empty_like(pay)
        before[1:] = pay[:-1]
        before[self._firsts] = self._opening[self._facts.stream_no[self._firsts]]
        return pay - before

    def totals(self) -> YearTotals:
        """Everything added up, and the standing brought to the end of the year."""
        standing, opening = self._standing, self._opening
        start = standing.evening(self._year - 1)
        first_year_exits = int(np.count_nonzero(self._is_first_year_exit()))
        standing.add(self._facts)
        is_continuous = (standing.pay_cents > 0) & (standing.hired < self._first_day)
        return YearTotals(
            year=self._year,
            start=start,
            hires=self._moves(Hire),
            exits=self._moves(Termination),
            promotions=self._moves(Promotion),
            raises=self._moves(Raise),
            end=standing.evening(self._year),
            voluntary_exits=int(np.count_nonzero(self._facts.is_voluntary)),
            first_year_exits=first_year_exits,
            continuous_start_cents=int(opening[is_continuous].sum()),
            continuous_end_cents=int(standing.pay_cents[is_continuous].sum()),
            earned_cents=self._earned_cents(),
            paid_days=self._paid_days(start.headcount),
            minutes=standing.minutes(),
            levels=standing.levels(),
        )

    def _moves(self, kind: type[EmployeeEvent]) -> Moves:
        rows = self._facts.are(kind)
        return Moves(int(np.count_nonzero(rows)), int(self._changes[rows].sum()))

    def _days_left(self) -> Int64Array:
        """Shape (n,): days of the year for which each change counts.

        A change counts from its own day on, an exit from the day after: its own is still paid.
        """
        after_last = self._first_day + days_in_year(self._year)
        return np.int64(after_last) - self._facts.day - self._facts.are(Termination)

    def _earned_cents(self) -> int:
        """What everybody earned, as `year_end.sql` says it of each: rounded once per person.

        Pay at the start for the whole year, plus each change for the days that are left: for all
        but whoever had an event that is exactly the pay at the start.
        """
        touched = self._opening[self._facts.stream_no[self._firsts]]
        unchanged = int(self._opening.sum()) - int(touched.sum())
        if not len(self._facts):
            return unchanged
        days = days_in_year(self._year)
        cent_days = touched * days
        cent_days += np.add.reduceat(self._changes * self._days_left(), self._firsts)
        return unchanged + int(_quotients_half_even(cent_days, days).sum())

    def _paid_days(self, start_headcount: int) -> int:
        days_left = self._days_left()
        hired = int(days_left[self._facts.are(Hire)].sum())
        left = int(days_left[self._facts.are(Termination)].sum())
        return start_headcount * days_in_year(self._year) + hired - left

    def _is_first_year_exit(self) -> BoolArray:
        """Shape (exits,): whether the hire before was less than a year ago."""
        facts = self._facts
        rows = np.arange(len(facts))
        latest_hire = np.maximum.accumulate(np.where(facts.are(Hire), rows, -1))
        first = np.repeat(self._firsts, np.diff(self._firsts, append=len(facts)))
        exits = np.flatnonzero(facts.are(Termination))
        is_hired_now = latest_hire[exits] >= first[exits]
        before = self._opening_hired[facts.stream_no[exits]]
        hired = np.where(is_hired_now, facts.day[latest_hire[exits]], before)
        short: BoolArray = completed_years_each(hired, facts.day[exits]) < 1
        return short


def _quotients_half_even(numerator: Int64Array, divisor: int) -> Int64Array:
    """Each *numerator*, at least 0, over *divisor*, rounded half to even."""
    quotient, rest = np.divmod(numerator, divisor)
    above_half = 2 * rest - divisor
    rounded: Int64Array = quotient + ((above_half > 0) | ((above_half == 0) & (quotient % 2 == 1)))
    return rounded
