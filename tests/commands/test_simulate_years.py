"""What a run of years depends on, what it does not, and what it leaves when it fails."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planalign import (
    Assumptions,
    CensusOptions,
    CheckFailedError,
    ImportCensus,
    InfeasiblePlanError,
    SimulateYears,
    SimulationRefusedError,
    TerminateEmployee,
    Workspace,
)
from planalign.commands import simulate_years
from planalign.commands.results import Progress
from planalign.commands.year_batch import year_batch
from planalign.domain.simulation import YearEvents
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample
from planalign.infrastructure.log import event_log, packing

CENSUS_DATE = date(2024, 12, 31)
OPTIONS = CensusOptions(census_date=CENSUS_DATE)
YEARS = SimulateYears(first=2025, last=2027)


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("census") / "census.csv"
    write_sample(sample_census(300, seed=5, census_date=CENSUS_DATE), path)
    return path


@pytest.fixture(scope="module")
def expected(census: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The digests of an ordinary run, the import's first."""
    with imported(tmp_path_factory.mktemp("ordinary"), census) as workspace:
        workspace.execute(YEARS)
        return digests(workspace)


@pytest.fixture
def workspace(census: Path, tmp_path: Path) -> Iterator[Workspace]:
    with imported(tmp_path / "plan", census) as workspace:
        yield workspace


def imported(directory: Path, census: Path) -> Workspace:
    workspace = Workspace.create(directory)
    workspace.execute(ImportCensus(path=census, options=OPTIONS))
    return workspace


def digests(workspace: Workspace) -> list[str]:
    return [commit.digest for commit in workspace.commits("baseline")]


def shuffled(census: Path, target: Path, seed: int) -> Path:
    header, *rows = census.read_text().splitlines(keepends=True)
    random.Random(seed).shuffle(rows)
    target.write_text(header + "".join(rows))
    return target


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.integers(0, 1000), threads=st.integers(1, 3), rows=st.sampled_from([7, 64, 1000]))
def test_neither_row_order_nor_threads_nor_batches_change_a_digest(
    census: Path,
    expected: list[str],
    tmp_path_factory: pytest.TempPathFactory,
    *,
    order: int,
    threads: int,
    rows: int,
) -> None:
    directory = tmp_path_factory.mktemp("other")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_log, "BATCH_ROWS", rows)
        patch.setattr(packing, "_CHUNK_ROWS", rows // 16 * 16 or 16)
        with imported(
            directory / "plan", shuffled(census, directory / "c.csv", order)
        ) as workspace:
            workspace.log.write(lambda c: set_threads(c.execute, threads))
            workspace.execute(YEARS)
            assert digests(workspace) == expected
            workspace.verify()


def set_threads(execute: Callable[[str], object], threads: int) -> None:
    execute(f"SET threads = {threads}")


def test_a_later_year_that_cannot_be_stops_the_run_before_the_first(workspace: Workspace) -> None:
    rules = Assumptions.parse(
        {"staffing": {"growth_target": -0.9, "new_hire_termination_rate": 0.999}}
    )
    workspace.execute(SimulateYears(first=2025, last=2025, assumptions=rules))
    growing = Assumptions.parse(
        {
            "staffing": {
                "growth_target": 0.03, "termination_rate": 0.5, "new_hire_termination_rate": 0.999,
            }
        }
    )  # fmt: skip
    before = digests(workspace)
    with pytest.raises(InfeasiblePlanError):
        workspace.execute(SimulateYears(first=2026, last=2028, assumptions=growing))
    assert digests(workspace) == before


@pytest.mark.parametrize("at", [("deciding", 2026), ("deciding", 2027), ("recording", 2026)])
def test_an_interrupted_run_keeps_whole_years_and_resumes_to_the_same_digests(
    workspace: Workspace, expected: list[str], at: tuple[str, int]
) -> None:
    def stop(progress: Progress) -> None:
        if (progress.phase, progress.year) == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        workspace.execute(YEARS, progress=stop)
    left = digests(workspace)
    assert left == expected[: len(left)]
    assert len(left) == at[1] - 2024
    workspace.verify()
    workspace.execute(YEARS.model_copy(update={"resume": True}))
    assert digests(workspace) == expected


def test_a_log_that_holds_something_else_than_the_engine_decided_fails_the_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(events: YearEvents) -> pa.Table:
        batch = year_batch(events)
        cents = np.asarray(batch["salary_cents"].fill_null(0)).copy()
        cents[np.flatnonzero(cents)[0]] += 1
        column = batch.schema.get_field_index("salary_cents")
        return batch.set_column(column, "salary_cents", pa.array(cents, mask=cents == 0))

    monkeypatch.setattr(simulate_years, "year_batch", careless)
    with pytest.raises(CheckFailedError, match=r"differs from the engine .* in salary_cents"):
        workspace.execute(YEARS)


def test_a_run_says_what_changed_since_the_last_one(workspace: Workspace) -> None:
    assert workspace.execute(SimulateYears(first=2025, last=2025)).changed == ()
    assert workspace.execute(SimulateYears(first=2026, last=2026)).changed == ()
    other = Assumptions.parse({"seed": 7})
    result = workspace.execute(SimulateYears(first=2027, last=2027, assumptions=other))
    assert result.changed == ("assumptions",)


def test_a_run_of_every_year_says_what_the_log_says_of_them(workspace: Workspace) -> None:
    yearly = workspace.execute(YEARS).yearly
    assert yearly is not None
    assert yearly.equals(workspace.years())


def test_a_run_of_some_years_or_among_days_to_come_does_not(workspace: Workspace) -> None:
    leaver = workspace.replay(as_of=date(2024, 12, 31))["employee_id"][0].as_py()
    workspace.execute(
        TerminateEmployee(employee_id=leaver, effective_date=date(2026, 5, 1), reason="voluntary")
    )
    assert workspace.execute(SimulateYears(first=2025, last=2026)).yearly is None
    assert workspace.execute(SimulateYears(first=2027, last=2027)).yearly is None
    assert workspace.years()["year"].to_pylist() == [2025, 2026, 2027]


def test_a_plan_is_what_the_run_then_does_and_writes_nothing(workspace: Workspace) -> None:
    plan = workspace.plan(YEARS).to_pylist()
    assert len(workspace.commits()) == 1
    reports = workspace.execute(YEARS).years
    assert [(row["start_headcount"], row["end_headcount"], row["hires"]) for row in plan] == [
        (report.start, report.end, report.hires) for report in reports
    ]
    assert [row["exits"] + row["same_year_leavers"] for row in plan] == [r.exits for r in reports]
    events = sum(report.events for report in reports)
    assert 0.8 < sum(row["events_expected"] for row in plan) / events < 1.25


def test_a_plan_is_made_for_the_years_that_are_left(workspace: Workspace) -> None:
    workspace.execute(SimulateYears(first=2025, last=2026))
    resumed = YEARS.model_copy(update={"resume": True})
    assert workspace.plan(resumed)["year"].to_pylist() == [2027]
    again = YEARS.model_copy(update={"restart": True})
    assert workspace.plan(again)["year"].to_pylist() == [2025, 2026, 2027]
    done = SimulateYears(first=2025, last=2026, resume=True)
    assert workspace.plan(done).num_rows == 0
    with pytest.raises(SimulationRefusedError, match="simulated already"):
        workspace.plan(YEARS)


def test_checkpoints_are_the_years_that_an_interruption_keeps(workspace: Workspace) -> None:
    assert workspace.checkpoints().num_rows == 0
    workspace.execute(YEARS)
    rows = workspace.checkpoints().to_pylist()
    assert [(row["year"], row["commit"]) for row in rows] == [(2025, 2), (2026, 3), (2027, 4)]
    assert [row["digest"] for row in rows] == digests(workspace)[1:]


def test_the_share_done_grows_to_the_end(workspace: Workspace) -> None:
    told: list[Progress] = []
    workspace.execute(YEARS, progress=told.append)
    by_phase = [step.share_done for step in sorted(told, key=lambda step: step.share_done)]
    assert by_phase[0] == 0
    assert by_phase[-1] < 1
    assert told[-1].phase == "checking"
