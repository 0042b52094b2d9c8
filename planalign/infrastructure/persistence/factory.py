"""The infrastructure factory: environment variables in, recorders out.

=====================  ==========================================================================
``DUCKDB_LOG_PATH``    the log's file, created if missing; its directory must exist
``DUCKDB_SCENARIO``    scenario to write to; the application's name unless set, else ``library``
``ORIGINATOR_ID_TYPE`` ``uuid`` (default) or ``text``: the ids of events that are not employees'
=====================  ==========================================================================
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from eventsourcing.domain import TAggregateID
from eventsourcing.persistence import (
    InfrastructureFactory,
    JSONTranscoder,
    Mapper,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic

from planalign.infrastructure.persistence.errors import library_errors
from planalign.infrastructure.persistence.mapper import DateAsISO, EventMapper
from planalign.infrastructure.persistence.recorders import (
    DuckDBAggregateRecorder,
    DuckDBApplicationRecorder,
    DuckDBProcessRecorder,
    DuckDBTrackingRecorder,
)
from planalign.infrastructure.persistence.shared_log import LogHandle

__all__ = ["DuckDBFactory"]

_Recorder = TypeVar(
    "_Recorder", DuckDBApplicationRecorder, DuckDBTrackingRecorder, DuckDBProcessRecorder
)


class DuckDBFactory(InfrastructureFactory[DuckDBTrackingRecorder]):
    """Makes recorders over one log file; snapshots go to a second file beside it.

    Raises:
        OSError: If a variable is missing or wrong, as the library's factories do.
        OperationalError: If the file is open elsewhere or cannot be used.
    """

    DUCKDB_LOG_PATH = "DUCKDB_LOG_PATH"
    DUCKDB_SCENARIO = "DUCKDB_SCENARIO"
    ORIGINATOR_ID_TYPE = "ORIGINATOR_ID_TYPE"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        path = self.env.get(self.DUCKDB_LOG_PATH)
        if not path:
            keys = ", ".join(self.env.create_keys(self.DUCKDB_LOG_PATH))
            raise OSError(f"no path of a DuckDB log in the environment with keys: {keys}")
        id_type = (self.env.get(self.ORIGINATOR_ID_TYPE) or "uuid").lower()
        if id_type not in ("uuid", "text"):
            raise OSError(f"{self.ORIGINATOR_ID_TYPE} is {id_type!r}, must be 'uuid' or 'text'")
        self._path = Path(path)
        self._uuids = id_type == "uuid"
        self._scenario = self.env.get(self.DUCKDB_SCENARIO) or self.env.name or "library"
        self._snapshots: LogHandle | None = None
        with library_errors():
            self._events = LogHandle(self._path)

    def transcoder(self) -> Transcoder:
        """The library's JSON transcoder, which also knows dates here."""
        transcoder = super().transcoder()
        if isinstance(transcoder, JSONTranscoder):
            transcoder.register(DateAsISO())
        return transcoder

    def mapper(
        self,
        transcoder: Transcoder | None = None,
        mapper_class: type[Mapper[TAggregateID]] | None = None,
    ) -> Mapper[TAggregateID]:
        """A mapper for employee events and any others, unless the environment names another."""
        if mapper_class is None and not self.env.get(self.MAPPER_TOPIC):
            mapper_class = EventMapper[TAggregateID]
        return super().mapper(transcoder, mapper_class)

    def aggregate_recorder(self, purpose: str = "events") -> DuckDBAggregateRecorder:
        """A recorder of aggregate events; of another *purpose* (snapshots) in a file beside."""
        handle = self._events if purpose == "events" else self._snapshot_file()
        return DuckDBAggregateRecorder(handle, scenario=self._scenario, uuids=self._uuids)

    def application_recorder(self) -> DuckDBApplicationRecorder:
        """A recorder of the scenario's events and their sequence."""
        return self._make(self._class(DuckDBApplicationRecorder, self.APPLICATION_RECORDER_TOPIC))

    def tracking_recorder(
        self, tracking_recorder_class: type[DuckDBTrackingRecorder] | None = None
    ) -> DuckDBTrackingRecorder:
        """A recorder of how far others have been followed."""
        if tracking_recorder_class is None:
            named = self._class(DuckDBTrackingRecorder, self.TRACKING_RECORDER_TOPIC)
            tracking_recorder_class = named
        return self._make(tracking_recorder_class)

    def process_recorder(self) -> DuckDBProcessRecorder:
        """A recorder of events together with tracking."""
        return self._make(self._class(DuckDBProcessRecorder, self.PROCESS_RECORDER_TOPIC))

    def _class(self, default: type[_Recorder], variable: str) -> type[_Recorder]:
        topic = self.env.get(variable)
        if not topic:
            return default
        found: Any = resolve_topic(topic)
        if not (isinstance(found, type) and issubclass(found, default)):
            raise OSError(f"{variable} names {found}, which is no {default.__name__}")
        return found

    def _make(self, recorder_class: type[_Recorder]) -> _Recorder:
        return recorder_class(self._events, scenario=self._scenario, uuids=self._uuids)

    def _snapshot_file(self) -> LogHandle:
        if self._snapshots is None:
            with library_errors():
                self._snapshots = LogHandle(self._path.with_suffix(".snapshots.duckdb"))
        return self._snapshots

    def close(self) -> None:
        """Release the files; recorders made here are of no use afterwards."""
        self._events.close()
        if self._snapshots is not None:
            self._snapshots.close()
