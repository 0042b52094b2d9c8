"""The read models of a workspace: kept up with the log, built again, dropped, read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from planalign.commands.context import census_commit, newest_assumptions
from planalign.commands.scenarios import is_archived
from planalign.domain.errors import InvalidInputError
from planalign.domain.lineage import Lineage
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.read_models.file import ReadModelFile
from planalign.projections.read_models.intervals import as_of
from planalign.projections.read_models.models import (
    MODELS,
    SHAPES,
    ReadModel,
    Surroundings,
    read_models,
)
from planalign.projections.read_models.status import parked_table, status_table
from planalign.projections.read_models.worker import BATCH_EVENTS, Shared, Worker, run

__all__ = ["FILE", "Projections"]

FILE = "projections.duckdb"


class Projections:
    """The read models of one workspace, in a file of their own beside the log.

    Whatever reads one catches it up first, so an answer is never older than the log. The file is
    made when it is first needed, and deleting it loses nothing.

    Args:
        log: The log.
        path: The workspace's directory.
        batch_events: About how many events a transaction folds.
    """

    def __init__(
        self,
        log: EventLog,
        path: Path,
        *,
        batch_events: int = BATCH_EVENTS,
    ) -> None:
        self.path = path / FILE
        self._log, self._batch_events = log, batch_events
        self._lock = threading.RLock()
        self._file: ReadModelFile | None = None

    def status(self) -> pa.Table:
        """One row per scenario and read model.

        Returns:
            ``scenario``, ``model``, ``state`` (``live``, ``building``, ``stale`` if it will be
            built again before it is read next, ``missing``, ``left over`` from a scenario that is
            archived or renamed), ``commit`` that it is at, ``head`` of the scenario, ``lag``
            (positions to apply or to take back), ``rows`` and ``parked``.
        """
        with self._lock:
            lineages = [self._log.lineage(name) for name in self._active()]
            if not self.path.exists():
                return status_table(None, lineages, self._models)
            return status_table(self._shared(), lineages, self._models)

    def parked(self) -> pa.Table:
        """The events that a read model could not fold.

        Returns:
            ``scenario``, ``model``, ``position``, ``employee_id``, ``version``, ``kind`` and
            ``reason``.
        """
        with self._lock:
            shared = self._shared()
            return parked_table(shared, self._opened().parked())

    def catch_up(self, scenario: str | None = None, *, models: Sequence[str] = MODELS) -> None:
        """Move read models to where their scenarios are; build what is missing.

        Args:
            scenario: Whose; by default every scenario's that is not archived.
            models: Which of `MODELS`.

        Raises:
            NotFoundError: If there is no such scenario.
            InvalidInputError: If there is no such read model.
        """
        self._walk(scenario, models, anew=False)

    def rebuild(self, scenario: str | None = None, *, models: Sequence[str] = MODELS) -> None:
        """Build read models anew beside the live ones, which are read and caught up meanwhile.

        They change places in one transaction. Arguments and errors are those of `catch_up`.
        """
        self._walk(scenario, models, anew=True)

    def _walk(self, scenario: str | None, models: Sequence[str], *, anew: bool) -> None:
        _refuse_unknown(models)
        for name in self._active() if scenario is None else [scenario]:
            with self._lock:
                shared = self._shared()
                wanted = self._chosen(self._log.lineage(name), models)
                workers = [Worker(shared, m, self._head_of(name), anew=anew) for m in wanted]
            run(workers, shared)

    def drop(self, scenario: str | None = None, *, models: Sequence[str] = MODELS) -> None:
        """Forget read models; they are built again when they are next needed.

        Without arguments the file is deleted, whatever state it is in.

        Raises:
            InvalidInputError: If there is no such read model.
        """
        _refuse_unknown(models)
        with self._lock:
            if scenario is None and set(models) == set(MODELS):
                self._delete()
            elif self.path.exists():
                file = self._opened()
                names = {scenario} if scenario else {each.scenario for each in file.editions()}
                chosen = [e for e in file.editions() if e.model in models and e.scenario in names]
                file.discard(chosen, [shape for shape in SHAPES if shape.model in models])

    def as_of(self, scenario: str, day: date) -> pa.Table:
        """Everybody known at the end of *day*, as `Workspace.replay` has it, from the intervals.

        Raises:
            NotFoundError: If there is no such scenario.
        """
        self.catch_up(scenario, models=["intervals"])
        bands = _surroundings(self._log, self._log.lineage(scenario))
        return as_of(
            self._opened(),
            scenario,
            day,
            age_bands=bands.age_bands,
            tenure_bands=bands.tenure_bands,
        )

    def table(self, model: str, scenario: str = "baseline") -> pa.Table:
        """The rows of a read model as docs/projections.md lists them, in the order of its columns.

        Raises:
            NotFoundError: If there is no such scenario.
            InvalidInputError: If there is no such read model.
        """
        self.catch_up(scenario, models=[model])
        statement = f"SELECT * EXCLUDE (scenario) FROM {model} WHERE scenario = $1 ORDER BY ALL"  # noqa: S608 - one of MODELS
        return self._opened().ask(statement, [scenario])

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _active(self) -> list[str]:
        return [
            name for name in sorted(self._log.graph.scenarios) if not is_archived(self._log, name)
        ]

    def _head_of(self, scenario: str) -> Callable[[], Lineage]:
        return lambda: self._log.lineage(scenario)

    def _models(self, lineage: Lineage) -> tuple[ReadModel, ...]:
        return read_models(_surroundings(self._log, lineage))

    def _chosen(self, lineage: Lineage, models: Sequence[str]) -> Iterator[ReadModel]:
        return (model for model in self._models(lineage) if model.shape.model in models)

    def _shared(self) -> Shared:
        return Shared(self._log, self._opened(), self._lock, self._batch_events)

    def _opened(self) -> ReadModelFile:
        with self._lock:
            if self._file is None:
                self._file = ReadModelFile(self.path)
            return self._file

    def _delete(self) -> None:
        self.close()
        for path in (self.path, self.path.with_name(f"{FILE}.wal")):
            path.unlink(missing_ok=True)


def _surroundings(log: EventLog, lineage: Lineage) -> Surroundings:
    """What read models depend on besides events, for what *lineage* knows."""
    census, bands = census_commit(log, lineage.head), newest_assumptions(log, lineage.head)
    return Surroundings(bands.age_bands, bands.tenure_bands, census.period_end if census else None)


def _refuse_unknown(models: Sequence[str]) -> None:
    for model in models:
        if model not in MODELS:
            message = f"there is no read model {model!r}"
            raise InvalidInputError(message, hint=f"there are: {', '.join(MODELS)}")
