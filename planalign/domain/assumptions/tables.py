"""The tables of the assumptions: bands of age and tenure, job levels, hiring ages, dates.

A table refuses gaps and overlaps when it is built, so the engine may index it blindly.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from planalign.domain.assumptions.quantities import (
    Factor,
    Money,
    PositiveFactor,
    PositiveShare,
    Proportion,
    Weight,
    WholeNumber,
    cents,
)

__all__ = ["AgeWeight", "Band", "BandTable", "DecisionDates", "JobLevel", "LevelTable", "Table"]

DAYS_OF_EVERY_MONTH: Final = 28
_DAYS_OF_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOST_ROWS: Final = 40


def broken(expected: str) -> PydanticCustomError:
    """A complaint about a table as a whole: *expected* says what would be accepted."""
    return PydanticCustomError("table", "{expected}", {"expected": expected})


class Table(BaseModel):
    """A frozen group of parameters that knows every key it accepts."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Band(Table):
    """Completed years from `at_least` up to, but not including, `below`; no `below` is open.

    Attributes:
        termination: Factor on the hazard of leaving.
        promotion: Factor on the probability of promotion.
    """

    at_least: Annotated[WholeNumber, Field(ge=0, le=120)]
    below: Annotated[WholeNumber, Field(ge=1, le=120)] | None
    termination: PositiveFactor
    promotion: Factor

    @property
    def label(self) -> str:
        """How a report names the band: ``<25``, ``25-34``, ``65+``."""
        if self.below is None:
            return f"{self.at_least}+"
        return f"{self.at_least}-{self.below - 1}" if self.at_least else f"<{self.below}"


class BandTable(RootModel[Annotated[tuple[Band, ...], Field(min_length=1, max_length=_MOST_ROWS)]]):
    """Bands in order that cover every number of completed years once."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    @model_validator(mode="after")
    def _covers_every_year_once(self) -> Self:
        expected_start: int | None = 0
        for number, band in enumerate(self.root, start=1):
            if band.at_least != expected_start:
                raise broken(_seam(number, "at_least", expected_start, band.at_least))
            if band.below is not None and band.below <= band.at_least:
                raise broken(f"row {number} to end above {band.at_least}, not at {band.below}")
            expected_start = band.below
        if expected_start is not None:
            raise broken(f"the last row to be open (below: null), not to end at {expected_start}")
        return self

    @property
    def bounds(self) -> tuple[int, ...]:
        """The years at which a next band starts, ascending, without the first band's 0."""
        return tuple(band.at_least for band in self.root[1:])

    def label_of(self, years: int) -> str:
        """The label of the band that *years* falls in; negative years count as 0."""
        return self.root[sum(years >= bound for bound in self.bounds)].label

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, in order."""
        return tuple(band.label for band in self.root)


class JobLevel(Table):
    """One job level.

    Attributes:
        salary_max: Where the next level's band starts; none for the top level.
        merit: Merit increase before it is scaled to the budget.
        hire_percentile: Where in the band hires start, from 0 to 1.
        market: Factor of the labour market on the pay of hires.
        hire_maximum: The most a hire is paid; the band's maximum when absent.
    """

    level: Annotated[WholeNumber, Field(ge=1, le=_MOST_ROWS)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    salary_min: Money
    salary_max: Money | None
    merit: PositiveShare
    hire_percentile: Proportion
    market: PositiveFactor
    hire_maximum: Money | None = None

    @property
    def salary_min_cents(self) -> int:
        """The band's minimum in cents."""
        return cents(self.salary_min)

    @property
    def hire_maximum_cents(self) -> int:
        """The most a hire is paid, in cents."""
        limit = self.salary_max if self.hire_maximum is None else self.hire_maximum
        if limit is None:
            raise ValueError(f"level {self.level} has no upper end")  # LevelTable refuses it
        return cents(limit)


class LevelTable(
    RootModel[Annotated[tuple[JobLevel, ...], Field(min_length=1, max_length=_MOST_ROWS)]]
):
    """Job levels 1, 2, 3 … whose salary bands join without gap or overlap."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    @model_validator(mode="after")
    def _bands_join(self) -> Self:
        for number, row in enumerate(self.root, start=1):
            if row.level != number:
                raise broken(f"row {number} to be level {number}, not level {row.level}")
            previous = self.root[number - 2].salary_max if number > 1 else row.salary_min
            if row.salary_min != previous:
                raise broken(_seam(number, "salary_min", previous, row.salary_min))
            _check_upper_end(row, is_top=number == len(self.root))
        if self.root[0].salary_min <= 0:
            raise broken("the first level's salary_min to be above 0")
        return self

    @property
    def top(self) -> int:
        """The highest level, which is also the number of levels."""
        return len(self.root)

    def __getitem__(self, level: int) -> JobLevel:
        """The row of *level*, counted from 1."""
        return self.root[level - 1]

    def rows(self) -> Iterator[JobLevel]:
        """Every row, level 1 first."""
        return iter(self.root)

    @property
    def minima_cents(self) -> tuple[int, ...]:
        """Where each level's band starts, in cents, level 1 first."""
        return tuple(row.salary_min_cents for row in self.root)

    @property
    def names(self) -> tuple[str, ...]:
        """What the levels are called, level 1 first."""
        return tuple(row.name for row in self.root)

    def level_of(self, salary_cents: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The level whose band holds each salary; below the first band it is level 1.

        Args:
            salary_cents: Shape (n,), cents per year.

        Returns:
            Shape (n,), from 1 to `top`.

        >>> from planalign.domain.assumptions import Assumptions
        >>> salaries = np.array([5_000_000, 7_999_999, 8_000_000, 99_000_000])
        >>> Assumptions().levels.level_of(salaries).tolist()
        [1, 1, 2, 5]
        """
        starts = np.array(self.minima_cents[1:], dtype=np.int64)
        return (np.searchsorted(starts, salary_cents, side="right") + 1).astype(np.uint8)


class AgeWeight(Table):
    """How often a hire is `age` completed years old, relative to the other ages."""

    age: Annotated[WholeNumber, Field(ge=14, le=100)]
    weight: Weight


class DecisionDates(Table):
    """The day of a yearly decision: one `month`, or a month per employee drawn by `weights`.

    The weights are relative: they need not add up to 1.
    """

    month: Annotated[WholeNumber, Field(ge=1, le=12)] | None = None
    weights: (
        Annotated[tuple[Weight, ...], Field(min_length=12, max_length=12, description="Jan to Dec")]
        | None
    ) = None
    day: Annotated[WholeNumber, Field(ge=1, le=31)]

    @model_validator(mode="after")
    def _names_days_of_every_year(self) -> Self:
        if (self.month is None) == (self.weights is None):
            raise broken("either month or weights, and not both")
        last = DAYS_OF_EVERY_MONTH if self.month is None else _DAYS_OF_MONTH[self.month - 1]
        if self.day > last:
            raise broken(f"a day that exists in every year: at most {last}, not {self.day}")
        return self

    @field_validator("weights")
    @classmethod
    def _can_be_drawn(cls, weights: tuple[Decimal, ...] | None) -> tuple[Decimal, ...] | None:
        if weights is not None and not sum(weights):
            raise broken("at least one weight above 0")
        return weights


def _seam(number: int, key: str, expected: object, actual: Any) -> str:
    if expected is None:
        return f"no row {number}: the row before it is open"
    kind = "a gap" if actual > expected else "an overlap"
    return f"row {number} to have {key}: {expected}, not {actual}, which leaves {kind}"


def _check_upper_end(row: JobLevel, *, is_top: bool) -> None:
    if row.salary_max is None and not is_top:
        raise broken(f"row {row.level} to have a salary_max, as only the top level is open")
    if row.salary_max is not None and row.salary_max <= row.salary_min:
        raise broken(f"row {row.level} to have a salary_max above {row.salary_min}")
    limit = row.salary_max if row.hire_maximum is None else row.hire_maximum
    if limit is None:
        raise broken(f"row {row.level} to have a hire_maximum, as its band is open")
    if limit <= row.salary_min or (row.salary_max is not None and limit > row.salary_max):
        raise broken(f"row {row.level} to have a hire_maximum inside its band, not {limit}")
