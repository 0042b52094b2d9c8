"""Read model `movements`: who came, left, rose, and what it did to the annual payroll, by month."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from planalign.domain.workforce import Int64Array
from planalign.projections.read_models.differences import Difference, Step
from planalign.projections.read_models.notifications import EXIT, HIRE
from planalign.projections.read_models.statements import text
from planalign.projections.read_models.store import Move, Shape
from planalign.projections.read_models.sums import first_of_month, month_of, summed
from planalign.projections.read_models.timelines import Timelines
from planalign.projections.source import EventSource

__all__ = ["Movements"]

_KEYS = ("month", "code", "level", "reason")
_SCHEMA = pa.schema(
    [
        ("month", pa.date32()),
        ("code", pa.uint8()),
        ("level", pa.uint8()),
        ("reason", pa.uint8()),
        ("employees", pa.int64()),
        ("payroll_change_cents", pa.int64()),
    ]
)


class Movements:
    """The movements of a scenario; what a census told of are no movements."""

    shape = Shape("movements", _SCHEMA, text("movements_view"), _KEYS)
    settings = ""
    is_folded_whole = False

    def apply(
        self,
        source: EventSource,  # noqa: ARG002 - part of what every read model is asked
        step: Step,  # noqa: ARG002 - likewise
        changes: Callable[[], Difference],
        move: Move,
    ) -> None:
        """Take off what the rows that went had counted, and count those that came."""
        change = changes()
        parts = [_counted(change.removed, -1), _counted(change.added, 1)]
        move.add(summed(pa.concat_tables(parts), _SCHEMA, _KEYS))
        move.park(change.parked, change.unparked)


def _counted(lines: Timelines, sign: int) -> pa.Table:
    lines = lines.take(~(lines.is_census & (lines.code == HIRE)))
    after: Int64Array = lines.salary_cents * lines.is_active
    before: Int64Array = lines.salary_before * lines.was_active
    return pa.table(
        {
            "month": first_of_month(month_of(lines.valid_from)),
            "code": lines.code,
            "level": lines.level,
            "reason": np.where(lines.code == EXIT, lines.reason, np.uint8(0)),
            "employees": np.full(len(lines), sign, dtype=np.int64),
            "payroll_change_cents": (after - before) * sign,
        },
        _SCHEMA,
    )
