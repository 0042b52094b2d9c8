"""`planalign explain`: each decision of a year about one employee, and why it fell so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planalign.interface.terminal.output import chosen_format, emit, write_file
from planalign.interface.terminal.records import currency
from planalign.interface.terminal.shared import (
    global_options,
    open_workspace,
    output_options,
    scenario_option,
)

if TYPE_CHECKING:
    from planalign.domain.simulation.explanation import Decision, Influence

__all__ = ["explain"]


@click.command()
@click.argument("employee")
@click.argument("year", type=click.IntRange(1900, 2200))
@scenario_option
@output_options
@global_options
def explain(employee: str, year: int, scenario: str, form: str, output: Path | None) -> None:
    """Show the decisions of YEAR about EMPLOYEE, also those that led to nothing.

    Each with its hazard or probability, the factors, the draw, the threshold and the outcome.
    """
    chosen = chosen_format(form, output)
    with open_workspace() as workspace:
        decisions = workspace.explain(scenario, employee, year)
    if form == "auto" and output is None:
        chosen = "table"
    if chosen == "json":
        text = json.dumps([row.model_dump(mode="json") for row in decisions], indent=2) + "\n"
    elif chosen == "table":
        text = "\n\n".join(map(_paragraph, decisions)) + "\n"
    else:
        import pyarrow as pa

        emit(pa.Table.from_pylist([_row(decision) for decision in decisions]), chosen, output)
        return
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text.encode())


def _paragraph(decision: Decision) -> str:
    heading = decision.decision.replace("_", " ") + (f" on {decision.on}" if decision.on else "")
    lines = [f"{heading}: {decision.outcome}"]
    lines += [f"  {i.name:<18}{i.value:<34}{_factor(i)}".rstrip() for i in decision.influences]
    figures = {
        "hazard per year": decision.hazard_per_year,
        "probability": decision.probability,
        "draw": decision.draw,
        "measure": decision.measure,
        "threshold": decision.threshold,
    }
    lines += [f"  {name:<18}{value:.6g}" for name, value in figures.items() if value is not None]
    before, after = decision.salary_cents_before, decision.salary_cents_after
    if before is not None and after is not None:
        lines.append(f"  {'salary':<18}{currency(before):,} to {currency(after):,}")
    return "\n".join(lines)


def _factor(influence: Influence) -> str:
    return "" if influence.factor is None else f" × {influence.factor:g}"


def _row(decision: Decision) -> dict[str, Any]:
    """A decision as one flat row, money as currency."""
    row = decision.model_dump(exclude={"influences", "salary_cents_before", "salary_cents_after"})
    before, after = decision.salary_cents_before, decision.salary_cents_after
    row["salary_before"] = None if before is None else currency(before)
    row["salary_after"] = None if after is None else currency(after)
    row["influences"] = "; ".join(f"{i.name} {i.value}{_factor(i)}" for i in decision.influences)
    return row
