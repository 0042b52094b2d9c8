"""Every parameter of a simulation, with the defaults of docs/model.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from planalign.domain.assumptions.defaults import (
    AGE_BANDS,
    HIRE_AGES,
    LEVELS,
    MID_JULY,
    START_OF_FEBRUARY,
    TENURE_BANDS,
)
from planalign.domain.assumptions.problems import assumptions_error
from planalign.domain.assumptions.quantities import (
    Money,
    PositiveFactor,
    Proportion,
    Share,
    SignedShare,
    Weight,
    WholeNumber,
)
from planalign.domain.assumptions.tables import (
    AgeWeight,
    BandTable,
    DecisionDates,
    LevelTable,
    Table,
    broken,
)

__all__ = [
    "Assumptions",
    "HireAssumptions",
    "PayAssumptions",
    "PromotionAssumptions",
    "RaiseAssumptions",
    "RetirementRule",
    "StaffingAssumptions",
    "TerminationAssumptions",
    "Years",
]

Year = Annotated[WholeNumber, Field(ge=1900, le=2200)]
CompletedYears = Annotated[WholeNumber, Field(ge=0, le=120)]


class Years(Table):
    """The simulated years, both ends included."""

    first: Year = 2025
    last: Year = 2029

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise broken(f"last to be {self.first} or later, not {self.last}")
        return self

    def __contains__(self, year: int) -> bool:
        return self.first <= year <= self.last


class StaffingAssumptions(Table):
    """How headcount moves.

    Attributes:
        mode: ``exact`` ends each year at exactly the target; ``expected`` lets every hazard draw
            freely, so that headcount is random around it.
        termination_rate: Share of the experienced who leave in a year.
        new_hire_termination_rate: Share of a year's hires who leave within it, and of the previous
            year's hires who leave in the next.
    """

    mode: Literal["exact", "expected"] = "exact"
    growth_target: SignedShare = Decimal("0.03")
    termination_rate: Share = Decimal("0.12")
    new_hire_termination_rate: Share = Decimal("0.25")


class RetirementRule(Table):
    """A leaver with at least this age and service, on the last day, retires."""

    age: CompletedYears = 62
    service_years: CompletedYears = 10


class TerminationAssumptions(Table):
    """What makes leaving likelier, and what it is called.

    The level's factor on the hazard is max(level_floor, 1 - level_dampener * (level - 1)).
    """

    level_dampener: Proportion = Decimal("0.10")
    level_floor: PositiveFactor = Decimal("0.4")
    involuntary_share: Proportion = Decimal("0.30")
    retirement: RetirementRule = RetirementRule()


class PromotionAssumptions(Table):
    """Who is promoted, when, and with what pay.

    Attributes:
        base_probability: Before the factors of tenure, age and level.
        level_dampener: The level's factor is max(0, 1 - level_dampener * (level - 1)).
        age_limit: Nobody of this age or older is promoted.
        increase_spread: The increase is uniform within plus or minus this share.
        increase_limit: The largest increase, as a share of the old salary.
        increase_limit_amount: The largest increase, as an amount.
    """

    base_probability: Share = Decimal("0.04")
    level_dampener: Proportion = Decimal("0.15")
    minimum_tenure_years: CompletedYears = 1
    age_limit: CompletedYears = 65
    dates: DecisionDates = START_OF_FEBRUARY
    increase: Share = Decimal("0.20")
    increase_spread: Share = Decimal("0.05")
    increase_limit: Share = Decimal("0.30")
    increase_limit_amount: Money = Decimal("500000")

    @model_validator(mode="after")
    def _increase_is_not_a_cut(self) -> Self:
        if self.increase_spread > self.increase:
            raise broken(f"increase_spread to be at most the increase, {self.increase}")
        return self


class RaiseAssumptions(Table):
    """The yearly raise: merit by level, scaled to the budget, plus the cost-of-living part."""

    cola: Share = Decimal("0.02")
    merit_budget: Share = Decimal("0.035")
    minimum_tenure_years: CompletedYears = 1
    dates: DecisionDates = MID_JULY


class HireAssumptions(Table):
    """Whom the simulation hires.

    Attributes:
        salary_spread: A hire's pay is uniform within plus or minus this share.
        level_weights: Weight of each level, level 1 first; none follows the mix of the people who
            are active on the census date.
    """

    ages: Annotated[tuple[AgeWeight, ...], Field(min_length=1, max_length=100)] = HIRE_AGES
    salary_spread: Share = Decimal("0.05")
    level_weights: tuple[Weight, ...] | None = None

    @field_validator("ages")
    @classmethod
    def _ages_ascend(cls, ages: tuple[AgeWeight, ...]) -> tuple[AgeWeight, ...]:
        years = [row.age for row in ages]
        if years != sorted(set(years)):
            raise broken(f"ages in ascending order, each once, not {years}")
        if not sum(row.weight for row in ages):
            raise broken("at least one weight above 0")
        return ages


class PayAssumptions(Table):
    """How simulated salaries are rounded: to a multiple of this many cents, half to even."""

    rounding_cents: Annotated[WholeNumber, Field(ge=1, le=100_000)] = 1


class Assumptions(Table):
    """The parameters of one scenario; two with the same `digest` simulate alike.

    >>> Assumptions.parse({"staffing": {"growth_target": 0.05}}).staffing.growth_target
    Decimal('0.05')
    """

    years: Years = Years()
    seed: Annotated[WholeNumber, Field(ge=0, lt=2**63)] = 42
    staffing: StaffingAssumptions = StaffingAssumptions()
    terminations: TerminationAssumptions = TerminationAssumptions()
    promotions: PromotionAssumptions = PromotionAssumptions()
    raises: RaiseAssumptions = RaiseAssumptions()
    hires: HireAssumptions = HireAssumptions()
    pay: PayAssumptions = PayAssumptions()
    age_bands: BandTable = AGE_BANDS
    tenure_bands: BandTable = TENURE_BANDS
    levels: LevelTable = LEVELS

    @model_validator(mode="after")
    def _level_weights_match_levels(self) -> Self:
        weights = self.hires.level_weights
        if weights is None:
            return self
        if len(weights) != self.levels.top or not sum(weights):
            raise broken(
                f"hires.level_weights to have one weight for each of {self.levels.top} levels, "
                f"not all 0; not {[str(weight) for weight in weights]}"
            )
        return self

    @classmethod
    def parse(cls, document: Mapping[str, object]) -> Self:
        """Validate a document, such as a YAML file, in which absent keys mean their defaults.

        Raises:
            AssumptionsError: With one line per problem: key, value, what was expected.
        """
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise assumptions_error(cls, error) from error

    def canonical_json(self) -> str:
        """The one spelling of these assumptions: sorted keys, every default written out.

        `parse` reads it back to an equal value.
        """
        return json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `canonical_json`, in hexadecimal: the same for 0.12 and 0.120."""
        return sha256(self.canonical_json().encode()).hexdigest()
