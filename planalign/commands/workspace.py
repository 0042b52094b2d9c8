"""The workspace: a directory with one log, and the programmatic API over it.

It stays whole because it is one place to look: every question has its short method here, and what
answers it is elsewhere.
"""

from __future__ import annotations

import getpass
import uuid
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

import pyarrow as pa

from planalign.commands.context import (
    Context,
    census_commit,
    newest_assumptions,
    simulated_commits,
)
from planalign.domain.errors import InvalidInputError, NotFoundError
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.event_log import EventLog

if TYPE_CHECKING:
    from planalign.commands.comparison import Comparison
    from planalign.commands.export_scenario import ExportFormat
    from planalign.commands.projections import Projections
    from planalign.commands.report import Report
    from planalign.commands.requests import Request, SimulateYears
    from planalign.commands.results import ProgressListener, Result
    from planalign.domain.simulation.explanation import Decision
    from planalign.infrastructure.export.sheets import WrittenSheet
    from planalign.infrastructure.log.digest import InclusionProof
    from planalign.infrastructure.log.verify import VerifyReport

__all__ = ["LOG_FILE", "Workspace"]

LOG_FILE = "planalign.duckdb"


class Workspace:
    """An open workspace: `execute` requests, `replay` days, read `history`.

    One process at a time can have it open. Close it, or use it in a `with` statement.

    >>> import tempfile
    >>> from planalign import HireEmployee, Workspace
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     with Workspace.create(Path(directory) / "plan") as workspace:
    ...         _ = workspace.execute(HireEmployee(
    ...             employee_id="E-1", effective_date=date(2025, 3, 3), salary_cents=70_000_00,
    ...             level=1, birth_date=date(1990, 5, 17)))
    ...         workspace.replay(as_of=date(2025, 12, 31)).column("status").to_pylist()
    ['active']
    """

    def __init__(self, path: Path, log: EventLog) -> None:
        self.path, self.log = path, log

    @classmethod
    def create(cls, path: Path | str) -> Self:
        """Make *path* a workspace and open it.

        Raises:
            InvalidInputError: If it is one already.
        """
        path = Path(path)
        if (path / LOG_FILE).exists():
            message = f"{path} is a workspace already"
            raise InvalidInputError(message, hint="open it, or name another")
        path.mkdir(parents=True, exist_ok=True)
        return cls(path, EventLog(path / LOG_FILE))

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open the workspace at *path*.

        Raises:
            NotFoundError: If there is none.
            WorkspaceBusyError: If another process has it open.
            LogCorruptError: If its log is not what its ledger acknowledges.
        """
        path = Path(path)
        if not (path / LOG_FILE).exists():
            raise NotFoundError(f"{path} is no workspace", hint="`planalign init` makes one")
        return cls(path, EventLog(path / LOG_FILE))

    @cached_property
    def _login_name(self) -> str:
        return getpass.getuser()

    @cached_property
    def projections(self) -> Projections:
        """The read models beside the log, opened when they are first asked for."""
        from planalign.commands.projections import Projections

        return Projections(self.log, self.path)

    def close(self) -> None:
        """Release the workspace."""
        if "projections" in vars(self):
            self.projections.close()
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(
        self,
        request: Request,
        *,
        command_id: str | None = None,
        actor: str | None = None,
        progress: ProgressListener | None = None,
    ) -> Result:
        """Carry out *request*.

        Args:
            request: One of the requests of `planalign.commands.requests`.
            command_id: Idempotency key: the same id and request return the earlier result.
            actor: Who asks; the user's login name by default.
            progress: Called as a simulation goes on.

        Raises:
            PlanalignError: If it is refused; nothing of it is recorded then, but for whole years.
        """
        from planalign.commands.dispatch import carry_out

        context = Context(self.log, actor or self._login_name, command_id or str(uuid.uuid4()))
        return carry_out(context, request, progress)

    def replay(
        self,
        scenario: str = "baseline",
        *,
        as_of: date,
        as_known: int | datetime | None = None,
        year_end: bool = False,
    ) -> pa.Table:
        """Everybody known at the end of *as_of*, a row each, by employee id.

        Args:
            scenario: Whose history.
            as_of: The effective day that the question is about.
            as_known: Use only what was recorded up to this commit or instant (naive UTC).
            year_end: Add `detailed_status` and `earned_in_year`.

        Raises:
            NotFoundError: If the scenario or commit is unknown, or the day before the census.
        """
        lineage = self.log.lineage(scenario, as_known)
        self._refuse_before_census(lineage, as_of)
        bands = newest_assumptions(self.log, lineage.head)
        from planalign.projections.snapshot import snapshot

        return snapshot(
            self.log,
            lineage,
            as_of,
            age_bands=bands.age_bands,
            tenure_bands=bands.tenure_bands,
            year_end=year_end,
        )

    def history(
        self, scenario: str, employee_id: str, *, as_known: int | datetime | None = None
    ) -> pa.Table:
        """One employee's events with what each changed.

        Raises:
            NotFoundError: If the scenario does not know the employee.
        """
        from planalign.projections.history import history

        return history(self.log, self.log.lineage(scenario, as_known), employee_id)

    def years(
        self, scenario: str = "baseline", *, as_known: int | datetime | None = None
    ) -> pa.Table:
        """Headcount, payroll and events of each simulated year: a part of `metrics`."""
        lineage = self.log.lineage(scenario, as_known)
        from planalign.projections.yearly import yearly

        return yearly(self.log, lineage, self._simulated_years(lineage))

    def metrics(
        self, scenario: str = "baseline", *, as_known: int | datetime | None = None
    ) -> pa.Table:
        """Every figure of each simulated year, as the glossary defines it.

        Raises:
            NotFoundError: If the scenario or commit is unknown, or no year is simulated.
        """
        lineage = self.log.lineage(scenario, as_known)
        from planalign.projections.metrics import yearly_metrics

        return yearly_metrics(self.log, lineage, self._simulated_years(lineage))

    def level_metrics(
        self, scenario: str = "baseline", *, as_known: int | datetime | None = None
    ) -> pa.Table:
        """Headcount, payroll and span of each level at the end of each simulated year.

        Raises:
            NotFoundError: As `metrics`.
        """
        lineage = self.log.lineage(scenario, as_known)
        from planalign.projections.metrics import level_metrics

        return level_metrics(self.log, lineage, self._simulated_years(lineage))

    def scenarios(self, *, archived: bool = False) -> pa.Table:
        """One row per scenario, by name; with the archived ones if asked for."""
        from planalign.commands.scenario_list import scenario_table

        return scenario_table(self.log, archived=archived)

    def plan(self, request: SimulateYears) -> pa.Table:
        """What *request* would do, year by year; nothing is written.

        Raises:
            SimulationRefusedError: If the years cannot follow what is recorded.
            InfeasiblePlanError: If a staffing plan cannot be.
        """
        from planalign.commands.run_plan import run_plan

        return run_plan(self.log, request)

    def checkpoints(self, scenario: str = "baseline") -> pa.Table:
        """The simulated years that *scenario* sees, each with its commit."""
        from planalign.commands.run_plan import checkpoint_table

        return checkpoint_table(self.log, scenario)

    def report(
        self, scenario: str = "baseline", *, as_known: int | datetime | None = None
    ) -> Report:
        """`metrics` and `level_metrics`, with what it takes to get or to prove them again.

        Raises:
            NotFoundError: As `metrics`.
        """
        lineage = self.log.lineage(scenario, as_known)
        from planalign.commands.report import read_report

        return read_report(self.log, lineage, self._simulated_years(lineage))

    @overload
    def compare(
        self, a: str, b: str, /, *, employees: int | None = 10, reasons: int = 10
    ) -> Comparison: ...

    @overload
    def compare(
        self, a: str, b: str, c: str, /, *more: str, employees: int | None = 10, reasons: int = 10
    ) -> tuple[Comparison, ...]: ...

    def compare(
        self, a: str, /, *others: str, employees: int | None = 10, reasons: int = 10
    ) -> Comparison | tuple[Comparison, ...]:
        """What differs between *a* and each of the others; for several of them a tuple.

        Scenarios share all luck that their difference does not touch: what differs is the effect
        of what was changed.

        Args:
            a: The scenario that the others are measured against.
            others: One scenario or more.
            employees: How many of the employees who differ to list; None lists them all.
            reasons: For how many of the listed to say why; 0 for none at all.

        Raises:
            NotFoundError: If there is no such scenario.
        """
        from planalign.commands.compare import compare_each

        found = compare_each(self.log, a, others, employees=employees, reasons=reasons)
        return found[0] if len(found) == 1 else found

    def history_pair(
        self, a: str, b: str, employee_id: str, *, as_known: int | datetime | None = None
    ) -> pa.Table:
        """One employee's events in two scenarios side by side, the first difference marked.

        Raises:
            NotFoundError: If neither scenario knows the employee.
        """
        one, other = self.log.lineage(a, as_known), self.log.lineage(b, as_known)
        from planalign.projections.history_pair import history_pair

        return history_pair(self.log, one, other, employee_id)

    def export(
        self,
        path: Path | str,
        *,
        scenario: str = "baseline",
        form: ExportFormat = "auto",
        compare: str | None = None,
    ) -> tuple[WrittenSheet, ...]:
        """Write a scenario to a workbook (``.xlsx``) or to a directory, a file for each sheet.

        Args:
            path: What is there is replaced; other files of a directory stay.
            scenario: Which one, as it is known now.
            form: ``auto`` writes a workbook if the path ends in .xlsx, else CSV files.
            compare: Another scenario: a sheet more says which metrics differ from its.

        Returns:
            Each sheet with its rows and what it became: several sheets if Excel's are too short.

        Raises:
            NotFoundError: If the scenario is unknown, or no year is simulated.
            UnsupportedFormatError: If path and form do not fit together.
            StorageError: If a file cannot be written.
        """
        from planalign.commands.export_scenario import export_scenario

        return export_scenario(self, scenario, Path(path), form, compare)

    def sql(
        self,
        statement: str,
        *,
        scenario: str = "baseline",
        as_known: int | datetime | None = None,
    ) -> pa.Table:
        """The rows of one SELECT over the views of docs/sql.md, which can write nothing.

        Raises:
            InvalidInputError: If it is anything else, or cannot be answered.
            NotFoundError: If the scenario or commit is unknown.
        """
        from planalign.commands.analysis import select

        return select(self, statement, scenario, as_known)

    def commits(self, scenario: str | None = None) -> list[Commit]:
        """The commits, oldest first: all, or those in the history of *scenario*."""
        if scenario is None:
            return list(self.log.graph.commits)
        return self.log.graph.ancestry(self.log.lineage(scenario).head)[::-1]

    def verify(self) -> VerifyReport:
        """Compute again everything that the log promises.

        Raises:
            LogCorruptError: Naming what is not as it was written.
        """
        from planalign.infrastructure.log.verify import verify

        return verify(self.log)

    def prove(self, scenario: str, employee_id: str, version: int) -> tuple[Commit, InclusionProof]:
        """Proof that one event is in the log."""
        from planalign.infrastructure.log.verify import prove_event

        return prove_event(self.log, scenario, employee_id, version)

    def explain(self, scenario: str, employee_id: str, year: int) -> tuple[Decision, ...]:
        """Every decision that the simulation of *year* made about one employee.

        Raises:
            NotFoundError: If the year is not simulated or the employee was not there.
        """
        lineage = self.log.lineage(scenario)
        from planalign.commands.simulated_year import SimulatedYear

        return SimulatedYear.of(self.log, lineage, year).decisions(employee_id)

    def _refuse_before_census(self, lineage: Lineage, as_of: date) -> None:
        census = census_commit(self.log, lineage.head)
        if census and census.period_end and as_of < census.period_end:
            message = f"{as_of} is before the census date {census.period_end}"
            hint = "what was before the census is not known; ask for a later day"
            raise InvalidInputError(message, hint=hint)

    def _simulated_years(self, lineage: Lineage) -> range:
        done = simulated_commits(self.log, lineage.head)
        if not done:
            message = f"{lineage.scenario} has no simulated year"
            raise NotFoundError(message, hint="`planalign simulate` first")
        return range(min(done), max(done) + 1)
