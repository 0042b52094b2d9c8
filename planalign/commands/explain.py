"""Why a simulated year went as it did for one employee: its decisions, computed again."""

from __future__ import annotations

from datetime import date

import numpy as np

from planalign.commands.context import census_commit, recorded_assumptions, simulated_commits
from planalign.domain.errors import NotFoundError
from planalign.domain.events import SIMULATED_ID_PREFIX
from planalign.domain.lineage import Lineage
from planalign.domain.simulation import Decision, explain_employee, explain_hire
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.workforce import census_levels, load_workforce

__all__ = ["explain_year"]


def explain_year(log: EventLog, scenario: str, employee_id: str, year: int) -> tuple[Decision, ...]:
    """Every decision that the simulation of *year* made about one employee.

    Raises:
        NotFoundError: If the year is not simulated or the employee was not there.
    """
    done = simulated_commits(log, log.lineage(scenario).head)
    if year not in done:
        raise NotFoundError(f"{year} is not simulated in {scenario}")
    commit = done[year]
    opening = Lineage(scenario, commit.parent, log.graph.lineage_of(commit.parent))
    assumptions = recorded_assumptions(log, commit)
    census = census_commit(log, commit.commit_id)
    census_date = census.period_end if census else None
    assert census_date is not None  # noqa: S101 - a simulated year follows a census
    levels = census_levels(log, opening, census_date, assumptions.levels.top)
    workforce = load_workforce(log, opening, date(year, 1, 1))
    prefix = f"{SIMULATED_ID_PREFIX}{year}_"
    if employee_id.startswith(prefix) and log.streams.number(employee_id) is not None:
        rank = int(employee_id.removeprefix(prefix))
        return explain_hire(workforce, assumptions, year, rank=rank, census_levels=levels)
    stream_no = log.streams.number(employee_id)
    rows = np.flatnonzero(workforce.stream_no == (-1 if stream_no is None else stream_no))
    if not len(rows):
        message = f"{employee_id!r} was not employed at the start of {year} in {scenario}"
        hint = f"`planalign history {employee_id}` shows when they were"
        raise NotFoundError(message, hint=hint)
    row = int(rows[0])
    return explain_employee(workforce, assumptions, year, row=row, census_levels=levels)
