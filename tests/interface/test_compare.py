"""`compare` and `history --compare` as their users meet them."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from planalign.cli import root
from tests.commands.compared import fill

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("shown") / "plan"
    fill(directory, employees=200)
    return directory


def ask(workspace: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(root, ["--workspace", str(workspace), *map(str, arguments)])


def document(workspace: Path, *arguments: str) -> Any:
    done = ask(workspace, "compare", *arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout, parse_float=Decimal)


def test_a_comparison_is_an_object_with_what_differs(workspace: Path) -> None:
    found = document(workspace, "baseline", "cola", "--employees", "3", "--reasons", "1")
    assert (found["a"], found["b"]) == ("baseline", "cola")
    assert [row["key"] for row in found["assumptions"]] == ["raises.cola"]
    assert found["first_divergence"] == "2025-07-15"
    assert found["employees"]["differ"] > 3
    who = found["employees"]["who"]
    assert len(who) == 3
    assert who[0]["reason"]["because"] == ["raises.cola"]
    assert who[1]["reason"] is None
    for row in found["metrics"]:
        assert set(row) == {"year", "metric", "a", "b", "delta", "percent"}
        if row["metric"].startswith("payroll_") and row["metric"] != "payroll_cagr":
            assert row["b"] - row["a"] == row["delta"] != 0
            assert -row["a"].as_tuple().exponent == 2, "money keeps its two decimals"


def test_nothing_differs_from_itself(workspace: Path) -> None:
    found = document(workspace, "baseline", "same")
    assert (found["assumptions"], found["metrics"], found["first_divergence"]) == ([], [], None)
    assert found["employees"] == {"differ": 0, "who": [], "kinds": []}
    assert (
        ask(workspace, "compare", "baseline", "same").stdout == "same and baseline do not differ\n"
    )


def test_all_employees_are_listed_with_0(workspace: Path) -> None:
    found = document(workspace, "baseline", "cola", "--employees", "0", "--reasons", "0")
    assert len(found["employees"]["who"]) == found["employees"]["differ"]
    assert found["employees"]["kinds"][0]["example"]["reason"] is None


def test_several_are_an_array_and_a_line_each(workspace: Path) -> None:
    pairs = document(workspace, "baseline", "cola", "turnover")
    assert [pair["b"] for pair in pairs] == ["cola", "turnover"]
    lines = ask(workspace, "compare", "baseline", "cola", "turnover", "--format", "ndjson").stdout
    assert [json.loads(line, parse_float=Decimal) for line in lines.splitlines()] == pairs


def test_people_read_what_was_changed_what_came_of_it_and_why(workspace: Path) -> None:
    text = ask(workspace, "compare", "baseline", "turnover").stdout
    assert text.startswith("turnover parts from baseline on 2025-")
    for said in (
        "staffing.new_hire_termination_rate      0.25       0.2  2025-2028",
        "turnover less baseline",
        "first in baseline  first in turnover  employees",
        "follows from staffing.new_hire_termination_rate (0.25 → 0.2)",
    ):
        assert said in text


def test_csv_and_parquet_hold_the_metrics(workspace: Path, tmp_path: Path) -> None:
    pairs = document(workspace, "baseline", "cola", "turnover")
    expected = [(p["b"], r["year"], r["metric"], r["delta"]) for p in pairs for r in p["metrics"]]
    text = ask(workspace, "compare", "baseline", "cola", "turnover", "--format", "csv").stdout
    told = [
        (row["scenario_b"], int(row["year"]), row["metric"], exact(row["delta"]))
        for row in csv.DictReader(text.splitlines())
    ]
    assert told == expected
    file = tmp_path / "metrics.parquet"
    assert ask(workspace, "compare", "baseline", "cola", "turnover", "-o", file).exit_code == 0
    rows = pyarrow.parquet.read_table(file).to_pylist()
    for row, (b, year, metric, delta) in zip(rows, expected, strict=True):
        assert (row["scenario_b"], row["year"], row["metric"]) == (b, year, metric)
        assert row["delta"] == (None if delta is None else round(delta, 10))


def exact(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def test_a_file_takes_the_whole_answer(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    assert ask(workspace, "compare", "baseline", "cola", "-o", file).stdout == ""
    assert json.loads(file.read_text(), parse_float=Decimal) == document(
        workspace, "baseline", "cola"
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["cola", "--fail-on", "payroll_end:1%"], 3),
        (["cola", "--fail-on", "headcount"], 0),
        (["cola", "--fail-on", "headcount", "--fail-on", "any"], 3),
        (["same", "--fail-on", "any"], 0),
        (["cola", "--fail-on", "salaries"], 2),
        (["cola", "--fail-on", "payroll_end:lots"], 2),
        (["nowhere"], 5),
        ([], 2),
    ],
)
def test_the_exit_code_says_how_it_went(workspace: Path, arguments: list[str], code: int) -> None:
    done = ask(workspace, "compare", "baseline", *arguments)
    assert done.exit_code == code, done.output


def test_a_gate_says_what_it_did_not_let_pass_and_the_answer_stays(workspace: Path) -> None:
    done = ask(workspace, "compare", "baseline", "cola", "--fail-on", "payroll_end:1%")
    assert done.stdout == ask(workspace, "compare", "baseline", "cola").stdout
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.startswith("gate payroll_end:1%: baseline and cola: ") for line in lines)


def test_two_histories_stand_side_by_side_with_the_first_difference_marked(workspace: Path) -> None:
    first = document(workspace, "baseline", "turnover")["employees"]["who"][0]
    asked = ("history", first["employee_id"], "--compare", "turnover", "--format", "json")
    done = ask(workspace, *asked)
    marked = [row for row in json.loads(done.stdout) if row["first_difference"]]
    assert [row["effective_date"] for row in marked] == [first["first_day"]]
    assert f"b is turnover; the first difference is on {first['first_day']}" in done.stderr
    same = ask(workspace, *asked[:2], "--compare", "same")
    assert "they do not differ" in same.stderr
