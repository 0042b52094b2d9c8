"""A scenario as a workbook: its figures are the screen's, and it says where they are from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
import python_calamine
from click.testing import CliRunner, Result

from planalign import (
    Assumptions,
    CensusOptions,
    ForkScenario,
    ImportCensus,
    NotFoundError,
    SimulateYears,
    UnsupportedFormatError,
    Workspace,
    __version__,
)
from planalign.cli import root
from planalign.commands import export_scenario
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample
from planalign.infrastructure.export.workbook import write_workbook
from planalign.projections.metric_differences import metric_differences

pytestmark = pytest.mark.slow

CENSUS_DATE = date(2024, 12, 31)
SHEETS = [
    *("summary", "yearly metrics", "snapshot 2025", "snapshot 2026"),
    *("events", "assumptions", "provenance"),
]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two simulated years of 150 people, the second with more raises."""
    place = tmp_path_factory.mktemp("export")
    write_sample(sample_census(150, seed=5, census_date=CENSUS_DATE), place / "census.csv")
    options = CensusOptions(census_date=CENSUS_DATE)
    more = Assumptions.parse({"raises": {"cola": 0.03}})
    with Workspace.create(place / "plan") as workspace:
        workspace.execute(ImportCensus(path=place / "census.csv", options=options))
        workspace.execute(SimulateYears(first=2025, last=2025))
        workspace.execute(SimulateYears(first=2026, last=2026, assumptions=more))
        yield workspace


@pytest.fixture(scope="module")
def exported(workspace: Workspace) -> dict[str, Rows]:
    """The sheets of the workbook, a dict by heading for each row."""
    path = workspace.path.parent / "baseline.xlsx"
    written = workspace.export(path)
    assert [sheet.name for sheet in written] == SHEETS
    sheets = rows_of(path)
    assert {sheet.name: sheet.rows for sheet in written} == {n: len(r) for n, r in sheets.items()}
    return sheets


def rows_of(path: Path) -> dict[str, Rows]:
    calamine: Any = python_calamine
    workbook = calamine.CalamineWorkbook.from_path(path)
    sheets: dict[str, Rows] = {}
    for name in workbook.sheet_names:
        heading, *rows = workbook.get_sheet_by_name(name).to_python()
        sheets[name] = [dict(zip(map(str, heading), row, strict=True)) for row in rows]
    return sheets


def cents(value: object) -> int:
    return round(Decimal(str(value)) * 100)


def test_the_yearly_figures_are_the_screens(
    workspace: Workspace, exported: dict[str, Rows]
) -> None:
    pairs = zip(exported["yearly metrics"], workspace.metrics().to_pylist(), strict=True)
    for found, shown in pairs:
        assert list(found) == list(shown)
        for name, value in shown.items():
            is_same = found[name] == ("" if value is None else pytest.approx(float(value)))
            assert is_same, name


def test_headcount_and_payroll_of_each_snapshot_are_those_of_its_year(
    exported: dict[str, Rows],
) -> None:
    for year in exported["yearly metrics"]:
        rows = exported[f"snapshot {year['year']:.0f}"]
        active = [row for row in rows if row["status"] == "active"]
        assert len(active) == year["end_headcount"]
        assert sum(cents(row["annual_salary"]) for row in active) == cents(year["payroll_end"])


def test_the_summary_adds_the_years_up(exported: dict[str, Rows]) -> None:
    (summary,) = exported["summary"]
    years = exported["yearly metrics"]
    for name in ("hires", "exits", "promotions", "raises", "events"):
        assert summary[name] == sum(year[name] for year in years)
    assert (
        summary["start_headcount"] + summary["hires"] - summary["exits"]
        == (summary["end_headcount"])
    )
    growth = summary["payroll_end"] / summary["payroll_start"] - 1
    assert summary["payroll_growth"] == pytest.approx(growth)


def test_the_events_are_those_of_the_log_in_its_order(
    workspace: Workspace, exported: dict[str, Rows]
) -> None:
    shown = workspace.sql("FROM events ORDER BY position").to_pylist()
    for found, event in zip(exported["events"], shown, strict=True):
        kept = (found["position"], found["employee_id"], found["kind"], found["effective_date"])
        names = ("position", "employee_id", "kind", "effective_date")
        assert kept == tuple(event[name] for name in names)


def test_a_snapshot_has_the_columns_of_a_year_end_replay(
    workspace: Workspace, exported: dict[str, Rows]
) -> None:
    shown = workspace.replay(as_of=date(2026, 12, 31), year_end=True)
    assert list(exported["snapshot 2026"][0]) == shown.column_names
    hired = [row["hire_date"] for row in exported["snapshot 2026"]]
    assert hired == shown["hire_date"].to_pylist()


def test_each_assumption_says_for_which_years_it_held(exported: dict[str, Rows]) -> None:
    cola = [row for row in exported["assumptions"] if row["key"] == "raises.cola"]
    spans = [(row["first_year"], row["last_year"], row["value"], row["number"]) for row in cola]
    assert spans == [(2025, 2025, "0.02", 0.02), (2026, 2026, "0.03", 0.03)]


def test_the_provenance_says_where_the_figures_are_from(
    workspace: Workspace, exported: dict[str, Rows]
) -> None:
    facts = {row["key"]: row["value"] for row in exported["provenance"]}
    head = workspace.commits("baseline")[-1]
    digests = [c.assumptions_digest for c in workspace.commits() if c.assumptions_digest]
    assert facts["scenario"] == "baseline"
    assert facts["commit"] == str(head.commit_id)
    assert facts["chain"] == facts["chain_head"] == head.chain
    assert facts["seed"] == "42"
    assert facts["assumptions_digest"] == ", ".join(digests)
    assert facts["planalign"] == facts["engine_version"] == __version__
    assert {"created_at", "python", "duckdb", "numpy", "pyarrow", "xlsxwriter"} <= set(facts)


@pytest.mark.parametrize("form", ["csv", "parquet", "arrow"])
def test_a_directory_has_a_file_for_each_sheet(
    workspace: Workspace, tmp_path: Path, form: Any
) -> None:
    written = workspace.export(tmp_path / "out", form=form)
    names = sorted(f"{name.replace(' ', '_')}.{form}" for name in SHEETS)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert sorted(part for sheet in written for part in sheet.parts) == names
    if form == "parquet":
        parquet: Any = pyarrow.parquet
        assert parquet.read_table(tmp_path / "out" / "yearly_metrics.parquet").equals(
            workspace.metrics()
        )


@pytest.mark.parametrize(
    ("name", "form"), [("a.csv", "auto"), ("a.xls", "auto"), ("a", "xlsx"), ("a.xlsx", "csv")]
)
def test_a_target_that_does_not_fit_the_format_is_refused(
    workspace: Workspace, tmp_path: Path, name: str, form: Any
) -> None:
    with pytest.raises(UnsupportedFormatError, match="a workbook or a directory"):
        workspace.export(tmp_path / name, form=form)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_is_not_exported(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        workspace.export(tmp_path / "a.xlsx", scenario="nobody")
    with Workspace.create(tmp_path / "plan") as other:
        census = workspace.path.parent / "census.csv"
        options = CensusOptions(census_date=CENSUS_DATE)
        other.execute(ImportCensus(path=census, options=options))
        with pytest.raises(NotFoundError, match="no simulated year"):
            other.export(tmp_path / "a.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_comparison_has_every_metric_that_differs(workspace: Workspace, tmp_path: Path) -> None:
    workspace.execute(ForkScenario(scenario="baseline", name="other", at_day=date(2025, 12, 31)))
    workspace.execute(SimulateYears(scenario="other", first=2026, last=2026))
    written = workspace.export(tmp_path / "both.xlsx", compare="other")
    sheets = rows_of(tmp_path / "both.xlsx")
    assert [sheet.name for sheet in written] == [*SHEETS[:2], "comparison", *SHEETS[2:]]
    assert [row["scenario"] for row in sheets["summary"]] == ["baseline", "other"]
    rows = {(row["year"], row["metric"]): row for row in sheets["comparison"]}
    expected = metric_differences(workspace.metrics("baseline"), workspace.metrics("other"))
    assert list(rows) == [(m.year, m.metric) for m in expected]
    payroll = rows[2026, "payroll_end"]
    assert payroll["delta"] == pytest.approx(payroll["b"] - payroll["a"])
    assert payroll["percent"] == pytest.approx(payroll["delta"] / payroll["a"] * 100)
    facts = {row["key"]: row["value"] for row in sheets["provenance"]}
    assert facts["compared_scenario"] == "other"
    assert facts["compared_chain"] == workspace.commits("other")[-1].chain
    ends = [row["payroll_end"] for row in sheets["summary"]]
    assert ends == [payroll["a"], payroll["b"]]


def ask(*arguments: str | Path, **options: Any) -> Result:
    return CliRunner().invoke(root, [str(argument) for argument in arguments], **options)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A workspace that no one has open: a year of 60 people."""
    census = tmp_path / "census.csv"
    place = ("--workspace", tmp_path / "plan")
    assert ask("init", tmp_path / "plan").exit_code == 0
    assert ask("census", "sample", "--employees", "60", "-o", census).exit_code == 0
    assert ask("census", "import", census, *place).exit_code == 0
    assert ask("simulate", "2025", *place).exit_code == 0
    return tmp_path / "plan"


def test_a_split_is_told_on_stderr(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = partial(write_workbook, most_rows=50)
    monkeypatch.setattr(export_scenario, "write_workbook", short)
    done = ask("export", "--workspace", closed, "-o", tmp_path / "a.xlsx")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "events 1 to events " in done.stderr
    sheets = rows_of(tmp_path / "a.xlsx")
    assert {"events 1", "events 2", "snapshot 2025 1", "snapshot 2025 2"} <= set(sheets)
    assert "summary" in sheets


def test_sql_answers_on_stdout_in_the_format_asked_for(closed: Path) -> None:
    question = "SELECT COUNT(*) AS n FROM snapshot('2024-12-31')"
    done = ask("sql", question, "--workspace", closed, "--format", "csv")
    assert (done.exit_code, done.stdout) == (0, "n\n60\n")
    piped = ask("sql", "-", "--workspace", closed, "--format", "ndjson", input=question)
    assert (piped.exit_code, piped.stdout) == (0, '{"n": 60}\n')


@pytest.mark.parametrize("statement", ["DROP VIEW events", "SELECT x FROM events", "FROM 'a.csv'"])
def test_sql_that_is_refused_is_invalid_input(closed: Path, statement: str) -> None:
    done = ask("sql", statement, "--workspace", closed)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "\nhint: " in done.stderr
