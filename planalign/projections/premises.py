"""What the figures of a scenario rest on: where its knowledge begins, and what was aimed at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planalign.domain.assumptions import Assumptions
from planalign.domain.lineage import Lineage
from planalign.projections.source import EventSource, statement

__all__ = ["Premises", "read_premises"]


@dataclass(frozen=True, slots=True)
class Premises:
    """What a lineage says about itself.

    Attributes:
        known_since: The census date; None if the lineage has no census, and so no blind spot.
        growth_targets: Of each simulated year, as a fraction of the headcount at its start.
    """

    known_since: date | None
    growth_targets: dict[int, Decimal]

    def knows_year(self, year: int) -> bool:
        """Whether everything that happened in *year* can be known."""
        return self.known_since is None or self.known_since < date(year, 1, 1)


def read_premises(source: EventSource, lineage: Lineage) -> Premises:
    """The premises of *lineage*."""
    table = source.query(statement("premises", lineage))
    known_since: date | None = None
    targets: dict[int, Decimal] = {}
    aims: dict[str, Decimal] = {}  # years mostly share one document
    for command, day, document in zip(*(column.to_pylist() for column in table), strict=True):
        if command == "ImportCensus":
            known_since = day
        elif document is not None:
            if document not in aims:
                aims[document] = Assumptions.parse(json.loads(document)).staffing.growth_target
            targets[day.year] = aims[document]
    return Premises(known_since, targets)
