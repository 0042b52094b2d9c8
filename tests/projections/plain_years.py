"""The figures of a year the plain way: loops over employees, their events and the days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from planalign.domain.calendar import completed_years, days_in_year
from planalign.domain.employee import Employee, EmployeeState, fold
from planalign.domain.events import EmployeeEvent, Hire, Termination


class PlainYear:
    """One year of some employees, as they say it themselves."""

    def __init__(self, people: Iterable[Employee], year: int) -> None:
        self.people, self.year = list(people), year
        self.start, self.end = self.active(year - 1), self.active(year)
        self.happened = [
            (ann, event)
            for ann in self.people
            for event in ann.timeline
            if event.effective_date.year == year
        ]

    def active(self, year: int) -> dict[str, EmployeeState]:
        evening = date(year, 12, 31)
        states = {ann.id: state for ann in self.people if (state := ann.as_of(evening))}
        return {name: state for name, state in states.items() if state.is_active}

    def count(self, kind: str) -> int:
        return sum(event.name == kind for _, event in self.happened)

    def added_cents(self, kind: str) -> int:
        found = [(ann, event) for ann, event in self.happened if event.name == kind]
        return sum(_in_force(ann, event) - _in_force_before(ann, event) for ann, event in found)

    def average_headcount(self) -> Fraction:
        return Fraction(len(self.start) + len(self.end), 2)

    def first_year_exits(self) -> int:
        return sum(
            completed_years(_hired(ann, event), event.effective_date) < 1
            for ann, event in self.happened
            if isinstance(event, Termination)
        )

    def in_first_year(self) -> Fraction:
        at_start = _new(self.start, date(self.year - 1, 12, 31))
        return Fraction(at_start + _new(self.end, date(self.year, 12, 31)), 2)

    def minutes(self) -> int:
        people = {ann.id: ann for ann in self.people}
        evening = date(self.year, 12, 31)
        return sum(_minutes(people[name], evening) for name in self.end)

    def days(self) -> list[date]:
        first = date(self.year, 1, 1)
        return [first + timedelta(days=n) for n in range(days_in_year(self.year))]

    def earned_and_paid_days(self) -> tuple[int, int]:
        earned = paid_days = 0
        for ann in self.people:
            states = ((day, ann.as_of(day)) for day in self.days())
            paid = [s.salary_cents for d, s in states if s and _is_paid(s, d)]
            earned += round(Fraction(sum(paid), days_in_year(self.year)))
            paid_days += len(paid)
        return earned, paid_days

    def full_year_pay(self) -> Fraction | None:
        earned, paid_days = self.earned_and_paid_days()
        return Fraction(earned * days_in_year(self.year), paid_days) if paid_days else None

    def continuous(self) -> set[str]:
        return {name for name in self.start if not self.has_left(name)}

    def has_left(self, name: str) -> bool:
        return any(ann.id == name and isinstance(e, Termination) for ann, e in self.happened)


def _place(ann: Employee, event: EmployeeEvent) -> int:
    return ann.timeline.index(event)


def _in_force(ann: Employee, event: EmployeeEvent) -> int:
    return _pay(fold(ann.timeline[: _place(ann, event) + 1]))


def _in_force_before(ann: Employee, event: EmployeeEvent) -> int:
    return _pay(fold(ann.timeline[: _place(ann, event)]))


def _pay(state: EmployeeState | None) -> int:
    return state.salary_cents if state and state.is_active else 0


def _hired(ann: Employee, event: EmployeeEvent) -> date:
    before = ann.timeline[: _place(ann, event)]
    return [e.effective_date for e in before if isinstance(e, Hire)][-1]


def _minutes(ann: Employee, evening: date) -> int:
    hires = [e for e in ann.timeline if isinstance(e, Hire) and e.effective_date <= evening]
    return hires[-1].scheduled_minutes_per_week or 2_400


def _new(states: dict[str, EmployeeState], evening: date) -> int:
    return sum(completed_years(s.hire_date, evening) < 1 for s in states.values())


def _is_paid(state: EmployeeState, day: date) -> bool:
    return state.is_active or state.termination_date == day


def _cents(states: dict[str, EmployeeState]) -> int:
    return sum(state.salary_cents for state in states.values())


def money(cents: int | Fraction | None) -> Decimal | None:
    return None if cents is None else Decimal(round(cents)) / 100


def _over(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    return Fraction(part) / whole if whole else None


def _less_one(ratio: Fraction | None) -> Fraction | None:
    return None if ratio is None else ratio - 1


def expected(plain: PlainYear, before: PlainYear, first: PlainYear) -> dict[str, Any]:
    """The row of a year whose history begins with commands alone, without a census's blind spot."""
    start, end, average = plain.start, plain.end, plain.average_headcount()
    end_average = _over(_cents(end), len(end))
    start_average = _over(_cents(start), len(start))
    full, full_before = plain.full_year_pay(), before.full_year_pay()
    same = plain.continuous()
    voluntary = sum(getattr(event, "reason", "") == "voluntary" for _, event in plain.happened)
    years = plain.year - first.year + 1
    return {
        "year": plain.year,
        "start_headcount": len(start),
        "hires": plain.count("Hire"),
        "exits": plain.count("Termination"),
        "end_headcount": len(end),
        "promotions": plain.count("Promotion"),
        "raises": plain.count("Raise"),
        "events": len(plain.happened),
        "payroll_start": money(_cents(start)),
        "payroll_hires": money(plain.added_cents("Hire")),
        "payroll_exits": money(plain.added_cents("Termination")),
        "payroll_promotions": money(plain.added_cents("Promotion")),
        "payroll_raises": money(plain.added_cents("Raise")),
        "payroll_end": money(_cents(end)),
        "earned": money(plain.earned_and_paid_days()[0]),
        "average_salary": money(end_average),
        "fte": Fraction(plain.minutes(), 2_400),
        "turnover_rate": _over(plain.count("Termination"), average),
        "voluntary_turnover_rate": _over(voluntary, average),
        "first_year_turnover_rate": _over(plain.first_year_exits(), plain.in_first_year()),
        "hire_rate": _over(plain.count("Hire"), average),
        "promotion_rate": _over(plain.count("Promotion"), average),
        "growth": _less_one(_over(len(end), len(start))),
        "growth_target": None,
        "growth_against_target": None,
        "compensation_growth_current": _less_one(
            _over(end_average, start_average) if end_average and start_average else None
        ),
        "compensation_growth_continuous": _less_one(
            _over(
                sum(end[name].salary_cents for name in same),
                sum(start[name].salary_cents for name in same),
            )
        ),
        "compensation_growth_full_year": _less_one(
            _over(full, full_before) if full and full_before else None
        ),
        "headcount_cagr": _compound(len(end), len(first.start), years),
        "payroll_cagr": _compound(_cents(end), _cents(first.start), years),
    }


def _compound(end: int, start: int, years: int) -> Any:
    return pytest.approx((end / start) ** (1 / years) - 1) if start else None


def is_same(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether counts and money are equal, and rates the nearest double."""
    plain = {n: float(v) if isinstance(v, Fraction) else v for n, v in wanted.items()}
    return row == plain
