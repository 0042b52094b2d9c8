"""`planalign assumptions show`, `validate`, `diff` and `schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from planalign.interface.terminal.output import chosen_format, emit, note
from planalign.interface.terminal.shared import (
    global_options,
    output_options,
    workspace_directory,
)

__all__ = ["diff", "schema", "show", "validate"]


@click.command()
@click.argument("scenario", default="baseline")
@click.option("--origin", is_flag=True, help="Each value with the file and line it is from.")
@output_options
@global_options
def show(*, scenario: str, origin: bool, form: str, output: Path | None) -> None:
    """Show what SCENARIO (baseline) assumes: the whole document, every default written out."""
    from planalign.domain.assumptions import leaves
    from planalign.infrastructure.assumptions_file import assumptions_yaml
    from planalign.infrastructure.scenario_assumptions import resolve_assumptions

    resolved = resolve_assumptions(workspace_directory(), scenario)
    if form == "auto" and output is None and not origin:
        click.echo(assumptions_yaml(resolved.assumptions), nl=False)
        return
    columns: dict[str, list[str | None]] = {
        "key": list(leaves(resolved.assumptions)),
        "value": [_text(value) for value in leaves(resolved.assumptions).values()],
    }
    if origin:
        columns["origin"] = list(resolved.origins().values())
    _emit(columns, form, output)


@click.command()
@click.argument("scenarios", nargs=-1)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file to check by itself; repeatable.",
)
@global_options
def validate(*, scenarios: tuple[str, ...], files: tuple[Path, ...]) -> None:
    """Check the assumptions of SCENARIOS (baseline, if nothing is named) or of files."""
    from planalign.infrastructure.assumptions_file import read_assumptions
    from planalign.infrastructure.scenario_assumptions import resolve_assumptions

    for file in files:
        note(f"{file}: valid, digest {read_assumptions(file).digest[:12]}")
    for scenario in scenarios or (() if files else ("baseline",)):
        resolved = resolve_assumptions(workspace_directory(), scenario)
        names = " + ".join(layer.path.name for layer in resolved.layers) or "the defaults"
        note(f"{scenario}: valid, digest {resolved.assumptions.digest[:12]}, from {names}")


@click.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@output_options
@global_options
def diff(*, one: str, other: str, form: str, output: Path | None) -> None:
    """Show each key that scenarios A and B assume differently, with both values."""
    from planalign.domain.assumptions import changes
    from planalign.infrastructure.scenario_assumptions import resolve_assumptions

    chosen_format(form, output)
    directory = workspace_directory()
    a, b = (resolve_assumptions(directory, name).assumptions for name in (one, other))
    found = changes(a, b)
    columns: dict[str, list[str | None]] = {
        "key": [change.key for change in found],
        "a": [_text(change.a) for change in found],
        "b": [_text(change.b) for change in found],
    }
    _emit(columns, form, output)
    if not found:
        note(f"{one} and {other} assume the same")


@click.command()
@global_options
def schema() -> None:
    """Print the JSON Schema of an assumptions file; editors complete and check with it."""
    from planalign.domain.assumptions import Assumptions

    document = Assumptions.model_json_schema()
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    click.echo(json.dumps(document, indent=2))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _emit(columns: dict[str, list[str | None]], form: str, output: Path | None) -> None:
    import pyarrow as pa

    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    emit(table, form, output)
