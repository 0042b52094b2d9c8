"""Whole files that nobody designed: any notation, any delimiter, any order, and broken rows."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.infrastructure.census.reading import read_census
from planalign.infrastructure.census.sample import sample_census
from tests.infrastructure.census.census_files import CENSUS_DATE, code, options, read_text

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
TEXT = st.text(
    st.characters(codec="cp1252", exclude_characters="\0", exclude_categories=["Cc"]),
    max_size=12,
).map(str.strip)
FREE_TEXT = TEXT | st.sampled_from(["two\nlines", 'a "quoted" word', "semi;colon, comma\tand tab"])


@dataclass(frozen=True)
class Person:
    employee_id: str
    birth_date: date
    hire_date: date
    cents: int
    level: int
    department: str


QUOTING: st.SearchStrategy[Literal[0, 1]] = st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
PEOPLE = st.lists(
    st.builds(
        Person,
        TEXT.filter(lambda text: bool(text) and not text.startswith("NH_")),
        st.dates(date(1945, 1, 1), date(1995, 12, 31)),
        st.dates(date(2010, 1, 1), CENSUS_DATE),
        st.integers(1, 10**11),
        st.integers(1, 5),
        FREE_TEXT,
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda person: person.employee_id,
)

DATES: dict[str, Callable[[date], str]] = {
    "iso": lambda day: day.isoformat(),
    "us": lambda day: f"{day.month}/{day.day}/{day.year}",
    "european": lambda day: f"{day.day:02}.{day.month:02}.{day.year}",
    "british": lambda day: f"{day.day}/{day.month}/{day.year}",
    "named": lambda day: f"{day.day}-{MONTHS[day.month - 1]}-{day.year}",
    "compact": lambda day: f"{day.year}{day.month:02}{day.day:02}",
    "stamp": lambda day: f"{day.isoformat()} 00:00:00",
}
AMOUNTS: dict[str, Callable[[int], str]] = {
    "plain": lambda cents: f"{cents // 100}.{cents % 100:02}",
    "dollars": lambda cents: f"${cents // 100:,}.{cents % 100:02}",
    "euros": lambda cents: f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02} €",
    "swiss": lambda cents: f"CHF {cents // 100:,}.".replace(",", "'") + f"{cents % 100:02}",
}


@given(
    people=PEOPLE,
    columns=st.permutations(["id", "dob", "hired", "salary", "level", "dept"]),
    dates=st.sampled_from(sorted(DATES)),
    amounts=st.sampled_from(sorted(AMOUNTS)),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=QUOTING,
)
def test_a_census_comes_back_however_it_was_written(
    *,
    people: list[Person],
    columns: list[str],
    dates: str,
    amounts: str,
    delimiter: str,
    encoding: str,
    line_end: str,
    quoting: Literal[0, 1],
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(
        stream, columns, delimiter=delimiter, lineterminator=line_end, quoting=quoting
    )
    writer.writeheader()
    for person in people:
        writer.writerow(
            {
                "id": person.employee_id,
                "dob": DATES[dates](person.birth_date),
                "hired": DATES[dates](person.hire_date),
                "salary": AMOUNTS[amounts](person.cents),
                "level": person.level,
                "dept": person.department,
            }
        )
    order = {"us": "mdy", "british": "dmy"}.get(dates)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "census.csv"
        path.write_bytes(stream.getvalue().encode(encoding))
        reading = read_census(path, options(date_order=order))

    assert reading.summary.rejects == ()
    assert [
        Person(
            row["employee_id"],
            row["birth_date"],
            row["hire_date"],
            row["salary_cents"],
            row["level"],
            row["department"] or "",
        )
        for row in reading.accepted.to_pylist()
    ] == sorted(people, key=lambda person: person.employee_id.encode())


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(shuffler: random.Random) -> None:
    rows = _sample_rows(40)
    rows[3][0] = rows[7][0]
    rows[5][1] = "03/04/1985"
    rows[6][1] = "12/25/1985"
    shuffled = rows.copy()
    shuffler.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as directory:
        first, second = (
            read_text(Path(directory), _written([HEADER, *table])) for table in (rows, shuffled)
        )

    assert first.accepted.equals(second.accepted)
    assert first.notices == second.notices
    assert sorted(r.value for r in first.summary.rejects) == sorted(
        r.value for r in second.summary.rejects
    )


HEADER = ["employee_id", "birth_date", "hire_date", "annual_salary", "level", "department"]

# What is done to a row, and the reason it is then refused for; the place is that in HEADER.
BREAKAGES: tuple[tuple[int, str, str], ...] = (
    (0, "", "missing_value"),
    (0, "NH_2025_", "reserved_id"),
    (1, "1985-02-30", "impossible_date"),
    (1, "31/04/1980", "impossible_date"),
    (1, "12/25/85", "two_digit_year"),
    (1, "unknown", "not_a_date"),
    (1, "31130", "excel_serial"),
    (1, "2024-12-31", "birth_after_hire"),
    (1, "", "missing_value"),
    (2, "2031-01-01", "hire_after_census"),
    (2, "N/A", "missing_value"),
    (2, "03-04-2010", "ambiguous_date"),
    (3, "0", "salary_not_positive"),
    (3, "-52000", "salary_not_positive"),
    (3, "85k", "abbreviated_number"),
    (3, "TBD", "not_a_number"),
    (3, "99999999999", "implausible_salary"),
    (4, "9", "level_out_of_range"),
    (4, "Chief", "unknown_level"),
    (5, "x" * 201, "text_too_long"),
)


def _sample_rows(employees: int) -> list[list[str]]:
    census = sample_census(employees, seed=5, census_date=CENSUS_DATE)
    return [[str(row[name]) for name in HEADER] for row in census.to_pylist()]


def _written(rows: list[list[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("employees", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_each_fault_in_a_file_with_broken_rows_is_explained(tmp_path: Path, employees: int) -> None:
    rows = _sample_rows(employees)
    lines = [_written([row]).rstrip("\n") for row in rows]
    expected: dict[int, str] = {}
    for count, at in enumerate(range(17, employees, 50)):
        what = count % (len(BREAKAGES) + 3)
        row = rows[at].copy()
        if what < len(BREAKAGES):
            place, value, reason = BREAKAGES[what]
            row[place] = f"{value}{at}" if reason == "reserved_id" else value
            lines[at] = _written([row]).rstrip("\n")
        elif what == len(BREAKAGES):
            lines[at], reason = ",".join(row[:3]), "wrong_field_count"
        elif what == len(BREAKAGES) + 1:
            lines[at], reason = ",".join([row[0], f'"{row[1]}', *row[2:]]), "unclosed_quote"
        else:
            lines[at] = _written([[rows[at - 1][0], *row[1:]]]).rstrip("\n")
            reason = expected[at + 1] = "duplicate_id"
        expected[at + 2] = reason
    reading = read_text(tmp_path, "\n".join([",".join(HEADER), *lines]) + "\n")

    assert {reject.line: code(reject) for reject in reading.summary.rejects} == expected
    assert (reading.read, reading.rejected) == (employees, len(expected))
    assert reading.accepted.num_rows == employees - len(expected)
