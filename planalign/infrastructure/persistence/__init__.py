"""The log as storage of the `eventsourcing` library: `PERSISTENCE_MODULE` names this package.

An application of the library writes into the same tables, under the same lock, chain and ledger as
everything else; see docs/eventsourcing.md. The library looks here for exactly one factory.
"""

from planalign.infrastructure.persistence.factory import DuckDBFactory
from planalign.infrastructure.persistence.mapper import DateAsISO, EventMapper
from planalign.infrastructure.persistence.recorders import (
    DuckDBAggregateRecorder,
    DuckDBApplicationRecorder,
    DuckDBProcessRecorder,
    DuckDBTrackingRecorder,
)

__all__ = [
    "DateAsISO",
    "DuckDBAggregateRecorder",
    "DuckDBApplicationRecorder",
    "DuckDBFactory",
    "DuckDBProcessRecorder",
    "DuckDBTrackingRecorder",
    "EventMapper",
]
