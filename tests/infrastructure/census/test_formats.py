from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no annotations

from planalign.domain.errors import CensusError
from planalign.infrastructure.census.arrow import pa
from planalign.infrastructure.census.reading import CensusReading, read_census
from planalign.infrastructure.census.writing import write_sample
from tests.infrastructure.census.census_files import faults, options

_excel: Any = xlsxwriter

GOOD: dict[str, Any] = {
    "employee_id": ["E-1", "E-2"],
    "birth_date": [date(1980, 1, 15), date(1990, 2, 1)],
    "hire_date": [date(2010, 3, 1), date(2020, 3, 1)],
    "annual_salary": [85000, 62000],
    "level": [2, 1],
}


def read_parquet(directory: Path, **columns: Any) -> CensusReading:
    path = directory / "census.parquet"
    write_sample(pa.table(GOOD | columns), path)
    return read_census(path, options())


def write_workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    with _excel.Workbook(path) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for line, row in enumerate(rows):
                for position, cell in enumerate(row):
                    shown = day if isinstance(cell, date) else None
                    sheet.write(line, position, cell, shown)
    return path


HEADER = ["Emp ID", "DOB", "Hire Date", "Salary", "Level"]


@pytest.mark.parametrize(
    "salaries",
    [
        pa.array([85000.5, 62000.0], pa.float64()),
        pa.array([85000.5, 62000.0], pa.float32()),
        pa.array([Decimal("85000.50"), Decimal(62000)], pa.decimal128(12, 2)),
        pa.array([Decimal("85000.5000"), Decimal(62000)], pa.decimal128(20, 4)),
        pa.array(["85,000.50", "62,000.00"]),
        pa.array(["85000.50", "62000"]).dictionary_encode(),
    ],
)
def test_salaries_of_any_type_are_read(tmp_path: Path, salaries: Any) -> None:
    reading = read_parquet(tmp_path, annual_salary=salaries)

    assert reading.accepted["salary_cents"].to_pylist() == [8_500_050, 6_200_000]


def test_single_precision_is_reported(tmp_path: Path) -> None:
    salaries = pa.array([85000.5, 62000.0], pa.float32())

    assert "single precision" in read_parquet(tmp_path, annual_salary=salaries).notices[0]


@pytest.mark.parametrize(
    "salaries",
    [
        pa.array([10**18, 1]),
        pa.array([float("inf"), 1.0]),
        pa.array([Decimal(10) ** 30, Decimal(1)], pa.decimal128(38, 0)),
        pa.array([Decimal(10) ** 17, Decimal(1)], pa.decimal128(38, 4)),
    ],
)
def test_huge_typed_salaries_are_refused_and_do_not_wrap(tmp_path: Path, salaries: Any) -> None:
    reading = read_parquet(tmp_path, annual_salary=salaries)

    assert [fault[3] for fault in faults(reading)] == ["implausible_salary"]


def test_nan_and_null_are_missing_values(tmp_path: Path) -> None:
    reading = read_parquet(tmp_path, annual_salary=pa.array([float("nan"), None]))

    assert [fault[::3] for fault in faults(reading)] == [(1, "missing_value"), (2, "missing_value")]


@pytest.mark.parametrize(
    "days",
    [
        pa.array(GOOD["hire_date"], pa.date64()),
        pa.array([datetime(2010, 3, 1, 8, 30), datetime(2020, 3, 1)], pa.timestamp("ns")),  # noqa: DTZ001 - as files have it
        pa.array([datetime(2010, 2, 28, 23, tzinfo=UTC), datetime(2020, 2, 29, 23, tzinfo=UTC)],
                 pa.timestamp("us", "Europe/Berlin")),
        pa.array([20100301, 20200301]),
        pa.array(["1-Mar-2010", "2020-03-01"]),
    ],
)  # fmt: skip
def test_dates_of_any_type_are_read(tmp_path: Path, days: Any) -> None:
    reading = read_parquet(tmp_path, hire_date=days)

    assert faults(reading) == []
    assert reading.accepted["hire_date"].to_pylist() == GOOD["hire_date"]


def test_a_stamp_that_is_not_midnight_in_its_zone_is_ambiguous(tmp_path: Path) -> None:
    stamps = pa.array([datetime(2010, 3, 1, tzinfo=UTC), None], pa.timestamp("us", "Europe/Berlin"))
    reading = read_parquet(tmp_path, hire_date=stamps)

    assert [fault[3] for fault in faults(reading)] == ["ambiguous_date", "missing_value"]


def test_numeric_ids_are_text_and_rows_are_numbered_from_one(tmp_path: Path) -> None:
    reading = read_parquet(tmp_path, employee_id=pa.array([42.0, None]))

    assert reading.accepted["employee_id"].to_pylist() == ["42"]
    assert faults(reading) == [(2, "employee_id", "", "missing_value")]


def test_a_type_that_no_field_can_be_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CensusError, match="department"):
        read_parquet(tmp_path, department=pa.array([[1], [2]]))


def test_a_file_that_is_not_what_its_name_says_is_an_error(tmp_path: Path) -> None:
    for name in ("census.parquet", "census.xlsx"):
        (tmp_path / name).write_bytes(b"PK\3\4 or not")
        with pytest.raises(CensusError, match="not readable as"):
            read_census(tmp_path / name, options())


def test_a_parquet_file_without_rows_is_an_error(tmp_path: Path) -> None:
    write_sample(pa.table({name: [] for name in GOOD}), tmp_path / "census.parquet")
    with pytest.raises(CensusError, match="no rows"):
        read_census(tmp_path / "census.parquet", options())


def test_a_workbook_is_read_with_its_cells_and_row_numbers(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "census.xlsx",
        Notes=[],
        Staff=[
            [],
            [*HEADER, "Weekly Hours", "Dept"],
            [1001, date(1980, 1, 15), date(2010, 3, 1), 85000.5, 2, 37.5, "Sales"],
            [],
            ["00042", "1990-02-01", "1-Mar-2020", "$62,000.00", "Staff", "", ""],
            ["E-3", date(1980, 1, 15), date(2010, 3, 1), -1, 2, 40, ""],
        ],
    )
    reading = read_census(path, options())

    assert reading.accepted["employee_id"].to_pylist() == ["00042", "1001"]
    assert reading.accepted["hire_date"].to_pylist() == [date(2020, 3, 1), date(2010, 3, 1)]
    assert reading.accepted["salary_cents"].to_pylist() == [6_200_000, 8_500_050]
    assert reading.accepted["scheduled_minutes_per_week"].to_pylist() == [None, 2250]
    assert faults(reading) == [(6, "Salary", "-1", "salary_not_positive")]
    assert reading.summary.sheet == "Staff"


def test_day_numbers_without_a_date_format_are_read_and_reported(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "census.xlsx", Staff=[HEADER, ["E-1", 29235, 40238, 85000, 2]])
    reading = read_census(path, options())

    assert reading.accepted["hire_date"].to_pylist() == [date(2010, 3, 1)]
    assert any("hire_date: 1 numbers" in notice for notice in reading.notices)


def test_a_workbook_with_several_filled_sheets_needs_a_name(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEADER, ["E-1", "1980-01-15", "2010-03-01", 85000, 2]]
    path = write_workbook(tmp_path / "census.xlsx", One=rows, Two=rows)
    with pytest.raises(CensusError, match="2 sheets") as caught:
        read_census(path, options())

    assert "One, Two" in caught.value.hint
    assert read_census(path, options(sheet="Two")).read == 1
    with pytest.raises(CensusError, match="no sheet 'Three'"):
        read_census(path, options(sheet="Three"))


@pytest.mark.parametrize("rows", [[], [HEADER]])
def test_a_sheet_without_rows_is_an_error(tmp_path: Path, rows: list[list[str]]) -> None:
    with pytest.raises(CensusError, match="Staff"):
        read_census(write_workbook(tmp_path / "census.xlsx", Staff=rows), options())
