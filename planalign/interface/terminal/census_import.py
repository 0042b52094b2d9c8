"""`planalign census import` and `census check`: a file is read, and every reject explained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from planalign.interface.terminal.census_options import census_options, reading_options
from planalign.interface.terminal.output import emit, note
from planalign.interface.terminal.progress import ProgressLine
from planalign.interface.terminal.records import emit_record
from planalign.interface.terminal.shared import (
    assumptions_of,
    global_options,
    open_workspace,
    output_options,
    scenario_option,
    workspace_directory,
)

if TYPE_CHECKING:
    from planalign.infrastructure.census.reading import CensusReading

__all__ = ["check", "import_"]

_MOST_REJECTS_SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@reading_options
@click.option(
    "--on-reject",
    type=click.Choice(["fail", "skip"]),
    default="fail",
    show_default=True,
    help="fail: import nothing if a row is rejected; skip: import the others.",
)
@scenario_option
@output_options
@global_options
def import_(
    file: Path, on_reject: str, scenario: str, form: str, output: Path | None, **given: Any
) -> None:
    """Start a scenario from a census FILE (CSV, Parquet or Excel).

    Everyone in it becomes a hire, and who has left an exit, in one commit. `--format json` prints
    read, accepted, rejected and the list of rejects.
    """
    from planalign.commands.requests import ImportCensus
    from planalign.domain.errors import RejectedRowsError

    directory = workspace_directory()
    request = ImportCensus.model_validate(
        {
            "scenario": scenario,
            "path": file,
            "options": census_options(given, assumptions_of(directory)),
            "on_reject": on_reject,
        }
    )
    try:
        with open_workspace() as workspace, ProgressLine(f"reading {file}"):
            result = workspace.execute(request)
    except RejectedRowsError as error:
        _report(
            cast("CensusReading", error.reading),
            given["rejects"],
            form,
            output,
            {"commit": None, "events": 0},
        )
        raise
    if result.reading is not None:
        led_to = {"commit": result.commits[0].commit_id, "events": result.events}
        _report(result.reading, given["rejects"], form, output, led_to)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@reading_options
@output_options
@global_options
def check(file: Path, form: str, output: Path | None, **given: Any) -> None:
    """Read a census FILE as `census import` would, and import nothing.

    It takes no workspace; if there is one, its assumptions say which levels there are.
    """
    from planalign.domain.errors import NotFoundError
    from planalign.infrastructure.census.reading import read_census

    try:
        directory = workspace_directory()
    except NotFoundError:
        directory = Path()
    with ProgressLine(f"reading {file}"):
        reading = read_census(file, census_options(given, assumptions_of(directory)))
    _report(reading, given["rejects"], form, output, {})


def _report(
    reading: CensusReading,
    rejects_file: Path | None,
    form: str,
    output: Path | None,
    led_to: dict[str, Any],
) -> None:
    """The summary is the answer; for people, the first rejects follow it on stderr."""
    from planalign.infrastructure.census.writing import write_rejects
    from planalign.interface.terminal.table_text import table_text

    summary = reading.summary.model_dump(mode="json")
    if form == "json" or (form == "auto" and output is not None):
        emit_record({**summary, **led_to}, form, output)
    elif form in {"auto", "table"}:
        told = {k: v for k, v in summary.items() if k not in {"rejects", "notices"} and v}
        counts = {k: summary[k] for k in ("read", "accepted", "rejected")}
        emit_record({**told, **counts, **led_to}, form, output)
        for notice in reading.summary.notices:
            note(f"note: {notice}")
        if reading.rejects.num_rows:
            note(table_text(reading.rejects, rows=_MOST_REJECTS_SHOWN).text)
            _note_more(reading.rejects.num_rows)
    else:
        emit(reading.rejects, form, output)
    if rejects_file is not None:
        write_rejects(reading.rejects, rejects_file)
        note(f"{reading.rejects.num_rows:,} rejects written to {rejects_file}")


def _note_more(rejects: int) -> None:
    if rejects > _MOST_REJECTS_SHOWN:
        note(f"{rejects - _MOST_REJECTS_SHOWN:,} more; --rejects FILE writes all of them")
