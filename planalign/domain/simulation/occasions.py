"""On which day of the year each employee's promotion and raise are decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

import numpy as np

from planalign.domain.assumptions import DecisionDates
from planalign.domain.simulation.draws import EVERY_YEAR, Purpose, uniform
from planalign.domain.workforce import BoolArray, FloatArray, RowIndex, UInt8Array, UInt64Array

__all__ = ["Occasion", "all_of", "chosen", "cumulative_shares", "months", "occasions"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day, and the rows of the workforce about whom something is decided on it."""

    on: date
    rows: RowIndex


def occasions(
    dates: DecisionDates, *, seed: int, purpose: Purpose, key: UInt64Array, year: int
) -> Iterator[Occasion]:
    """Every day of decisions in *year*, in order; each employee is in one of them."""
    if dates.month is not None:
        yield Occasion(date(year, dates.month, dates.day), slice(None))
        return
    month = months(dates, seed=seed, purpose=purpose, key=key)
    for number in range(1, 13):
        rows = np.flatnonzero(month == number)
        if len(rows):
            yield Occasion(date(year, number, dates.day), rows)


def all_of(conditions: dict[str, BoolArray]) -> BoolArray:
    """Shape (n,): who meets every condition."""
    met = np.ones_like(next(iter(conditions.values())))
    for condition in conditions.values():
        met &= condition
    return met


def months(dates: DecisionDates, *, seed: int, purpose: Purpose, key: UInt64Array) -> UInt8Array:
    """Shape (n,): each employee's month, 1 to 12, the same in every year."""
    if dates.weights is None:
        return np.full(len(key), dates.month, dtype=np.uint8)
    draws = uniform(seed, purpose, key, EVERY_YEAR)
    return (chosen(draws, cumulative_shares(dates.weights)) + 1).astype(np.uint8)


def cumulative_shares(
    weights: Sequence[Decimal] | Sequence[int] | Sequence[Fraction],
) -> FloatArray:
    """The upper end of each item's part of (0, 1), but for the last, which ends at 1.

    Args:
        weights: Relative, not all 0.

    >>> cumulative_shares([1, 2, 1]).tolist()
    [0.25, 0.75]
    """
    running = list(accumulate(Fraction(weight) for weight in weights))
    return np.array([float(end / running[-1]) for end in running[:-1]], dtype=np.float64)


def chosen(draws: FloatArray, cumulative: FloatArray) -> UInt8Array:
    """Which item each draw falls on, counted from 0; items without weight are never chosen."""
    item = np.zeros(len(draws), dtype=np.uint8)
    for end in cumulative.tolist():  # for the few items of a table, faster than a binary search
        item += draws >= end
    return item
