"""What can be asked of the write side: each request is a frozen, validated value.

Execute one with `Workspace.execute`. A request says what is wanted, never how; the handler decides
and may refuse. Money is whole cents; dates are dates.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from planalign.domain.assumptions import Assumptions
from planalign.domain.events import SIMULATED_ID_PREFIX, TerminationReason
from planalign.infrastructure.census.options import CensusOptions

__all__ = [
    "ArchiveScenario",
    "CreateScenario",
    "EmployeeRequest",
    "ForkScenario",
    "GiveRaise",
    "HireEmployee",
    "ImportCensus",
    "PromoteEmployee",
    "RenameScenario",
    "Request",
    "RewindScenario",
    "ScenarioRequest",
    "SimulateYears",
    "TerminateEmployee",
]

NewName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
"""A scenario's name, fit for a file's name as well."""

Cents = Annotated[int, Field(gt=0, lt=10**15, description="annual salary in cents")]


class Request(BaseModel):
    """What every request names: the scenario it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    scenario: str = Field(default="baseline", min_length=1, max_length=100)


class ImportCensus(Request):
    """Start a scenario from a census file.

    Attributes:
        options: How to read it; the census date is the first day that the scenario knows.
        on_reject: ``fail`` imports nothing if any row is rejected; ``skip`` imports the others.
    """

    path: Path
    options: CensusOptions
    on_reject: Literal["fail", "skip"] = "fail"


class SimulateYears(Request):
    """Simulate whole years, one commit each.

    Attributes:
        resume: Continue after the last whole year that is recorded.
        restart: Rewind to before the first year asked for, then simulate again.
    """

    first: int = Field(ge=1900, le=2200)
    last: int = Field(ge=1900, le=2200)
    assumptions: Assumptions = Assumptions()
    resume: bool = False
    restart: bool = False

    @model_validator(mode="after")
    def _years_are_a_range(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"years {self.first}-{self.last} end before they begin")
        if self.resume and self.restart:
            raise ValueError("resume continues and restart begins again: give one of them")
        return self


class ScenarioRequest(Request):
    """A request about a scenario as a whole; no event is recorded."""


class CreateScenario(ScenarioRequest):
    """Begin a scenario that knows nothing yet: import a census into it."""

    scenario: NewName = "baseline"


class ForkScenario(ScenarioRequest):
    """Begin scenario `name` with what `scenario` knows, at its head, at a commit or at a year-end.

    Attributes:
        at_day: 31 December of a simulated year, or the census date.
        at_commit: Any commit of the log, also one that a rewind has left.
    """

    name: NewName
    at_day: date | None = None
    at_commit: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _at_one_point(self) -> Self:
        if self.at_day is not None and self.at_commit is not None:
            raise ValueError("a fork begins at a day or at a commit: give one of them")
        return self


class RewindScenario(ScenarioRequest):
    """Move a scenario back to a year-end or a commit of its history; what it leaves stays."""

    to_day: date | None = None
    to_commit: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _to_one_point(self) -> Self:
        if (self.to_day is None) == (self.to_commit is None):
            raise ValueError("a rewind goes to a day or to a commit: give one of them")
        return self


class RenameScenario(ScenarioRequest):
    """Go on under another name; the old one is archived."""

    name: NewName


class ArchiveScenario(ScenarioRequest):
    """Take a scenario out of the list and refuse whatever would add to it."""


class EmployeeRequest(Request):
    """A request about one employee.

    Attributes:
        cascade: If later events contradict it, go back and do again what followed, instead of
            refusing.
    """

    employee_id: str = Field(min_length=1, max_length=200)
    effective_date: date
    cascade: bool = False


class HireEmployee(EmployeeRequest):
    """Hire someone, or hire them again after an exit."""

    salary_cents: Cents
    level: int = Field(ge=1, le=99)
    birth_date: date
    department: str | None = Field(default=None, max_length=200)
    location: str | None = Field(default=None, max_length=200)
    scheduled_minutes_per_week: int | None = Field(default=None, gt=0, le=10_080)

    @model_validator(mode="after")
    def _id_is_not_reserved(self) -> Self:
        if self.employee_id.startswith(SIMULATED_ID_PREFIX):
            raise ValueError(f"ids that begin with {SIMULATED_ID_PREFIX} are for simulated hires")
        return self


class TerminateEmployee(EmployeeRequest):
    """End an employment; the effective date is its last day."""

    reason: TerminationReason = "voluntary"


class PromoteEmployee(EmployeeRequest):
    """Move someone to a higher level."""

    level: int = Field(ge=1, le=99)
    salary_cents: Cents


class GiveRaise(EmployeeRequest):
    """Raise someone's annual salary to `salary_cents`."""

    salary_cents: Cents
