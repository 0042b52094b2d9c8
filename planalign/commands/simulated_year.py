"""A recorded year that can be decided again, as it was or under other assumptions."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

import numpy as np

from planalign.commands.context import census_commit, recorded_assumptions, simulated_commits
from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import NotFoundError
from planalign.domain.events import SIMULATED_ID_PREFIX
from planalign.domain.lineage import Lineage
from planalign.domain.simulation.explain import YearExplanation
from planalign.domain.simulation.explanation import Decision
from planalign.domain.workforce import Workforce
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.workforce import census_levels, load_workforce

__all__ = ["SimulatedYear"]


class SimulatedYear:
    """One year of one scenario; what it needs is read once, however often it is asked."""

    def __init__(self, log: EventLog, scenario: str, commit: Commit) -> None:
        """The year that *commit* recorded."""
        assert commit.period_end is not None  # noqa: S101 - a simulated year has its days
        self.scenario, self.year = scenario, commit.period_end.year
        self.assumptions = recorded_assumptions(log, commit)
        self._log, self._commit = log, commit
        self._decided: dict[str, YearExplanation] = {}

    @classmethod
    def of(cls, log: EventLog, lineage: Lineage, year: int) -> Self:
        """The *year* as *lineage* knows it.

        Raises:
            NotFoundError: If it is not simulated.
        """
        done = simulated_commits(log, lineage.head)
        if year not in done:
            raise NotFoundError(f"{year} is not simulated in {lineage.scenario}")
        return cls(log, lineage.scenario, done[year])

    @cached_property
    def _opening(self) -> Lineage:
        ranges = self._log.graph.lineage_of(self._commit.parent)
        return Lineage(self.scenario, self._commit.parent, ranges)

    @cached_property
    def workforce(self) -> Workforce:
        """Everybody whom the year began with."""
        return load_workforce(self._log, self._opening, date(self.year, 1, 1))

    def explanation(self, assumptions: Assumptions | None = None) -> YearExplanation:
        """The year, decided under *assumptions* instead of its own if they are given.

        Raises:
            InfeasiblePlanError, SimulationRefusedError: If these cannot be simulated.
        """
        given = assumptions or self.assumptions
        if given.digest not in self._decided:
            census = census_commit(self._log, self._commit.commit_id)
            census_date = census.period_end if census else None
            assert census_date is not None  # noqa: S101 - a simulated year follows a census
            levels = census_levels(self._log, self._opening, census_date, given.levels.top)
            self._decided[given.digest] = YearExplanation(
                self.workforce, given, self.year, census_levels=levels
            )
        return self._decided[given.digest]

    def decisions(
        self, employee_id: str, assumptions: Assumptions | None = None
    ) -> tuple[Decision, ...]:
        """Every decision of the year about one employee.

        Raises:
            NotFoundError: If the employee was not there.
            SimulationRefusedError: If the year has no simulated hire of that rank.
        """
        explanation = self.explanation(assumptions)
        number = self._log.stream_number(employee_id)
        prefix = f"{SIMULATED_ID_PREFIX}{self.year}_"
        if employee_id.startswith(prefix) and number is not None:
            return explanation.hire(int(employee_id.removeprefix(prefix)))
        rows = np.flatnonzero(self.workforce.stream_no == (-1 if number is None else number))
        if not len(rows):
            message = f"{employee_id!r} was not employed at the start of {self.year} in "
            hint = f"`planalign history {employee_id}` shows when they were"
            raise NotFoundError(message + self.scenario, hint=hint)
        return explanation.employee(int(rows[0]))
