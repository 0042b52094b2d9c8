"""Two scenarios side by side: what was assumed otherwise, and all that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from planalign.commands.comparison import (
    AssumptionDifference,
    Comparison,
    EmployeeDifference,
    EmployeeDifferences,
    KindDifference,
)
from planalign.commands.context import recorded_assumptions, simulated_commits
from planalign.commands.reasons import FirstDifference, Reasons
from planalign.domain.assumptions import Change, changes
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.divergence import divergence
from planalign.projections.metric_differences import metric_differences
from planalign.projections.metrics import yearly_metrics

__all__ = ["compare", "compare_each"]


def compare_each(
    log: EventLog, a: str, others: Iterable[str], *, employees: int | None, reasons: int
) -> tuple[Comparison, ...]:
    """What differs between the scenario *a* and each of *others*; see `compare`.

    Raises:
        NotFoundError: If there is no such scenario.
    """
    first = log.lineage(a)
    pairs = [(first, log.lineage(b)) for b in others]
    return tuple(compare(log, *pair, employees=employees, reasons=reasons) for pair in pairs)


def compare(
    log: EventLog, a: Lineage, b: Lineage, *, employees: int | None, reasons: int
) -> Comparison:
    """What differs between *a* and *b*.

    Args:
        log: What both are lineages of.
        a: What the other is measured against.
        b: The other.
        employees: How many of those who differ to list; None lists them all.
        reasons: For how many of the listed, from the first on, to say why.
    """
    metrics_a, metrics_b = _metrics(log, a), _metrics(log, b)
    differing = divergence(log, a, b)
    people = _employees(differing, Reasons(log, a, b), listed=employees, told=reasons)
    return Comparison(
        a=a.scenario,
        b=b.scenario,
        assumptions=_assumptions(log, a, b),
        metrics=tuple(metric_differences(metrics_a, metrics_b)),
        first_divergence=differing["first_day"][0].as_py() if differing.num_rows else None,
        employees=people,
        compared=tuple(name for name in metrics_a.column_names if name != "year"),
    )


def _metrics(log: EventLog, lineage: Lineage) -> pa.Table:
    """Of the simulated years; no row if there are none."""
    done = simulated_commits(log, lineage.head)
    return yearly_metrics(log, lineage, range(min(done), max(done) + 1) if done else range(1, 1))


def _assumptions(log: EventLog, a: Lineage, b: Lineage) -> tuple[AssumptionDifference, ...]:
    """The keys that differ, with the years that both simulated and in which they differ so."""
    ours, theirs = simulated_commits(log, a.head), simulated_commits(log, b.head)
    years: dict[Change, list[int]] = {}
    for year in sorted(ours.keys() & theirs.keys()):
        one, other = ours[year], theirs[year]
        if one.assumptions_digest != other.assumptions_digest:
            for change in changes(recorded_assumptions(log, one), recorded_assumptions(log, other)):
                years.setdefault(change, []).append(year)
    return tuple(
        AssumptionDifference(change.key, change.a, change.b, tuple(found))
        for change, found in years.items()
    )


def _employees(
    differing: pa.Table, reasons: Reasons, *, listed: int | None, told: int
) -> EmployeeDifferences:
    rows = [FirstDifference(**row) for row in differing.slice(0, listed).to_pylist()]
    who = [_employee(row, reasons if at < told else None) for at, row in enumerate(rows)]
    kinds = _kinds(differing, reasons if told else None)
    return EmployeeDifferences(differ=differing.num_rows, who=tuple(who), kinds=kinds)


def _kinds(differing: pa.Table, reasons: Reasons | None) -> tuple[KindDifference, ...]:
    """The employees in groups by what differs first, the largest group first."""
    numbered = differing.append_column("row", pa.array(range(differing.num_rows), pa.int64()))
    groups: list[dict[str, Any]] = (
        numbered.group_by(["kind_a", "kind_b"])
        .aggregate([("row", "count"), ("row", "min")])
        .sort_by([("row_count", "descending"), ("row_min", "ascending")])
        .to_pylist()
    )
    return tuple(
        KindDifference(
            group["kind_a"],
            group["kind_b"],
            group["row_count"],
            _employee(
                FirstDifference(**differing.slice(group["row_min"], 1).to_pylist()[0]), reasons
            ),
        )
        for group in groups
    )


def _employee(row: FirstDifference, reasons: Reasons | None) -> EmployeeDifference:
    reason = reasons.of(row) if reasons else None
    return EmployeeDifference(row.employee_id, row.first_day, row.kind_a, row.kind_b, reason)
