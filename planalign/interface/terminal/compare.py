"""`planalign compare`: what differs between scenarios, and what made it differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from planalign.interface.terminal.output import chosen_format, emit, note, write_file
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.shared import global_options, open_workspace, output_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planalign.commands.comparison import Comparison
    from planalign.commands.gates import Gate

__all__ = ["GATE_CLOSED", "compare"]

GATE_CLOSED: Final = 3
"""The exit code of a comparison that a gate does not let pass."""


@click.command()
@click.argument("a")
@click.argument("others", nargs=-1, required=True, metavar="B [C]...")
@click.option(
    "--employees",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many of the employees who differ to list, by first day; 0 lists them all.",
)
@click.option(
    "--reasons",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="For how many of the listed to say why.",
)
@click.option(
    "--fail-on",
    multiple=True,
    metavar="GATE",
    help="End with 3 if this differs: any, assumptions, employees, or a metric; with a limit as in "
    "payroll_end:1% or hires:10. Repeatable.",
)
@output_options
@global_options
def compare(
    *,
    a: str,
    others: tuple[str, ...],
    employees: int,
    reasons: int,
    fail_on: tuple[str, ...],
    form: str,
    output: Path | None,
) -> None:
    """Show what differs between scenario A and each of the others.

    Changed assumptions, metrics by year, the first day on which they part, and whose history
    differs and why. Scenarios share all other luck, so the difference is the effect. `--format
    json` gives all of it, csv and parquet the metrics.
    """
    from planalign.commands.compare import compare_each
    from planalign.commands.gates import parse_gate

    chosen = "table" if form == "auto" and output is None else chosen_format(form, output)
    gates = [parse_gate(text) for text in fail_on]
    with open_workspace() as workspace, ProgressLine("comparing"):
        found = compare_each(workspace.log, a, others, employees=employees or None, reasons=reasons)
    closed = _closed(found, gates)
    _show(found, chosen, output)
    for line in closed:
        note(line)
    if closed:
        click.get_current_context().exit(GATE_CLOSED)


def _closed(found: Sequence[Comparison], gates: Sequence[Gate]) -> list[str]:
    """A line for each thing that a gate does not let pass."""
    from planalign.commands.gates import breaches

    return [
        f"gate {gate}: {pair.a} and {pair.b}: {breach}"
        for gate in gates
        for pair in found
        for breach in breaches(gate, pair)
    ]


def _show(found: Sequence[Comparison], chosen: str, output: Path | None) -> None:
    from planalign.interface.terminal.compare_text import (
        comparison_json,
        comparison_text,
        metrics_table,
    )
    from planalign.interface.terminal.json_text import json_value

    if chosen == "table":
        text = "\n\n".join(map(comparison_text, found)) + "\n"
    elif chosen == "ndjson":
        text = "".join(f"{json_value(comparison_json(pair))}\n" for pair in found)
    elif chosen == "json":
        documents = [comparison_json(pair) for pair in found]
        text = json_value(documents if len(documents) > 1 else documents[0]) + "\n"
    else:
        emit(metrics_table(found, is_text=chosen == "csv"), chosen, output)
        return
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text.encode())
