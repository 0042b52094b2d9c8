"""Commits and the branches they form, in memory.

All commits of a log are held as a list (a few hundred bytes each): lineages, heads and command ids
are then looked up without a query. The list is replaced only after a commit is durable.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

import duckdb

from planalign.domain.errors import LogCorruptError, NotFoundError
from planalign.domain.lineage import Lineage, merge_ranges
from planalign.infrastructure.log.digest import chain_digest, sha256_json

__all__ = ["Commit", "CommitGraph", "Provenance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Why a commit is made: all that its writer says besides the events.

    Attributes:
        command: Name of the request, such as ``GiveRaise``.
        command_id: Idempotency key: the same id and request return the earlier commit.
        request: The request as canonical JSON.
        assumptions: Canonical JSON of the assumptions that it was decided with, if any.
        period_start: First day that the command speaks of.
        period_end: Last day that the command speaks of.
    """

    command: str
    command_id: str
    actor: str
    request: str
    correlation_id: str | None = None
    causation_id: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    assumptions: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One atomic append; the columns are explained in schema.sql."""

    commit_id: int
    parent: int
    scenario: str
    first_position: int
    last_position: int
    recorded_at: datetime
    actor: str
    command: str
    command_id: str
    correlation_id: str | None
    causation_id: str | None
    request: str
    period_start: date | None
    period_end: date | None
    assumptions_digest: str | None
    engine_version: str
    digest: str
    chain: str

    @property
    def event_count(self) -> int:
        """Number of events in the commit."""
        return self.last_position - self.first_position + 1

    def same_request(self, provenance: Provenance, scenario: str) -> bool:
        """Whether *provenance* asks for what this commit did."""
        return (self.scenario, self.command, self.request) == (
            scenario,
            provenance.command,
            provenance.request,
        )

    def row(self) -> dict[str, object]:
        """The value of each column."""
        return {name: getattr(self, name) for name in COMMIT_COLUMNS}

    def expected_chain(self, previous: str) -> str:
        """The chain digest that this row must hold, after *previous*."""
        row = self.row()
        del row["chain"]
        row["recorded_at"] = self.recorded_at.isoformat(timespec="microseconds")
        return chain_digest(previous, row)


COMMIT_COLUMNS = tuple(field.name for field in fields(Commit))


class CommitGraph:
    """The commits of a log and the scenarios that point into them."""

    def __init__(self, log_id: str, commits: list[Commit]) -> None:
        self._genesis = sha256_json(log_id)
        self.commits: list[Commit] = []
        self._heads: dict[str, int] = {}
        self._by_command_id: dict[str, Commit] = {}
        self._lineages: dict[int, tuple[tuple[int, int], ...]] = {0: ()}
        self._newest: dict[tuple[int, str], int] = {}
        for commit in commits:
            self.publish(commit)

    @classmethod
    def load(cls, connection: duckdb.DuckDBPyConnection) -> CommitGraph:
        """Read the graph of an open log."""
        log_id: str = connection.execute("SELECT log_id FROM log").fetchall()[0][0]
        columns = ", ".join(COMMIT_COLUMNS)
        statement = f"SELECT {columns} FROM commits ORDER BY commit_id"  # noqa: S608 - our own names
        rows = connection.execute(statement).fetchall()
        commits = [Commit(**dict(zip(COMMIT_COLUMNS, row, strict=True))) for row in rows]
        _check_numbers(commits)
        return cls(log_id, commits)

    def publish(self, commit: Commit) -> None:
        """Make a durable commit visible."""
        self.commits.append(commit)
        own = (commit.first_position, commit.last_position)
        self._lineages[commit.commit_id] = merge_ranges([*self._lineages[commit.parent], own])
        self._heads[commit.scenario] = commit.commit_id
        self._by_command_id[commit.command_id] = commit

    @property
    def chain_head(self) -> str:
        """Chain digest of the newest commit; of the log's id before the first."""
        return self.commits[-1].chain if self.commits else self._genesis

    @property
    def genesis(self) -> str:
        """What the first commit chains to."""
        return self._genesis

    @property
    def last_position(self) -> int:
        """Position of the newest event; 0 if none."""
        return self.commits[-1].last_position if self.commits else 0

    @property
    def scenarios(self) -> dict[str, int]:
        """Scenario names and their head commits."""
        return dict(self._heads)

    def commit(self, commit_id: int) -> Commit:
        """The commit of that number.

        Raises:
            NotFoundError: If there is none.
        """
        if not 1 <= commit_id <= len(self.commits):
            message = f"there is no commit {commit_id}; the log has {len(self.commits)}"
            raise NotFoundError(message, hint="`planalign log` lists them")
        return self.commits[commit_id - 1]

    def by_command_id(self, command_id: str) -> Commit | None:
        """The commit that carried *command_id*, if any."""
        return self._by_command_id.get(command_id)

    def head(self, scenario: str) -> int:
        """The scenario's newest commit; 0 if there is no such scenario."""
        return self._heads.get(scenario, 0)

    def ancestry(self, commit_id: int) -> list[Commit]:
        """The commit and all those it was decided on, newest first."""
        found: list[Commit] = []
        while commit_id:
            found.append(self.commit(commit_id))
            commit_id = found[-1].parent
        return found

    def newest(self, commit_id: int, command: str) -> Commit | None:
        """The newest commit of *command* in the history of *commit_id*, if there is one.

        Answers are remembered for each commit on the way, so that asking after every append does
        not walk the whole history every time.
        """
        walked: list[int] = []
        found = 0
        while commit_id:
            commit = self.commits[commit_id - 1]
            known = self._newest.get((commit_id, command))
            if known is not None or commit.command == command:
                found = commit_id if known is None else known
                break
            walked.append(commit_id)
            commit_id = commit.parent
        self._newest.update(((passed, command), found) for passed in walked)
        return self.commits[found - 1] if found else None

    def lineage_of(self, commit_id: int) -> tuple[tuple[int, int], ...]:
        """Position ranges that *commit_id* sees; none for 0."""
        return self._lineages[commit_id]

    def lineage(self, scenario: str, as_known: int | datetime | None = None) -> Lineage:
        """What *scenario* sees, or saw.

        Args:
            scenario: A scenario's name.
            as_known: A commit of the scenario's past or present, or an instant in UTC.

        Raises:
            NotFoundError: If the scenario, or the commit in its history, does not exist.
        """
        head = self._known_head(scenario, as_known)
        return Lineage(scenario, head, self._lineages[head])

    def _known_head(self, scenario: str, as_known: int | datetime | None) -> int:
        if scenario not in self._heads:
            known = ", ".join(sorted(self._heads)) or "none"
            raise NotFoundError(f"no scenario {scenario!r}", hint=f"there are: {known}")
        if as_known is None:
            return self._heads[scenario]
        if isinstance(as_known, int):
            return self._head_as_of_commit(scenario, as_known)
        return self._head_at_instant(scenario, as_known)

    def _head_at_instant(self, scenario: str, instant: datetime) -> int:
        """Where the name pointed then; before it was begun, what it was begun with knew."""
        own = [commit for commit in self.commits if commit.scenario == scenario]
        told = [commit for commit in own if commit.recorded_at <= instant]
        told = told or [
            commit
            for commit in reversed(self.ancestry(own[0].parent))
            if commit.recorded_at <= instant
        ]
        if not told:
            raise NotFoundError(f"{scenario} knew nothing yet at {instant:%Y-%m-%d %H:%M:%S} UTC")
        return told[-1].commit_id

    def _head_as_of_commit(self, scenario: str, commit_id: int) -> int:
        commit = self.commit(commit_id)
        ancestors = {c.commit_id for c in self.ancestry(self._heads[scenario])}
        if commit.scenario != scenario and commit_id not in ancestors:
            raise NotFoundError(
                f"commit {commit_id} belongs to {commit.scenario}, not to {scenario}",
                hint="`planalign log` lists the commits of each scenario",
            )
        return commit_id


def _check_numbers(commits: list[Commit]) -> None:
    for number, commit in enumerate(commits, start=1):
        if commit.commit_id != number or not 0 <= commit.parent < number:
            message = (
                f"commit {number} is missing, or the row of commit {commit.commit_id} was changed"
            )
            raise LogCorruptError(message, hint="restore the workspace from a backup")
