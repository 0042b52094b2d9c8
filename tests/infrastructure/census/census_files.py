"""Small census files to read, and the options to read them with."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from planalign.infrastructure.census.options import CensusOptions
from planalign.infrastructure.census.reading import CensusReading, Reject, read_census

CENSUS_DATE = date(2024, 12, 31)
BANDS = (5_600_000, 8_000_000, 12_000_000, 16_000_000, 30_000_000)
NAMES = ("Staff", "Manager", "Senior manager", "Director", "Vice president")
HEADER = "employee_id,birth_date,hire_date,annual_salary,level"
GOOD = "E-1,1980-01-15,2010-03-01,85000,2"


def options(**changes: Any) -> CensusOptions:
    """Options with bands and level names, and *changes*."""
    known: dict[str, Any] = {
        "census_date": CENSUS_DATE,
        "level_minima_cents": BANDS,
        "level_names": NAMES,
    }
    return CensusOptions.model_validate(known | changes)


def read_text(directory: Path, text: str | bytes, **changes: Any) -> CensusReading:
    """Read *text* as a CSV file."""
    path = directory / "census.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    reading = read_census(path, options(**changes))
    assert reading.read == reading.accepted.num_rows + reading.rejected
    return reading


def read_rows(directory: Path, *rows: str, header: str = HEADER, **changes: Any) -> CensusReading:
    """Read a CSV file of *rows*."""
    return read_text(directory, "\n".join((header, *rows)) + "\n", **changes)


def faults(reading: CensusReading) -> list[tuple[int, str, str, str]]:
    """Line, column, value and reason code of each reject."""
    return [(r.line, r.column, r.value, code(r)) for r in reading.summary.rejects]


def code(reject: Reject) -> str:
    """The reason without its explanation."""
    return reject.reason.partition(":")[0]


def one(directory: Path, column: str, value: str, **changes: Any) -> CensusReading:
    """Read one row in which *column* holds *value*, quoted."""
    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: value}
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in row.values())
    return read_rows(directory, quoted, header=",".join(row), **changes)
