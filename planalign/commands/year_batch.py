"""A simulated year's event columns as the Arrow batch that the log appends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from planalign.domain.calendar import NEVER
from planalign.domain.events import EVENT_TYPES, TERMINATION_REASONS, Hire
from planalign.domain.simulation import YearEvents

__all__ = ["year_batch"]

_NO_REASON = 255


def year_batch(events: YearEvents) -> pa.Table:
    """Rows of *events*; absent values become nulls, words become dictionaries."""
    is_hire = events.kind == EVENT_TYPES.index(Hire)
    source = np.zeros(len(events), dtype=np.uint8)
    return pa.table(
        {
            "stream_no": pa.array(events.stream_no),
            "version": pa.array(events.version),
            "kind": _words(events.kind, [kind.TOPIC for kind in EVENT_TYPES], None),
            "effective_date": pa.array(events.effective_date).view(pa.date32()),
            "salary_cents": pa.array(events.salary_cents, mask=events.salary_cents == 0),
            "level": pa.array(events.level, mask=events.level == 0),
            "birth_date": _dates(events.birth_date),
            "source": _words(source, ["simulation"], ~is_hire),
            "reason": _words(events.reason, list(TERMINATION_REASONS), events.reason == _NO_REASON),
        }
    )


def _words(
    index: NDArray[np.uint8], vocabulary: list[str], mask: NDArray[np.bool_] | None
) -> pa.Array:
    indices = pa.array(index.astype(np.int8), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(vocabulary))


def _dates(days: NDArray[np.int32]) -> Any:
    return pa.array(days, mask=days == NEVER).view(pa.date32())
