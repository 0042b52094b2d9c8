from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planalign.domain.events import (
    EVENT_TYPES,
    TERMINATION_REASONS,
    EmployeeEvent,
    Hire,
    Raise,
    Termination,
)

COMMON = ["originator_id", "originator_version", "effective_date"]

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "originator_id": st.text(min_size=1, max_size=200),
    "originator_version": st.integers(1, 2**31 - 1),
    "effective_date": st.dates(),
    "salary_cents": st.integers(1, 10**15 - 1),
    "level": st.integers(1, 99),
    "birth_date": st.dates(),
    "source": st.sampled_from(["census", "simulation", "command"]),
    "department": st.none() | st.text(max_size=200),
    "location": st.none() | st.text(max_size=200),
    "scheduled_minutes_per_week": st.none() | st.integers(1, 10_080),
    "reason": st.sampled_from(TERMINATION_REASONS),
}


@st.composite
def events(draw: st.DrawFn) -> EmployeeEvent:
    kind = draw(st.sampled_from(EVENT_TYPES))
    return kind.model_validate({name: draw(VALUES[name]) for name in kind.model_fields})


A_RAISE: dict[str, Any] = {
    "originator_id": "E-1",
    "originator_version": 2,
    "effective_date": date(2021, 7, 15),
    "salary_cents": 73_500_00,
}


# An event shape never changes: what is new gets a topic of its own.
def test_every_released_shape_is_as_it_was() -> None:
    assert {kind.TOPIC: list(kind.model_fields) for kind in EVENT_TYPES} == {
        "employee.hire.v1": [
            *COMMON,
            "salary_cents",
            "level",
            "birth_date",
            "source",
            "department",
            "location",
            "scheduled_minutes_per_week",
        ],
        "employee.termination.v1": [*COMMON, "reason"],
        "employee.promotion.v1": [*COMMON, "level", "salary_cents"],
        "employee.raise.v1": [*COMMON, "salary_cents"],
    }


def test_every_kind_is_called_as_people_say_it() -> None:
    assert [kind.__name__ for kind in EVENT_TYPES] == ["Hire", "Termination", "Promotion", "Raise"]
    assert Raise(**A_RAISE).name == "Raise"


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_field_says_what_it_means(kind: type[EmployeeEvent]) -> None:
    fields = kind.model_fields.items()
    assert [name for name, field in fields if not field.description] == []


@given(events())
def test_an_event_comes_back_from_json_as_it_was(event: EmployeeEvent) -> None:
    assert type(event).model_validate_json(event.model_dump_json()) == event


@given(events())
def test_an_event_never_changes(event: EmployeeEvent) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(event, "effective_date", date(2000, 1, 1))  # noqa: B010 - refused by type, too


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("originator_id", ""),
        ("originator_id", "x" * 201),
        ("originator_id", 7),
        ("originator_version", 0),
        ("originator_version", 2**31),
        ("effective_date", "2021-07-15"),
        ("effective_date", datetime(2021, 7, 15, 12)),  # noqa: DTZ001 - no time of day at all
        ("salary_cents", 0),
        ("salary_cents", -1),
        ("salary_cents", 10**15),
        ("salary_cents", 73_500.0),
        ("salary_cents", "73500"),
        ("bonus_cents", 1),
    ],
)
def test_a_value_that_is_not_exactly_right_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        Raise.model_validate({**A_RAISE, field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", 0),
        ("level", 100),
        ("source", "hearsay"),
        ("birth_date", None),
        ("department", "x" * 201),
        ("location", "x" * 201),
        ("scheduled_minutes_per_week", 0),
        ("scheduled_minutes_per_week", 10_081),
    ],
)
def test_a_hire_that_is_not_exactly_right_is_refused(field: str, value: object) -> None:
    hire = {**A_RAISE, "level": 2, "birth_date": date(1990, 2, 28), "source": "census"}
    assert Hire.model_validate(hire).department is None
    with pytest.raises(ValidationError, match=field):
        Hire.model_validate({**hire, field: value})


def test_a_termination_has_one_of_the_known_reasons() -> None:
    values = {name: A_RAISE[name] for name in COMMON}
    for reason in TERMINATION_REASONS:
        assert Termination.model_validate({**values, "reason": reason}).reason == reason
    with pytest.raises(ValidationError, match="reason"):
        Termination.model_validate({**values, "reason": "boredom"})
