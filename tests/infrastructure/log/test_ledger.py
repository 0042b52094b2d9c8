"""The ledger: what a crash leaves behind is mended, what is lost is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planalign.domain.errors import LogCorruptError, StorageError, WorkspaceBusyError
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.ledger import Ledger
from planalign.infrastructure.log.verify import verify
from tests.infrastructure.log.logs import FILE, hire, small_log, tamper, why


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_log(tmp_path)


@pytest.fixture
def ledger(path: Path) -> Path:
    return path.with_suffix(".ledger")


@pytest.mark.parametrize("cut", [1, 30, 69, 70, 100, 350])
def test_lines_that_a_crash_cut_off_are_written_on_open(path: Path, ledger: Path, cut: int) -> None:
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-cut])
    with EventLog(path) as log:
        assert ledger.read_bytes() == whole
        log.append("baseline", [hire("E-99")], why())
    with EventLog(path) as log:
        assert len(log.ledger.lines) == 6
        verify(log)


def test_a_log_behind_its_ledger_is_refused_with_the_commits_it_lost(
    path: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older.duckdb"
    shutil.copy(path, older)
    with EventLog(path) as log:
        for number in range(2):
            log.append("baseline", [hire(f"N-{number}")], why())
    shutil.copy(older, path)
    with pytest.raises(
        LogCorruptError, match=r"ends at commit 5, but 7 were .* 6 to 7 are missing"
    ):
        EventLog(path)


def test_a_deleted_ledger_is_refused(path: Path, ledger: Path) -> None:
    ledger.unlink()
    with pytest.raises(LogCorruptError, match=r"plan\.ledger is missing"):
        EventLog(path)
    assert not ledger.exists()


def test_a_deleted_log_is_refused(path: Path) -> None:
    path.unlink()
    with pytest.raises(LogCorruptError, match=r"ends at commit 0, but 5 were acknowledged"):
        EventLog(path)


def test_another_log_in_its_place_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy(small_log(tmp_path / "other"), path)
    with pytest.raises(LogCorruptError, match=r"commit 1 of .* is not the one acknowledged"):
        EventLog(path)


@pytest.mark.parametrize("line", ["1 2", "one 2 " + "a" * 64, "1 2 abc", "\xff\xfe"])
def test_a_line_that_is_none_is_named(path: Path, ledger: Path, line: str) -> None:
    ledger.write_bytes(line.encode("latin-1") + b"\n" + ledger.read_bytes())
    with pytest.raises(LogCorruptError, match=r"plan\.ledger line 1 is not a ledger line"):
        EventLog(path)


def test_a_ledger_that_cannot_be_opened_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "plan.ledger").mkdir()
    with pytest.raises(StorageError, match="could not be opened"):
        EventLog(tmp_path / FILE)


def test_a_log_closes_itself_when_its_ledger_fails_and_has_the_commit_on_open(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: int) -> None:
        raise OSError(5, "Input/output error")

    with EventLog(path) as log, monkeypatch.context() as broken:
        broken.setattr("planalign.infrastructure.log.ledger.os.fsync", refuses)
        with pytest.raises(StorageError, match=r"could not be written.*Input/output"):
            log.append("baseline", [hire("E-99")], why("late"))
        with pytest.raises(StorageError):
            log.append("baseline", [hire("E-98")], why())
    with EventLog(path) as log:
        assert log.append("baseline", [hire("E-99")], why("late")).commit_id == 6
        assert verify(log).commits == 6


def test_a_line_written_in_part_is_a_storage_error(tmp_path: Path) -> None:
    with EventLog(tmp_path / FILE) as log:
        log.ledger.close()
        log.ledger._file = _Short()  # type: ignore[assignment]  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        with pytest.raises(StorageError, match="only a part"):
            log.append("baseline", [hire("E-1")], why())


class _Short:
    def write(self, content: bytes) -> int:
        return len(content) - 1

    def close(self) -> None:
        """Nothing is open."""


def test_a_second_log_in_the_same_process_is_refused(path: Path) -> None:
    with EventLog(path) as log:
        with pytest.raises(WorkspaceBusyError, match="in this very process"):
            EventLog(path)
        log.append("baseline", [hire("E-99")], why())
    with EventLog(path) as log:
        verify(log)


def test_a_second_process_is_refused(path: Path) -> None:
    opening = (
        "import sys; from pathlib import Path\n"
        "from planalign.infrastructure.log.event_log import EventLog\n"
        "EventLog(Path(sys.argv[1]))"
    )
    with EventLog(path):
        second = subprocess.run(
            [sys.executable, "-c", opening, str(path)], capture_output=True, text=True, check=False
        )
    assert second.returncode == 1
    assert "WorkspaceBusyError" in second.stderr
    assert "is open in another process" in second.stderr


def test_a_log_of_another_format_is_refused(path: Path) -> None:
    tamper(path, "UPDATE log SET format = 2")
    with pytest.raises(LogCorruptError, match="has format 2, this version reads 1"):
        EventLog(path)


def test_an_empty_append_leaves_the_ledger_alone(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "x.ledger", expected=False)
    ledger.append()
    ledger.close()
    assert (tmp_path / "x.ledger").read_bytes() == b""
