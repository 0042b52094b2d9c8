"""Read model `intervals`: what was true of everybody, from which day to which.

Its rows are those of the timelines, so that a day is answered by a filter instead of a fold.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa

from planalign.domain.assumptions import BandTable
from planalign.domain.calendar import NEVER
from planalign.domain.workforce import Int32Array
from planalign.projections.read_models.differences import Difference, Step
from planalign.projections.read_models.statements import text
from planalign.projections.read_models.store import Move, ReadModelStore, Shape
from planalign.projections.read_models.timelines import Timelines
from planalign.projections.snapshot import with_ages
from planalign.projections.source import EventSource

__all__ = ["Intervals", "as_of"]

_SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("employee_id", pa.string()),
        ("version", pa.int32()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("code", pa.uint8()),
        ("is_active", pa.bool_()),
        ("level", pa.uint8()),
        ("salary_cents", pa.int64()),
        ("hire_date", pa.date32()),
        ("birth_date", pa.date32()),
        ("exit_date", pa.date32()),
        ("reason", pa.uint8()),
    ]
)
_NAMES = "SELECT stream_id FROM streams WHERE stream_no BETWEEN $1 AND $2 ORDER BY stream_no"


class Intervals:
    """The workforce intervals of a scenario."""

    shape = Shape("intervals", _SCHEMA, text("intervals_view"))
    settings = ""
    is_folded_whole = False

    def apply(
        self,
        source: EventSource,
        step: Step,  # noqa: ARG002 - part of what every read model is asked
        changes: Callable[[], Difference],
        move: Move,
    ) -> None:
        """Exchange the rows that the step changes."""
        change = changes()
        move.remove(change.removed.position)
        move.insert(_rows(source, change.added))
        move.park(change.parked, change.unparked)


def _rows(source: EventSource, lines: Timelines) -> pa.Table:
    columns = {name: getattr(lines, name) for name in _SCHEMA.names if name != "employee_id"}
    columns["exit_date"] = pa.array(lines.exit_date, mask=lines.exit_date == NEVER)
    for name in ("valid_from", "valid_to", "hire_date", "birth_date", "exit_date"):
        columns[name] = pa.array(columns[name]).cast(pa.date32())
    columns["employee_id"] = _names(source, lines.stream_no)
    return pa.table(columns).select(_SCHEMA.names).cast(_SCHEMA)


def _names(source: EventSource, streams: Int32Array) -> pa.Array:
    if not len(streams):
        nobody: pa.Array = pa.array([], pa.string())
        return nobody
    first, last = int(streams.min()), int(streams.max())
    # Streams are numbered without gaps, so a name's row is its number.
    names = source.query(_NAMES, (first, last))["stream_id"].combine_chunks()
    picked: pa.Array = names.take(pa.array(streams - np.int32(first)))
    return picked


def as_of(
    store: ReadModelStore,
    scenario: str,
    day: date,
    *,
    age_bands: BandTable,
    tenure_bands: BandTable,
) -> pa.Table:
    """Everybody known at the end of *day*: the rows and columns of `snapshot`, without a fold.

    Raises:
        NotFoundError: If the scenario has no intervals.
    """
    table = store.query("intervals", scenario, text("as_of"), (day,))
    return with_ages(table, day, age_bands=age_bands, tenure_bands=tenure_bands)
