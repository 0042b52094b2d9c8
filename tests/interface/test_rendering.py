"""How tables look to people and to programs."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.errors import UnsupportedFormatError
from planalign.interface.terminal import output
from planalign.interface.terminal.json_text import json_array, json_lines
from planalign.interface.terminal.table_text import table_text

MONEY: Any = pa.decimal128(18, 2)


@given(
    st.lists(
        st.tuples(
            st.none() | st.text(max_size=5),
            st.none() | st.decimals(-(10**12), 10**12, places=2),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.dates(date(1900, 1, 1)),
            st.none() | st.booleans(),
        ),
        max_size=5,
    )
)
def test_json_says_exactly_what_the_table_says(rows: list[tuple[Any, ...]]) -> None:
    columns: list[list[Any]] = [[row[place] for row in rows] for place in range(5)]
    kinds: list[Any] = [pa.string(), MONEY, pa.float64(), pa.date32(), pa.bool_()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    table = pa.table(dict(zip("tmfdb", arrays, strict=True)))
    expected = [
        {"t": t, "m": m, "f": f, "d": d and d.isoformat(), "b": b} for t, m, f, d, b in rows
    ]
    read = json.loads(json_array(table), parse_float=Decimal)
    for row, wanted in zip(read, expected, strict=True):
        number = row.pop("f")
        assert (number is None) == (wanted["f"] is None)
        assert number is None or float(number) == wanted.pop("f")
        wanted.pop("f", None)
        assert row == wanted
    # Text may hold any line end but ours: JSON escapes it.
    assert json_lines(table).decode().count("\n") == len(rows)


def test_instants_and_lists_are_json_too() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)
    table = pa.table(
        {
            "at": pa.array([moment], pa.timestamp("us", "UTC")),
            "list": pa.array([["a", "b"]]),
            "none": pa.nulls(1),
        }
    )
    assert json.loads(json_lines(table)) == {
        "at": "2026-01-02T03:04:05.000600Z",
        "list": ["a", "b"],
        "none": None,
    }
    assert b"2026-01-02T03:04:05.000600Z" in output.encoded(table.select(["at", "list"]), "csv")


def test_a_table_is_aligned_and_leaves_out_what_does_not_fit() -> None:
    table = pa.table(
        {
            "year": pa.array([2025, 2026]),
            "payroll": pa.array([Decimal("1234567.50"), None], MONEY),
            "comment": pa.array(["none at all", None]),
        }
    )
    assert table_text(table).text.splitlines() == [
        "year       payroll  comment",
        "────  ────────────  ───────────",
        "2025  1,234,567.50  none at all",
        "2026",
    ]
    narrow = table_text(table, width=20, rows=1)
    assert narrow.left_out == "showing 1 of 2 rows and 2 of 3 columns"
    assert "comment" not in narrow.text


def test_bytes_are_not_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(UnsupportedFormatError):
        output.chosen_format("parquet", None)
    assert output.chosen_format("auto", None) == "table"
