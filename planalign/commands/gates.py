"""Gates for scripts: how much two scenarios may differ before somebody has to look.

A gate is written as ``NAME`` or ``NAME:LIMIT``. The name is ``any``, ``assumptions``,
``employees``, a metric, or words of metric names: ``headcount`` means every metric with that word
in its name. The limit is a number, or a percentage of the first scenario's value; a difference up
to the limit passes. Without a limit no difference passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from planalign.commands.comparison import Comparison
from planalign.domain.errors import InvalidInputError
from planalign.projections.metric_differences import MetricDifference

__all__ = ["Gate", "breaches", "parse_gate"]

_GATE = re.compile(r"(?P<name>[a-z_]+)(?::(?P<limit>\d+(?:\.\d+)?)(?P<percent>%)?)?")
_ANY, _ASSUMPTIONS, _EMPLOYEES = "any", "assumptions", "employees"


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition that a comparison has to meet.

    Attributes:
        limit: The largest difference that passes.
        is_percent: Whether the limit is a percentage.
    """

    name: str
    limit: Decimal = Decimal()
    is_percent: bool = False

    def __str__(self) -> str:
        return f"{self.name}:{self.limit}{'%' * self.is_percent}" if self.limit else self.name


def parse_gate(text: str) -> Gate:
    """The gate that *text* describes.

    Raises:
        InvalidInputError: If it describes none.

    >>> parse_gate("payroll_end:1%")
    Gate(name='payroll_end', limit=Decimal('1'), is_percent=True)
    """
    found = _GATE.fullmatch(text)
    if found is None:
        hint = "such as any, headcount, payroll_end:1% or hires:10"
        raise InvalidInputError(f"{text!r} is no gate: write NAME or NAME:LIMIT", hint=hint)
    gate = Gate(found["name"], Decimal(found["limit"] or 0), is_percent=bool(found["percent"]))
    if gate.limit and gate.name in {_ANY, _ASSUMPTIONS}:
        raise InvalidInputError(f"{text!r}: {gate.name} takes no limit")
    if gate.is_percent and gate.name == _EMPLOYEES:
        raise InvalidInputError(f"{text!r}: employees takes a number, not a percentage")
    return gate


def breaches(gate: Gate, comparison: Comparison) -> tuple[str, ...]:
    """What of *comparison* the gate does not let pass, in words; nothing if it passes.

    Raises:
        InvalidInputError: If no metric has that name.
    """
    return tuple(_breaches(gate, comparison))


def _breaches(gate: Gate, comparison: Comparison) -> Iterator[str]:
    differ = comparison.employees.differ
    if gate.name == _ANY:
        if not comparison.is_empty:
            yield "they are not the same"
    elif gate.name == _ASSUMPTIONS:
        yield from (f"{row.key}: {row.a} → {row.b}" for row in comparison.assumptions)
    elif gate.name == _EMPLOYEES:
        if differ > gate.limit:
            yield f"{differ:,} employees differ"
    else:
        names = _metrics(gate.name, comparison.compared)
        rows = (row for row in comparison.metrics if row.metric in names)
        yield from (_told(row) for row in rows if _exceeds(row, gate))


def _metrics(name: str, compared: tuple[str, ...]) -> tuple[str, ...]:
    """The metric of that name, else those that have its words in theirs."""
    if name in compared:
        return (name,)
    names = tuple(metric for metric in compared if f"_{name}_" in f"_{metric}_")
    if not names:
        known = ", ".join((_ANY, _ASSUMPTIONS, _EMPLOYEES, *compared))
        raise InvalidInputError(f"no metric is called {name!r}", hint=f"there are: {known}")
    return names


def _exceeds(row: MetricDifference, gate: Gate) -> bool:
    """Whether the difference is beyond the limit; one that cannot be measured always is."""
    measured = row.percent if gate.is_percent else row.delta
    return measured is None or abs(Decimal(measured)) > gate.limit


def _told(row: MetricDifference) -> str:
    if row.delta is None:
        return f"{row.metric} of {row.year}: only one of them has it"
    percent = "" if row.percent is None else f" ({row.percent:+.4g} %)"
    return f"{row.metric} of {row.year}: {row.a:,} → {row.b:,}{percent}"
