"""Kills and full disks: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.verify import verify
from tests.infrastructure.log.logs import FILE, hire, why

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("PLANALIGN_KILLS", "10"))
ROOT = Path(__file__).parents[2]
EVENTS_OF_A_COMMIT = 3


def appender(path: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the process to be killed and wait until its log is open."""
    command = [sys.executable, "-m", "tests.faults.appender", str(path), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def acknowledged(lines: list[str]) -> dict[int, str]:
    """Commit numbers and chain digests; a line that the kill cut short acknowledges nothing."""
    pairs = (line.split() for line in lines if line.endswith("\n") and line[0].isdigit())
    return {int(number): chain for number, chain in pairs}


def check(path: Path, promised: dict[int, str]) -> None:
    """Reopen, verify, and append once more."""
    with EventLog(path) as log:
        held = {commit.commit_id: commit.chain for commit in log.graph.commits}
        assert promised.items() <= held.items()
        assert {commit.event_count for commit in log.graph.commits} <= {EVENTS_OF_A_COMMIT}
        assert verify(log).events == EVENTS_OF_A_COMMIT * len(held)
        number = len(held) + 1
        events = [hire(f"K-{number}-{place}") for place in range(EVENTS_OF_A_COMMIT)]
        assert log.append("baseline", events, why(f"k-{number}")).commit_id == number


def test_no_kill_loses_what_was_acknowledged(tmp_path: Path) -> None:
    moments = random.Random(2026)
    path, promised = tmp_path / FILE, dict[int, str]()
    for _ in range(KILLS):
        process = appender(path)
        time.sleep(moments.uniform(0, 0.25))
        process.kill()
        output, _ = process.communicate(timeout=60)
        promised |= acknowledged(output.splitlines(keepends=True))
        check(path, promised)
    assert promised


@pytest.mark.parametrize("room", [1_000, 20_000, 60_000, 300_000])
def test_a_full_disk_is_said_and_keeps_what_was_acknowledged(tmp_path: Path, room: int) -> None:
    path = tmp_path / FILE
    with EventLog(path):
        """Make it, and close it: what follows are appends alone."""
    process = appender(path, str(path.stat().st_size + room))
    output, _ = process.communicate(timeout=120)
    lines = output.splitlines(keepends=True)
    assert process.returncode == 3
    assert lines[-1].startswith("refused ")
    assert "could not be" in lines[-1]
    assert "then retry" in lines[-1] or "open the workspace again" in lines[-1]
    check(path, acknowledged(lines))
