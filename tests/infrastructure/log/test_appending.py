"""Appends: two ways in, one result; races are lost in the open."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given

from planalign.domain.errors import (
    CommandReusedError,
    NotFoundError,
    StaleScenarioError,
    StaleStreamError,
    StorageError,
)
from planalign.domain.events import EmployeeEvent
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.verify import verify
from tests.infrastructure.log.logs import (
    FILE,
    give_raise,
    hire,
    histories,
    rows_of,
    small_log,
    ticking,
    why,
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog(tmp_path / FILE) as log:
        yield log


def told(log: EventLog, events: list[EmployeeEvent]) -> list[list[EmployeeEvent]]:
    names = dict.fromkeys(event.originator_id for event in events)
    return [log.events(log.lineage("baseline"), name) for name in names]


@given(histories())
@pytest.mark.slow
def test_events_and_their_batch_give_the_same_rows_digest_and_folds(
    events: list[EmployeeEvent],
) -> None:
    with (
        tempfile.TemporaryDirectory() as here,
        EventLog(Path(here) / "a.duckdb") as one,
        EventLog(Path(here) / "b.duckdb") as two,
    ):
        first = one.append("baseline", events, why())
        second = two.append_batch("baseline", rows_of(two, events), why())
        assert first.digest == second.digest
        assert one.read_commit(first).equals(two.read_commit(second))
        assert told(one, events) == told(two, events)
        assert [event for life in told(one, events) for event in life] == events


def test_many_streams_are_checked_like_few(log: EventLog) -> None:
    people = [hire(f"E-{number:03}") for number in range(200)]
    log.append("baseline", people, why())
    with pytest.raises(StaleStreamError, match="version 1 of stream 0 cannot follow version 1"):
        log.append("baseline", people, why())
    raises = [
        event
        for person in people
        for event in log.employee("baseline", person.originator_id).give_raise(
            person.effective_date, salary_cents=60_000_00
        )
    ]
    log.append("baseline", raises, why())
    more = [hire(f"F-{number:03}") for number in range(100)]
    log.append("baseline", more, why())
    with pytest.raises(StaleStreamError):
        log.append("baseline", raises, why())
    assert verify(log).events == 500


def test_a_scenario_that_moved_refuses_what_was_decided_before(log: EventLog) -> None:
    head = log.append("baseline", [hire("E-1")], why()).commit_id
    log.append("baseline", [hire("E-2")], why(), expected_head=head)
    with pytest.raises(StaleScenarioError, match="baseline is at commit 2, not 1"):
        log.append("baseline", [hire("E-3")], why(), expected_head=head)
    assert log.events(log.lineage("baseline"), "E-3") == []


def test_an_employee_that_moved_refuses_what_was_decided_before(log: EventLog) -> None:
    log.append("baseline", [hire("E-1")], why())
    with pytest.raises(StaleStreamError, match="cannot follow version 1"):
        log.append("baseline", [hire("E-1")], why())


def test_a_stream_in_two_groups_of_a_batch_is_refused(log: EventLog) -> None:
    first, other = hire("E-1"), hire("E-2")
    again = first.model_copy(update={"originator_version": 2})
    with pytest.raises(StaleStreamError):
        log.append("baseline", [first, other, again], why())


def test_a_refused_append_leaves_numbers_that_the_next_one_uses(log: EventLog) -> None:
    with pytest.raises(StaleStreamError):
        log.append("baseline", [hire("E-1").model_copy(update={"originator_version": 2})], why())
    many = [hire(f"E-{number}") for number in range(100)]
    log.append("baseline", many, why())
    assert verify(log).streams == 100
    assert log.events(log.lineage("baseline"), "E-1") == [many[1]]


def test_a_command_id_returns_the_earlier_commit_once_and_for_all(tmp_path: Path) -> None:
    with EventLog(tmp_path / FILE) as log:
        first = log.append("baseline", [hire("E-1")], why("same"))
        assert log.append("baseline", [hire("E-1")], why("same")) is first
    with EventLog(tmp_path / FILE) as log:
        assert log.append("baseline", [hire("E-1")], why("same")) == first
        assert len(log.graph.commits) == 1


@pytest.mark.parametrize(
    ("scenario", "changes"),
    [("left", {}), ("baseline", {"request": '{"a":1}'}), ("baseline", {"command": "Other"})],
)
def test_a_command_id_with_other_content_is_refused(
    log: EventLog, scenario: str, changes: dict[str, str]
) -> None:
    log.append("baseline", [hire("E-1")], why("same"))
    with pytest.raises(CommandReusedError, match="used for Test on baseline in commit 1"):
        log.append(scenario, [hire("E-2")], why("same", **changes))


def test_a_fork_sees_its_parent_and_not_what_comes_after(log: EventLog) -> None:
    log.append("baseline", [hire("E-1")], why())
    log.append("baseline", [hire("E-2")], why())
    log.append(
        "left",
        [hire("L-1")],
        why(),
    )
    forked = log.append_batch("right", rows_of(log, [hire("R-1")]), why(), parent=1)
    assert forked.parent == 1
    assert log.lineage("right").ranges == ((1, 1), (4, 4))
    assert log.lineage("left").ranges == ((3, 3),)
    assert log.lineage("baseline").ranges == ((1, 2),)
    assert log.employee("right", "E-2").version == 0
    assert log.employee("nowhere", "E-2").version == 0


def test_a_fork_from_a_commit_that_is_not_there_is_refused(log: EventLog) -> None:
    with pytest.raises(NotFoundError, match="there is no commit 7; the log has 0"):
        log.append_batch("left", rows_of(log, [hire("E-1")]), why(), parent=7)


def test_a_rewind_leaves_the_past_to_be_known(log: EventLog) -> None:
    log.append("baseline", [hire("E-1")], why())
    log.append("baseline", [hire("E-2")], why())
    log.rewind("baseline", 1, why())
    assert log.lineage("baseline").ranges == ((1, 1),)
    assert log.lineage("baseline", 2).ranges == ((1, 2),)
    log.append("baseline", [hire("E-2", cents=1)], why())
    assert log.lineage("baseline").ranges == ((1, 1), (3, 3))
    assert verify(log).commits == 4
    with pytest.raises(NotFoundError, match="commit 2 is not in the history of baseline"):
        log.rewind("baseline", 2, why())


def test_what_a_scenario_knew_is_found_by_commit_and_by_instant(tmp_path: Path) -> None:
    with EventLog(small_log(tmp_path)) as log:
        second, last = log.graph.commit(2), log.graph.commit(5)
        assert log.lineage("baseline", second.recorded_at).head == 2
        assert log.lineage("left", 2).head == 2
        assert log.lineage("left", last.recorded_at).head == 5
        assert log.graph.ancestry(5)[-1].commit_id == 1
        assert log.lineage("left", second.recorded_at).head == 2  # before it was begun
        with pytest.raises(NotFoundError, match="left knew nothing yet"):
            log.lineage("left", second.recorded_at.replace(year=2001))
        with pytest.raises(NotFoundError, match="commit 3 belongs to baseline, not to left"):
            log.lineage("left", 3)
        with pytest.raises(NotFoundError, match="no scenario 'nowhere'"):
            log.lineage("nowhere")


def test_a_clock_that_goes_back_is_not_believed(tmp_path: Path) -> None:
    with EventLog(tmp_path / FILE, clock=ticking(-timedelta(hours=1))) as log:
        for number in range(4):
            log.append("baseline", [hire(f"E-{number}")], why())
        times = [commit.recorded_at for commit in log.graph.commits]
        assert times == [times[0]] * 4
        verify(log)


def test_commits_come_back_from_the_file_as_they_were_returned(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with EventLog(path) as log:
        log.append("baseline", [hire("E-1")], why(assumptions="{}"))
        give_raise(log, "E-1", 51_000_00)
        written = list(log.graph.commits)
    with EventLog(path) as log:
        assert log.graph.commits == written


def test_listeners_hear_of_each_commit_until_they_stop_listening(log: EventLog) -> None:
    heard: list[int] = []

    def listener() -> None:
        heard.append(len(log.graph.commits))

    log.listen(listener)
    log.append("baseline", [hire("E-1")], why())
    log.unlisten(listener)
    log.append("baseline", [hire("E-2")], why())
    assert heard == [1]


def test_what_fails_beside_an_append_takes_the_append_with_it(log: EventLog) -> None:
    def fails(_: object) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        log.append_batch("baseline", rows_of(log, [hire("E-1")]), why(), extra=fails)
    with pytest.raises(RuntimeError, match="no"):
        log.write(fails)
    assert not log.graph.scenarios
    log.append("baseline", [hire("E-1")], why())
    assert verify(log).events == 1


def test_a_closed_log_says_so(tmp_path: Path) -> None:
    log = EventLog(tmp_path / FILE)
    log.close()
    with pytest.raises(StorageError):
        log.query("SELECT 1")


@pytest.mark.parametrize("table", ["log", "streams", "assumptions", "commits", "events"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {}"])
def test_no_row_of_any_table_can_be_changed(tmp_path: Path, table: str, statement: str) -> None:
    with EventLog(small_log(tmp_path)) as log:
        column = log.query(f"FROM {table} LIMIT 0").column_names[0]
        with pytest.raises(StorageError, match=f"{table} is append-only"):
            log.write(lambda connection: _run(connection, statement.format(table, column)))
    with EventLog(tmp_path / FILE) as log:
        assert isinstance(log.query(f"FROM {table}"), pa.Table)
        verify(log)


def _run(connection: object, statement: str) -> None:
    connection.execute(statement).fetchall()  # type: ignore[attr-defined]
