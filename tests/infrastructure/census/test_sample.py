from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planalign.domain.errors import CensusError, StorageError, UnsupportedFormatError
from planalign.infrastructure.census.arrow import pa
from planalign.infrastructure.census.reading import read_census
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_rejects, write_sample
from tests.infrastructure.census.census_files import BANDS, CENSUS_DATE, options, read_rows


@pytest.mark.golden
def test_the_sample_is_the_same_bytes_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    write_sample(sample_census(5_000, seed=42, census_date=CENSUS_DATE), path)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == (
        "0b9c68704a6eead13f43b72a748a1bbfdc844339e44c2aae7ba4339a0ada3bed"
    )


def test_another_seed_gives_another_company() -> None:
    one, two = (sample_census(100, seed=seed, census_date=CENSUS_DATE) for seed in (1, 2))

    assert not one.equals(two)
    assert one.equals(sample_census(100, seed=1, census_date=CENSUS_DATE))


@pytest.mark.parametrize("name", ["s.csv", "s.tsv", "s.parquet", "s.xlsx"])
def test_a_sample_is_a_census_without_a_fault_in_every_format(tmp_path: Path, name: str) -> None:
    census = sample_census(1_000, seed=7, census_date=CENSUS_DATE)
    write_sample(census, tmp_path / name)
    reading = read_census(tmp_path / name, options())

    assert (reading.read, reading.rejected) == (1_000, 0)
    for column in ("employee_id", "birth_date", "hire_date", "department", "location"):
        assert reading.accepted[column].to_pylist() == census[column].to_pylist()
    cents = [int(salary * 100) for salary in census["annual_salary"].to_pylist()]
    assert reading.accepted["salary_cents"].to_pylist() == cents


def test_a_sample_looks_like_a_company(tmp_path: Path) -> None:
    write_sample(sample_census(20_000, seed=3, census_date=CENSUS_DATE), tmp_path / "s.parquet")
    accepted: Any = read_census(tmp_path / "s.parquet", options()).accepted
    salary: NDArray[np.int64] = accepted["salary_cents"].to_numpy()
    level: NDArray[np.int64] = accepted["level"].to_numpy().astype(np.int64)
    days = (20088 - accepted["hire_date"].cast(pa.int32()).to_numpy()) / 365.25

    assert np.array_equal(np.searchsorted(np.array(BANDS), salary, side="right"), level)
    assert (np.diff(np.bincount(level)[1:]) < 0).all()
    assert 4 < np.median(days) < 7 < days.mean()
    for each in range(1, 6):
        mine = level == each
        assert np.corrcoef(days[mine], salary[mine])[0, 1] > 0.3


@pytest.mark.parametrize(("employees", "seed"), [(0, 1), (1, -1)])
def test_an_impossible_sample_is_refused(employees: int, seed: int) -> None:
    with pytest.raises(CensusError):
        sample_census(employees, seed=seed, census_date=CENSUS_DATE)


def test_a_sample_is_written_only_where_and_as_it_can_be(tmp_path: Path) -> None:
    census = sample_census(1, seed=1, census_date=CENSUS_DATE)
    with pytest.raises(UnsupportedFormatError):
        write_sample(census, tmp_path / "s.json")
    for name in ("s.csv", "s.parquet", "s.xlsx"):
        with pytest.raises(StorageError):
            write_sample(census, tmp_path / "nowhere" / name)
    with pytest.raises(UnsupportedFormatError, match="1,048,575"):
        write_sample(pa.table({"x": np.zeros(1_048_576, np.int8)}), tmp_path / "s.xlsx")


def test_rejects_are_written_so_that_no_spreadsheet_runs_them(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, '=1+1,1980-01-15,2010-03-01,"@x ""y""",2')
    write_rejects(reading.rejects, tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        header, row = csv.reader(stream)

    assert header == ["line", "column", "value", "reason"]
    assert row[:3] == ["2", "annual_salary", '\'@x "y"']
