"""Workbooks and directories hold what went into them, whatever it looks like."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from planalign import StorageError, UnsupportedFormatError
from planalign.infrastructure.export.directory import FILE_FORMATS, write_directory
from planalign.infrastructure.export.sheets import Sheet
from planalign.infrastructure.export.workbook import write_workbook

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 12, 0, 0)  # noqa: DTZ001 - naive UTC, as the log's
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "{=A1}"]
LOOKS_LIKE_XML = [
    "<r></is></c><c><f>1+1</f></c>",
    "<r>bold</r>",
    "</t>",
    "&amp;",
    "]]>",
    "<![CDATA[",
]
LOOKS_ESCAPED = ["_x0041_", "_x0041_x0042_", "_x005F_x0041_", "_x000d_", "__x0007__", "_x00"]
CONTROLS = ["\x00", "a\x07b", "\x1f", "\r\n", "\n", "\x7f", "\x85", "\u2028"]
NONCHARACTERS = "\ufffe\uffff"  # XML has no place for them; only Excel reads what stands for them
OTHERS = ["", " ", " a ", "0012", "1e5", "TRUE", "https://example.org", "2025-01-01", "😀", "Ö"]
TEXTS = st.one_of(
    st.sampled_from(FORMULAS + LOOKS_LIKE_XML + LOOKS_ESCAPED + CONTROLS + OTHERS),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters=NONCHARACTERS), max_size=30
    ),
    st.text(st.sampled_from("_x0041F<r>/&;=\r\n\t \x00"), max_size=20),
)


def write(path: Path, *sheets: Sheet, **options: Any) -> Any:
    written = write_workbook(sheets, path, created_at=NOW, **options)
    calamine: Any = python_calamine
    workbook = calamine.CalamineWorkbook.from_path(path)
    names = [name for sheet in written for name in sheet.parts]
    assert workbook.sheet_names == names
    return {name: workbook.get_sheet_by_name(name).to_python() for name in names}


def xml_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return "".join(archive.read(name).decode() for name in sheets)


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=20))
def test_every_text_survives_the_workbook_and_is_never_a_formula(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None]
) -> None:
    path = tmp_path_factory.mktemp("texts") / "texts.xlsx"
    table = pa.table({"n": list(range(len(texts))), "text": pa.array(texts, pa.string())})
    rows = write(path, Sheet.of("texts", table))["texts"][1:]
    assert [row[1] for row in rows] == [text or "" for text in texts]
    assert not re.search("<f[ >]", xml_of(path))


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.dates(date(1900, 3, 1), date(2200, 12, 31))),
            st.one_of(st.none(), st.integers(-(10**15), 10**15)),
            st.one_of(st.none(), st.integers(-(2**52), 2**52)),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_dates_and_numbers_are_cells_of_their_type(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[date | None, int | None, int | None, float | None]],
) -> None:
    days, cents, counts, shares = zip(*rows, strict=True)
    money = [None if c is None else Decimal(c).scaleb(-2) for c in cents]
    table = pa.table(
        {
            "day": pa.array(days, pa.date32()),
            "money": pa.array(money, pa.decimal128(18, 2)),
            "count": pa.array(counts, pa.int64()),
            "exit_rate": pa.array(shares, pa.float64()),
        }
    )
    path = tmp_path_factory.mktemp("numbers") / "numbers.xlsx"
    _, *found = write(path, Sheet.of("numbers", table))["numbers"]
    expected = [
        [
            "" if value is None else float(value) if not isinstance(value, date) else value
            for value in row
        ]
        for row in zip(days, money, counts, shares, strict=True)
    ]
    padded = [[*row, *[""] * (4 - len(row))] for row in found]
    filled = padded + [[""] * 4] * (len(rows) - len(padded))  # calamine ends at the last value
    assert filled == expected


def test_a_noncharacter_is_written_as_excel_reads_it(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", Sheet.of("a", pa.table({"x": [NONCHARACTERS]})))
    assert ">_xFFFE__xFFFF_<" in xml_of(tmp_path / "a.xlsx")


def test_a_sheet_that_is_too_long_goes_on_in_another(tmp_path: Path) -> None:
    table = pa.table({"n": pa.array(range(23), pa.int64())})
    batches = table.to_batches(max_chunksize=4)
    sheet = Sheet("events", table.schema, 23, iter(batches))
    found = write(tmp_path / "a.xlsx", sheet, Sheet.of("b", table.slice(0, 9)), most_rows=10)
    assert list(found) == ["events 1", "events 2", "events 3", "b"]
    parts = [found[f"events {part}"] for part in (1, 2, 3)]
    assert all(part[0] == ["n"] for part in parts)
    assert [row[0] for part in parts for row in part[1:]] == list(range(23))
    assert [len(part) for part in parts] == [10, 10, 6]


@given(st.integers(0, 40), st.integers(2, 12), st.integers(1, 9))
def test_splitting_loses_no_row_wherever_batches_end(
    tmp_path_factory: pytest.TempPathFactory, rows: int, most_rows: int, chunk: int
) -> None:
    table = pa.table({"n": pa.array(range(rows), pa.int64())})
    sheet = Sheet("all", table.schema, rows, table.to_batches(max_chunksize=chunk))
    path = tmp_path_factory.mktemp("split") / "split.xlsx"
    parts = write(path, sheet, most_rows=most_rows).values()
    assert [row[0] for part in parts for row in part[1:]] == list(range(rows))
    assert all(len(part) <= most_rows for part in parts)


def test_headings_are_frozen_and_have_a_filter(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", Sheet.of("a", pa.table({"x": [1, 2], "y": ["b", "c"]})))
    xml = xml_of(tmp_path / "a.xlsx")
    assert 'ySplit="1"' in xml
    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A1:B3"/>' in xml
    assert '<dimension ref="A1:B3"/>' in xml


def test_instants_booleans_and_what_is_no_number(tmp_path: Path) -> None:
    table = pa.table(
        {
            "at": pa.array([NOW, None], pa.timestamp("us")),
            "is_seen": [True, False],
            "ratio": [float("inf"), float("nan")],
            "day": pa.array([date(1899, 12, 31), date(2025, 1, 1)]),
        }
    )
    rows = write(tmp_path / "a.xlsx", Sheet.of("a", table))["a"][1:]
    assert rows == [[NOW, True, "", "1899-12-31"], ["", False, "", date(2025, 1, 1)]]


def test_a_text_that_no_cell_holds_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, Sheet.of("a", pa.table({"x": ["Ö" * 32_767]})))
    before = path.read_bytes()
    with pytest.raises(UnsupportedFormatError, match="32,767"):
        write(path, Sheet.of("a", pa.table({"x": ["a" * 32_768]})))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_where_nothing_can_be_written_the_error_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sheet = Sheet.of("a", pa.table({"x": [1]}))
    with pytest.raises(StorageError, match="cannot be written"):
        write_workbook([sheet], tmp_path / "file" / "a.xlsx", created_at=NOW)
    with pytest.raises(StorageError, match="cannot be made a directory"):
        write_directory([sheet], tmp_path / "file", "csv")
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        write_directory([sheet], tmp_path, "csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "file"]


def read(path: Path) -> pa.Table:
    parquet: Any = pyarrow.parquet
    ipc: Any = pyarrow.ipc
    is_parquet = path.suffix == ".parquet"
    table: pa.Table = parquet.read_table(path) if is_parquet else ipc.open_file(path).read_all()
    return table


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=10))
def test_parquet_and_arrow_hold_texts_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None]
) -> None:
    directory = tmp_path_factory.mktemp("files")
    table = pa.table({"text": pa.array(texts, pa.string())})
    for form in ("parquet", "arrow"):
        (written,) = write_directory([Sheet.of("some texts", table)], directory, form)
        assert written.parts == (f"some_texts.{form}",)
        assert read(directory / written.parts[0]).equals(table)


def test_a_csv_file_has_an_apostrophe_before_what_would_be_run(tmp_path: Path) -> None:
    table = pa.table({"text": [*FORMULAS[:4], "plain"], "n": [-1, 2, 3, 4, 5]})
    write_directory([Sheet.of("a", table)], tmp_path, "csv")
    csv: Any = pyarrow.csv
    found = csv.read_csv(tmp_path / "a.csv").to_pydict()
    assert found["text"] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "plain"]
    assert found["n"] == [-1, 2, 3, 4, 5]


def test_there_is_a_writer_for_every_format() -> None:
    assert set(FILE_FORMATS) == {"csv", "parquet", "arrow"}
