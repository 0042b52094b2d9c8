"""The default tables of docs/model.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from planalign.domain.assumptions.tables import (
    AgeWeight,
    Band,
    BandTable,
    DecisionDates,
    JobLevel,
    LevelTable,
)

__all__ = [
    "AGE_BANDS",
    "HIRE_AGES",
    "LEVELS",
    "MID_JULY",
    "RAISE_WEIGHTS",
    "START_OF_FEBRUARY",
    "TENURE_BANDS",
]

_AGES: Final = (
    (0, 25, "0.7", "1.6"),
    (25, 35, "1.3", "1.4"),
    (35, 45, "1.0", "1.1"),
    (45, 55, "1.6", "0.7"),
    (55, 65, "1.0", "0.3"),
    (65, None, "1.2", "0.1"),
)
_TENURES: Final = (
    (0, 2, "1.8", "0.5"),
    (2, 5, "0.6", "1.5"),
    (5, 10, "0.5", "1.8"),
    (10, 20, "0.4", "0.8"),
    (20, None, "0.3", "0.2"),
)
_LEVELS: Final = (
    ("Staff", "56000", "80000", "0.035", "0.30", "1.02", None),
    ("Manager", "80000", "120000", "0.040", "0.40", "1.00", None),
    ("Senior manager", "120000", "160000", "0.045", "0.50", "0.98", None),
    ("Director", "160000", "300000", "0.050", "0.65", "1.05", None),
    ("Vice president", "300000", None, "0.055", "0.70", "1.10", "500000"),
)
_HIRE_AGES: Final = (
    (22, "0.05"),
    (25, "0.15"),
    (28, "0.20"),
    (32, "0.25"),
    (35, "0.15"),
    (40, "0.10"),
    (45, "0.08"),
    (50, "0.02"),
)


def _bands(rows: tuple[tuple[int, int | None, str, str], ...]) -> BandTable:
    return BandTable(
        tuple(
            Band(
                at_least=at_least,
                below=below,
                termination=Decimal(termination),
                promotion=Decimal(promotion),
            )
            for at_least, below, termination, promotion in rows
        )
    )


def _level(number: int, row: tuple[str, str, str | None, str, str, str, str | None]) -> JobLevel:
    name, salary_min, salary_max, merit, percentile, market, hire_maximum = row
    return JobLevel(
        level=number,
        name=name,
        salary_min=Decimal(salary_min),
        salary_max=None if salary_max is None else Decimal(salary_max),
        merit=Decimal(merit),
        hire_percentile=Decimal(percentile),
        market=Decimal(market),
        hire_maximum=None if hire_maximum is None else Decimal(hire_maximum),
    )


AGE_BANDS: Final = _bands(_AGES)
TENURE_BANDS: Final = _bands(_TENURES)
LEVELS: Final = LevelTable(tuple(_level(number, row) for number, row in enumerate(_LEVELS, 1)))
HIRE_AGES: Final = tuple(AgeWeight(age=age, weight=Decimal(weight)) for age, weight in _HIRE_AGES)

START_OF_FEBRUARY: Final = DecisionDates(month=2, day=1)
MID_JULY: Final = DecisionDates(month=7, day=15)

RAISE_WEIGHTS: Final = tuple(
    Decimal(percent) / 100 for percent in (28, 3, 7, 18, 4, 5, 23, 3, 4, 8, 2, 2)
)
"""The shares of raises per month, Jan to Dec, to use as `DecisionDates.weights`."""
