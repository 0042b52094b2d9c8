"""Scenarios are branches: forks cost nothing, rewinds lose nothing, names come and go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from planalign import (
    ArchiveScenario,
    Assumptions,
    CensusOptions,
    CreateScenario,
    ForkScenario,
    GiveRaise,
    ImportCensus,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    RenameScenario,
    RewindScenario,
    SimulateYears,
    Workspace,
)
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample

CENSUS_DATE = date(2024, 12, 31)
FEWER_LEAVE = Assumptions.parse({"staffing": {"termination_rate": "0.08"}})


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("census") / "census.csv"
    write_sample(sample_census(200, seed=5, census_date=CENSUS_DATE), path)
    return path


@pytest.fixture
def workspace(tmp_path: Path, census: Path) -> Iterator[Workspace]:
    """Three simulated years: commits 1 to 4."""
    with Workspace.create(tmp_path / "plan") as workspace:
        options = CensusOptions(census_date=CENSUS_DATE)
        workspace.execute(ImportCensus(path=census, options=options))
        workspace.execute(SimulateYears(first=2025, last=2027))
        yield workspace


def digests(workspace: Workspace, scenario: str) -> list[str]:
    return [c.digest for c in workspace.commits(scenario) if c.command == "SimulateYears"]


def row(workspace: Workspace, name: str) -> dict[str, object]:
    (found,) = (
        row for row in workspace.scenarios(archived=True).to_pylist() if row["scenario"] == name
    )
    return found


def test_a_fork_that_does_nothing_is_its_parent(workspace: Workspace) -> None:
    workspace.execute(ForkScenario(name="other"))
    for day in (date(2025, 3, 1), date(2026, 12, 31), date(2029, 1, 1)):
        assert workspace.replay("other", as_of=day).equals(workspace.replay(as_of=day))
    assert workspace.years("other").equals(workspace.years())
    assert row(workspace, "other")["forked_from"] == "baseline"
    assert row(workspace, "other")["events"] == row(workspace, "baseline")["events"]


def test_a_fork_at_a_year_end_goes_on_from_there(workspace: Workspace) -> None:
    workspace.execute(ForkScenario(name="other", at_day=date(2025, 12, 31)))
    workspace.execute(
        SimulateYears(scenario="other", first=2026, last=2027, assumptions=FEWER_LEAVE)
    )
    ours, theirs = workspace.years().to_pylist(), workspace.years("other").to_pylist()
    assert ours[0] == theirs[0]
    assert theirs[1]["exits"] < ours[1]["exits"]
    assert digests(workspace, "other")[0] == digests(workspace, "baseline")[0]
    workspace.verify()


def test_a_fork_at_the_census_date_knows_the_census_only(workspace: Workspace) -> None:
    workspace.execute(ForkScenario(name="other", at_day=CENSUS_DATE))
    assert row(workspace, "other")["last_year"] is None
    workspace.execute(SimulateYears(scenario="other", first=2025, last=2027))
    assert digests(workspace, "other") == digests(workspace, "baseline")


def test_a_fork_at_a_year_end_has_what_was_corrected_before_the_next_year(
    workspace: Workspace,
) -> None:
    someone = next(
        row["employee_id"]
        for row in workspace.replay(as_of=date(2029, 1, 1)).to_pylist()
        if row["status"] == "active"
    )
    workspace.execute(
        GiveRaise(employee_id=someone, effective_date=date(2027, 12, 1), salary_cents=900_000_00)
    )
    workspace.execute(SimulateYears(first=2028, last=2028))
    workspace.execute(ForkScenario(name="other", at_day=date(2027, 12, 31)))
    told = workspace.history("other", someone).column("salary_after").to_pylist()
    assert 900_000 in [int(pay) for pay in told]


@pytest.mark.parametrize("depth", [1, 5])
def test_forks_of_forks_see_the_same_day(workspace: Workspace, depth: int) -> None:
    name = "baseline"
    for level in range(depth):
        workspace.execute(ForkScenario(scenario=name, name=f"level-{level}"))
        name = f"level-{level}"
    workspace.execute(SimulateYears(scenario=name, first=2028, last=2028))
    workspace.execute(SimulateYears(first=2028, last=2028))
    day = date(2028, 10, 10)
    assert workspace.replay(name, as_of=day).equals(workspace.replay(as_of=day))


def test_a_rewind_says_what_it_leaves_and_running_again_gives_the_same_digests(
    workspace: Workspace,
) -> None:
    before = digests(workspace, "baseline")
    result = workspace.execute(RewindScenario(to_day=date(2025, 12, 31)))
    assert [commit.commit_id for commit in result.left] == [3, 4]
    assert digests(workspace, "baseline") == before[:1]
    workspace.execute(SimulateYears(first=2026, last=2027))
    assert digests(workspace, "baseline") == before
    workspace.verify()


def test_what_a_rewind_left_is_reached_by_its_commit(workspace: Workspace) -> None:
    day = date(2027, 6, 30)
    before = workspace.replay(as_of=day)
    workspace.execute(RewindScenario(to_commit=2))
    assert workspace.replay(as_of=day, as_known=4).equals(before)
    workspace.execute(ForkScenario(name="again", at_commit=4))
    assert workspace.replay("again", as_of=day).equals(before)
    assert [c.commit_id for c in workspace.commits()] == [1, 2, 3, 4, 5, 6]
    assert [c.commit_id for c in workspace.commits("baseline")] == [1, 2, 5]


def test_a_new_name_goes_on_and_the_old_one_is_archived(workspace: Workspace) -> None:
    workspace.execute(RenameScenario(name="plan-a"))
    assert workspace.scenarios().column("scenario").to_pylist() == ["plan-a"]
    with pytest.raises(RefusedError, match="baseline is archived"):
        workspace.execute(SimulateYears(first=2028, last=2028))
    workspace.execute(SimulateYears(scenario="plan-a", first=2028, last=2028))
    assert len(digests(workspace, "plan-a")) == 4
    assert len(digests(workspace, "baseline")) == 3


def test_an_archived_name_can_be_begun_again(workspace: Workspace) -> None:
    workspace.execute(ForkScenario(name="other"))
    workspace.execute(ArchiveScenario(scenario="other"))
    assert row(workspace, "other")["state"] == "archived"
    with pytest.raises(RefusedError, match="archived"):
        workspace.execute(ArchiveScenario(scenario="other"))
    workspace.execute(ForkScenario(name="other", at_day=CENSUS_DATE))
    assert row(workspace, "other")["state"] == "active"


def test_an_empty_scenario_takes_a_census_of_its_own(workspace: Workspace, census: Path) -> None:
    workspace.execute(CreateScenario(scenario="second"))
    options = CensusOptions(census_date=date(2023, 12, 31))
    with pytest.raises(RefusedError, match="has a census already"):
        workspace.execute(ImportCensus(path=census, options=options))
    workspace.execute(
        ImportCensus(scenario="second", path=census, options=options, on_reject="skip")
    )
    assert row(workspace, "second")["census_date"] == date(2023, 12, 31)
    assert row(workspace, "second")["forked_from"] is None


def test_an_instant_before_the_fork_asks_what_the_parent_knew(workspace: Workspace) -> None:
    instant = workspace.commits()[1].recorded_at
    workspace.execute(ForkScenario(name="other"))
    day = date(2029, 1, 1)
    known = workspace.replay("other", as_of=day, as_known=instant)
    assert known.equals(workspace.replay(as_of=day, as_known=2))
    with pytest.raises(NotFoundError, match="knew nothing yet"):
        workspace.replay("other", as_of=day, as_known=instant.replace(year=2001))


def test_a_change_that_comes_again_is_made_once(workspace: Workspace) -> None:
    requests = [
        ForkScenario(name="other"),
        RenameScenario(scenario="other", name="more"),
        RewindScenario(scenario="more", to_commit=2),
    ]
    for number, request in enumerate(requests):
        first = workspace.execute(request, command_id=f"c-{number}")
        again = workspace.execute(request, command_id=f"c-{number}")
        assert again.commits[0] == first.commits[0]
    assert [c.command for c in workspace.commits()[4:]] == [
        "ForkScenario", "RenameScenario", "ArchiveScenario", "RewindScenario",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "error", "says"),
    [
        (ForkScenario(scenario="nobody", name="x"), NotFoundError, "no scenario 'nobody'"),
        (ForkScenario(name="baseline"), RefusedError, "there is a scenario baseline already"),
        (CreateScenario(scenario="baseline"), RefusedError, "already"),
        (ForkScenario(name="x", at_commit=77), NotFoundError, "no commit 77"),
        (ForkScenario(name="x", at_day=date(2026, 6, 30)), InvalidInputError, "no year-end"),
        (RewindScenario(to_day=date(2031, 12, 31)), NotFoundError, "2025 to 2027 are"),
        (RenameScenario(name="baseline"), RefusedError, "already"),
        (ArchiveScenario(scenario="nobody"), NotFoundError, "no scenario"),
    ],
)
def test_what_cannot_be_is_refused_and_records_nothing(
    workspace: Workspace,
    request_: ForkScenario | RewindScenario | RenameScenario | ArchiveScenario | CreateScenario,
    error: type[Exception],
    says: str,
) -> None:
    with pytest.raises(error, match=says):
        workspace.execute(request_)
    assert len(workspace.commits()) == 4


def test_a_point_is_a_day_or_a_commit_and_a_name_is_fit_for_a_file() -> None:
    with pytest.raises(ValidationError, match="give one of them"):
        ForkScenario(name="x", at_day=CENSUS_DATE, at_commit=1)
    with pytest.raises(ValidationError, match="give one of them"):
        RewindScenario()
    for name in ("", "../x", "a b", ".hidden", "x" * 101):
        with pytest.raises(ValidationError):
            ForkScenario(name=name)
