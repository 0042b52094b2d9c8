"""How a simulated year went for one employee, in a form that two scenarios can be compared in."""

from __future__ import annotations

from dataclasses import dataclass

from planalign.commands.simulated_year import SimulatedYear
from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import NotFoundError, SimulationRefusedError
from planalign.domain.simulation.explanation import Decision

__all__ = ["PLANNED_HIRE", "Input", "Turn", "deciding", "differing_inputs", "take_turn"]

PLANNED_HIRE = "hire"
"""Not a decision about anybody: whether the plan has a hire of that rank at all."""

_DECIDING = {
    "Hire": (PLANNED_HIRE, "hire_date", "hire_level", "hire_age", "hire_salary"),
    "Termination": ("exit", "exit_date", "exit_reason"),
    "Promotion": ("promotion",),
    "Raise": ("raise",),
}
_TOLD_BY_OUTCOME = ("hire_age", "exit_reason")  # the others have a day, a level or a salary
_SHARED = ("scale", "threshold")  # the same for everybody in the year


def deciding(*kinds: str | None) -> tuple[str, ...]:
    """Names of the decisions that lead to events of these kinds, in the order of a year."""
    return tuple(name for kind, names in _DECIDING.items() if kind in kinds for name in names)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one year decided about one employee.

    Attributes:
        decisions: By name; empty for somebody whom the plan does not hire.
        hires: How many the plan hires.
    """

    decisions: dict[str, Decision]
    hires: int

    def outcome(self, name: str) -> tuple[object, ...]:
        """What a decision led to: equal for two turns if and only if their events are."""
        if name == PLANNED_HIRE:
            return (bool(self.decisions),)
        decision = self.decisions.get(name)
        if decision is None:
            return ()
        return (
            decision.happened,
            decision.on if decision.happened else None,
            decision.level_after,
            decision.salary_cents_after if decision.happened else None,
            decision.outcome if name in _TOLD_BY_OUTCOME else None,
        )

    def said(self, name: str) -> str | None:
        """The outcome in a sentence."""
        if name == PLANNED_HIRE:
            return f"{self.hires:,} hires are planned"
        decision = self.decisions.get(name)
        return decision.outcome if decision else None


def take_turn(
    year: SimulatedYear, employee_id: str, assumptions: Assumptions | None = None
) -> Turn:
    """How *year* goes for one employee, under other *assumptions* if they are given.

    Raises:
        InfeasiblePlanError, SimulationRefusedError: If these cannot be simulated.
    """
    plan = year.explanation(assumptions).plan
    try:
        decisions = year.decisions(employee_id, assumptions)
    except (NotFoundError, SimulationRefusedError):  # nobody of that rank is hired
        decisions = ()
    return Turn({decision.decision: decision for decision in decisions}, plan.hires)


@dataclass(frozen=True, slots=True)
class Input:
    """Something that a decision is made of, and that differs."""

    name: str
    a: str
    b: str

    @property
    def is_shared(self) -> bool:
        """Whether it is the same for everybody in the year, and so says nothing about one."""
        return self.name in _SHARED


def differing_inputs(a: Turn, b: Turn, name: str) -> tuple[Input, ...]:
    """What of a decision's inputs differs between two turns."""
    one, other = _inputs(a, name), _inputs(b, name)
    return tuple(
        Input(part, one[part], other[part])
        for part in one
        if part in other and one[part] != other[part]
    )


def _inputs(turn: Turn, name: str) -> dict[str, str]:
    if name == PLANNED_HIRE:
        return {"hires planned": f"{turn.hires:,}"}
    decision = turn.decisions.get(name)
    if decision is None:
        return {}
    inputs = {
        part.name: part.value if part.factor is None else f"{part.factor:.6g}"
        for part in decision.influences
    }
    for part, value in (("draw", decision.draw), ("threshold", decision.threshold)):
        if value is not None:
            inputs[part] = f"{value:.6g}"
    return inputs
