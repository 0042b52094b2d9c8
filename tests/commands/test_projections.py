"""Read models of a workspace: kept up, built again, dropped; damage and strangers are noticed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from planalign import (
    CensusOptions,
    CreateScenario,
    ForkScenario,
    GiveRaise,
    HireEmployee,
    ImportCensus,
    InvalidInputError,
    NotFoundError,
    SimulateYears,
    StorageError,
    Workspace,
)
from planalign.commands.projections import FILE
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample
from planalign.infrastructure.log.commits import Provenance
from planalign.projections.read_models import worker
from planalign.projections.read_models.models import MODELS

pytestmark = pytest.mark.slow

DAY = date(2025, 6, 30)


def hire(number: int, cents: int = 60_000_00) -> HireEmployee:
    return HireEmployee(
        employee_id=f"E-{number}",
        effective_date=date(2024, 3, 1),
        salary_cents=cents,
        level=1,
        birth_date=date(1990, 5, 17),
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Three hires on the baseline."""
    with Workspace.create(tmp_path / "plan") as workspace:
        for number in range(3):
            workspace.execute(hire(number))
        yield workspace


def states(workspace: Workspace) -> dict[tuple[str, str], tuple[str, int]]:
    rows = workspace.projections.status().to_pylist()
    return {(row["scenario"], row["model"]): (row["state"], row["lag"]) for row in rows}


def tables(workspace: Workspace, scenario: str = "baseline") -> dict[str, pa.Table]:
    return {model: workspace.projections.table(model, scenario) for model in MODELS}


def test_nothing_is_written_until_a_read_model_is_asked_for(workspace: Workspace) -> None:
    assert set(states(workspace).values()) == {("missing", 3)}
    assert not (workspace.path / FILE).exists()


def test_the_lag_is_what_is_not_yet_applied(workspace: Workspace) -> None:
    workspace.projections.catch_up()
    assert set(states(workspace).values()) == {("live", 0)}
    workspace.execute(hire(3))
    assert set(states(workspace).values()) == {("live", 1)}


def test_a_day_is_the_same_from_intervals_and_from_the_log(workspace: Workspace) -> None:
    assert workspace.projections.as_of("baseline", DAY) == workspace.replay(as_of=DAY)
    raised = GiveRaise(employee_id="E-1", effective_date=date(2025, 1, 1), salary_cents=70_000_00)
    workspace.execute(raised)
    assert workspace.projections.as_of("baseline", DAY) == workspace.replay(as_of=DAY)


def test_a_fork_has_read_models_of_its_own(workspace: Workspace) -> None:
    workspace.projections.catch_up()
    workspace.execute(ForkScenario(scenario="baseline", name="plan-b"))
    assert states(workspace)["plan-b", "months"] == ("missing", 3)
    workspace.projections.catch_up()
    assert tables(workspace, "plan-b")["months"] == tables(workspace)["months"]


def test_a_scenario_without_an_event_has_read_models_without_a_row(workspace: Workspace) -> None:
    workspace.execute(CreateScenario(scenario="empty"))
    workspace.projections.catch_up()
    assert set(states(workspace).values()) == {("live", 0)}
    assert [table.num_rows for table in tables(workspace, "empty").values()] == [0, 0, 0, 0]
    assert workspace.projections.as_of("empty", DAY).num_rows == 0


def test_a_rewind_takes_rows_back(workspace: Workspace) -> None:
    before = tables(workspace)
    at = workspace.commits("baseline")[-1].commit_id
    workspace.execute(hire(7))
    assert tables(workspace) != before
    workspace.log.rewind("baseline", at, provenance())
    assert set(states(workspace).values()) == {("live", 1)}
    assert tables(workspace) == before


def provenance() -> Provenance:
    from tests.infrastructure.log.logs import why

    return why()


def test_deleting_the_file_loses_nothing(workspace: Workspace) -> None:
    before = tables(workspace)
    workspace.projections.drop()
    assert not (workspace.path / FILE).exists()
    assert tables(workspace) == before
    workspace.projections.drop("baseline", models=["months"])
    assert states(workspace)["baseline", "months"] == ("missing", 3)
    assert tables(workspace) == before


def test_another_version_of_the_program_builds_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(workspace)
    monkeypatch.setattr(worker, "__version__", "9.9.9")
    assert set(states(workspace).values()) == {("stale", 0)}
    assert tables(workspace) == before
    assert set(states(workspace).values()) == {("live", 0)}


def test_read_models_of_another_log_are_not_believed(workspace: Workspace, tmp_path: Path) -> None:
    workspace.projections.catch_up()
    workspace.projections.close()
    with Workspace.create(tmp_path / "other") as other:
        for number in range(3):
            other.execute(hire(number, cents=90_000_00))
        shutil.copy(workspace.path / FILE, other.path / FILE)
        assert {state for state, _ in states(other).values()} == {"stale"}
        assert other.projections.as_of("baseline", DAY) == other.replay(as_of=DAY)


def test_a_damaged_file_says_that_it_can_be_dropped(workspace: Workspace) -> None:
    (workspace.path / FILE).write_bytes(b"no database at all" * 1000)
    with pytest.raises(StorageError) as caught:
        workspace.projections.catch_up()
    assert "projections drop" in caught.value.hint
    workspace.projections.drop()
    assert set(states(workspace).values()) == {("missing", 3)}


def test_what_does_not_exist_is_refused(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no scenario"):
        workspace.projections.catch_up("nothing")
    with pytest.raises(InvalidInputError, match="no read model 'weeks'"):
        workspace.projections.table("weeks")


def test_a_rebuild_goes_on_beside_writes_and_reads(workspace: Workspace) -> None:
    workspace.projections.catch_up()
    done, failures = threading.Event(), list[BaseException]()

    def rebuild() -> None:
        try:
            for _ in range(5):
                workspace.projections.rebuild()
        except BaseException as error:
            failures.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=rebuild)
    thread.start()
    number = 100
    while not done.is_set():
        workspace.execute(hire(number))
        assert workspace.projections.as_of("baseline", DAY) == workspace.replay(as_of=DAY)
        number += 1
    thread.join()
    assert failures == []
    assert workspace.projections.table("years") == rebuilt(workspace)


def rebuilt(workspace: Workspace) -> pa.Table:
    workspace.projections.drop()
    return workspace.projections.table("years")


def test_the_years_are_those_of_the_metrics(tmp_path: Path) -> None:
    options = CensusOptions(census_date=date(2024, 12, 31))
    sample = sample_census(300, seed=5, census_date=date(2024, 12, 31))
    write_sample(sample, tmp_path / "census.csv")
    with Workspace.create(tmp_path / "plan") as workspace:
        workspace.execute(ImportCensus(path=tmp_path / "census.csv", options=options))
        workspace.execute(SimulateYears(first=2025, last=2027))
        assert workspace.projections.table("years") == workspace.metrics()
        months = workspace.projections.table("months").to_pylist()
        ends = workspace.metrics().to_pylist()
    assert min(row["month"] for row in months) == date(2024, 12, 1)
    for year in ends:
        december = [row for row in months if row["month"] == date(year["year"], 12, 1)]
        active = [row for row in december if row["status"] == "active"]
        assert sum(row["headcount"] for row in active) == year["end_headcount"]
        assert sum(row["payroll"] for row in active) == year["payroll_end"]


def test_what_could_not_be_folded_is_listed(workspace: Workspace) -> None:
    workspace.projections.catch_up()
    assert workspace.projections.parked().num_rows == 0
