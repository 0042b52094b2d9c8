"""The log's people as the engine reads them: columns, not objects."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import NEVER
from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Workforce
from planalign.projections.source import EventSource, statement

__all__ = ["census_levels", "load_workforce"]

_DTYPES: dict[str, Any] = {
    "stream_no": np.int32,
    "key": np.uint64,
    "version": np.int32,
    "level": np.uint8,
    "salary_cents": np.int64,
    "hire_date": np.int32,
    "birth_date": np.int32,
    "exit_date": np.int32,
}


def load_workforce(source: EventSource, lineage: Lineage, first_day: date) -> Workforce:
    """Everyone who is employed on the eve of *first_day* or is to be hired later.

    Level, salary and dates are those of that evening, for someone to be hired those of the coming
    Hire. ``version`` is that of the stream's last event, whenever effective, so that a next event
    can follow. ``exit_date`` is the first Termination recorded from *first_day* on. Someone with a
    recorded exit and a recorded rehire after it is in the row of the employment that ends; the
    rehire shows once a later year is loaded.

    Returns:
        In order of first appearance in the lineage, which does not depend on the year.
    """
    table = source.query(statement("workforce", lineage), (first_day, int(NEVER)))
    columns: dict[str, NDArray[Any]] = {
        name: table[name].to_numpy().astype(dtype, copy=False) for name, dtype in _DTYPES.items()
    }
    return Workforce(**columns)


def census_levels(source: EventSource, lineage: Lineage, census_date: date, top: int) -> list[int]:
    """Employees of each level, from 1 to *top*, on the evening of *census_date*.

    The level is the census's own. Levels above *top* are left out: a plan refuses a workforce
    that has them.
    """
    table = source.query(statement("census_levels", lineage), (census_date,))
    found = dict(zip(table["level"].to_pylist(), table["employees"].to_pylist(), strict=True))
    return [int(found.get(level, 0)) for level in range(1, top + 1)]
