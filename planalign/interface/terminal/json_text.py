"""Arrow tables as JSON, column by column.

Money is a JSON number with its two decimals, ``85000.00``: digits as they are, never through a
binary fraction. Dates and instants are ISO 8601 strings, what is not known is null.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["json_array", "json_lines", "json_value", "plain_columns"]


def json_lines(table: pa.Table) -> bytes:
    """One object a line."""
    return "".join(f"{row}\n" for row in _rows(table)).encode()


def json_array(table: pa.Table) -> bytes:
    """One array of objects, one object a line."""
    rows = ",\n".join(_rows(table))
    return f"[\n{rows}\n]\n".encode() if rows else b"[]\n"


def json_value(value: object) -> str:
    """A nested value on one line; decimals keep their digits, dates become ISO 8601 strings.

    >>> from decimal import Decimal
    >>> json_value({"delta": Decimal("85000.00"), "years": (2025, None)})
    '{"delta": 85000.00, "years": [2025, null]}'
    """
    if isinstance(value, dict):
        items: list[tuple[object, object]] = list(value.items())  # pyright: ignore[reportUnknownArgumentType]
        pairs = (f"{json.dumps(str(name))}: {json_value(item)}" for name, item in items)
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        members: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return f"[{', '.join(map(json_value, members))}]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def plain_columns(table: pa.Table) -> pa.Table:
    """The table with instants as ISO 8601 text, lists as JSON, and no dictionaries."""
    import pyarrow

    types: Any = pyarrow.types
    for place, name in enumerate(table.column_names):
        kind = table.schema.field(name).type
        if types.is_timestamp(kind):
            table = table.set_column(place, name, _instants(table.column(name)))
        elif types.is_dictionary(kind):
            table = table.set_column(place, name, table.column(name).cast(kind.value_type))
        elif types.is_nested(kind):
            table = table.set_column(place, name, _dumped(table.column(name)))
    return table


def _rows(table: pa.Table) -> list[str]:
    """Each row as a JSON object."""
    import pyarrow.compute

    pc: Any = pyarrow.compute
    if not table.num_rows:
        return []
    parts: list[Any] = []
    for place, name in enumerate(table.column_names):
        parts.append(f"{', ' if place else '{'}{json.dumps(name)}: ")
        parts.append(pc.fill_null(_texts(table.column(name)), "null"))
    rows: list[str] = pc.binary_join_element_wise(*parts, "}", "").to_pylist()
    return rows


def _texts(column: Any) -> Any:
    """Each value as JSON text; null stays null."""
    import pyarrow
    import pyarrow.compute

    pa: Any = pyarrow
    pc: Any = pyarrow.compute
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return pc.cast(column, pa.string())
    if pa.types.is_date(kind):
        return pc.binary_join_element_wise('"', pc.cast(column, pa.string()), '"', "")
    if pa.types.is_timestamp(kind):
        return pc.binary_join_element_wise('"', _instants(column), '"', "")
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    return _by_value(column)


def _by_value(column: Any) -> Any:
    """Text, floats and nested values, each distinct one written once where Arrow can tell."""
    import pyarrow

    pa: Any = pyarrow
    if pa.types.is_nested(column.type):
        return _dumped(column)
    encoded = column.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    known = [json.dumps(value, ensure_ascii=False) for value in encoded.dictionary.to_pylist()]
    return pa.array(known, pa.string()).take(encoded.indices)


def _dumped(column: Any) -> Any:
    import pyarrow

    pa: Any = pyarrow
    values = [
        None if value is None else json.dumps(value, ensure_ascii=False, default=str)
        for value in column.to_pylist()
    ]
    return pa.array(values, pa.string())


def _instants(column: Any) -> Any:
    """``2026-11-23T11:45:35.123456Z``; a column without a zone is in UTC, as the log is."""
    import pyarrow
    import pyarrow.compute

    pa: Any = pyarrow
    pc: Any = pyarrow.compute
    utc = pc.cast(column, pa.timestamp("us", "UTC")) if column.type.tz else column
    text = pc.cast(pc.cast(utc, pa.timestamp("us")), pa.string())
    return pc.binary_join_element_wise(pc.replace_substring(text, " ", "T"), "Z", "")
