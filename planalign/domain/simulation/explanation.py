"""What is said about a decision: plain values, ready for JSON."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Decision", "DecisionName", "Influence"]

DecisionName = Literal[
    "hire_date",
    "hire_level",
    "hire_age",
    "hire_salary",
    "exit",
    "exit_date",
    "exit_reason",
    "promotion",
    "raise",
]


class Influence(BaseModel):
    """One thing that a hazard, a probability or an amount is made of.

    Attributes:
        name: Such as ``age``.
        value: As a reader would say it, such as ``37 (35-44)``.
        factor: What it contributes; None if it only decides whether a rule is met.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: str
    value: str
    factor: float | None = None


class Decision(BaseModel):
    """One decision about one employee in one year, whether or not it led to an event.

    Attributes:
        on: The day of the decision, or the day it leads to.
        considered: Whether the employee could be concerned at all.
        influences: What the hazard, probability or amount is made of.
        hazard_per_year: Of leaving.
        probability: Of the event, as far as it is a matter of chance.
        draw: The employee's luck in (0, 1): drawn, or, of who leaves in the year of hire, dealt.
        measure: What is compared with the threshold: the draw, or the years until a clock set by
            the draw runs out.
        threshold: The event happens if `measure` is below it, or for an exit, not above it.
        happened: Whether it did.
        outcome: The same in a sentence, with the reason if it did not.
        level_after: If the decision sets a level.
        salary_cents_before: If the decision concerns pay.
        salary_cents_after: If the decision sets pay.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    decision: DecisionName
    on: date | None = None
    considered: bool = True
    influences: tuple[Influence, ...] = ()
    hazard_per_year: float | None = None
    probability: float | None = None
    draw: float | None = None
    measure: float | None = None
    threshold: float | None = None
    happened: bool
    outcome: str
    level_after: int | None = None
    salary_cents_before: int | None = None
    salary_cents_after: int | None = None
