"""The read models there are, and what one has to be able to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from planalign.domain.assumptions import BandTable
from planalign.projections.read_models.differences import Difference, Step
from planalign.projections.read_models.intervals import Intervals
from planalign.projections.read_models.months import Months
from planalign.projections.read_models.movements import Movements
from planalign.projections.read_models.store import Move, Shape
from planalign.projections.read_models.years import Years
from planalign.projections.source import EventSource

__all__ = ["MODELS", "SHAPES", "ReadModel", "Surroundings", "read_models"]

SHAPES: Final = (Intervals.shape, Months.shape, Movements.shape, Years.shape)
"""How each is kept, in the order in which they are told about."""

MODELS: Final = tuple(shape.model for shape in SHAPES)
"""Their names."""


class ReadModel(Protocol):
    """What a worker needs of a read model."""

    @property
    def shape(self) -> Shape:
        """Its name and columns."""
        ...

    @property
    def settings(self) -> str:
        """What its rows depend on besides events; if that changes, it is built again."""
        ...

    @property
    def is_folded_whole(self) -> bool:
        """Whether it goes to the head at once rather than batch by batch."""
        ...

    def apply(
        self, source: EventSource, step: Step, changes: Callable[[], Difference], move: Move
    ) -> None:
        """Do to its rows what *step* asks for; *changes* is what that means for timelines."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What read models of a scenario depend on besides its events.

    Attributes:
        age_bands: Bands of completed years of age.
        tenure_bands: Bands of completed years since the last hire.
        first_day: The census date; what was before it is not known. None if there was no census.
    """

    age_bands: BandTable
    tenure_bands: BandTable
    first_day: date | None = None


def read_models(surroundings: Surroundings) -> tuple[ReadModel, ...]:
    """Every read model, ready for a scenario with these *surroundings*."""
    months = Months(
        surroundings.age_bands, surroundings.tenure_bands, surroundings.first_day or date.min
    )
    return Intervals(), months, Movements(), Years()
