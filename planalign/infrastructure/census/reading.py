"""From a census file to the table of those who are accepted and the list of those who are not.

Theory of operation. A reader (CSV, Parquet, Excel) hands on the mapped columns; each is read as
what its field holds; what may be filled is filled; the rules are applied. Everything works on whole
columns, and a row that breaks nothing is never looked at by itself. What is accepted is ordered by
employee id, so the order of the file does not show in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from planalign.domain.errors import CensusError, NotFoundError, UnsupportedFormatError
from planalign.infrastructure.census.arrow import Array, Mask, Rows, Table, pa, pc
from planalign.infrastructure.census.csv_source import open_csv
from planalign.infrastructure.census.dates import Parsed
from planalign.infrastructure.census.excel_source import open_excel
from planalign.infrastructure.census.faults import Faults
from planalign.infrastructure.census.fields import FIELDS, FieldName, choose_columns
from planalign.infrastructure.census.fill import fill_missing
from planalign.infrastructure.census.options import CensusOptions
from planalign.infrastructure.census.parquet_source import open_parquet
from planalign.infrastructure.census.rules import Draft, check_rows
from planalign.infrastructure.census.source import CensusSource, RawTable
from planalign.infrastructure.census.values import read_field, shown

__all__ = ["ACCEPTED_SCHEMA", "CensusReading", "CensusSummary", "Reject", "read_census"]

ACCEPTED_SCHEMA: Final = pa.schema(
    [
        pa.field("employee_id", pa.string(), nullable=False),
        pa.field("birth_date", pa.date32(), nullable=False),
        pa.field("hire_date", pa.date32(), nullable=False),
        pa.field("salary_cents", pa.int64(), nullable=False),
        pa.field("level", pa.uint8(), nullable=False),
        pa.field("termination_date", pa.date32()),
        pa.field("termination_reason", pa.string()),
        pa.field("department", pa.string()),
        pa.field("location", pa.string()),
        pa.field("scheduled_minutes_per_week", pa.int32()),
    ]
)
"""What `CensusReading.accepted` looks like; one column for each of `FIELDS`, in their order."""

_NO_END: Final = date(9999, 12, 31)
_LOW_SALARY_CENTS: Final = 100_000
_CSV: Final = (".csv", ".tsv", ".txt")
_PARQUET: Final = (".parquet", ".pq")
_EXCEL: Final = (".xlsx", ".xlsm")


class Reject(BaseModel):
    """One fault of one row; ``reason`` is ``code: explanation``."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    line: int
    column: str
    value: str
    reason: str


class CensusSummary(BaseModel):
    """What was read, for people and for programs.

    Attributes:
        read: Rows with something in them; always ``accepted + rejected``.
        rejected: Rows with at least one fault; ``rejects`` lists each fault.
        mapping: Field to the column it was read from.
        ignored_columns: Columns that no field was read from.
        filled: Field to how many values were assumed.
        notices: What was decided for a column as a whole, and what looks odd.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    file: str
    sha256: str
    census_date: date
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    read: int
    accepted: int
    rejected: int
    mapping: dict[str, str]
    ignored_columns: tuple[str, ...]
    filled: dict[str, int]
    notices: tuple[str, ...]
    rejects: tuple[Reject, ...]


@dataclass(frozen=True)
class CensusReading:
    """A census, read.

    Attributes:
        accepted: `ACCEPTED_SCHEMA`, ordered by employee id.
        rejects: ``line`` (int64, from 1; 0 rows if nothing is wrong), ``column``, ``value``,
            ``reason``, by line.
        read: Rows with something in them.
        rejected: Rows with at least one fault.
        file: Path as it was given.
        census_date: The day that the file describes.
        source: The file's header, digest and notation.
        mapping: Field to column name.
        filled: Field to how many values were assumed.
        notices: What was decided for a column as a whole, and what looks odd.
    """

    accepted: Table
    rejects: Table
    read: int
    rejected: int
    file: str
    census_date: date
    source: CensusSource
    mapping: dict[str, str]
    filled: dict[str, int]
    notices: tuple[str, ...]

    @property
    def ignored_columns(self) -> tuple[str, ...]:
        """Columns that no field was read from."""
        used = set(self.mapping.values())
        return tuple(name for name in self.source.header if name and name not in used)

    @cached_property
    def summary(self) -> CensusSummary:
        """The same without the table of those accepted."""
        return CensusSummary(
            file=self.file,
            sha256=self.source.sha256,
            census_date=self.census_date,
            encoding=self.source.encoding,
            delimiter=self.source.delimiter,
            sheet=self.source.sheet,
            read=self.read,
            accepted=self.accepted.num_rows,
            rejected=self.rejected,
            mapping=self.mapping,
            ignored_columns=self.ignored_columns,
            filled=self.filled,
            notices=self.notices,
            rejects=tuple(Reject.model_construct(**row) for row in self.rejects.to_pylist()),
        )


def read_census(path: Path, options: CensusOptions) -> CensusReading:
    """Read, map and check a census file: CSV, Parquet or Excel.

    Rows that cannot be accepted are no error: they are in `CensusReading.rejects`.

    Raises:
        NotFoundError: If there is no such file.
        UnsupportedFormatError: If its extension is none that is read.
        CensusError: If the file as a whole cannot be read or mapped.
    """
    source = _open(path, options)
    chosen = choose_columns(source.header, options.mapping, options.fill)
    raw = source.read(chosen)
    labels: dict[FieldName, str] = {
        name: source.header[position] for name, position in chosen.items()
    }
    draft, filled, notices = _draft(raw, labels, options)
    order = check_rows(draft, options.census_date, raw.find_lines)
    faults = draft.faults
    any_fault = faults.rejected_count or raw.broken
    lines = raw.find_lines() if any_fault else np.zeros(raw.count, dtype=np.int64)
    return CensusReading(
        accepted=_accepted(draft, order),
        rejects=faults.table(lines, raw.broken),
        read=raw.count + len(raw.broken),
        rejected=faults.rejected_count + len(raw.broken),
        file=str(path),
        census_date=options.census_date,
        source=source,
        mapping={str(name): label for name, label in labels.items()},
        filled=filled,
        notices=(*raw.notices, *notices),
    )


def _open(path: Path, options: CensusOptions) -> CensusSource:
    if not path.is_file():
        raise NotFoundError(f"no census file {path}", hint="check the path")
    suffix = path.suffix.lower()
    try:
        if suffix in _CSV:
            return open_csv(path, options)
        if suffix in _PARQUET:
            return open_parquet(path)
        if suffix in _EXCEL:
            return open_excel(path, options.sheet)
    except OSError as error:
        raise CensusError(f"{path} cannot be read: {error.strerror}") from error
    known = ", ".join((*_CSV, *_PARQUET, *_EXCEL))
    raise UnsupportedFormatError(
        f"{path} has the extension {suffix or '(none)'!r}, which is no census format",
        hint=f"these are read: {known}",
    )


def _draft(
    raw: RawTable, labels: dict[FieldName, str], options: CensusOptions
) -> tuple[Draft, dict[str, int], list[str]]:
    """Every field's column, read or filled, with what could not be read already refused."""
    values: dict[FieldName, Array] = {}
    unread: dict[FieldName, Mask] = {}
    notices: list[str] = []
    written: dict[FieldName, Array] = {name: shown(column) for name, column in raw.columns.items()}
    draft = Draft(values, unread, written, labels, Faults(raw.count))
    for name, field in zip(FIELDS, ACCEPTED_SCHEMA, strict=True):
        parsed = Parsed(pa.nulls(raw.count, field.type))
        if name in raw.columns:
            parsed = read_field(name, raw.columns[name], options)
        values[name] = parsed.values
        unread[name] = np.zeros(raw.count, dtype=np.bool_)
        if parsed.faults is not None:
            unread[name] = pc.is_valid(parsed.faults).to_numpy(zero_copy_only=False)
            draft.refuse(unread[name], name, parsed.faults.drop_null())
        notices += [f"{labels[name]}: {notice}" for notice in parsed.notices]
    _clear_far_ends(values, notices)
    _note_low_salaries(values["annual_salary"], notices)
    filled = fill_missing(values, unread, options, notices)
    return draft, filled, notices


def _clear_far_ends(values: dict[FieldName, Array], notices: list[str]) -> None:
    """Payroll systems write 9999-12-31 for a termination that is not foreseen."""
    ends = values["termination_date"]
    far = pc.equal(ends, pa.scalar(_NO_END, pa.date32()))
    count = pc.sum(far).as_py() or 0
    if count:
        values["termination_date"] = pc.if_else(far, pa.scalar(None, pa.date32()), ends)
        notices.append(f"termination_date: {count} values {_NO_END} are read as none")


def _note_low_salaries(cents: Array, notices: list[str]) -> None:
    count = pc.sum(pc.and_(pc.greater(cents, 0), pc.less(cents, _LOW_SALARY_CENTS))).as_py() or 0
    if count:
        notices.append(
            f"annual_salary: {count} values are below 1,000 a year; are they per hour or month?"
        )


def _accepted(draft: Draft, order: Rows) -> Table:
    columns = [
        draft.values[name].cast(field.type, safe=False)
        for name, field in zip(FIELDS, ACCEPTED_SCHEMA, strict=True)
    ]
    table: Table = pa.Table.from_arrays(
        columns, schema=pa.schema([field.with_nullable(True) for field in ACCEPTED_SCHEMA])
    )
    accepted = draft.faults.accepted
    if len(order):
        table = table.take(pa.array(order[accepted[order]]))
    elif not accepted.all():
        table = table.filter(pa.array(accepted))
    return table.cast(ACCEPTED_SCHEMA)
