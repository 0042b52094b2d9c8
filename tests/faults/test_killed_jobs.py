"""Imports and runs that are killed: whole commits or nothing, and a repeat that ends the same."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from planalign import Workspace
from planalign.commands.batch import _SCRATCH  # pyright: ignore[reportPrivateUsage]
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample
from tests.faults.test_kills import KILLS

pytestmark = pytest.mark.fault

EMPLOYEES = 3_000
IMPORT = ("census", "import", "census.csv", "--census-date", "2024-12-31")
SIMULATE = ("simulate", "2025-2029", "--resume")


def start(directory: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command line at work in *directory*, in silence."""
    command = [sys.executable, "-m", "planalign", *arguments]
    nothing = subprocess.DEVNULL
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(command, cwd=directory, env=environment, stdout=nothing, stderr=nothing)


def digests(directory: Path) -> list[tuple[str, str]]:
    """What each commit holds, of a log that verifies."""
    with Workspace.open(directory) as workspace:
        workspace.verify()
        return [(commit.command, commit.digest) for commit in workspace.commits()]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace without a commit, and a census beside it."""
    directory = tmp_path_factory.mktemp("empty")
    Workspace.create(directory).close()
    sample = sample_census(EMPLOYEES, seed=7, census_date=date(2024, 12, 31))
    write_sample(sample, directory / "census.csv")
    return directory


@pytest.fixture(scope="module")
def imported(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace after the import."""
    directory = tmp_path_factory.mktemp("imported") / "workspace"
    shutil.copytree(empty, directory)
    assert start(directory, *IMPORT).wait(timeout=60) == 0
    return directory


def is_killed_again_and_again(origin: Path, place: Path, job: tuple[str, ...]) -> None:
    """Kill *job* at random moments of its life; then let it end, and compare with one that did."""
    whole = place / "whole"
    shutil.copytree(origin, whole)
    began = time.monotonic()
    assert start(whole, *job).wait(timeout=60) == 0
    duration = time.monotonic() - began
    expected, before = digests(whole), len(digests(origin))
    moments, stages = random.Random(2026), set[int]()
    for number in range(KILLS):
        directory = place / f"killed-{number}"
        shutil.copytree(origin, directory)
        process = start(directory, *job)
        time.sleep(moments.uniform(0.3, 1.1) * duration)
        process.kill()
        process.wait(timeout=60)
        left = digests(directory)
        assert left == expected[: len(left)]
        stages.add(len(left))
        if len(left) < len(expected):
            assert start(directory, *job).wait(timeout=60) == 0
        assert digests(directory) == expected
        shutil.rmtree(directory)
    assert stages <= set(range(before, len(expected) + 1))
    assert stages != {len(expected)}, "no kill came before the job was done"


def test_a_killed_import_is_there_as_a_whole_or_not_at_all(empty: Path, tmp_path: Path) -> None:
    is_killed_again_and_again(empty, tmp_path, IMPORT)


def test_a_killed_run_keeps_whole_years_and_resumes_to_the_same_digests(
    imported: Path, tmp_path: Path
) -> None:
    is_killed_again_and_again(imported, tmp_path, SIMULATE)


def test_what_a_killed_batch_leaves_behind_is_gone_after_the_next(
    imported: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "workspace"
    shutil.copytree(imported, directory)
    plans = directory / "batch-of-two"  # somebody's own folder, which stays
    plans.mkdir()
    for name, growth in (("slow", "0.01"), ("fast", "0.08")):
        (plans / f"{name}.yaml").write_text(f"staffing: {{growth_target: {growth}}}\n")
    batch = ("batch", str(plans), "2025-2029")
    process = start(directory, *batch)
    while not list(directory.glob(f"{_SCRATCH}*/*")):
        assert process.poll() is None, "the batch ended before it could be killed"
        time.sleep(0.01)
    process.kill()
    process.wait(timeout=60)
    assert list(directory.glob(f"{_SCRATCH}*"))
    assert start(directory, *batch).wait(timeout=120) == 0
    assert not list(directory.glob(f"{_SCRATCH}*"))
    assert len(list(plans.iterdir())) == 2
    with Workspace.open(directory) as workspace:
        workspace.verify()
        assert [workspace.years(name).num_rows for name in ("slow", "fast")] == [5, 5]
