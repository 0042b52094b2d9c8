"""Handler of `ImportCensus`: accepted rows become one commit of `Hire` (and exit) events."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from planalign.commands.context import Context, census_commit
from planalign.commands.requests import ImportCensus
from planalign.commands.results import Result
from planalign.domain.errors import RefusedError, RejectedRowsError
from planalign.domain.events import Hire, Termination
from planalign.infrastructure.census.reading import CensusReading, read_census

__all__ = ["census_events", "import_census"]

_HIRE_FIELDS = (
    "salary_cents",
    "level",
    "birth_date",
    "department",
    "location",
    "scheduled_minutes_per_week",
)


def import_census(context: Context, request: ImportCensus) -> Result:
    """Read the file, then record everyone in it, or nobody.

    Raises:
        RejectedRowsError: If rows are rejected and the request does not skip them, or none is left.
        RefusedError: If the scenario has a census already.
    """
    log = context.log
    head = log.graph.head(request.scenario)
    earlier = log.graph.by_command_id(context.command_id)
    if earlier is None and head and census_commit(log, head):
        message = f"scenario {request.scenario} has a census already"
        raise RefusedError(message, hint="import into another scenario: --scenario NAME")
    reading = read_census(request.path, request.options)
    _refuse_rejects(request, reading)
    period = (request.options.census_date, request.options.census_date)
    numbers = log.stream_numbers(reading.accepted.column("employee_id").combine_chunks())
    commit = log.append_batch(
        request.scenario,
        census_events(reading.accepted, numbers),
        context.provenance(request, _document(request, reading), period=period),
        expected_head=head if earlier is None else None,
    )
    log.checkpoint()
    return Result(commits=(commit,), events=commit.event_count, reading=reading)


def _refuse_rejects(request: ImportCensus, reading: CensusReading) -> None:
    accepted = reading.accepted.num_rows
    if accepted and (not reading.rejected or request.on_reject == "skip"):
        return
    message = f"{request.path}: {reading.rejected} of {reading.read} rows are rejected"
    hint = "correct them, or import the others with --on-reject skip"
    if not accepted:
        hint = "no row is left to import; look at the reasons first"
    raise RejectedRowsError(message, reading, hint=hint)


def _document(request: ImportCensus, reading: CensusReading) -> str:
    """What is recorded of the import: the file by digest, every choice, every assumption."""
    facts = {
        "file": reading.summary.file,
        "sha256": reading.summary.sha256,
        "read": reading.read,
        "accepted": reading.accepted.num_rows,
        "rejected": reading.rejected,
        "mapping": reading.summary.mapping,
        "filled": reading.summary.filled,
        "options": request.options.model_dump(mode="json"),
        "on_reject": request.on_reject,
    }
    return json.dumps(facts, sort_keys=True, default=str)


def census_events(accepted: pa.Table, numbers: NDArray[np.int32]) -> pa.Table:
    """A `Hire` for each row, followed by a `Termination` where an exit date is known.

    Args:
        accepted: Census rows, sorted by employee id.
        numbers: Shape (n,), the stream number of each row.
    """
    left = pc.is_valid(accepted.column("termination_date")).to_numpy()
    rows = np.repeat(np.arange(accepted.num_rows), 1 + left)
    is_exit = np.zeros(len(rows), dtype=np.bool_)
    is_exit[1:] = rows[1:] == rows[:-1]
    source = accepted.take(pa.array(rows))
    exits = pa.array(is_exit)
    reason = pc.fill_null(source.column("termination_reason"), "unspecified")
    nothing = pa.scalar(None, pa.string())
    columns = {
        "stream_no": pa.array(numbers[rows]),
        "version": pa.array(is_exit.astype(np.int32) + np.int32(1)),
        "kind": pc.if_else(exits, Termination.TOPIC, Hire.TOPIC),
        "effective_date": pc.if_else(
            exits, source.column("termination_date"), source.column("hire_date")
        ),
        "source": pc.if_else(exits, nothing, "census"),
        "reason": pc.if_else(exits, reason, nothing),
    }
    for name in _HIRE_FIELDS:
        values = source.column(name)
        columns[name] = pc.if_else(exits, pa.scalar(None, values.type), values)
    return pa.table(columns)
