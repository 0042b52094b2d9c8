"""Promotions: who moves up a level, and to which salary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from planalign.domain.assumptions import Assumptions, PromotionAssumptions, cents
from planalign.domain.calendar import day_number
from planalign.domain.simulation.arithmetic import round_to
from planalign.domain.simulation.bands import cells, latest_start
from planalign.domain.simulation.draws import Purpose, uniform
from planalign.domain.simulation.occasions import all_of, occasions
from planalign.domain.workforce import (
    BoolArray,
    FloatArray,
    Int32Array,
    Int64Array,
    UInt8Array,
    UInt64Array,
    Workforce,
)

__all__ = [
    "Promotions",
    "decide_promotions",
    "increases",
    "largest_salaries",
    "level_factor",
    "promoted_salaries",
    "promotion_conditions",
    "promotion_probabilities",
]


@dataclass(frozen=True, slots=True)
class Promotions:
    """Who is promoted.

    Attributes:
        rows: Shape (promoted,), ascending.
        dates: Shape (promoted,).
    """

    rows: NDArray[np.intp]
    dates: Int32Array


def decide_promotions(workforce: Workforce, assumptions: Assumptions, year: int) -> Promotions:
    """Who is promoted in *year*.

    Args:
        workforce: With the exits of the year in `exit_date`.
        assumptions: Of the scenario.
        year: Of the promotions.
    """
    probabilities = promotion_probabilities(assumptions)
    promoted = np.zeros(len(workforce), dtype=np.bool_)
    dates = np.zeros(len(workforce), dtype=np.int32)
    for occasion in occasions(
        assumptions.promotions.dates,
        seed=assumptions.seed,
        purpose=Purpose.PROMOTION_MONTH,
        key=workforce.key,
        year=year,
    ):
        group = workforce.take(occasion.rows)
        probability = probabilities.take(cells(group, assumptions, occasion.on))
        draws = uniform(assumptions.seed, Purpose.PROMOTION, group.key, year)
        conditions = promotion_conditions(group, assumptions, occasion.on)
        promoted[occasion.rows] = all_of(conditions) & (draws < probability)
        dates[occasion.rows] = day_number(occasion.on)
    rows = np.flatnonzero(promoted)
    return Promotions(rows, dates[rows])


def promotion_conditions(
    workforce: Workforce, assumptions: Assumptions, on: date
) -> dict[str, BoolArray]:
    """What it takes to be considered on a day, and who meets it; each of shape (n,).

    The last day of employment still counts as employed; hires of the year itself do not take part.
    """
    rules = assumptions.promotions
    hired_by = min(
        latest_start(on, rules.minimum_tenure_years), day_number(date(on.year, 1, 1)) - 1
    )
    return {
        "below the top level": workforce.level < assumptions.levels.top,
        "long enough in service": workforce.hire_date <= hired_by,
        "below the age limit": workforce.birth_date > latest_start(on, rules.age_limit),
        "employed on the day": workforce.exit_date >= day_number(on),
    }


def level_factor(promotions: PromotionAssumptions, level: int) -> Decimal:
    """The level's factor on the probability.

    >>> [str(level_factor(PromotionAssumptions(), level)) for level in (1, 2, 9)]
    ['1.00', '0.85', '0']
    """
    return max(Decimal(0), 1 - promotions.level_dampener * (level - 1))


def promotion_probabilities(assumptions: Assumptions) -> FloatArray:
    """Shape (cells,): the probability of each cell, indexed as `bands.cells`, capped at 1."""
    rules = assumptions.promotions
    return np.array(
        [
            float(
                min(Decimal(1), rules.base_probability * level * age.promotion * tenure.promotion)
            )
            for level in (level_factor(rules, row.level) for row in assumptions.levels.rows())
            for age in assumptions.age_bands.root
            for tenure in assumptions.tenure_bands.root
        ]
    )


def increases(key: UInt64Array, assumptions: Assumptions, year: int) -> FloatArray:
    """Shape (n,): the share by which a promotion raises each salary, before the limits."""
    rules = assumptions.promotions
    draws = uniform(assumptions.seed, Purpose.PROMOTION_INCREASE, key, year)
    return float(rules.increase) + float(rules.increase_spread) * (2.0 * draws - 1.0)


def promoted_salaries(
    salary_cents: Int64Array, new_level: UInt8Array, increase: FloatArray, assumptions: Assumptions
) -> Int64Array:
    """The salaries after a promotion.

    At least the new level's minimum, but the limits on the increase win over it, and a promotion
    never cuts pay.

    Args:
        salary_cents: Shape (n,), in force before.
        new_level: Shape (n,).
        increase: Shape (n,), from `increases`.
        assumptions: Of the scenario.
    """
    minimum = np.array([0] + [row.salary_min_cents for row in assumptions.levels.rows()])
    salary = round_to(salary_cents * (1.0 + increase), assumptions.pay.rounding_cents)
    salary = np.maximum(salary, minimum[new_level])
    salary = np.minimum(salary, largest_salaries(salary_cents, assumptions))
    kept: Int64Array = np.maximum(salary, salary_cents)
    return kept


def largest_salaries(salary_cents: Int64Array, assumptions: Assumptions) -> Int64Array:
    """The most that each salary may become by a promotion: whole units, rounded down."""
    rules, unit = assumptions.promotions, assumptions.pay.rounding_cents
    by_share = np.floor(salary_cents * float(rules.increase_limit)).astype(np.int64)
    limit: Int64Array = salary_cents + np.minimum(by_share, cents(rules.increase_limit_amount))
    return limit if unit == 1 else limit // unit * unit
