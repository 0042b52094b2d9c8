from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given

from planalign.domain.employee import Employee, EmployeeState, fold
from planalign.domain.errors import NotFoundError
from planalign.infrastructure.log.schema import FIELD_COLUMNS
from planalign.projections.history import history
from tests.projections.logs import IDS, RECORDED_AT, SCENARIOS, Story, employees, log_of, stories

ANN = "E-1"
ENVELOPE = [
    "version", "position", "kind", "effective_date", "recorded_at", "commit", "command", "actor",
]  # fmt: skip
EFFECT = ["level_before", "level_after", "salary_before", "salary_after"]


def corrected() -> Employee:
    """Ann: hired, raised, and then a promotion before the raise is recorded late."""
    ann = Employee(ANN)
    ann.hire(
        date(2024, 1, 15),
        salary_cents=60_000_00,
        level=1,
        birth_date=date(1990, 4, 2),
        source="census",
        department="R&D",
        scheduled_minutes_per_week=2_400,
    )
    ann.give_raise(date(2025, 7, 15), salary_cents=70_000_00)
    ann.promote(date(2025, 2, 1), level=2, salary_cents=65_000_00)
    return ann


@given(story=stories(), scenario=SCENARIOS, employee_id=IDS)
@pytest.mark.slow
def test_a_history_holds_every_event_and_what_it_changed(
    story: Story, scenario: str, employee_id: str
) -> None:
    with story.log() as log:
        known = employees(story.visible(scenario, log.position))
        lineage = log.lineage(scenario)
        if employee_id not in known:
            with pytest.raises(NotFoundError):
                history(log, lineage, employee_id)
            return
        rows = history(log, lineage, employee_id).to_pylist()

    timeline = known[employee_id].timeline
    assert [row["version"] for row in rows] == list(range(1, len(timeline) + 1))
    for place, event in enumerate(timeline):
        row = rows[event.originator_version - 1]
        for name, value in event.model_dump(exclude={"originator_id"}).items():
            assert row["version" if name == "originator_version" else name] == value
        assert row["kind"] == event.name
        assert (row["level_before"], row["salary_before"]) == pay(fold(timeline[:place]))
        assert (row["level_after"], row["salary_after"]) == pay(fold(timeline[: place + 1]))


def pay(state: EmployeeState | None) -> tuple[int | None, Decimal | None]:
    return (state.level, Decimal(state.salary_cents) / 100) if state else (None, None)


def test_the_columns_are_the_envelope_the_fields_and_the_effect() -> None:
    with log_of(corrected().collect_events()) as log:
        table = history(log, log.lineage("baseline"), ANN)
    assert table.column_names == [*ENVELOPE, *FIELD_COLUMNS, *EFFECT]
    assert {name: table.schema.field(name).type for name in FIELD_COLUMNS} == FIELD_COLUMNS
    assert table.schema.field("recorded_at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("salary_after").type == pa.decimal128(18, 2)


def test_a_late_fact_stands_last_and_counts_from_its_day() -> None:
    with log_of(corrected().collect_events()) as log:
        rows = history(log, log.lineage("baseline"), ANN).to_pylist()
    assert [row["kind"] for row in rows] == ["Hire", "Raise", "Promotion"]
    effects = [tuple(row[name] for name in EFFECT) for row in rows]
    cents = [Decimal(amount) for amount in (60_000, 65_000, 70_000)]
    assert effects == [
        (None, 1, None, cents[0]),
        (2, 2, cents[1], cents[2]),
        (1, 2, cents[0], cents[1]),
    ]


def test_every_event_names_the_commit_that_brought_it() -> None:
    hire, *others = corrected().collect_events()
    with log_of([hire], [], others) as log:
        rows = history(log, log.lineage("baseline"), ANN).to_pylist()
    assert [row["commit"] for row in rows] == [1, 3, 3]
    assert {(row["recorded_at"], row["command"], row["actor"]) for row in rows} == {
        (RECORDED_AT, "GiveRaise", "ann")
    }


def test_someone_of_another_scenario_is_not_found() -> None:
    with log_of() as log:
        log.fork("early")
        log.record(corrected().collect_events())
        with pytest.raises(NotFoundError, match="early has no employee 'E-1'"):
            history(log, log.lineage("early"), ANN)
