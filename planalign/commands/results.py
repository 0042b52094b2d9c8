"""What a request led to, and how far a long one has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planalign.infrastructure.log.commits import Commit

if TYPE_CHECKING:  # at run time only an import needs the readers: a third of the start-up
    import pyarrow as pa

    from planalign.infrastructure.census.reading import CensusReading

__all__ = ["Progress", "ProgressListener", "Result", "YearReport"]


@dataclass(frozen=True, slots=True)
class YearReport:
    """One simulated year: the headcount bridge and what it recorded.

    Attributes:
        exits: All of them: known beforehand, drawn, and hires who left in the same year.
        hires: All of them, known beforehand ones included.
        target: What the staffing plan aims at.
        seconds: Wall time from decision to durable commit.
    """

    year: int
    start: int
    hires: int
    exits: int
    promotions: int
    raises: int
    end: int
    target: int
    events: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a request led to.

    Attributes:
        commits: Made by the request, or by the same request when its command id came before.
        events: Number of events in them.
        reading: Of the census, for an import.
        years: For a simulation.
        yearly: For a simulation: what `Workspace.years` says after it, if it is known from the run
            itself, which then did every year of its scenario.
        changed: For a simulation: which of code, census and assumptions are not those of the
            scenario's last run.
        dropped: For a cascade: decisions that could not be made again, each with the reason.
        left: For a rewind or a cascade: the commits that it left, oldest first; they stay in the
            log.
    """

    commits: tuple[Commit, ...] = ()
    events: int = 0
    reading: CensusReading | None = None
    years: tuple[YearReport, ...] = ()
    yearly: pa.Table | None = None
    left: tuple[Commit, ...] = ()
    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a simulation is: what it is doing for which year, and the events recorded so far.

    Attributes:
        first_year: Of the years asked for.
        last_year: Of the years asked for.
    """

    year: int
    phase: str
    events: int
    first_year: int
    last_year: int

    @property
    def share_done(self) -> float:
        """How much of the run is behind, in [0, 1], counted in years and phases."""
        phases = ("deciding", "recording", "checking")
        behind = self.year - self.first_year + phases.index(self.phase) / len(phases)
        return behind / (self.last_year - self.first_year + 1)


ProgressListener = Callable[[Progress], None]
