"""Read model `years`: each year's figures.

The figures have one definition, in the projection that computes them; the model keeps its answer.
They are ratios and bridges over whole years, so they are computed again from the log and replaced.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.projections.metrics import yearly_metrics
from planalign.projections.read_models.differences import Difference, Step
from planalign.projections.read_models.statements import statement
from planalign.projections.read_models.store import Move, Shape
from planalign.projections.source import EventSource

__all__ = ["Years"]


class Years:
    """The years of a scenario in which anything but a census says that something happened."""

    # Its table takes the columns of the figures when they first arrive.
    shape = Shape("years", pa.schema([("year", pa.int32())]), "SELECT * FROM {table}")
    settings = ""
    is_folded_whole = True

    def apply(
        self,
        source: EventSource,
        step: Step,
        changes: Callable[[], Difference],  # noqa: ARG002 - part of what every model is asked
        move: Move,
    ) -> None:
        """Replace the figures by those of what is seen after the step."""
        move.replace(yearly_metrics(source, step.target, _years(source, step.target)))


def _years(source: EventSource, lineage: Lineage) -> range:
    (row,) = source.query(statement("year_span", lineage)).to_pylist()
    return range(row["first"], row["last"] + 1) if row["first"] else range(1970, 1970)
