"""Employees and their events are what the eventsourcing library calls by those names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.domain import (
    CollectEventsProtocol,
    DomainEventProtocol,
    MutableAggregateProtocol,
)
from eventsourcing.persistence import (
    EventStore,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    StoredEvent,
)
from eventsourcing.popo import POPOAggregateRecorder
from eventsourcing.utils import get_topic, resolve_topic

from planalign.domain.employee import Employee
from planalign.domain.events import EVENT_TYPES, EmployeeEvent


class PydanticMapper(Mapper[str]):
    """The library's way in and out of storage, for events that are pydantic models."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        assert isinstance(domain_event, EmployeeEvent)
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=get_topic(type(domain_event)),
            state=domain_event.model_dump_json().encode(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> EmployeeEvent:
        kind: type[EmployeeEvent] = resolve_topic(stored_event.topic)
        return kind.model_validate_json(stored_event.state)


def ann_of_many_events() -> Employee:
    ann = Employee("E-1")
    ann.hire(
        date(2020, 5, 4),
        salary_cents=70_000_00,
        level=2,
        birth_date=date(1990, 2, 28),
        source="command",
    )
    ann.give_raise(date(2022, 7, 15), salary_cents=73_500_00)
    ann.promote(date(2021, 2, 1), level=3, salary_cents=72_000_00)
    ann.terminate(date(2023, 3, 31), reason="retirement")
    return ann


@pytest.fixture
def store() -> EventStore[str]:
    return EventStore(PydanticMapper(JSONTranscoder()), POPOAggregateRecorder())


def from_repository(store: EventStore[str], version: int | None = None) -> Employee:
    repository: Repository[Any] = Repository(store)
    found: Employee = repository.get("E-1", version=version, projector_func=Employee.project)
    return found


def test_an_employee_is_an_aggregate_of_the_library() -> None:
    ann = ann_of_many_events()
    aggregate: MutableAggregateProtocol[str] = ann
    collecting: CollectEventsProtocol = ann

    assert isinstance(ann, CollectEventsProtocol)
    assert (aggregate.id, aggregate.version) == ("E-1", 4)
    assert len(collecting.collect_events()) == 4


def test_every_event_is_a_domain_event_of_the_library() -> None:
    events = ann_of_many_events().collect_events()
    domain_events: list[DomainEventProtocol[str]] = list(events)

    assert {type(event) for event in events} == set(EVENT_TYPES)
    assert all(isinstance(event, DomainEventProtocol) for event in domain_events)


def test_every_topic_leads_to_its_kind_and_back() -> None:
    assert [resolve_topic(kind.TOPIC) for kind in EVENT_TYPES] == list(EVENT_TYPES)
    assert [get_topic(kind) for kind in EVENT_TYPES] == [kind.TOPIC for kind in EVENT_TYPES]


def test_the_repository_of_the_library_brings_an_employee_back(store: EventStore[str]) -> None:
    ann = ann_of_many_events()
    store.put(ann.collect_events())

    found = from_repository(store)
    assert (found.id, found.version, found.timeline) == ("E-1", 4, ann.timeline)
    assert found.as_of(date(2022, 12, 31)) == ann.as_of(date(2022, 12, 31))
    assert list(found.collect_events()) == []


def test_the_repository_knows_earlier_versions(store: EventStore[str]) -> None:
    store.put(ann_of_many_events().collect_events())

    assert [event.name for event in from_repository(store, version=2).timeline] == ["Hire", "Raise"]


def test_an_employee_goes_on_where_the_repository_left_off(store: EventStore[str]) -> None:
    store.put(ann_of_many_events().collect_events()[:3])
    found = from_repository(store)

    found.give_raise(date(2023, 7, 15), salary_cents=75_000_00)
    store.put(found.collect_events())
    assert from_repository(store).version == 4


def test_the_slower_of_two_writers_is_told_so(store: EventStore[str]) -> None:
    store.put(ann_of_many_events().collect_events()[:1])
    quick, slow = from_repository(store), from_repository(store)
    quick.give_raise(date(2021, 7, 15), salary_cents=71_000_00)
    slow.terminate(date(2021, 7, 15), reason="voluntary")

    store.put(quick.collect_events())
    with pytest.raises(IntegrityError):
        store.put(slow.collect_events())


def test_nobody_is_made_from_no_events(store: EventStore[str]) -> None:
    assert Employee.project(None, []) is None
    with pytest.raises(AggregateNotFoundError):
        from_repository(store)
