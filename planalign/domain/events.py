"""The four facts that a workforce is made of, and the one list of their fields.

Each kind is a frozen pydantic model that satisfies the `eventsourcing` library's domain-event
protocol: an `originator_id` (the employee) and an `originator_version` (1, 2, 3 …). The log, the
Arrow schema, the JSON Schema and docs/events.md are generated from these models, and nothing else
lists their fields. A kind is known by its `TOPIC`, never by its place in the code.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, get_args

from eventsourcing.utils import register_topic
from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "EVENT_TYPES",
    "SIMULATED_ID_PREFIX",
    "EmployeeEvent",
    "Hire",
    "HireSource",
    "Promotion",
    "Raise",
    "Termination",
    "TerminationReason",
]

HireSource = Literal["census", "simulation", "command"]
TerminationReason = Literal["voluntary", "involuntary", "retirement", "unspecified"]

SIMULATED_ID_PREFIX = "NH_"
"""Simulated hires are called ``NH_2027_000001``: year of hire, then rank within the year."""

EmployeeId = Annotated[
    str, Field(min_length=1, max_length=200, description="the employee, and the stream's id")
]
SalaryCents = Annotated[int, Field(gt=0, lt=10**15, description="annual salary, cents")]
Level = Annotated[int, Field(ge=1, le=99, description="job level, 1 is the lowest")]


class EmployeeEvent(BaseModel):
    """What all four kinds have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    TOPIC: ClassVar[str]

    originator_id: EmployeeId
    originator_version: int = Field(
        ge=1, le=2**31 - 1, description="place in the employee's stream"
    )
    effective_date: date = Field(description="the day from whose end the fact is true")

    @property
    def name(self) -> str:
        """The kind as people say it: ``Hire``, ``Termination``, ``Promotion`` or ``Raise``."""
        return type(self).__name__


class Hire(EmployeeEvent):
    """An employee joins, or comes back after an exit.

    A hire from the census carries the pay and level known on the census date.
    """

    TOPIC: ClassVar[str] = "employee.hire.v1"

    salary_cents: SalaryCents
    level: Level
    birth_date: date = Field(description="before the hire; ages follow from it")
    source: HireSource = Field(description="who says so: a census, a simulated year or a command")
    department: str | None = Field(default=None, max_length=200, description="as the census has it")
    location: str | None = Field(default=None, max_length=200, description="as the census has it")
    scheduled_minutes_per_week: int | None = Field(
        default=None, gt=0, le=10_080, description="agreed working time, minutes a week"
    )


class Termination(EmployeeEvent):
    """An employee leaves; `effective_date` is the last day of employment, still paid."""

    TOPIC: ClassVar[str] = "employee.termination.v1"

    reason: TerminationReason = Field(description="why; unspecified where nobody said")


class Promotion(EmployeeEvent):
    """An employee moves to a higher level, with the salary that goes with it."""

    TOPIC: ClassVar[str] = "employee.promotion.v1"

    level: Level
    salary_cents: SalaryCents


class Raise(EmployeeEvent):
    """An employee's annual salary changes to `salary_cents` at the same level."""

    TOPIC: ClassVar[str] = "employee.raise.v1"

    salary_cents: SalaryCents


EVENT_TYPES: tuple[type[EmployeeEvent], ...] = (Hire, Termination, Promotion, Raise)
"""Every kind, in the order in which same-day events of a simulated year never need to compete."""

TERMINATION_REASONS: tuple[str, ...] = get_args(TerminationReason)

for _event_type in EVENT_TYPES:
    register_topic(_event_type.TOPIC, _event_type)
