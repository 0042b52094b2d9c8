"""What the reader of a census is told: how to read, and what may be filled in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from planalign.domain.errors import CensusError

__all__ = ["CensusFill", "CensusOptions", "DateOrder", "parse_fill"]

DateOrder = Literal["dmy", "mdy", "ymd"]
Age = Annotated[int, Field(ge=14, le=100, description="completed years")]

_FILL_HINT: Final = (
    "write birth_date:age_at_hire=35, birth_date:age_on_census_date=45, "
    "level:from_salary or level:1"
)


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CensusFill(_Options):
    """Explicit assumptions for missing values; without one, a missing value is a reject.

    A value that is there and cannot be read is never filled. The caller records
    ``model_dump()`` beside the import, so that a filled value can always be told from a given one.

    Attributes:
        age_at_hire: Everyone without a birth date was this old on the hire date.
        age_on_census_date: Everyone without a birth date is this old on the census date.
        level: ``from_salary`` looks the salary up in the bands; a number is used as it is.
    """

    age_at_hire: Age | None = None
    age_on_census_date: Age | None = None
    level: Literal["from_salary"] | Annotated[int, Field(ge=1, le=99)] | None = None

    @model_validator(mode="after")
    def _one_rule_for_birth_dates(self) -> CensusFill:
        if self.age_at_hire is not None and self.age_on_census_date is not None:
            raise ValueError("give age_at_hire or age_on_census_date, not both")
        return self


class CensusOptions(_Options):
    """How one census file is read.

    Attributes:
        census_date: The day the file describes; nobody in it is hired later.
        mapping: Field to source column; None as a column means: leave that field empty. Fields
            that are not named are matched by their usual aliases.
        date_order: Order of day, month and year in all-numeric dates with ``/``, ``-`` or spaces.
        two_digit_year_pivot: A year ``yy`` below it is 20yy, any other is 19yy.
        decimal: The decimal sign of every number; the other sign then separates thousands.
        delimiter: Column separator of a CSV file; detected when None.
        encoding: Encoding of a CSV file; detected when None.
        sheet: Sheet of a workbook; its only sheet when None.
        level_minima_cents: Where the salary band of level 1, 2, 3 … starts, strictly rising. Their
            number is the highest level that is accepted.
        level_names: Names of level 1, 2, 3 … accepted in place of the number.
        fill: What may be assumed for missing values.
    """

    census_date: date
    mapping: dict[str, str | None] | None = None
    date_order: DateOrder | None = None
    two_digit_year_pivot: int | None = Field(default=None, ge=0, le=99)
    decimal: Literal[".", ","] | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str | None = None
    sheet: str | None = None
    level_minima_cents: tuple[int, ...] = Field(default=(), max_length=99)
    level_names: tuple[str, ...] = Field(default=(), max_length=99)
    fill: CensusFill = CensusFill()

    @model_validator(mode="after")
    def _bands_rise_and_serve_the_fill(self) -> CensusOptions:
        minima = self.level_minima_cents
        if any(low >= high for low, high in pairwise(minima)):
            raise ValueError("level_minima_cents must rise strictly")
        if self.fill.level == "from_salary" and not minima:
            raise ValueError("level from_salary needs level_minima_cents")
        if isinstance(self.fill.level, int) and self.fill.level > self.top_level:
            raise ValueError(f"level {self.fill.level} is above the top level {self.top_level}")
        return self

    @property
    def top_level(self) -> int:
        """The highest level that is accepted."""
        return max(len(self.level_minima_cents), len(self.level_names)) or 99


def parse_fill(rules: Iterable[str]) -> CensusFill:
    """Read fill rules as they are written in the shell.

    Raises:
        CensusError: If a rule is unknown, given twice, or out of range.

    >>> parse_fill(["birth_date:age_at_hire=35", "level:from_salary"])
    CensusFill(age_at_hire=35, age_on_census_date=None, level='from_salary')
    """
    values: dict[str, str] = {}
    for rule in rules:
        field, _, assumption = rule.replace(" ", "").partition(":")
        key, _, value = (
            assumption.partition("=") if field == "birth_date" else (field, "", assumption)
        )
        if key in values or key not in CensusFill.model_fields or not value:
            raise CensusError(f"{rule!r} is no fill rule, or a second one", hint=_FILL_HINT)
        values[key] = value
    try:
        return CensusFill.model_validate(values)
    except ValidationError as error:
        problem = error.errors()[0]["msg"]
        raise CensusError(f"fill rule {', '.join(values)}: {problem}", hint=_FILL_HINT) from error
