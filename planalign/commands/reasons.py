"""Why one employee's history differs between two scenarios.

Nothing is stored for this. The year of the first difference is decided again in both scenarios, and
the first decision that fell otherwise is the one that matters. To learn which assumption did it,
the year of the first scenario is decided once more for each changed key, with that key's value of
the second scenario and all else as it was: the keys that alone make the decision fall otherwise are
the reason. If not even all of them together do, the reason lies in earlier years: by then other
people were there, which moves the plan and the thresholds for everybody.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from planalign.commands.comparison import Reason
from planalign.commands.context import simulated_commits
from planalign.commands.simulated_year import SimulatedYear
from planalign.commands.turns import Input, deciding, differing_inputs, take_turn
from planalign.domain.assumptions import Change, changes, with_changes
from planalign.domain.errors import AssumptionsError, RefusedError
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.event_log import EventLog

__all__ = ["FirstDifference", "Reasons"]

_MOST_KEYS = 20  # each costs one more decision of the whole year


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """A row of `projections.divergence`."""

    employee_id: str
    first_day: date
    kind_a: str | None
    kind_b: str | None
    position_a: int | None
    position_b: int | None


class Reasons:
    """Finds the reasons between two lineages; what is read or decided once serves everybody."""

    def __init__(self, log: EventLog, a: Lineage, b: Lineage) -> None:
        self._log, self._sides = log, (a, b)
        self._done = (simulated_commits(log, a.head), simulated_commits(log, b.head))
        self._years: dict[int, tuple[SimulatedYear, SimulatedYear]] = {}

    def of(self, first: FirstDifference) -> Reason:
        """Why the history of an employee differs from *first* on."""
        return self._recorded(first) or self._missing(first) or self._decided(first)

    def _recorded(self, first: FirstDifference) -> Reason | None:
        """The reason, if a command recorded what differs, and no simulation decided it."""
        for side, position in zip(self._sides, (first.position_a, first.position_b), strict=True):
            commit = self._commit(position)
            if commit and commit.command != "SimulateYears":
                by = f"recorded by {commit.command} in {side.scenario} (commit {commit.commit_id})"
                return Reason(by)
        return None

    def _commit(self, position: int | None) -> Commit | None:
        if position is None:
            return None
        commits = self._log.graph.commits  # in the order of their positions
        return commits[bisect_left(commits, position, key=lambda commit: commit.last_position)]

    def _missing(self, first: FirstDifference) -> Reason | None:
        year = first.first_day.year
        for side, done in zip(self._sides, self._done, strict=True):
            if year not in done:
                return Reason(f"{year} is not simulated in {side.scenario}")
        return None

    def _decided(self, first: FirstDifference) -> Reason:
        """The reason, if the simulation of the year decided otherwise."""
        a, b = self._year(first.first_day.year)
        turns = take_turn(a, first.employee_id), take_turn(b, first.employee_id)
        names = deciding(first.kind_a, first.kind_b)
        fell = (name for name in names if turns[0].outcome(name) != turns[1].outcome(name))
        decision = next(fell, None)
        if decision is None:
            return Reason(f"the decisions of {a.year} are the same; one of them was corrected")
        keys, cause = self._cause(first, decision, turns[0].outcome(decision))
        inputs = differing_inputs(*turns, decision)
        said = [turn.said(decision) for turn in turns]
        return Reason(f"follows from {cause}{_told(inputs)}", decision, said[0], said[1], keys)

    def _year(self, year: int) -> tuple[SimulatedYear, SimulatedYear]:
        if year not in self._years:
            a, b = (SimulatedYear.of(self._log, side, year) for side in self._sides)
            self._years[year] = a, b
        return self._years[year]

    def _cause(
        self, first: FirstDifference, decision: str, outcome: tuple[object, ...]
    ) -> tuple[tuple[str, ...], str]:
        """Keys that alone change *outcome*, which is how it fell in the first scenario."""
        year = first.first_day.year
        a, b = self._year(year)
        changed = changes(a.assumptions, b.assumptions)
        alone = [
            change
            for change in changed[: _MOST_KEYS if len(changed) <= _MOST_KEYS else 0]
            if self._moves(first, decision, outcome, (change.key,))
        ]
        if alone:
            return tuple(change.key for change in alone), _listed(alone)
        every = tuple(change.key for change in changed)
        if changed and self._moves(first, decision, outcome, every):
            return (), f"{len(every)} changed assumptions together"
        return (), f"what differs before {year}"

    def _moves(
        self,
        first: FirstDifference,
        decision: str,
        outcome: tuple[object, ...],
        keys: tuple[str, ...],
    ) -> bool:
        """Whether the first scenario's year decides otherwise with the second one's *keys*."""
        a, b = self._year(first.first_day.year)
        try:
            varied = with_changes(a.assumptions, b.assumptions, keys)
            return take_turn(a, first.employee_id, varied).outcome(decision) != outcome
        except (AssumptionsError, RefusedError):  # these keys do not work without the others
            return False


def _listed(changed: list[Change]) -> str:
    return " and ".join(f"{change.key} ({change.a} → {change.b})" for change in changed)


def _told(inputs: tuple[Input, ...]) -> str:
    """What moved on the way from the cause to the decision."""
    if not inputs:
        return ""
    moved = ", ".join(f"{part.name} {part.a} → {part.b}" for part in inputs)
    own = "; the employee's own inputs are the same" if all(i.is_shared for i in inputs) else ""
    return f": {moved}{own}"
