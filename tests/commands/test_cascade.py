"""Backdated decisions that later events contradict: refused by name, or the years done again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planalign import (
    CensusOptions,
    EmployeeRefusedError,
    GiveRaise,
    ImportCensus,
    InfeasiblePlanError,
    PromoteEmployee,
    RefusedError,
    SimulateYears,
    TerminateEmployee,
    Workspace,
)
from planalign.commands import cascade
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample

pytestmark = pytest.mark.slow

CENSUS_DATE = date(2024, 12, 31)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Three simulated years, and a raise that was recorded after them."""
    census = tmp_path / "census.csv"
    write_sample(sample_census(300, seed=5, census_date=CENSUS_DATE), census)
    with Workspace.create(tmp_path / "plan") as workspace:
        options = CensusOptions(census_date=CENSUS_DATE)
        workspace.execute(ImportCensus(path=census, options=options))
        workspace.execute(SimulateYears(first=2025, last=2027))
        yield workspace


def people(workspace: Workspace, day: date) -> dict[str, dict[str, Any]]:
    return {str(row["employee_id"]): row for row in workspace.replay(as_of=day).to_pylist()}


def stayer(workspace: Workspace) -> str:
    """Somebody of the census who is there to the end, with raises on the way."""
    rows = people(workspace, date(2027, 12, 31)).values()
    return next(
        str(row["employee_id"])
        for row in rows
        if row["status"] == "active" and row["hire_date"] < date(2020, 1, 1)
    )


def promoted(workspace: Workspace) -> str:
    """Somebody who is promoted in 2027 and not before."""
    before, after = people(workspace, date(2026, 12, 31)), people(workspace, date(2027, 12, 31))
    return next(
        name
        for name, row in after.items()
        if row["status"] == "active"
        and name in before
        and row["level"] == before[name]["level"] + 1
        and before[name]["status"] == "active"
    )


def test_an_exit_before_later_raises_is_refused_and_names_the_conflict(
    workspace: Workspace,
) -> None:
    someone = stayer(workspace)
    with pytest.raises(EmployeeRefusedError, match="contradicts the Raise recorded for") as caught:
        workspace.execute(TerminateEmployee(employee_id=someone, effective_date=date(2026, 3, 31)))
    assert "--cascade" in caught.value.hint
    assert len(workspace.commits()) == 4


def test_a_cascading_exit_is_planned_for_and_the_years_are_done_again(
    workspace: Workspace,
) -> None:
    someone = stayer(workspace)
    first_year = workspace.years().to_pylist()[0]
    known_then = workspace.replay(as_of=date(2027, 12, 31), as_known=4)
    result = workspace.execute(
        TerminateEmployee(employee_id=someone, effective_date=date(2026, 3, 31), cascade=True)
    )
    assert [commit.command for commit in result.commits] == [
        "RewindScenario", "TerminateEmployee", "SimulateYears", "SimulateYears",
    ]  # fmt: skip
    assert [commit.commit_id for commit in result.left] == [3, 4]
    assert result.dropped == ()
    assert people(workspace, date(2026, 4, 1))[someone]["status"] == "terminated"
    assert workspace.history("baseline", someone).column("kind")[-1].as_py() == "Termination"
    again = workspace.years().to_pylist()
    assert again[0] == first_year
    for row in again:  # the plan is kept: one leaver less is drawn
        assert row["end_headcount"] == row["start_headcount"] + row["hires"] - row["exits"]
    assert workspace.replay(as_of=date(2027, 12, 31), as_known=4).equals(known_then)
    workspace.verify()


def test_what_the_correction_does_not_touch_comes_out_as_it_was(workspace: Workspace) -> None:
    someone = stayer(workspace)
    before = people(workspace, date(2027, 12, 31))
    workspace.execute(
        TerminateEmployee(employee_id=someone, effective_date=date(2026, 3, 31), cascade=True)
    )
    after = people(workspace, date(2027, 12, 31))
    moved = [name for name in before if before[name]["status"] != after[name]["status"]]
    assert someone in moved
    assert len(moved) <= 3


def test_a_cascading_promotion_lets_the_simulation_see_the_higher_level(
    workspace: Workspace,
) -> None:
    someone = promoted(workspace)
    level = people(workspace, date(2026, 12, 31))[someone]["level"]
    request = PromoteEmployee(
        employee_id=someone,
        effective_date=date(2026, 11, 1),
        level=level + 1,
        salary_cents=500_000_00,
    )
    with pytest.raises(EmployeeRefusedError, match="contradicts the Promotion"):
        workspace.execute(request)
    workspace.execute(request.model_copy(update={"cascade": True}))
    assert people(workspace, date(2026, 11, 1))[someone]["level"] == level + 1
    workspace.verify()


def test_decisions_that_cannot_be_any_more_are_dropped_by_name(workspace: Workspace) -> None:
    someone = stayer(workspace)
    pay = GiveRaise(employee_id=someone, effective_date=date(2027, 11, 1), salary_cents=900_000_00)
    other = next(name for name in people(workspace, date(2027, 12, 31)) if name != someone)
    workspace.execute(pay)
    result = workspace.execute(
        TerminateEmployee(employee_id=someone, effective_date=date(2026, 3, 31), cascade=True)
    )
    (dropped,) = result.dropped
    assert dropped.startswith("commit 5, GiveRaise")
    assert someone in dropped
    assert other not in dropped


def test_a_cascade_that_comes_again_is_made_once(workspace: Workspace) -> None:
    request = TerminateEmployee(
        employee_id=stayer(workspace), effective_date=date(2026, 3, 31), cascade=True
    )
    workspace.execute(request, command_id="c")
    commits = len(workspace.commits())
    assert workspace.execute(request, command_id="c").events == 1
    assert len(workspace.commits()) == commits


def test_if_a_year_cannot_be_done_again_all_is_put_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise InfeasiblePlanError("2026: no")

    before = workspace.replay(as_of=date(2027, 12, 31))
    request = TerminateEmployee(
        employee_id=stayer(workspace), effective_date=date(2026, 3, 31), cascade=True
    )
    monkeypatch.setattr(cascade, "simulate_years", fail)
    with pytest.raises(InfeasiblePlanError):
        workspace.execute(request, command_id="c")
    assert workspace.replay(as_of=date(2027, 12, 31)).equals(before)
    with pytest.raises(RefusedError, match="put back"):
        workspace.execute(request, command_id="c")
    workspace.verify()


def test_without_a_simulated_year_to_do_again_a_cascade_is_refused(workspace: Workspace) -> None:
    someone = stayer(workspace)
    workspace.execute(
        GiveRaise(employee_id=someone, effective_date=date(2028, 6, 1), salary_cents=900_000_00)
    )
    with pytest.raises(RefusedError, match="no simulated year from 2028 on"):
        workspace.execute(
            TerminateEmployee(employee_id=someone, effective_date=date(2028, 3, 1), cascade=True)
        )
