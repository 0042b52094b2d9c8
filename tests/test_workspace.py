"""The main job, end to end, through the programmatic API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from planalign import (
    Assumptions,
    CensusOptions,
    CommandReusedError,
    EmployeeRefusedError,
    GiveRaise,
    HireEmployee,
    ImportCensus,
    InvalidInputError,
    LogCorruptError,
    NotFoundError,
    PromoteEmployee,
    RefusedError,
    RejectedRowsError,
    SimulateYears,
    SimulationRefusedError,
    TerminateEmployee,
    Workspace,
)
from planalign.commands.requests import Request
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample

CENSUS_DATE = date(2024, 12, 31)
OPTIONS = CensusOptions(census_date=CENSUS_DATE)
LOG = "planalign.duckdb"


@pytest.fixture(scope="session")
def census(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("census") / "census.csv"
    write_sample(sample_census(300, seed=5, census_date=CENSUS_DATE), path)
    return path


@pytest.fixture
def workspace(tmp_path: Path, census: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "plan") as workspace:
        workspace.execute(ImportCensus(path=census, options=OPTIONS))
        yield workspace


def year_digests(workspace: Workspace) -> list[str]:
    return [c.digest for c in workspace.commits("baseline") if c.command == "SimulateYears"]


def simulate(
    workspace: Workspace, first: int, last: int, *, resume: bool = False, restart: bool = False
) -> None:
    workspace.execute(SimulateYears(first=first, last=last, resume=resume, restart=restart))


def salary(
    workspace: Workspace, employee_id: str, as_of: date, *, as_known: int | None = None
) -> int:
    rows = workspace.replay(as_of=as_of, as_known=as_known).to_pylist()
    (cents,) = (int(r["annual_salary"] * 100) for r in rows if r["employee_id"] == employee_id)
    return cents


def first_active(workspace: Workspace) -> str:
    day = date(2026, 12, 31)
    return next(
        str(r["employee_id"])
        for r in workspace.replay(as_of=day).to_pylist()
        if r["status"] == "active" and r["hire_date"] < CENSUS_DATE
    )


def test_five_years_end_at_their_targets_and_the_log_is_as_written(workspace: Workspace) -> None:
    result = workspace.execute(SimulateYears(first=2025, last=2029))

    assert [year.end for year in result.years] == [year.target for year in result.years]
    assert workspace.years().column("end_headcount").to_pylist() == [y.end for y in result.years]
    active = workspace.replay(as_of=date(2029, 12, 31)).column("status").to_pylist()
    assert active.count("active") == result.years[-1].end
    assert workspace.verify().events == result.events + 300


def test_the_figures_know_their_targets_and_where_knowledge_begins(workspace: Workspace) -> None:
    faster = Assumptions.parse({"staffing": {"growth_target": "0.05"}})
    simulate(workspace, 2025, 2025)
    workspace.execute(SimulateYears(first=2026, last=2026, assumptions=faster))

    rows = workspace.metrics().to_pylist()
    assert [row["growth_target"] for row in rows] == [0.03, 0.05]
    assert all(abs(row["growth_against_target"]) < 0.5 / row["start_headcount"] for row in rows)
    grown = [row["compensation_growth_full_year"] for row in rows]
    assert grown[0] is None, "2024 is before the census"
    assert 0 < grown[1] < 0.2
    year_end = workspace.replay(as_of=date(2026, 12, 31), year_end=True)
    assert sum(year_end.column("earned_in_year").to_pylist()) == rows[1]["earned"]
    (first,) = workspace.metrics(as_known=workspace.commits()[1].commit_id).to_pylist()
    assert first == rows[0]
    by_level = workspace.level_metrics().to_pylist()
    for row in rows:
        payroll = sum(level["payroll"] for level in by_level if level["year"] == row["year"])
        assert payroll == row["payroll_end"]


def test_resuming_gives_the_digests_of_a_run_that_was_not_interrupted(
    workspace: Workspace, tmp_path: Path, census: Path
) -> None:
    simulate(workspace, 2025, 2028)
    with Workspace.create(tmp_path / "other") as other:
        other.execute(ImportCensus(path=census, options=OPTIONS))
        simulate(other, 2025, 2026)
    with Workspace.open(tmp_path / "other") as other:
        simulate(other, 2025, 2028, resume=True)
        assert year_digests(other) == year_digests(workspace)


def test_simulating_again_after_a_restart_gives_the_same_digests(workspace: Workspace) -> None:
    simulate(workspace, 2025, 2027)
    before = year_digests(workspace)
    simulate(workspace, 2026, 2027, restart=True)

    assert sorted(year_digests(workspace)) == sorted(before)
    workspace.verify()


def test_a_command_id_that_comes_again_returns_the_earlier_commits(workspace: Workspace) -> None:
    request = SimulateYears(first=2025, last=2026)
    first = workspace.execute(request, command_id="run-1")
    assert workspace.execute(request, command_id="run-1").commits == first.commits
    with pytest.raises(CommandReusedError, match="run-1"):
        workspace.execute(
            GiveRaise(employee_id="E-0000001", effective_date=date(2026, 1, 1), salary_cents=10**9),
            command_id="run-1/2025",
        )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(2026, 2027, "continues with 2025"), (2030, 2031, "continues with 2025")],
)
def test_years_that_leave_a_gap_are_refused(
    workspace: Workspace, first: int, last: int, said: str
) -> None:
    with pytest.raises(SimulationRefusedError, match=said):
        simulate(workspace, first, last)


def test_a_year_that_is_simulated_is_not_simulated_twice(workspace: Workspace) -> None:
    simulate(workspace, 2025, 2025)
    with pytest.raises(SimulationRefusedError, match="simulated already"):
        simulate(workspace, 2025, 2026)


def test_resuming_with_other_assumptions_is_refused(workspace: Workspace) -> None:
    simulate(workspace, 2025, 2025)
    other = Assumptions.parse({"seed": 7})
    with pytest.raises(SimulationRefusedError, match="other assumptions"):
        workspace.execute(SimulateYears(first=2025, last=2026, assumptions=other, resume=True))


def test_a_scenario_without_a_census_cannot_be_simulated(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "empty") as workspace:
        with pytest.raises(NotFoundError, match="no scenario"):
            simulate(workspace, 2025, 2025)
        hire = HireEmployee(
            employee_id="E-1",
            effective_date=date(2025, 1, 2),
            salary_cents=7_000_000,
            level=1,
            birth_date=date(1990, 1, 1),
        )
        workspace.execute(hire)
        with pytest.raises(SimulationRefusedError, match="no census"):
            simulate(workspace, 2025, 2025)


def test_a_raise_dated_into_the_years_to_come_stops_the_simulation(workspace: Workspace) -> None:
    person = workspace.replay(as_of=CENSUS_DATE).column("employee_id")[0].as_py()
    workspace.execute(
        GiveRaise(employee_id=person, effective_date=date(2025, 3, 1), salary_cents=99_999_999)
    )
    with pytest.raises(SimulationRefusedError, match=person):
        simulate(workspace, 2025, 2025)


def test_a_second_census_is_refused(workspace: Workspace, census: Path) -> None:
    with pytest.raises(RefusedError, match="has a census already"):
        workspace.execute(ImportCensus(path=census, options=OPTIONS))


def test_rejected_rows_import_nothing_unless_they_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "employee_id,birth_date,hire_date,annual_salary,level,termination_date\n"
        "A-1,1980-01-01,2010-01-01,60000,1,2023-02-28\n"
        "A-2,1980-01-01,2010-02-30,60000,1,\n"
    )
    with Workspace.create(tmp_path / "plan") as workspace:
        with pytest.raises(RejectedRowsError, match="1 of 2") as refused:
            workspace.execute(ImportCensus(path=path, options=OPTIONS))
        assert refused.value.reading is not None
        assert workspace.commits() == []
        result = workspace.execute(ImportCensus(path=path, options=OPTIONS, on_reject="skip"))
        assert result.events == 2
        (row,) = workspace.replay(as_of=CENSUS_DATE).to_pylist()
        assert (row["status"], row["termination_reason"]) == ("terminated", "unspecified")


def test_a_backdated_raise_changes_later_answers_but_not_those_asked_as_known(
    workspace: Workspace,
) -> None:
    simulate(workspace, 2025, 2026)
    known = workspace.commits()[-1].commit_id
    person = first_active(workspace)
    day = date(2026, 9, 1)
    paid = salary(workspace, person, day)
    workspace.execute(
        GiveRaise(employee_id=person, effective_date=day, salary_cents=paid + 1_000_00)
    )

    assert salary(workspace, person, day) == paid + 1_000_00
    assert salary(workspace, person, day, as_known=known) == paid
    assert workspace.history("baseline", person).column("command")[-1].as_py() == "GiveRaise"


def test_one_employee_is_promoted_leaves_and_comes_back(workspace: Workspace) -> None:
    simulate(workspace, 2025, 2026)
    person = first_active(workspace)
    paid = salary(workspace, person, date(2026, 12, 31))
    requests: list[Request] = [
        PromoteEmployee(
            employee_id=person, effective_date=date(2027, 1, 4), level=9, salary_cents=paid
        ),
        TerminateEmployee(employee_id=person, effective_date=date(2027, 2, 1)),
        HireEmployee(
            employee_id=person,
            effective_date=date(2027, 3, 1),
            salary_cents=paid,
            level=2,
            birth_date=date(1980, 1, 1),
        ),
    ]
    for request in requests:
        assert workspace.execute(request).events == 1
    same = GiveRaise(employee_id=person, effective_date=date(2027, 3, 2), salary_cents=paid)
    assert workspace.execute(same).commits == ()
    with pytest.raises(EmployeeRefusedError, match="is employed since"):
        workspace.execute(requests[-1])
    workspace.verify()


def test_an_employee_request_that_comes_again_is_carried_out_once(workspace: Workspace) -> None:
    person = workspace.replay(as_of=CENSUS_DATE).column("employee_id")[0].as_py()
    leave = TerminateEmployee(employee_id=person, effective_date=date(2025, 2, 1))
    first = workspace.execute(leave, command_id="x")
    assert workspace.execute(leave, command_id="x") == first


def test_what_is_unknown_or_before_the_census_is_refused(workspace: Workspace) -> None:
    early = GiveRaise(employee_id="E-1", effective_date=date(2024, 1, 1), salary_cents=1)
    with pytest.raises(RefusedError, match="census date"):
        workspace.execute(early)
    late = GiveRaise(employee_id="nobody", effective_date=date(2025, 1, 1), salary_cents=1)
    with pytest.raises(NotFoundError, match="nobody"):
        workspace.execute(late)
    with pytest.raises(InvalidInputError, match="before the census date"):
        workspace.replay(as_of=date(2024, 1, 1))
    with pytest.raises(NotFoundError, match="no simulated year"):
        workspace.years()
    with pytest.raises(InvalidInputError, match="no request"):
        workspace.execute(Request())


def test_every_decision_about_a_person_can_be_explained(workspace: Workspace) -> None:
    simulate(workspace, 2025, 2026)
    person = first_active(workspace)
    decisions = workspace.explain("baseline", person, 2026)
    assert {"exit", "promotion", "raise"} <= {decision.decision for decision in decisions}
    assert workspace.explain("baseline", "NH_2026_000001", 2026)
    with pytest.raises(NotFoundError, match="2031"):
        workspace.explain("baseline", person, 2031)
    with pytest.raises(NotFoundError, match="nobody"):
        workspace.explain("baseline", "nobody", 2026)


def test_an_event_can_be_proved_without_the_log(workspace: Workspace) -> None:
    person = workspace.replay(as_of=CENSUS_DATE).column("employee_id")[7].as_py()
    commit, proof = workspace.prove("baseline", person, 1)
    assert proof.digest() == commit.digest
    with pytest.raises(NotFoundError, match="version 99"):
        workspace.prove("baseline", person, 99)


def test_a_workspace_is_made_once_and_must_be_there_to_open(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="already"):
        Workspace.create(workspace.path)
    with pytest.raises(NotFoundError, match="no workspace"):
        Workspace.open(workspace.path / "elsewhere")


TAMPERING = {
    "UPDATE events SET salary_cents = salary_cents + 1 WHERE position = 17": "digest differs",
    "DELETE FROM events WHERE position = 18": "holds",
    "UPDATE streams SET stream_id = 'X' WHERE stream_no = 3": "id or its key",
    "UPDATE commits SET actor = 'somebody' WHERE commit_id = 1": "chain breaks",
    "UPDATE assumptions SET document = '{}'": "document was changed",
    "DELETE FROM assumptions": "missing",
    "INSERT INTO events SELECT * REPLACE (9999 AS position) FROM events LIMIT 1": "log holds",
    "DELETE FROM commits WHERE commit_id = 2": "missing",
}


@pytest.mark.parametrize("statement", TAMPERING)
def test_whatever_is_changed_behind_the_log_is_named(
    tmp_path: Path, census: Path, statement: str
) -> None:
    with Workspace.create(tmp_path / "plan") as workspace:
        workspace.execute(ImportCensus(path=census, options=OPTIONS))
        simulate(workspace, 2025, 2025)
    table = statement.replace("DELETE FROM", "UPDATE").split()[1]
    with duckdb.connect(str(tmp_path / "plan" / LOG)) as connection:
        if not statement.startswith("INSERT"):
            connection.execute(f"DROP TRIGGER refuse_update ON {table}")
            connection.execute(f"DROP TRIGGER refuse_delete ON {table}")
        connection.execute(statement)

    with (
        pytest.raises(LogCorruptError, match=TAMPERING[statement]),
        Workspace.open(tmp_path / "plan") as workspace,
    ):
        workspace.verify()
