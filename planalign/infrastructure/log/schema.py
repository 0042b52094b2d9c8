"""The log's columns, generated from the event models.

A field of an event becomes a column of `events` of the same name; the same field in two events is
one column and must have one type. `EVENTS_SCHEMA` (Arrow) and `events_ddl()` (DuckDB) are two
renderings of that list.
"""

from __future__ import annotations

import types
from datetime import date
from importlib.resources import files
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa

from planalign.domain.events import EVENT_TYPES, EmployeeEvent

__all__ = ["EVENTS_SCHEMA", "FIELD_COLUMNS", "events_ddl", "sql"]

# Written once per file format; a field whose annotation is not here is a design question.
_DUCKDB_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "uint8": "UTINYINT"}
_ARROW_OF_FIELD: dict[str, pa.DataType] = {
    "level": pa.uint8(),
    "scheduled_minutes_per_week": pa.int32(),
}
_ARROW_OF_PYTHON: dict[type, pa.DataType] = {
    int: pa.int64(),
    str: pa.string(),
    date: pa.date32(),
}
_ENVELOPE = {"originator_id", "originator_version", "effective_date"}


def _python_type(annotation: Any) -> type:
    """The plain type behind Annotated, Literal and Optional."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _python_type(get_args(annotation)[0])
    if origin is Literal:
        return str
    if origin in (Union, types.UnionType):
        (plain,) = (arg for arg in get_args(annotation) if arg is not type(None))
        return _python_type(plain)
    return annotation  # type: ignore[no-any-return]  # what remains is a class


def _field_columns(event_types: tuple[type[EmployeeEvent], ...]) -> dict[str, pa.DataType]:
    columns: dict[str, pa.DataType] = {}
    for event_type in event_types:
        for name, field in event_type.model_fields.items():
            if name in _ENVELOPE:
                continue
            arrow = _ARROW_OF_FIELD.get(name) or _ARROW_OF_PYTHON[_python_type(field.annotation)]
            if columns.setdefault(name, arrow) != arrow:
                raise TypeError(f"{name} has two types: {columns[name]} and {arrow}")
    return columns


FIELD_COLUMNS: dict[str, pa.DataType] = _field_columns(EVENT_TYPES)
"""Column name to Arrow type, for the fields beyond the envelope, in order of first mention."""

EVENTS_SCHEMA: pa.Schema = pa.schema(
    [
        ("position", pa.int64()),
        ("stream_no", pa.int32()),
        ("version", pa.int32()),
        ("kind", pa.string()),
        ("effective_date", pa.date32()),
        *FIELD_COLUMNS.items(),
        ("state", pa.binary()),
    ]
)
"""One row of `events`. `state` holds foreign kinds, which have no typed columns."""


def _duckdb_type(arrow: pa.DataType) -> str:
    if pa.types.is_date(arrow):
        return "DATE"
    return "BLOB" if pa.types.is_binary(arrow) else _DUCKDB_TYPES[str(arrow)]


def events_ddl() -> str:
    """The CREATE TABLE statement of `events`.

    >>> events_ddl().splitlines()[0]
    'CREATE TABLE events ('
    """
    required = ("position", "stream_no", "version", "kind")
    columns = (
        f"    {field.name} {_duckdb_type(field.type)}{' NOT NULL' * (field.name in required)}"
        for field in EVENTS_SCHEMA
    )
    return "CREATE TABLE events (\n" + ",\n".join(columns) + "\n)"


def sql(name: str) -> str:
    """Text of the SQL file *name* beside this module."""
    return files("planalign.infrastructure.log").joinpath(f"{name}.sql").read_text(encoding="utf-8")
