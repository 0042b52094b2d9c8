"""Batches: many scenarios from one point, each for itself."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from planalign import (
    Assumptions,
    AssumptionsError,
    CensusOptions,
    ForkScenario,
    ImportCensus,
    NotFoundError,
    SimulateYears,
    Workspace,
    WorkspaceBusyError,
)
from planalign.commands import pull
from planalign.commands.batch import Batch, BatchOutcome, run_batch
from planalign.commands.workspace import LOG_FILE
from planalign.domain.errors import CheckFailedError
from planalign.infrastructure.batch_file import read_batch
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample
from planalign.infrastructure.log.copying import copy_log
from tests.interface.asking import ask

CENSUS_DATE = date(2024, 12, 31)
SCENARIOS = {
    "calm": Assumptions.parse({"staffing": {"termination_rate": "0.08"}}),
    "impossible": Assumptions.parse(
        {
            "staffing": {
                "growth_target": "0.1", "termination_rate": 0, "new_hire_termination_rate": "0.999",
            }
        }
    ),
    "same": Assumptions(),
}  # fmt: skip


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A workspace of 200 people and two simulated years."""
    census = tmp_path / "census.csv"
    write_sample(sample_census(200, seed=5, census_date=CENSUS_DATE), census)
    with Workspace.create(tmp_path / "plan") as workspace:
        options = CensusOptions(census_date=CENSUS_DATE)
        workspace.execute(ImportCensus(path=census, options=options))
        workspace.execute(SimulateYears(first=2025, last=2026))
    return tmp_path / "plan"


def run(directory: Path, batch: Batch) -> list[BatchOutcome]:
    told: list[BatchOutcome] = []
    outcomes = run_batch(directory, batch, jobs=2, told=told.append)
    assert sorted(told, key=lambda o: o.scenario) == sorted(outcomes, key=lambda o: o.scenario)
    assert [path.name for path in directory.iterdir() if path.is_dir()] == []
    return list(outcomes)


def digests(workspace: Workspace, scenario: str) -> list[str]:
    return [c.digest for c in workspace.commits(scenario) if c.command == "SimulateYears"]


@pytest.mark.slow
def test_one_that_fails_does_not_stop_the_others_and_a_repeat_does_only_the_rest(
    directory: Path,
) -> None:
    batch = Batch("baseline", CENSUS_DATE, 2025, 2026, SCENARIOS)
    first = run(directory, batch)
    assert [outcome.state for outcome in first] == ["simulated", "failed", "simulated"]
    assert "should leave in the same year" in str(first[1].error)
    with Workspace.open(directory) as workspace:
        workspace.verify()
        assert digests(workspace, "same") == digests(workspace, "baseline")
        assert digests(workspace, "calm") != digests(workspace, "baseline")
        assert digests(workspace, "impossible") == []
        commits = len(workspace.commits())
    again = run(directory, batch)
    assert [outcome.state for outcome in again] == ["done before", "failed", "done before"]
    with Workspace.open(directory) as workspace:
        assert len(workspace.commits()) == commits


@pytest.mark.parametrize(
    ("at", "first", "before"),
    [
        (None, 2025, "2024-12-31"),
        (date(2025, 12, 31), 2025, "2024-12-31"),
        (None, 2026, "2025-12-31"),
    ],
)
def test_nothing_is_forked_where_the_years_are_simulated_already(
    directory: Path, at: date | None, first: int, before: str
) -> None:
    (outcome,) = run(directory, Batch("baseline", at, first, 2026, {"same": Assumptions()}))
    assert outcome.state == "failed"
    assert outcome.error == (
        f"baseline has {first} already at the point to fork from; fork before it: `--at {before}`"
    )
    with Workspace.open(directory) as workspace:
        assert not workspace.log.graph.head("same")


def test_a_day_that_nothing_can_be_forked_at_is_told_as_such(directory: Path) -> None:
    (outcome,) = run(
        directory, Batch("baseline", date(2025, 6, 30), 2025, 2026, {"same": Assumptions()})
    )
    assert outcome.error is not None
    assert outcome.error.startswith("2025-06-30 is no year-end")


@pytest.mark.slow
def test_years_after_those_of_the_baseline_need_no_day_to_fork_at(directory: Path) -> None:
    (outcome,) = run(directory, Batch("baseline", None, 2027, 2027, {"same": Assumptions()}))
    assert outcome.state == "simulated"


@pytest.mark.slow
def test_a_scenario_that_stopped_half_way_is_completed(directory: Path) -> None:
    with Workspace.open(directory) as workspace:
        workspace.execute(ForkScenario(name="same", at_day=CENSUS_DATE))
        workspace.execute(SimulateYears(scenario="same", first=2025, last=2025))
        workspace.execute(ForkScenario(name="other", at_day=CENSUS_DATE))
        seed = Assumptions.parse({"seed": 7})
        workspace.execute(SimulateYears(scenario="other", first=2025, last=2025, assumptions=seed))
    scenarios = {"same": Assumptions(), "other": Assumptions()}
    outcomes = run(directory, Batch("baseline", CENSUS_DATE, 2025, 2026, scenarios))
    assert [outcome.state for outcome in outcomes] == ["simulated", "failed"]
    assert "planalign scenario rewind other --to 2024-12-31" in str(outcomes[1].error)
    with Workspace.open(directory) as workspace:
        assert digests(workspace, "same") == digests(workspace, "baseline")


@pytest.mark.slow
def test_a_batch_from_the_shell_tells_each_outcome_and_fails_if_one_does(
    directory: Path, tmp_path: Path
) -> None:
    source = tmp_path / "batch"
    source.mkdir()
    (source / "calm.yaml").write_text("staffing: {termination_rate: 0.08}\n")
    (source / "far.yaml").write_text("seed: 3\n")
    call = ("batch", source, "2027", "--workspace", directory, "--format", "json")
    done = ask(*call)
    assert done.exit_code == 0
    assert [row["state"] for row in json.loads(done.stdout)] == ["simulated", "simulated"]
    assert "calm: simulated" in done.stderr
    again = ask(*call, "--export", "excel")
    assert [row["state"] for row in json.loads(again.stdout)] == ["done before", "done before"]
    assert sorted(path.name for path in (directory / "exports").iterdir()) == [
        "calm.xlsx",
        "far.xlsx",
    ]
    (source / "gap.yaml").write_text("")
    failing = ask("batch", source, "2029", "--workspace", directory, "--format", "json")
    assert failing.exit_code == 1
    assert {row["state"] for row in json.loads(failing.stdout)} == {"failed"}


def test_a_file_and_a_directory_say_the_same(tmp_path: Path) -> None:
    directory = tmp_path / "scenarios"
    directory.mkdir()
    (directory / "lean.yaml").write_text("seed: 7\nstaffing:\n  growth_target: 0\n")
    (directory / "same.yaml").write_text("")
    file = tmp_path / "batch.yaml"
    file.write_text(
        "scenarios:\n  lean:\n    seed: 7\n    staffing:\n      growth_target: 0\n  same:\n"
    )
    assert read_batch(file, ()) == read_batch(directory, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no scenario"),
        ("scenarios:\n", "names no scenario"),
        ("scenario:\n  a:\n", r":1: scenario: unknown key"),
        ("scenarios:\n  a: 5\n", r":2: scenarios\.a: .*5.* given; expected a group"),
        ("scenarios:\n  a:\n    seeds: 5\n", r":3: seeds: unknown key; did you mean seed"),
    ],
)
def test_a_mistake_in_a_batch_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "batch.yaml"
    file.write_text(text)
    with pytest.raises(AssumptionsError, match=says):
        read_batch(file, ())


def test_a_batch_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no batch"):
        read_batch(tmp_path / "nowhere", ())


def test_what_is_pulled_has_the_digests_it_had(directory: Path, tmp_path: Path) -> None:
    with Workspace.open(directory) as source, Workspace.create(tmp_path / "copy") as copy:
        made = pull.pull_commits(source.log, copy.log, "baseline", above=0)
        assert [c.digest for c in made] == [c.digest for c in source.commits()]
        assert copy.replay(as_of=date(2026, 6, 30)).equals(source.replay(as_of=date(2026, 6, 30)))
        copy.verify()


def test_what_has_another_digest_once_pulled_is_refused(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(directory) as source, Workspace.create(tmp_path / "other") as copy:
        honest = source.log.stream_ids

        def mixed_up(numbers: NDArray[np.int32]) -> pa.Array:
            return honest(numbers[::-1].copy())

        monkeypatch.setattr(source.log, "stream_ids", mixed_up)
        with pytest.raises(CheckFailedError, match="another digest"):
            pull.pull_commits(source.log, copy.log, "baseline", above=0)


def test_a_log_that_is_open_is_not_copied(directory: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.mkdir()
    with Workspace.open(directory), pytest.raises(WorkspaceBusyError):
        copy_log(directory / LOG_FILE, [target])
    assert list(target.iterdir()) == []
    copy_log(directory / LOG_FILE, [target])
    with Workspace.open(target) as workspace:
        workspace.verify()
