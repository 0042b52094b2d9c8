"""Workers: whatever happens on the way, the rows are those of a straight walk."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NoReturn

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planalign.domain.employee import Employee
from planalign.domain.errors import ConcurrencyError
from planalign.infrastructure.log.database import cursor_of
from planalign.infrastructure.log.schema import EVENTS_SCHEMA
from planalign.infrastructure.read_models.file import ReadModelFile
from planalign.projections.read_models.models import SHAPES
from planalign.projections.read_models.status import parked_table
from planalign.projections.read_models.worker import Shared, run
from tests.projections.logs import SCENARIOS, FakeLog, Story, log_of, stories
from tests.projections.read_models.kept import (
    built_at_once,
    contents,
    expected_models,
    file_of,
    models_of,
    move_to,
    told_event_by_event,
    tuples,
    workers,
)

pytestmark = pytest.mark.slow

BATCHES = st.integers(1, 12)
PLACES = st.tuples(SCENARIOS, st.integers(1, 60))


SHAPE = SHAPES[0]
WALKS = int(os.environ.get("PLANALIGN_WALKS", "8"))


class CrashError(Exception):
    """The process is gone."""


@settings(max_examples=WALKS)
@given(story=stories(), scenario=SCENARIOS, batch=BATCHES)
def test_the_size_of_batches_does_not_matter(story: Story, scenario: str, batch: int) -> None:
    with told_event_by_event(story) as log, models_of(log, batch_events=batch) as shared:
        move_to(shared, log.lineage(scenario))
        found = contents(shared, scenario)
        assert set(found) == expected_models()
        assert found == built_at_once(log, log.lineage(scenario))


@settings(max_examples=WALKS)
@given(story=stories(), ways=st.lists(PLACES, min_size=2, max_size=4), batch=BATCHES)
def test_a_model_that_is_wound_back_and_forth_is_as_if_it_had_gone_straight(
    story: Story, ways: list[tuple[str, int]], batch: int
) -> None:
    with told_event_by_event(story) as log, models_of(log, batch_events=batch) as shared:
        # One name that points to one place after the other, as rewinds and forks make it.
        log.seen["plan"] = []
        for scenario, cut in ways:
            log.seen["plan"] = log.seen[scenario]
            move_to(shared, log.lineage("plan", cut))
        assert contents(shared, "plan") == built_at_once(log, log.lineage("plan", ways[-1][1]))


@settings(max_examples=WALKS)
@given(story=stories(), batch=BATCHES, crashes=st.lists(st.integers(1, 40), max_size=8))
def test_a_crash_between_any_two_statements_changes_nothing(
    story: Story, batch: int, crashes: list[int]
) -> None:
    with told_event_by_event(story) as log, models_of(log, batch_events=batch) as shared:
        for statements in crashes:
            with crashing_after(file_of(shared), statements), pytest.raises(CrashError):
                build_again_and_again(shared, log)
        move_to(shared, log.lineage("left"))
        assert contents(shared, "left") == built_at_once(log, log.lineage("left"))


def build_again_and_again(shared: Shared, log: FakeLog) -> NoReturn:
    while True:
        move_to(shared, log.lineage("left"))
        run(workers(shared, log.lineage("left"), anew=True), shared)


@contextmanager
def crashing_after(file: ReadModelFile, statements: int) -> Generator[None]:
    """Let *file* carry out so many statements, and no more."""
    plain, left = file.run, statements

    def run_or_crash(*arguments: Any, **batch: Any) -> list[Any]:
        nonlocal left
        left -= 1
        if left < 0:
            raise CrashError
        return plain(*arguments, **batch)

    file.run = run_or_crash  # type: ignore[method-assign]  # what a crash would do
    try:
        yield
    finally:
        file.run = plain  # type: ignore[method-assign]  # as it was


@settings(max_examples=WALKS)
@given(story=stories(), batch=BATCHES, order=st.lists(st.integers(0, 4), max_size=30))
def test_a_rebuild_while_others_write_and_read_shows_whole_commits_only(
    story: Story, batch: int, order: list[int]
) -> None:
    with told_event_by_event(story) as log, models_of(log, batch_events=batch) as shared:
        log.seen["plan"] = list(log.seen["baseline"])
        move_to(shared, log.lineage("plan"))
        waiting = iter(story.left)
        whole = {log.position: contents(shared, "plan")}
        rebuilding = list(workers(shared, lambda: log.lineage("plan"), anew=True))
        for choice in order:
            if choice == 0 and (event := next(waiting, None)):
                log.record([event], scenario="plan")
                move_to(shared, log.lineage("plan"))
                whole[log.position] = built_at_once(log, log.lineage("plan"))
            elif rebuilding and not rebuilding[choice % len(rebuilding)].step():
                del rebuilding[choice % len(rebuilding)]
            assert contents(shared, "plan") == whole[log.position]
        run(rebuilding, shared)
        assert contents(shared, "plan") == whole[log.position]


@settings(max_examples=WALKS)
@given(story=stories())
def test_scenarios_do_not_touch_each_other(story: Story) -> None:
    with story.log() as log, models_of(log) as shared:
        for scenario in ("baseline", "left", "right"):
            move_to(shared, log.lineage(scenario))
        before = contents(shared, "right")
        file = file_of(shared)
        file.discard([e for e in file.editions() if e.scenario == "left"], SHAPES)
        assert contents(shared, "left") == {}
        assert contents(shared, "right") == before


def hired(name: str) -> Employee:
    ann = Employee(name)
    ann.hire(
        date(2024, 1, 15), salary_cents=60_000_00, level=1, birth_date=date(1990, 1, 1),
        source="command",
    )  # fmt: skip
    return ann


def broken_row(log: FakeLog, name: str, **changes: object) -> pa.Table:
    """A Raise that nobody could have decided on, unless *changes* make it something else."""
    row: dict[str, object] = {
        **dict.fromkeys(EVENTS_SCHEMA.names),
        "position": log.position + 1,
        "stream_no": log.stream_no(name),
        "version": 2,
        "kind": "employee.raise.v1",
        "effective_date": date(2025, 1, 1),
        "salary_cents": 70_000_00,
    }
    return pa.Table.from_pylist([{**row, **changes}], EVENTS_SCHEMA)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "employee.sabbatical.v1"}, "kind is not known"),
        ({"salary_cents": None}, "field that its kind must have is absent"),
        ({"effective_date": None}, "field that its kind must have is absent"),
        ({"effective_date": date(2023, 1, 1)}, "no Hire of the employee"),
        ({"stream_no": 1, "version": 1}, "no Hire of the employee"),
        ({"version": 1, "effective_date": date(2024, 1, 15)}, "has its version"),
    ],
)
def test_an_event_that_cannot_be_folded_is_parked_and_the_rest_goes_on(
    changes: dict[str, object], reason: str
) -> None:
    with log_of(hired("E-1").collect_events()) as log, models_of(log) as shared:
        log.stream_no("E-2")
        log.append(broken_row(log, "E-1", **changes))
        with log_of(hired("E-1").collect_events(), hired("E-3").collect_events()) as other:
            expected = shown(other, "intervals")
        log.record(hired("E-3").collect_events())
        move_to(shared, log.lineage("baseline"), models=["intervals", "months", "movements"])
        parked = parked_table(shared, file_of(shared).parked()).to_pylist()
        rows = tuples(
            file_of(shared).ask("SELECT * EXCLUDE (position) FROM intervals ORDER BY ALL")
        )
    assert [(row["model"], row["position"]) for row in parked] == [
        ("intervals", 2), ("months", 2), ("movements", 2),
    ]  # fmt: skip
    assert reason in parked[0]["reason"]
    assert rows == expected


def shown(log: FakeLog, model: str) -> list[tuple[object, ...]]:
    with models_of(log) as shared:
        move_to(shared, log.lineage("baseline"), models=[model])
        ask = f"SELECT * EXCLUDE (position) FROM {model} ORDER BY ALL"
        return tuples(file_of(shared).ask(ask))


def test_what_is_taken_back_is_parked_no_more() -> None:
    with log_of(hired("E-1").collect_events()) as log, models_of(log) as shared:
        log.append(broken_row(log, "E-1", kind="employee.sabbatical.v1"))
        move_to(shared, log.lineage("baseline"))
        assert file_of(shared).parked().num_rows == 3
        move_to(shared, log.lineage("baseline", 1))
        assert file_of(shared).parked().num_rows == 0


def test_rows_of_other_applications_are_passed_over() -> None:
    with log_of(hired("E-1").collect_events()) as log, models_of(log) as shared:
        log.append(broken_row(log, "E-1", kind="other.v1", state=b"{}", salary_cents=None))
        move_to(shared, log.lineage("baseline"))
        assert file_of(shared).parked().num_rows == 0


def test_of_two_workers_at_one_place_the_slower_one_is_told() -> None:
    with log_of(hired("E-1").collect_events()) as log, models_of(log) as shared:
        move_to(shared, log.lineage("baseline"))
        file = file_of(shared)
        (edition,) = [e for e in file.editions() if e.model == "intervals"]
        log.record(hired("E-2").collect_events())
        move_to(shared, log.lineage("baseline"))
        with pytest.raises(ConcurrencyError, match="somebody else"), file.move(edition, SHAPE):
            pass


def test_a_worker_whose_edition_is_dropped_says_so() -> None:
    with log_of(hired("E-1").collect_events()) as log, models_of(log) as shared:
        (worker,) = workers(shared, log.lineage("baseline"), models=["intervals"])
        assert worker.step()
        file = file_of(shared)
        file.discard(file.editions(), [SHAPE])
        with pytest.raises(ConcurrencyError, match="dropped"):
            worker.step()


def test_a_reader_keeps_the_edition_that_it_reads() -> None:
    with log_of(hired("E-1").collect_events()) as log, models_of(log) as shared:
        move_to(shared, log.lineage("baseline"))
        with cursor_of(file_of(shared)._connection) as reader:  # pyright: ignore[reportPrivateUsage]
            reader.begin()
            before = reader.sql("FROM intervals").fetchall()
            run(workers(shared, log.lineage("baseline"), anew=True), shared)
            assert reader.sql("FROM intervals").fetchall() == before


def test_neighbours_share_what_they_fold() -> None:
    with log_of(hired("E-1").collect_events()) as log, models_of(log) as shared:
        asked: list[str] = []
        plain = log.query

        def noted(sql: str, parameters: Sequence[object] = ()) -> pa.Table:
            asked.append(sql)
            return plain(sql, parameters)

        log.query = noted  # type: ignore[method-assign]  # a witness
        run(workers(shared, log.lineage("baseline")), shared)
    assert sum("is_census" in text for text in asked) == 1
