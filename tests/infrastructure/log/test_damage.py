"""Damage: whoever changes the file behind the log's back is found out, by name."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from planalign.domain.errors import LogCorruptError, PlanalignError, StorageError
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.database import translated_errors
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.verify import verify
from tests.infrastructure.log.logs import FILE, hire, small_log, tamper, why

pytestmark = pytest.mark.slow

CHANGES = {
    "UPDATE events SET salary_cents = 1 WHERE position = 7": r"commit 1 .*its events were changed",
    "UPDATE events SET version = 2 WHERE position = 7": r"commit 1 .*its events were changed",
    "UPDATE events SET location = 'x' WHERE position = 21": r"commit 2 .*its events were changed",
    "UPDATE events SET stream_no = 5 WHERE position = 7": r"commit 1 .*its events were changed",
    "UPDATE events SET stream_no = 99 WHERE position = 7": r"commit 1 .*of a stream that the log",
    "UPDATE events SET position = 99 WHERE position = 7": r"commit 1 .*holds 19 events, not 20",
    "UPDATE events SET position = 27 - position WHERE position IN (7, 20)": r"commit 1 .*digest",
    "DELETE FROM events WHERE position = 23": r"commit 5 .*holds 0 events, not 1",
    "INSERT INTO events SELECT * REPLACE (24 AS position) FROM events LIMIT 1": "24 events, .* 23",
    "UPDATE streams SET stream_id = 'Z' WHERE stream_no = 3": r"stream 3 \(Z\): its id or its key",
    "UPDATE streams SET stream_key = 1 WHERE stream_no = 3": r"stream 3 \(E-03\): its id or",
    "UPDATE streams SET stream_no = 77 WHERE stream_no = 3": "streams are not numbered",
    "DELETE FROM streams WHERE stream_no = 20": r"commit 2 .*of a stream that the log does not",
    "UPDATE assumptions SET document = '{}'": r"assumptions \w{12}: the document was changed",
    "DELETE FROM assumptions": r"assumptions \w{12} are missing",
    "UPDATE commits SET actor = 'eve' WHERE commit_id = 3": r"commit 3 .*its row, .*was changed",
    "UPDATE commits SET parent = 1 WHERE commit_id = 4": r"commit 4 .*its row, .*was changed",
    "UPDATE commits SET recorded_at = '2020-01-01' WHERE commit_id = 2": r"commit 2 .*its row",
    "UPDATE commits SET chain = 'x' WHERE commit_id = 2": "commit 2 of .* not the one acknowledged",
    "UPDATE commits SET parent = 9 WHERE commit_id = 4": "commit 4 was changed",
    "DELETE FROM commits WHERE commit_id = 2": "commit 2 is missing",
    "DELETE FROM commits WHERE commit_id = 5": "commits 5 to 5 are missing",
    "UPDATE log SET log_id = 'other'": r"commit 1 .*its row, .*was changed",
}


@pytest.mark.parametrize("statement", CHANGES)
def test_a_change_behind_the_logs_back_is_named(tmp_path: Path, statement: str) -> None:
    path = small_log(tmp_path)
    tamper(path, statement)
    with pytest.raises(LogCorruptError, match=CHANGES[statement]) as caught, EventLog(path) as log:
        verify(log)
    assert "backup" in caught.value.hint or "another file" in caught.value.hint


def test_an_untouched_log_is_verified_commit_by_commit(tmp_path: Path) -> None:
    seen: list[Commit] = []
    with EventLog(small_log(tmp_path)) as log:
        report = verify(log, on_commit=seen.append)
        assert (report.commits, report.events, report.streams, report.scenarios) == (5, 23, 21, 2)
        assert report.chain == log.graph.chain_head
        assert seen == log.graph.commits


def test_versions_with_a_gap_are_named(tmp_path: Path) -> None:
    with EventLog(tmp_path / FILE) as log:
        log.append("baseline", [hire("E-1")], why())
        log.graph._lineages[1] = ((1, 1), (1, 1))  # pyright: ignore[reportPrivateUsage]
        verify(log)
        third = hire("E-1").model_copy(update={"originator_version": 3})
        log._heads.check = lambda *_: _nothing_moves()  # type: ignore[assignment, method-assign]  # pyright: ignore[reportPrivateUsage]
        log.append("baseline", [third], why())
        with pytest.raises(LogCorruptError, match="baseline: the versions of E-1 have a gap"):
            verify(log)


def _nothing_moves() -> object:
    import numpy as np

    nothing = np.zeros(0, dtype=np.int32)
    return nothing, nothing


@pytest.mark.fault
def test_a_flipped_byte_is_found_or_harms_nothing(tmp_path: Path) -> None:
    path = small_log(tmp_path)
    whole = path.read_bytes()
    found = 0
    for place in range(0, len(whole), len(whole) // 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        with suppress(LogCorruptError), EventLog(path) as log:
            report = verify(log)
            assert (report.commits, report.events) == (5, 23)
            continue
        found += 1
    assert found


@pytest.mark.fault
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.6, 0.9])
def test_a_log_cut_short_is_refused(tmp_path: Path, kept: float) -> None:
    path = small_log(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(PlanalignError), EventLog(path) as log:
        verify(log)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (duckdb.IOException("Could not write file: No space left on device"), StorageError),
        (duckdb.IOException("Permission denied"), StorageError),
        (duckdb.IOException("Corrupt database file: checksum"), LogCorruptError),
        (duckdb.InternalException("anything"), LogCorruptError),
        (duckdb.IOException("no such directory /wal/corrupt.duckdb"), StorageError),
    ],
)
def test_an_error_of_the_database_says_whether_it_is_damage(
    error: duckdb.Error, expected: type[PlanalignError]
) -> None:
    with pytest.raises(expected), translated_errors(Path("/wal/corrupt.duckdb")):
        raise error
