"""What `Workspace.compare` answers: two scenarios, and nothing but what differs between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planalign.projections.metric_differences import MetricDifference

__all__ = [
    "AssumptionDifference",
    "Comparison",
    "EmployeeDifference",
    "EmployeeDifferences",
    "KindDifference",
    "Reason",
]


@dataclass(frozen=True, slots=True)
class AssumptionDifference:
    """One assumption that the scenarios were simulated with at different values.

    Attributes:
        key: Where it stands in the assumptions file, such as ``staffing.growth_target``.
        a: Its value in the first scenario; a rate is an exact decimal in text.
        b: Its value in the second.
        years: The simulated years in which it differs so.
    """

    key: str
    a: str | int | bool | None
    b: str | int | bool | None
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one employee's history differs from its first difference on.

    Attributes:
        text: In a sentence.
        decision: Which decision fell otherwise, such as ``exit``; None if somebody recorded it.
        a: How it fell in the first scenario.
        b: How it fell in the second.
        because: Keys of the changed assumptions each of which alone makes it fall otherwise.
    """

    text: str
    decision: str | None = None
    a: str | None = None
    b: str | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmployeeDifference:
    """One employee whose history differs.

    Attributes:
        first_day: The first day whose events differ.
        kind_a: Kind of the first event of that day that differs, or None if there is none.
        kind_b: The same in the second scenario.
        reason: If it was asked for.
    """

    employee_id: str
    first_day: date
    kind_a: str | None
    kind_b: str | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class KindDifference:
    """Employees whose first difference is of one kind.

    Attributes:
        kind_a: What happens first in the first scenario and not so in the second, if anything.
        kind_b: The same the other way round.
        employees: How many.
        example: The first of them, with the reason.
    """

    kind_a: str | None
    kind_b: str | None
    employees: int
    example: EmployeeDifference


@dataclass(frozen=True, slots=True)
class EmployeeDifferences:
    """The employees whose histories differ.

    Attributes:
        differ: How many.
        who: The first of them, by day and id; as many as were asked for.
        kinds: All of them, by what differs first; most employees first.
    """

    differ: int
    who: tuple[EmployeeDifference, ...]
    kinds: tuple[KindDifference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between the scenarios *a* and *b*; nothing, if they tell the same story.

    Attributes:
        assumptions: Those that years simulated in both were given different values of.
        metrics: Those that differ, by year; every delta is *b* less *a*.
        first_divergence: The first day on which anybody's events differ; None if nobody's do.
        employees: Whose histories differ, and why.
        compared: Names of all metrics that were compared.
    """

    a: str
    b: str
    assumptions: tuple[AssumptionDifference, ...]
    metrics: tuple[MetricDifference, ...]
    first_divergence: date | None
    employees: EmployeeDifferences
    compared: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.assumptions or self.metrics or self.employees.differ)
