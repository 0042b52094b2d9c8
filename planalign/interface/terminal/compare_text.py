"""How a comparison is shown: for people, as JSON, and its metrics as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from planalign.commands.comparison import Comparison, EmployeeDifference, Reason
    from planalign.projections.metric_differences import Figure

__all__ = ["comparison_json", "comparison_text", "metrics_table"]

_NOTHING: Final = "–"
_GAP: Final = "  "


def comparison_json(found: Comparison) -> dict[str, Any]:
    """All of it but the names of metrics that do not differ."""
    document = asdict(found)
    del document["compared"]
    return document


def metrics_table(found: Sequence[Comparison], *, is_text: bool) -> pa.Table:
    """One row per pair, year and metric.

    Counts, amounts and rates share a column: as text they keep their own digits, else they are
    decimals with ten places.
    """
    import pyarrow as pa

    value_type = pa.string() if is_text else pa.decimal128(38, 10)
    schema = [
        ("scenario_a", pa.string()),
        ("scenario_b", pa.string()),
        ("year", pa.int32()),
        ("metric", pa.string()),
        ("a", value_type),
        ("b", value_type),
        ("delta", value_type),
        ("percent", pa.float64()),
    ]
    rows: list[dict[str, Any]] = [
        {"scenario_a": pair.a, "scenario_b": pair.b, **asdict(row)}
        for pair in found
        for row in pair.metrics
    ]
    for row in rows:
        row.update({name: _typed(row[name], is_text=is_text) for name in ("a", "b", "delta")})
    return pa.Table.from_pylist(rows, pa.schema(schema))


def _typed(value: Figure, *, is_text: bool) -> str | Decimal | None:
    if value is None or is_text:
        return None if value is None else str(value)
    return round(Decimal(value), 10)


def comparison_text(found: Comparison) -> str:
    """The comparison as a page: what was changed, what came of it, and who."""
    if found.is_empty:
        return f"{found.b} and {found.a} do not differ"
    return "\n\n".join(_parts(found))


def _parts(found: Comparison) -> Iterator[str]:
    yield _heading(found)
    if found.assumptions:
        rows = [
            [row.key, *map(_value, (row.a, row.b)), _years(row.years)] for row in found.assumptions
        ]
        yield _aligned([["assumption", found.a, found.b, "years"], *rows], left=1)
    if found.metrics:
        yield f"{found.b} less {found.a}\n\n" + _aligned(list(_metric_rows(found)), left=1)
    if found.employees.kinds:
        rows = [
            [kind.kind_a or _NOTHING, kind.kind_b or _NOTHING, f"{kind.employees:,}"]
            for kind in found.employees.kinds
        ]
        heading = [f"first in {found.a}", f"first in {found.b}", "employees"]
        yield _aligned([heading, *rows], left=2)
        yield "\n".join(line for who in _shown(found) for line in _employee(found, who))


def _heading(found: Comparison) -> str:
    if found.first_divergence is None:
        return f"{found.b} and {found.a} tell the same story"
    people = f"{found.employees.differ:,} employee{'s' * (found.employees.differ != 1)}"
    return f"{found.b} parts from {found.a} on {found.first_divergence}; {people} differ"


def _metric_rows(found: Comparison) -> Iterator[list[str]]:
    """A heading of years, then for each metric a line of deltas and one of percentages."""
    cells = {(row.metric, row.year): row for row in found.metrics}
    years = sorted({row.year for row in found.metrics})
    yield ["metric", *map(str, years)]
    for metric in found.compared:
        rows = [cells.get((metric, year)) for year in years]
        if any(rows):
            yield [metric, *(_delta(row.delta) if row else _NOTHING for row in rows)]
            yield ["", *(_percent(row.percent) if row else "" for row in rows)]


def _delta(delta: Figure) -> str:
    if delta is None:
        return "not in both"
    return f"{delta:+.6f}" if isinstance(delta, float) else f"{delta:+,}"


def _percent(percent: float | None) -> str:
    return "" if percent is None else f"{percent:+.2f} %"


def _value(value: object) -> str:
    return _NOTHING if value is None else str(value)


def _years(years: tuple[int, ...]) -> str:
    """``2025-2027, 2029``."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], year]
        else:
            spans.append([year])
    return ", ".join("-".join(map(str, span)) for span in spans)


def _shown(found: Comparison) -> list[EmployeeDifference]:
    """The example of each kind and the listed, nobody twice."""
    people = [*(kind.example for kind in found.employees.kinds), *found.employees.who]
    return list({who.employee_id: who for who in reversed(people)}.values())[::-1]


def _employee(found: Comparison, who: EmployeeDifference) -> Iterator[str]:
    kinds = f"{who.kind_a or 'nothing'} in {found.a}, {who.kind_b or 'nothing'} in {found.b}"
    yield f"{who.employee_id} from {who.first_day} on: {kinds}"
    if who.reason:
        yield from _reason(found, who.reason)


def _reason(found: Comparison, reason: Reason) -> Iterator[str]:
    if reason.decision:
        name = reason.decision.replace("_", " ")
        yield f"  {name} in {found.a}: {reason.a or 'no such decision'}"
        yield f"  {name} in {found.b}: {reason.b or 'no such decision'}"
    yield f"  {reason.text}"


def _aligned(rows: list[list[str]], *, left: int) -> str:
    """Columns of text, the first *left* of them aligned to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        _GAP.join(
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
