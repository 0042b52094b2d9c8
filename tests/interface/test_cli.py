"""The command line as its users meet it: answers, errors, exit codes, formats, start-up."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import pyarrow.ipc
import pyarrow.parquet
import pytest

from planalign.cli import COMMANDS
from planalign.commands.results import Progress
from planalign.commands.workspace import Workspace
from planalign.interface.terminal import running
from planalign.interface.terminal.lazy import LazyGroup
from planalign.interface.terminal.progress import ProgressLine
from tests.interface.asking import ask

ROOT = Path(__file__).parents[2]
HEAVY = ("duckdb", "numpy", "pyarrow", "pydantic", "rich", "yaml", "eventsourcing")


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "planalign", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=60,
    )


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two simulated years of 200 people."""
    place = tmp_path_factory.mktemp("cli") / "plan"
    census = place.parent / "census.csv"
    calls: tuple[list[str | Path], ...] = (
        ["init", place],
        ["census", "sample", "--employees", "200", "-o", census],
        ["--workspace", place, "census", "import", census],
        ["--workspace", place, "simulate", "2025-2026"],
    )
    for arguments in calls:
        assert ask(*arguments).exit_code == 0
    return place


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with one employee, E-1, hired on 3 March 2025."""
    assert ask("init", tmp_path).exit_code == 0
    hired = ask(
        *("hire", "E-1", "--workspace", tmp_path, "--effective", "2025-03-03"),
        *("--salary", "70,000.00", "--level", "1", "--birth-date", "1990-05-17", "--hours", "37.5"),
    )
    assert hired.exit_code == 0, hired.output
    return tmp_path


def test_every_command_explains_itself_and_is_listed_as_it_does() -> None:
    assert list(COMMANDS) == [line.split()[0] for line in listed(ask("--help").stdout)]
    for name in COMMANDS:
        assert ask(name, "--help").exit_code == 0


def listed(text: str) -> list[str]:
    return text.split("Commands:\n")[1].split("\n\n", maxsplit=1)[0].splitlines()


@pytest.mark.parametrize("arguments", ["--help", "--version", "replay --help", "census --help"])
def test_help_and_version_load_nothing_heavy(arguments: str) -> None:
    script = (
        "import sys; from planalign.interface.terminal.running import run; "
        "from planalign.cli import root; "
        f"code = run(root, {arguments.split()!r}); "
        f"print(code, sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "0 []"


def test_a_workspace_is_found_from_below_it(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(workspace / "a" / "b")
    assert ask("history", "E-1").exit_code == 0


def test_the_environment_names_a_workspace_and_the_option_another(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANALIGN_WORKSPACE", str(workspace))
    assert ask("verify").exit_code == 0
    assert ask("--workspace", tmp_path / "other", "verify").exit_code == 5
    assert ask("verify", "--workspace", tmp_path / "other").exit_code == 5


def test_without_a_workspace_the_hint_is_to_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ask("verify")
    assert done.exit_code == 5
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "hint: `planalign init`" in done.stderr


def test_the_yearly_figures_reconcile(simulated: Path) -> None:
    replayed = ask("replay", "--workspace", simulated, "--as-of", "2026-12-31", "--format", "json")
    active = [row for row in json.loads(replayed.stdout) if row["status"] == "active"]
    done = ask("simulate", "2025-2026", "--resume", "--workspace", simulated, "--format", "json")
    last: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal)[-1]
    assert last["start_headcount"] + last["hires"] - last["exits"] == last["end_headcount"]
    assert last["end_headcount"] == len(active)


def test_the_metrics_of_a_scenario_are_a_row_a_year(simulated: Path) -> None:
    form = ("--workspace", simulated, "--format", "csv")
    done = ask("metrics", "baseline", *form)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["year"] for row in rows] == ["2025", "2026"]
    for row in rows:
        parts = ("start", "hires", "exits", "promotions", "raises")
        total = sum(Decimal(row[f"payroll_{part}"]) for part in parts)
        assert total == Decimal(row["payroll_end"])
    by_level = ask("metrics", "--by-level", *form).stdout.splitlines()
    assert by_level[0] == "year,level,headcount,payroll,average_salary,span"
    assert ask("metrics", "nobody", *form).exit_code == 5


def test_money_in_json_is_a_number_with_its_two_decimals(simulated: Path) -> None:
    form = ("--as-of", "2026-12-31", "--workspace", simulated, "--format", "ndjson")
    first = ask("replay", *form).stdout.splitlines()[0]
    amount = json.loads(first, parse_float=Decimal)["annual_salary"]
    assert -amount.as_tuple().exponent == 2


def test_every_format_has_the_same_rows(simulated: Path, tmp_path: Path) -> None:
    question = ("replay", "--as-of", "2026-06-30", "--workspace", simulated)
    rows = len(json.loads(ask(*question, "--format", "json").stdout))
    for name in ("a.csv", "a.json", "a.ndjson", "a.parquet", "a.arrow", "a.txt"):
        assert ask(*question, "-o", tmp_path / name).exit_code == 0
    parquet: Any = pyarrow.parquet
    ipc: Any = pyarrow.ipc
    assert parquet.read_table(tmp_path / "a.parquet").num_rows == rows
    assert ipc.open_file(tmp_path / "a.arrow").read_all().num_rows == rows
    assert len((tmp_path / "a.csv").read_text().splitlines()) == rows + 1
    assert len((tmp_path / "a.ndjson").read_text().splitlines()) == rows
    assert len((tmp_path / "a.txt").read_text().splitlines()) == rows + 2
    piped = ask(*question, "--format", "parquet").stdout_bytes
    assert parquet.read_table(BytesIO(piped)).num_rows == rows


def test_a_file_name_that_says_no_format_is_refused(simulated: Path, tmp_path: Path) -> None:
    done = ask("log", "--workspace", simulated, "-o", tmp_path / "log.what")
    assert done.exit_code == 2
    assert "--format" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_line(simulated: Path, tmp_path: Path) -> None:
    done = ask("log", "--workspace", simulated, "-o", tmp_path / "no" / "log.csv")
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr


def test_a_life_is_recorded_and_told(workspace: Path) -> None:
    here = ("--workspace", workspace)
    day = "2026-01-01"
    raised = ask("raise", "E-1", *here, "--salary", "71,000.50", "--effective", day)
    promoted = ask(
        *("promote", "E-1", *here, "--level", "2", "--salary", "80000"),
        *("--effective", "2026-05-01", "--format", "json"),
    )
    left = ask("terminate", "E-1", *here, "--effective", "2026-09-30", "--reason", "retirement")
    assert [raised.exit_code, promoted.exit_code, left.exit_code] == [0, 0, 0]
    assert json.loads(promoted.stdout) == {"commit": 3, "events": 1}
    told = json.loads(ask("history", "E-1", *here, "--format", "json").stdout)
    assert [row["kind"] for row in told] == ["Hire", "Raise", "Promotion", "Termination"]
    assert [row["salary_cents"] for row in told[:2]] == [7000000, 7100050]
    assert told[0]["scheduled_minutes_per_week"] == 2250
    known = ask("history", "E-1", *here, "--as-known", "1", "--format", "json")
    assert len(json.loads(known.stdout)) == 1
    assert len(ask("log", *here).stdout.splitlines()) == 5


def test_what_the_rules_refuse_ends_with_1(workspace: Path) -> None:
    raised = ("raise", "E-1", "--workspace", workspace, "--effective", "2024-01-01")
    done = ask(*raised, "--salary", "80000")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: E-1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["raise"], "Missing argument 'EMPLOYEE'"),
        (["nonsense"], "No such command 'nonsense'"),
        (["replay", "--as-of", "30.06.2027"], "write YYYY-MM-DD"),
        (["simulate", "2029-2025"], "the last year is before the first"),
        (["simulate", "soon"], "write 2025 or 2025-2029"),
        (["raise", "E-1", "--salary", "85.000,00"], "is no amount"),
        (["history", "E-1", "--as-known", "lately"], "no commit's number and no instant"),
        (["verify", "--format", "xml"], "'xml' is not one of"),
    ],
)
def test_wrong_usage_is_an_error_line_a_hint_and_2(arguments: list[str], said: str) -> None:
    done = ask(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert "\nhint: `planalign" in done.stderr
    assert done.stdout == ""


def test_a_request_that_is_malformed_names_the_field(workspace: Path) -> None:
    hired = ("hire", "NH_1", "--workspace", workspace, "--effective", "2025-03-03")
    rest = ("--salary", "1", "--level", "0", "--birth-date", "1990-05-17")
    done = ask(*hired, *rest)
    assert done.exit_code == 2
    assert "error: level: " in done.stderr


def test_rejects_add_up_and_are_written(workspace: Path, tmp_path: Path) -> None:
    census = tmp_path / "c.csv"
    census.write_text(
        "employee_id,birth_date,hire_date,annual_salary,level\n"
        "A,1980-01-01,2010-01-01,60000,1\nB,1980-02-30,2010-01-01,60000,1\n"
    )
    here = ("--workspace", workspace, "--scenario", "other", "--format", "json")
    failed = ask("census", "import", census, *here, "--rejects", tmp_path / "r.csv")
    assert failed.exit_code == 2
    summary = json.loads(failed.stdout)
    assert (summary["read"], summary["accepted"], summary["rejected"]) == (2, 1, 1)
    assert summary["rejects"][0]["line"] == 3
    assert "B" not in (tmp_path / "r.csv").read_text().splitlines()[0]
    skipped = ask("census", "import", census, *here, "--on-reject", "skip")
    assert skipped.exit_code == 0
    assert json.loads(skipped.stdout)["events"] == 1


def test_a_check_imports_nothing_and_fills_by_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.csv").write_text(
        "employee_id,birth_date,hire_date,annual_salary,level\nA,,2010-01-01,90000,\n"
    )
    rules = ("--fill", "birth_date:age_at_hire=35", "--fill", "level:from_salary")
    done = ask("census", "check", "c.csv", *rules)
    assert done.exit_code == 0, done.output
    assert "birth_date: 1, level: 1" in done.stdout
    assert ask("census", "check", "c.csv", "--format", "csv").stdout.count("missing_value") == 2
    assert ask("census", "check", "missing.csv").exit_code == 5


def test_each_decision_is_explained(simulated: Path) -> None:
    explained = ("explain", "E-0000001", "2025", "--workspace", simulated)
    text = ask(*explained).stdout
    assert "exit on 2025-01-01" in text
    decisions = json.loads(ask(*explained, "--format", "json").stdout)
    assert {"exit", "promotion", "raise"} <= {row["decision"] for row in decisions}
    assert len(ask(*explained, "--format", "csv").stdout.splitlines()) == len(decisions) + 1


def test_the_demo_shows_years_a_day_a_life_and_the_proof(tmp_path: Path) -> None:
    done = ask("demo", tmp_path / "demo", "--employees", "100")
    assert done.exit_code == 0, done.output
    for heading in ("Headcount, payroll", "The workforce on", "The history of", "Verified: 6"):
        assert heading in done.stdout
    assert ask("verify", "--workspace", tmp_path / "demo").exit_code == 0


def only_command(monkeypatch: pytest.MonkeyPatch, command: click.Command) -> None:
    """Whatever sub-command is called, it is this one."""

    def found(*_: object) -> click.Command:
        return command

    monkeypatch.setattr(LazyGroup, "get_command", found)


def test_a_bug_is_one_line_and_its_trace_comes_with_vv(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of course")

    only_command(monkeypatch, click.Command("broken", callback=broken))
    quiet, loud = ask("broken"), ask("-vv", "broken")
    assert quiet.exit_code == loud.exit_code == 1
    assert quiet.stderr.startswith("error: internal: ZeroDivisionError: of course\nhint: ")
    assert "Traceback" not in quiet.stderr
    assert "Traceback" in loud.stderr


@pytest.mark.parametrize("kind", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_an_interrupted_command_ends_with_130(
    kind: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise kind

    only_command(monkeypatch, click.Command("slow", callback=interrupted))
    assert ask("slow").exit_code == running.INTERRUPTED


def test_a_reader_who_stops_reading_is_no_error(simulated: Path) -> None:
    command = f"{sys.executable} -m planalign --workspace {simulated} replay --as-of 2026-12-31"
    done = subprocess.run(
        ["sh", "-c", f"({command}; echo code $? >&2) | head -c 10"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.stderr == "code 0\n"


def test_a_workspace_that_is_open_elsewhere_is_busy(workspace: Path) -> None:
    with Workspace.open(workspace):
        done = process("verify", "--workspace", str(workspace))
    assert done.returncode == 4
    assert done.stderr.startswith("error: ")


def test_progress_shows_at_a_terminal_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with ProgressLine("working", patience_seconds=0.01) as progress:
        progress(Progress(2025, "deciding", 0, 2025, 2026))
        assert progress.shown.wait(timeout=10)
        progress(Progress(2026, "recording", 1_200, 2025, 2026))
        start = "2026 of 2025-2026: recording, 1,200 events, "
        assert re.fullmatch(start + r"[\d,]+ a second, about \d+ s left", progress.text)
    with ProgressLine("done at once") as quick:
        pass
    assert not quick.shown.is_set()


def test_a_process_ends_with_the_code_of_its_error(tmp_path: Path) -> None:
    done = process("verify", "--workspace", str(tmp_path))
    assert done.returncode == 5
    assert done.stderr.splitlines()[1].startswith("hint: ")
    assert process("--version").stdout.startswith("planalign ")
    assert process().returncode == 2


def test_a_dry_run_shows_the_plan_and_writes_nothing(simulated: Path) -> None:
    where = ("--workspace", simulated, "--format", "json")
    before = ask("log", "--all", *where).stdout
    done = ask("simulate", "2027-2028", "--dry-run", *where)
    assert [row["year"] for row in json.loads(done.stdout)] == [2027, 2028]
    assert re.search(r" in 0\.0*[1-9]\d* s; nothing was written", done.stderr)
    assert ask("log", "--all", *where).stdout == before


def test_the_status_of_checkpoints_names_the_next_step(simulated: Path) -> None:
    where = ("--workspace", simulated, "--format", "json")
    record = json.loads(ask("checkpoints", "status", *where).stdout)
    assert record["years_recorded"] == ["2025", "2026"]
    assert record["next"] == "planalign simulate 2027-2029 --scenario baseline"
    years = [row["year"] for row in json.loads(ask("checkpoints", "list", *where).stdout)]
    assert years == [2025, 2026]


def test_scenarios_are_forked_rewound_and_archived_from_the_shell(simulated: Path) -> None:
    where = ("--workspace", simulated, "--format", "json")
    fork = ask("scenario", "fork", "baseline", "lean", "--at", "2025-12-31", *where)
    assert json.loads(fork.stdout)["scenario"] == "lean"
    assert ask("scenario", "rewind", "lean", "--to", "2024-12-31", *where).exit_code == 0
    shown = json.loads(ask("scenario", "show", "lean", *where).stdout)
    assert (shown["forked_from"], shown["last_year"]) == ("baseline", None)
    assert ask("scenario", "rename", "lean", "bold", *where).exit_code == 0
    assert ask("scenario", "archive", "bold", *where).exit_code == 0
    names = [row["scenario"] for row in json.loads(ask("scenario", "list", *where).stdout)]
    assert names == ["baseline"]
    assert ask("scenario", "create", "empty", *where).exit_code == 0
    both = ask("scenario", "rewind", "empty", *where)
    assert both.exit_code == 2
    assert "give one of them" in both.stderr


def test_assumptions_are_shown_checked_and_compared(simulated: Path) -> None:
    where = ("--workspace", simulated)
    (simulated / "scenarios").mkdir()
    (simulated / "scenarios" / "lean.yaml").write_text("seed: 7\n")
    rows = json.loads(
        ask("assumptions", "diff", "baseline", "lean", *where, "--format", "json").stdout
    )
    assert rows == [{"key": "seed", "a": "42", "b": "7"}]
    shown = ask("assumptions", "show", "lean", "--origin", *where, "--format", "json")
    assert {"key": "seed", "value": "7", "origin": "lean.yaml:1"} in json.loads(shown.stdout)
    assert "seed: 7" in ask("assumptions", "show", "lean", *where).stdout
    assert "valid" in ask("assumptions", "validate", "lean", *where).stderr
    wrong = simulated / "wrong.yaml"
    wrong.write_text("seeds: 7\n")
    assert ask("assumptions", "validate", "--file", wrong, *where).exit_code == 2
    assert json.loads(ask("assumptions", "schema").stdout)["properties"]["seed"]["default"] == 42
    assert "assume the same" in ask("assumptions", "diff", "lean", "lean", *where).stderr


def test_read_models_are_kept_told_about_and_dropped(simulated: Path) -> None:
    where = ("--workspace", simulated, "--format", "json")
    done = ask("projections", "catch-up", *where)
    assert done.exit_code == 0, done.stderr
    kept = json.loads(done.stdout)
    assert {(row["state"], row["lag"], row["parked"]) for row in kept} == {("live", 0, 0)}
    rebuilt = json.loads(ask("projections", "rebuild", "--model", "months", *where).stdout)
    assert [row["rows"] for row in rebuilt] == [row["rows"] for row in kept]
    dropped = json.loads(ask("projections", "drop", "--model", "years", *where).stdout)
    assert {row["model"] for row in dropped if row["state"] == "missing"} == {"years"}
    assert json.loads(ask("projections", "status", "--parked", *where).stdout) == []
    assert ask("projections", "catch-up", "--scenario", "nothing", *where).exit_code == 5
    ask("projections", "drop", *where)
    assert not (simulated / "projections.duckdb").exists()
