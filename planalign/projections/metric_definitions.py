"""Every figure of a year, each with its one definition; docs/glossary.md says them in words.

A definition is a function of the year's whole numbers (`year_totals`), so that all figures rest on
the same events, and rounding happens once: money half to even to cents, rates as the double that
is nearest to an exact quotient. A rate whose denominator is 0 is not known (null).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from planalign.domain.calendar import days_in_year
from planalign.projections.standing import FULL_TIME_MINUTES, LevelTotals
from planalign.projections.year_totals import YearTotals

__all__ = ["LEVEL_METRICS", "METRICS", "LevelMetric", "LevelOfYear", "Metric", "Year"]

_COUNT, _MONEY, _RATE = pa.int64(), pa.decimal128(18, 2), pa.float64()


@dataclass(frozen=True, slots=True)
class Year:
    """What a metric of a year may look at.

    Attributes:
        now: The year itself.
        before: The year before, if all of it is known.
        first: The first year that was asked for: where a compound rate begins.
        growth_target: As the simulation of the year assumed it, if the year was simulated.
    """

    now: YearTotals
    before: YearTotals | None
    first: YearTotals
    growth_target: Decimal | None

    @property
    def average_headcount(self) -> Fraction:
        """The mean of the year's start and end, which rates of the workforce are over."""
        return Fraction(self.now.start.headcount + self.now.end.headcount, 2)


@dataclass(frozen=True, slots=True)
class LevelOfYear:
    """What a metric of a level may look at: its people, and those one level below."""

    year: int
    now: LevelTotals
    headcount_below: int | None


@dataclass(frozen=True, slots=True)
class Metric:
    """A column of the yearly table: its name, its type, and what it is."""

    name: str
    type: pa.DataType
    of: Callable[[Year], object]


@dataclass(frozen=True, slots=True)
class LevelMetric:
    """A column of the table by level."""

    name: str
    type: pa.DataType
    of: Callable[[LevelOfYear], object]


def _money(cents: int | Fraction | None) -> Decimal | None:
    return None if cents is None else Decimal(round(cents)).scaleb(-2)


def _ratio(part: int | Fraction, whole: int | Fraction) -> float | None:
    return float(Fraction(part) / whole) if whole else None


def _growth(end: int | Fraction | None, start: int | Fraction | None) -> float | None:
    return float(Fraction(end) / start - 1) if end is not None and start else None


def _average(cents: int, people: int | Fraction) -> Fraction | None:
    return Fraction(cents) / people if people else None


def _first_year_turnover(year: Year) -> float | None:
    people = year.now.start.in_first_year + year.now.end.in_first_year
    return _ratio(year.now.first_year_exits, Fraction(people, 2))


def _full_year_pay(year: YearTotals | None) -> Fraction | None:
    if year is None:
        return None
    return _average(year.earned_cents, Fraction(year.paid_days, days_in_year(year.year)))


def _against_target(year: Year) -> float | None:
    start, end = year.now.start.headcount, year.now.end.headcount
    if year.growth_target is None or not start:
        return None
    return float(Fraction(end, start) - 1 - Fraction(year.growth_target))


def _compound(year: Year, end: int, start: int) -> float | None:
    """Growth per year since the start of the first."""
    if not start:
        return None
    return float((end / start) ** (1 / (year.now.year - year.first.year + 1)) - 1)


METRICS = (
    Metric("year", pa.int32(), lambda y: y.now.year),
    Metric("start_headcount", _COUNT, lambda y: y.now.start.headcount),
    Metric("hires", _COUNT, lambda y: y.now.hires.count),
    Metric("exits", _COUNT, lambda y: y.now.exits.count),
    Metric("end_headcount", _COUNT, lambda y: y.now.end.headcount),
    Metric("promotions", _COUNT, lambda y: y.now.promotions.count),
    Metric("raises", _COUNT, lambda y: y.now.raises.count),
    Metric("events", _COUNT, lambda y: sum(
        kind.count for kind in (y.now.hires, y.now.exits, y.now.promotions, y.now.raises))),
    Metric("payroll_start", _MONEY, lambda y: _money(y.now.start.cents)),
    Metric("payroll_hires", _MONEY, lambda y: _money(y.now.hires.cents)),
    Metric("payroll_exits", _MONEY, lambda y: _money(y.now.exits.cents)),
    Metric("payroll_promotions", _MONEY, lambda y: _money(y.now.promotions.cents)),
    Metric("payroll_raises", _MONEY, lambda y: _money(y.now.raises.cents)),
    Metric("payroll_end", _MONEY, lambda y: _money(y.now.end.cents)),
    Metric("earned", _MONEY, lambda y: _money(y.now.earned_cents)),
    Metric("average_salary", _MONEY,
            lambda y: _money(_average(y.now.end.cents, y.now.end.headcount))),
    Metric("fte", _RATE, lambda y: _ratio(y.now.minutes, FULL_TIME_MINUTES)),
    Metric("turnover_rate", _RATE, lambda y: _ratio(y.now.exits.count, y.average_headcount)),
    Metric("voluntary_turnover_rate", _RATE,
            lambda y: _ratio(y.now.voluntary_exits, y.average_headcount)),
    Metric("first_year_turnover_rate", _RATE, _first_year_turnover),
    Metric("hire_rate", _RATE, lambda y: _ratio(y.now.hires.count, y.average_headcount)),
    Metric("promotion_rate", _RATE, lambda y: _ratio(y.now.promotions.count, y.average_headcount)),
    Metric("growth", _RATE, lambda y: _growth(y.now.end.headcount, y.now.start.headcount)),
    Metric("growth_target", _RATE,
            lambda y: None if y.growth_target is None else float(y.growth_target)),
    Metric("growth_against_target", _RATE, _against_target),
    Metric("compensation_growth_current", _RATE, lambda y: _growth(
        _average(y.now.end.cents, y.now.end.headcount),
        _average(y.now.start.cents, y.now.start.headcount))),
    Metric("compensation_growth_continuous", _RATE,
            lambda y: _growth(y.now.continuous_end_cents, y.now.continuous_start_cents)),
    Metric("compensation_growth_full_year", _RATE,
            lambda y: _growth(_full_year_pay(y.now), _full_year_pay(y.before))),
    Metric("headcount_cagr", _RATE,
            lambda y: _compound(y, y.now.end.headcount, y.first.start.headcount)),
    Metric("payroll_cagr", _RATE, lambda y: _compound(y, y.now.end.cents, y.first.start.cents)),
)  # fmt: skip
"""The columns of the yearly table, in their order."""

LEVEL_METRICS = (
    LevelMetric("year", pa.int32(), lambda x: x.year),
    LevelMetric("level", pa.uint8(), lambda x: x.now.level),
    LevelMetric("headcount", _COUNT, lambda x: x.now.headcount),
    LevelMetric("payroll", _MONEY, lambda x: _money(x.now.cents)),
    LevelMetric("average_salary", _MONEY,
                lambda x: _money(_average(x.now.cents, x.now.headcount))),
    LevelMetric("span", _RATE, lambda x: None if x.headcount_below is None
                else _ratio(x.headcount_below, x.now.headcount)),
)  # fmt: skip
"""The columns of the table by level, in their order."""
