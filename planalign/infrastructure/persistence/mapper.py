"""Domain events as the library's stored events and back.

Employee events have a topic of their own and typed columns in the log; between mapper and recorder
their fields travel as JSON. Every other event is the library's business and stays a blob.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, cast

from eventsourcing.domain import DomainEventProtocol, TAggregateID
from eventsourcing.persistence import (
    DataError,
    Mapper,
    NotSupportedError,
    StoredEvent,
    Transcoding,
)
from pydantic import ValidationError

from planalign.domain.events import EmployeeEvent
from planalign.infrastructure.log.rows import EVENT_BY_TOPIC

__all__ = ["DateAsISO", "EventMapper", "event_from_stored", "stored_from_event"]

_ENVELOPE = {"originator_id", "originator_version"}


class DateAsISO(Transcoding):
    """A `datetime.date` as ``2027-01-31``; the library brings none for dates."""

    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        """The ISO form of *obj*."""
        return obj.isoformat()

    def decode(self, data: str) -> date:
        """The date that *data* names."""
        return date.fromisoformat(data)


def stored_from_event(event: EmployeeEvent) -> StoredEvent:
    """The library's form of an employee event; `state` is JSON of the fields that have a value."""
    return StoredEvent(
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        topic=event.TOPIC,
        state=event.model_dump_json(exclude=_ENVELOPE, exclude_none=True).encode(),
    )


def event_from_stored(stored: StoredEvent) -> EmployeeEvent:
    """The employee event that *stored* holds.

    Raises:
        DataError: If its state is not what the topic demands.
    """
    try:
        fields: dict[str, Any] = json.loads(stored.state)
        fields["originator_id"] = str(stored.originator_id)
        fields["originator_version"] = stored.originator_version
        return EVENT_BY_TOPIC[stored.topic].model_validate_json(json.dumps(fields))
    except (ValueError, TypeError, ValidationError) as error:
        name = f"version {stored.originator_version} of {stored.originator_id}"
        raise DataError(f"{name} is no {stored.topic}: {error}") from error


class EventMapper(Mapper[TAggregateID]):
    """The library's mapper, but employee events are neither pickled apart nor encrypted.

    A compressor does not see them (DuckDB compresses columns). A cipher is refused for them:
    they are stored as readable columns, which nobody who sets a key expects.
    """

    def to_stored_event(self, domain_event: DomainEventProtocol[TAggregateID]) -> StoredEvent:
        """The stored form of any domain event."""
        event: object = domain_event  # the protocol's ids are read-only, the models' only frozen
        if not isinstance(event, EmployeeEvent):
            return super().to_stored_event(domain_event)
        if self.cipher is not None:
            raise NotSupportedError("employee events are plain columns and cannot be encrypted")
        return stored_from_event(event)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[TAggregateID]:
        """The domain event that was stored."""
        if stored_event.topic not in EVENT_BY_TOPIC:
            return super().to_domain_event(stored_event)
        event = event_from_stored(stored_event)
        return cast("DomainEventProtocol[TAggregateID]", event)
