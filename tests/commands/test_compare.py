from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from planalign import (
    Assumptions,
    ForkScenario,
    GiveRaise,
    InvalidInputError,
    NotFoundError,
    SimulateYears,
    Workspace,
)
from planalign.commands.comparison import Comparison, EmployeeDifference, Reason
from planalign.commands.gates import breaches, parse_gate
from planalign.commands.reasons import FirstDifference, Reasons
from planalign.domain.assumptions import BandTable, changes, with_changes
from planalign.projections.divergence import divergence
from planalign.projections.metric_differences import metric_differences
from tests.commands.compared import CENSUS_DATE, CHANGED, YEARS, fill, simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("compared") / "plan"
    fill(directory)
    return directory


@pytest.fixture(scope="module")
def workspace(filled: Path) -> Iterator[Workspace]:
    """A copy to read, so that the original stays closed and can be copied again."""
    with Workspace.open(copytree(filled, filled.with_name("read"))) as workspace:
        yield workspace


@pytest.fixture
def own_workspace(filled: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy to record more in."""
    with Workspace.open(copytree(filled, tmp_path / "plan")) as workspace:
        yield workspace


def reason_of(difference: EmployeeDifference) -> Reason:
    assert difference.reason is not None
    return difference.reason


def of_kind(found: Comparison, kind_a: str | None, kind_b: str | None) -> EmployeeDifference:
    return next(
        k.example for k in found.employees.kinds if (k.kind_a, k.kind_b) == (kind_a, kind_b)
    )


@pytest.mark.parametrize("scenario", ["baseline", *CHANGED])
def test_a_scenario_does_not_differ_from_itself(workspace: Workspace, scenario: str) -> None:
    found = workspace.compare(scenario, scenario)
    assert found.is_empty
    assert (found.assumptions, found.metrics, found.first_divergence) == ((), (), None)
    assert (found.employees.differ, found.employees.who, found.employees.kinds) == (0, (), ())


def test_a_fork_in_which_nothing_happens_does_not_differ(workspace: Workspace) -> None:
    assert workspace.compare("baseline", "same").is_empty


def test_the_changed_assumption_is_the_only_one_and_holds_for_every_year(
    workspace: Workspace,
) -> None:
    (changed,) = workspace.compare("baseline", "cola").assumptions
    assert (changed.key, changed.a, changed.b) == ("raises.cola", "0.02", "0.03")
    assert changed.years == tuple(YEARS)
    keys = [row.key for row in workspace.compare("baseline", "both").assumptions]
    assert keys == ["staffing.growth_target", "raises.cola"]


def test_a_metric_differs_by_what_the_years_of_both_say(workspace: Workspace) -> None:
    tables = {name: workspace.metrics(name).to_pylist() for name in ("baseline", "turnover")}
    found = {
        (row.year, row.metric): row for row in workspace.compare("baseline", "turnover").metrics
    }
    compared = 0
    for ours, theirs in zip(tables["baseline"], tables["turnover"], strict=True):
        for metric in ours.keys() - {"year"}:
            a, b = ours[metric], theirs[metric]
            row = found.get((ours["year"], metric))
            assert (row is None) == (a == b)
            if row is not None:
                compared += 1
                assert (row.a, row.b) == (a, b)
                assert row.delta == (b - a if None not in {a, b} else None)
                if row.percent is not None:
                    assert float(b) == pytest.approx(float(a) * (1 + row.percent / 100))
    assert compared == len(found) > 0


def test_those_who_differ_are_those_whose_histories_do(workspace: Workspace) -> None:
    found = workspace.compare("baseline", "turnover", employees=None, reasons=0)
    first = {who.employee_id: who.first_day for who in found.employees.who}
    assert len(first) == found.employees.differ
    assert sum(kind.employees for kind in found.employees.kinds) == found.employees.differ
    assert found.first_divergence == min(first.values())
    day = date(YEARS[-1], 12, 31)
    known = [workspace.replay(name, as_of=day)["employee_id"] for name in ("baseline", "turnover")]
    everybody = sorted({*known[0].to_pylist(), *known[1].to_pylist()})
    for employee_id in [*everybody[::40], *list(first)[::40]]:
        pair = workspace.history_pair("baseline", "turnover", employee_id).to_pylist()
        days = [row["effective_date"] for row in pair if row["first_difference"]]
        assert days == ([first[employee_id]] if employee_id in first else [])


def test_a_flipped_exit_follows_from_the_rate_through_the_threshold(workspace: Workspace) -> None:
    found = workspace.compare("baseline", "turnover")
    example = of_kind(found, "Termination", None)
    reason = reason_of(example)
    year = example.first_day.year
    told = [
        workspace.explain(name, example.employee_id, year)[0] for name in ("baseline", "turnover")
    ]
    assert (reason.decision, reason.a, reason.b) == ("exit", told[0].outcome, told[1].outcome)
    assert reason.because == ("staffing.new_hire_termination_rate",)
    assert "(0.25 → 0.2)" in reason.text
    assert "threshold" in reason.text
    assert "own inputs are the same" in reason.text


def test_a_hire_of_one_scenario_alone_follows_from_the_plan(workspace: Workspace) -> None:
    reason = reason_of(of_kind(workspace.compare("baseline", "turnover"), "Hire", None))
    assert reason.decision == "hire"
    assert str(reason.a).endswith("hires are planned")
    assert "hires planned" in reason.text


def test_another_raise_names_the_assumption_that_it_is_made_of(workspace: Workspace) -> None:
    found = workspace.compare("baseline", "cola")
    assert [(kind.kind_a, kind.kind_b) for kind in found.employees.kinds] == [("Raise", "Raise")]
    reason = reason_of(found.employees.kinds[0].example)
    assert reason.text == "follows from raises.cola (0.02 → 0.03): cola 0.02 → 0.03"


def test_of_several_changes_only_those_that_matter_to_somebody_are_named(
    workspace: Workspace,
) -> None:
    found = workspace.compare("baseline", "both", employees=60, reasons=60)
    causes = {(reason_of(who).decision, reason_of(who).because) for who in found.employees.who}
    assert ("raise", ("raises.cola",)) in causes
    assert ("hire", ("staffing.growth_target",)) in causes
    assert all("raises.cola" not in because for decision, because in causes if decision == "hire")


def test_what_no_assumption_of_the_year_explains_follows_from_the_years_before(
    own_workspace: Workspace,
) -> None:
    own_workspace.execute(ForkScenario(name="once", at_day=CENSUS_DATE))
    simulate(own_workspace, "once", Assumptions.parse(CHANGED["turnover"]), years=YEARS[:1])
    simulate(own_workspace, "once", Assumptions(), years=YEARS[1:])
    log = own_workspace.log
    lineages = log.lineage("baseline"), log.lineage("once")
    parted = divergence(log, *lineages)
    reasons = Reasons(log, *lineages)
    later = parted.filter(pc.greater(parted["first_day"], date(YEARS[0], 12, 31)))
    assert later.num_rows
    for row in later.to_pylist()[::10]:
        reason = reasons.of(FirstDifference(**row))
        before = f"follows from what differs before {row['first_day'].year}"
        assert (reason.because, reason.text[: len(before)]) == ((), before)


def test_a_command_is_a_reason_of_its_own(own_workspace: Workspace) -> None:
    table = own_workspace.replay("same", as_of=date(YEARS[-1], 12, 31))
    active = table.filter(pc.equal(table["status"], "active"))
    ann = active["employee_id"][0].as_py()
    raised = GiveRaise(
        scenario="same",
        employee_id=ann,
        effective_date=date(YEARS[-1] + 1, 3, 1),
        salary_cents=99_999_999_00,
    )
    commit = own_workspace.execute(raised).commits[0]
    found = own_workspace.compare("baseline", "same")
    (who,) = found.employees.who
    assert (who.employee_id, who.kind_a, who.kind_b) == (ann, None, "Raise")
    text = f"recorded by GiveRaise in same (commit {commit.commit_id})"
    assert reason_of(who) == Reason(text)
    assert (found.assumptions, found.metrics) == ((), ())


def test_a_year_that_only_one_has_is_compared_with_nothing(own_workspace: Workspace) -> None:
    own_workspace.execute(ForkScenario(name="short", at_day=date(2026, 12, 31)))
    found = own_workspace.compare("baseline", "short")
    assert found.first_divergence is not None
    assert found.first_divergence.year == 2027
    assert {row.year for row in found.metrics} == {2027, 2028}
    assert {(row.b, row.delta, row.percent) for row in found.metrics} == {(None, None, None)}
    assert reason_of(found.employees.who[0]).text == "2027 is not simulated in short"
    other = Assumptions.parse({"seed": 7})
    own_workspace.execute(SimulateYears(scenario="short", first=2027, last=2028, assumptions=other))
    (changed,) = own_workspace.compare("baseline", "short").assumptions
    assert (changed.key, changed.years) == ("seed", (2027, 2028))


def test_several_scenarios_are_each_compared_with_the_first(workspace: Workspace) -> None:
    found = workspace.compare("baseline", "turnover", "cola")
    assert [(pair.a, pair.b) for pair in found] == [("baseline", "turnover"), ("baseline", "cola")]
    assert found[1] == workspace.compare("baseline", "cola")


def test_a_comparison_is_frozen_and_lists_as_many_as_were_asked_for(workspace: Workspace) -> None:
    found = workspace.compare("baseline", "cola", employees=3, reasons=1)
    assert len(found.employees.who) == 3
    assert [who.reason is None for who in found.employees.who] == [False, True, True]
    with pytest.raises(FrozenInstanceError):
        found.a = "other"  # type: ignore[misc]  # that it cannot be set is the point


def test_an_unknown_scenario_is_not_found(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no scenario 'nowhere'"):
        workspace.compare("baseline", "nowhere")


@pytest.mark.parametrize(
    ("gate", "closes"),
    [
        ("any", True),
        ("assumptions", True),
        ("employees", True),
        ("employees:100000", False),
        ("headcount", False),
        ("payroll_end", True),
        ("payroll_end:1%", True),
        ("payroll_end:50%", False),
        ("payroll:0.5%", True),
        ("hires:1", False),
    ],
)
def test_a_gate_closes_at_what_is_beyond_its_limit(
    workspace: Workspace, gate: str, *, closes: bool
) -> None:
    found = workspace.compare("baseline", "cola", reasons=0)
    assert bool(breaches(parse_gate(gate), found)) == closes
    same = workspace.compare("baseline", "same", reasons=0)
    assert breaches(parse_gate(gate), same) == ()


@pytest.mark.parametrize("text", ["", "Payroll", "any:1", "payroll_end:-1", "employees:1%", "a:b"])
def test_a_gate_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_gate(text)


def test_a_gate_on_an_unknown_metric_names_those_there_are(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="salaries") as refused:
        breaches(parse_gate("salaries"), workspace.compare("baseline", "cola", reasons=0))
    assert "payroll_end" in refused.value.hint


def test_a_change_from_nothing_has_no_percentage_and_passes_no_gate_of_percents(
    workspace: Workspace,
) -> None:
    before, after = (
        pa.table({"year": [2025], "hires": [hires], "pay": [Decimal("1.00")]}) for hires in (0, 3)
    )
    (row,) = metric_differences(before, after)
    assert (row.metric, row.delta, row.percent) == ("hires", 3, None)
    found = replace(workspace.compare("baseline", "same"), metrics=(row,))
    assert breaches(parse_gate("hires:500%"), found) == ("hires of 2025: 0 → 3",)
    assert breaches(parse_gate("hires:3"), found) == ()


def test_the_keys_of_one_document_put_into_another_make_them_equal() -> None:
    bands = [{"at_least": 0, "below": 50, "termination": 1, "promotion": 1}]
    bands.append({"at_least": 50, "below": None, "termination": 2, "promotion": 0.5})  # type: ignore[dict-item]  # the last band is open
    a = Assumptions()
    b = Assumptions.parse({"seed": 7, "age_bands": bands, "hires": {"salary_spread": 0.1}})
    assert isinstance(b.age_bands, BandTable)
    found = changes(a, b)
    assert with_changes(a, b, [change.key for change in found]) == b
    assert with_changes(a, b, []) == a
    assert with_changes(a, b, ["seed"]) == a.model_copy(update={"seed": 7})
    assert with_changes(a, b, ["age_bands[1].below"]).age_bands == b.age_bands
    assert changes(a, a) == ()
