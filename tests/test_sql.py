"""SQL for analysts: what is answered, that it agrees with the screen, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from planalign import CensusOptions, ImportCensus, InvalidInputError, SimulateYears, Workspace
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample
from planalign.infrastructure.log.schema import FIELD_COLUMNS

CENSUS_DATE = date(2024, 12, 31)
VIEWS = (
    "assumptions", "commits", "events", "intervals", "months", "movements", "scenarios", "snapshot",
    "yearly",
)  # fmt: skip
PAGE = (Path(__file__).parents[1] / "docs" / "sql.md").read_text()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two simulated years of 150 people."""
    place = tmp_path_factory.mktemp("sql")
    write_sample(sample_census(150, seed=5, census_date=CENSUS_DATE), place / "census.csv")
    options = CensusOptions(census_date=CENSUS_DATE)
    with Workspace.create(place / "plan") as workspace:
        workspace.execute(ImportCensus(path=place / "census.csv", options=options))
        workspace.execute(SimulateYears(first=2025, last=2026))
        yield workspace


def value(workspace: Workspace, statement: str) -> object:
    """The one value that *statement* leads to."""
    ((only,),) = (row.values() for row in workspace.sql(statement).to_pylist())
    return only


def test_the_events_are_those_of_the_log_with_readable_kinds(workspace: Workspace) -> None:
    counted = workspace.sql("SELECT kind, COUNT(*) AS n FROM events GROUP BY kind").to_pylist()
    years = workspace.years().to_pylist()
    for kind, name in (("Raise", "raises"), ("Promotion", "promotions")):
        found = {row["kind"]: row["n"] for row in counted}
        assert found.get(kind, 0) == sum(year[name] for year in years)
    columns = set(workspace.sql("FROM events LIMIT 0").column_names)
    assert {*FIELD_COLUMNS} - {"salary_cents"} <= columns
    assert "annual_salary" in columns


@pytest.mark.parametrize("day", ["2024-12-31", "2025-02-28", "2025-07-15", "2026-12-31"])
def test_a_snapshot_by_sql_is_the_replay(workspace: Workspace, day: str) -> None:
    by_sql = workspace.sql(f"FROM snapshot('{day}') ORDER BY employee_id")
    assert by_sql.equals(workspace.replay(as_of=date.fromisoformat(day)))


def test_the_plain_snapshot_is_that_of_the_last_day(workspace: Workspace) -> None:
    by_sql = workspace.sql("FROM snapshot ORDER BY employee_id")
    assert by_sql.equals(workspace.replay(as_of=date(2026, 12, 31)))


def test_the_yearly_figures_are_the_screens(workspace: Workspace) -> None:
    assert workspace.sql("FROM yearly ORDER BY year").equals(workspace.metrics())


def test_payroll_adds_up_over_views(workspace: Workspace) -> None:
    active = "SELECT SUM(annual_salary) FROM snapshot WHERE status = 'active'"
    last = "SELECT payroll_end FROM yearly WHERE year = 2026"
    assert value(workspace, active) == value(workspace, last) != Decimal(0)


def test_assumptions_are_rows_of_keys_and_values(workspace: Workspace) -> None:
    row = "SELECT value, number FROM assumptions WHERE year = 2026 AND key = "
    found = workspace.sql(f"{row} 'staffing.growth_target'").to_pylist()
    assert found == [{"value": "0.03", "number": 0.03}]
    assert workspace.sql(f"{row} 'staffing.mode'").to_pylist() == [
        {"value": "exact", "number": None}
    ]


def test_an_earlier_state_of_knowledge_is_another_answer(workspace: Workspace) -> None:
    census = workspace.sql("SELECT COUNT(*) AS n FROM events", as_known=1).to_pylist()
    assert census == [{"n": 150}]
    seen = workspace.sql("SELECT commit_id FROM commits WHERE is_seen", as_known=1).to_pylist()
    assert seen == [{"commit_id": 1}]


def test_a_day_before_the_census_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="before the census date 2024-12-31"):
        workspace.sql("SELECT COUNT(*) FROM snapshot('2024-12-30')")


ANSWERED = [
    "SELECT 1",
    "VALUES (1), (2)",
    "FROM events LIMIT 1 -- a comment",
    "TABLE scenarios",
    "DESCRIBE events",
    "SUMMARIZE snapshot",
    "WITH a AS (SELECT 1 AS n), b AS (FROM a) SELECT * FROM b JOIN a USING (n)",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) FROM r",
    "SELECT level, RANK() OVER (PARTITION BY level ORDER BY annual_salary DESC, version) "
    "FROM snapshot QUALIFY ROW_NUMBER() OVER () < 5 ORDER BY 1 LIMIT 3 OFFSET 1",
    "SELECT kind, COUNT(*) FILTER (level > 1) AS n FROM events GROUP BY ROLLUP (kind) HAVING n > 1",
    "SELECT * EXCLUDE (chain) REPLACE (UPPER(actor) AS actor) FROM commits",
    "SELECT COLUMNS('payroll.*') FROM yearly",
    "FROM (PIVOT events ON kind IN ('Hire', 'Raise') USING COUNT(*) GROUP BY level)",
    "UNPIVOT yearly ON hires, exits INTO NAME figure VALUE number",
    "SELECT e.*, s.age FROM events e ASOF JOIN snapshot s ON e.employee_id = s.employee_id "
    "AND e.effective_date >= s.hire_date",
    "SELECT (SELECT MAX(age) FROM snapshot s WHERE s.level = e.level) FROM events e UNION SELECT 1",
    "SELECT LIST_TRANSFORM([1, 2], lambda x: x + 1), CASE WHEN true THEN NULL END, DATE '2025-1-1'",
    "SELECT request->>'$.scenario' FROM commits",
    "FROM events WHERE employee_id LIKE 'E%' AND level BETWEEN 1 AND 2 USING SAMPLE 5",
    "SELECT year, n FROM yearly, LATERAL (SELECT year * 2 AS n), range(3) EXCEPT SELECT 1, 2",
]


@pytest.mark.parametrize("statement", ANSWERED)
def test_what_analysts_write_is_answered(workspace: Workspace, statement: str) -> None:
    assert workspace.sql(statement).num_columns > 0


WRITES = [
    "DELETE FROM events",
    "INSERT INTO events VALUES (1)",
    "WITH x AS (INSERT INTO events DEFAULT VALUES RETURNING *) SELECT * FROM x",
    "WITH x AS (DELETE FROM commits RETURNING *) FROM x",
    "SELECT * FROM (WITH x AS (UPDATE commits SET actor = 'me' RETURNING *) FROM x)",
    "DROP VIEW events",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "CHECKPOINT",
    "FROM force_checkpoint()",
    "SELECT nextval('x')",
    "SELECT write_log('x')",
    "BEGIN",
    "VACUUM",
]
FILES = [
    "COPY events TO '{here}/out.csv'",
    "COPY (SELECT 1) TO '{here}/out.csv'",
    "EXPORT DATABASE '{here}/out'",
    "ATTACH '{here}/out.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SELECT * FROM '{here}/secret.csv'",
    'SELECT * FROM "{here}/secret.csv"',
    "SELECT * FROM events, '{here}/secret.csv'",
    "SELECT (SELECT COUNT(*) FROM '{here}/secret.csv')",
    "SELECT * FROM (WITH \"{here}/secret.csv\" AS (SELECT 1) SELECT 1), '{here}/secret.csv'",
    "SELECT * FROM read_csv('{here}/secret.csv')",
    "SELECT * FROM read_text('{here}/secret.csv')",
    "SELECT * FROM read_blob('{here}/*')",
    "SELECT * FROM read_duckdb('{here}/plan/planalign.duckdb')",
    "SELECT * FROM glob('{here}/*')",
    "SELECT * FROM sniff_csv('{here}/secret.csv')",
    "SELECT * FROM parquet_metadata('{here}/secret.csv')",
    "SELECT * FROM query('SELECT * FROM ''{here}/secret.csv''')",
    "SELECT * FROM query_table('{here}/secret.csv')",
    "DESCRIBE '{here}/secret.csv'",
    "SUMMARIZE '{here}/secret.csv'",
    "EXPLAIN ANALYZE SELECT * FROM '{here}/secret.csv'",
]
INSIDES = [
    "",
    "-- nothing",
    "SELECT 1; SELECT 2",
    "SELECT 1; DELETE FROM events",
    "PRAGMA version",
    "SET threads = 1",
    "SET enable_external_access = true",
    "RESET threads",
    "CALL pragma_version()",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "SELECT $1",
    "SELECT ?",
    "SELECT * FROM streams",
    "SELECT * FROM main.events",
    "SELECT * FROM planalign.main.events",
    "SELECT * FROM temp.main.events",
    "SELECT * FROM system.main.duckdb_settings()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM pandas_scan(1)",
    "SELECT * FROM seq_scan('events')",
    "SELECT * FROM workspace",
    "SELECT sleep_ms(1)",
    "SELECT getenv('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    "SELECT missing FROM events",
    "SELEC 1",
    "SELECT 1 / 'a'",
    "SELECT error('no')",
]


@pytest.mark.parametrize("statement", WRITES + FILES + INSIDES)
def test_nothing_but_a_select_over_the_views_is_answered(
    workspace: Workspace, statement: str
) -> None:
    here = workspace.path.parent
    (here / "secret.csv").write_text("name\nsecret\n")
    before = sorted(here.rglob("*")), value(workspace, "SELECT COUNT(*) FROM commits")
    with pytest.raises(InvalidInputError):
        workspace.sql(statement.replace("{here}", str(here)))
    assert before == (sorted(here.rglob("*")), value(workspace, "SELECT COUNT(*) FROM commits"))


def test_a_statement_that_passed_the_check_still_cannot_write(workspace: Workspace) -> None:
    with workspace.log.cursor() as cursor:
        cursor.execute("BEGIN TRANSACTION READ ONLY")
        with pytest.raises(duckdb.Error, match="read-only"):
            cursor.execute("CREATE TABLE mine AS SELECT 1")
    workspace.verify()


def test_every_function_of_duckdb_that_does_more_than_compute_was_looked_at() -> None:
    volatile = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability = 'VOLATILE'"
    with duckdb.connect() as connection:
        found = {name for (name,) in connection.execute(volatile).fetchall()}
    refused = {"nextval", "currval", "setval", "setseed", "sleep_ms", "write_log", "stats"}
    harmless = {"error", "random", "uuid", "uuidv4", "uuidv7", "gen_random_uuid"}
    about_the_question = {f"current_{what}" for what in ("query", "query_id", "connection_id")}
    about_the_question |= {"current_transaction_id", "vector_type"}
    assert found == refused | harmless | about_the_question


def test_every_column_has_a_name_of_its_own_and_a_type_that_every_format_holds(
    workspace: Workspace,
) -> None:
    table = workspace.sql(
        "SELECT 1 AS a, 2 AS a, [1] AS b, {'x': 1} AS c, INTERVAL 1 DAY AS d, TIME '10:00' AS e, "
        '\'a b\'::BLOB AS "f""g", e.version, s.version FROM events e JOIN snapshot s USING '
        "(employee_id) LIMIT 1"
    )
    assert len(set(table.column_names)) == table.num_columns
    assert {str(table[name].type) for name in "bcde"} == {"string"}
    assert 'f"g' in table.column_names


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_lists_every_column_of_a_view_with_its_type(
    workspace: Workspace, view: str
) -> None:
    section = PAGE.split(f"\n### {view}\n")[1].split("\n#", maxsplit=1)[0]
    listed = re.findall(r"^\| `(\w+)` \| ([A-Z0-9(),]+) \|", section, flags=re.MULTILINE)
    described = workspace.sql(f"DESCRIBE {view}").to_pylist()
    assert listed == [(row["column_name"], row["column_type"]) for row in described]


def test_the_page_has_a_section_for_every_view(workspace: Workspace) -> None:
    assert sorted(re.findall(r"^### (\w+)$", PAGE, flags=re.MULTILINE)) == list(VIEWS)
    with pytest.raises(InvalidInputError) as refused:
        workspace.sql("FROM nowhere")
    assert refused.value.hint == f"there are: {', '.join(VIEWS)}"


def test_read_models_are_of_what_is_known_now(workspace: Workspace) -> None:
    active = "SELECT SUM(headcount) FROM months WHERE status = 'active' AND month = '2026-12-01'"
    assert value(workspace, active) == workspace.years().column("end_headcount")[1].as_py()
    with pytest.raises(InvalidInputError, match="months is kept for what is known now"):
        workspace.sql(active, as_known=1)
