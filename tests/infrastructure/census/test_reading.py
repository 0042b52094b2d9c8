from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planalign.domain.errors import CensusError, NotFoundError, UnsupportedFormatError
from planalign.infrastructure.census.faults import REASONS
from planalign.infrastructure.census.fields import load_mapping
from planalign.infrastructure.census.options import CensusFill, CensusOptions, parse_fill
from planalign.infrastructure.census.reading import ACCEPTED_SCHEMA, read_census
from tests.infrastructure.census.census_files import (
    GOOD,
    HEADER,
    faults,
    one,
    options,
    read_rows,
    read_text,
)


def test_a_good_row_is_accepted_with_types(tmp_path: Path) -> None:
    reading = read_rows(
        tmp_path,
        f"{GOOD},Sales,Boston,37.5,2025-06-30,resigned",
        header=f"{HEADER},Dept,Office,Weekly Hours,Term Date,Term Reason",
    )

    assert reading.accepted.schema.equals(ACCEPTED_SCHEMA)
    assert reading.accepted.to_pylist() == [
        {
            "employee_id": "E-1",
            "birth_date": date(1980, 1, 15),
            "hire_date": date(2010, 3, 1),
            "salary_cents": 8_500_000,
            "level": 2,
            "termination_date": date(2025, 6, 30),
            "termination_reason": "voluntary",
            "department": "Sales",
            "location": "Boston",
            "scheduled_minutes_per_week": 2250,
        }
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("employee_id", "", "missing_value"),
        ("employee_id", "x" * 201, "id_too_long"),
        ("employee_id", "NH_2025_000001", "reserved_id"),
        ("department", "x" * 201, "text_too_long"),
        ("birth_date", "N/A", "missing_value"),
        ("birth_date", "2010-03-01", "birth_after_hire"),
        ("birth_date", "1996-03-02", "age_at_hire"),
        ("birth_date", "1909-02-28", "age_at_hire"),
        ("birth_date", "1913-06-01", "implausible_age"),
        ("birth_date", "1980-02-30", "impossible_date"),
        ("hire_date", "", "missing_value"),
        ("hire_date", "2025-01-01", "hire_after_census"),
        ("hire_date", "soon", "not_a_date"),
        ("annual_salary", "0", "salary_not_positive"),
        ("annual_salary", "-85000", "salary_not_positive"),
        ("annual_salary", "0.001", "salary_not_positive"),
        ("annual_salary", "1000000001", "implausible_salary"),
        ("annual_salary", "9" * 40, "implausible_salary"),
        ("annual_salary", "85k", "abbreviated_number"),
        ("annual_salary", "null", "missing_value"),
        ("level", "", "missing_value"),
        ("level", "6", "level_out_of_range"),
        ("level", "0", "level_out_of_range"),
        ("level", "Chief", "unknown_level"),
        ("scheduled_hours_per_week", "0", "hours_out_of_range"),
        ("scheduled_hours_per_week", "169", "hours_out_of_range"),
        ("termination_date", "2010-02-28", "termination_before_hire"),
        ("termination_reason", "retired", "reason_without_termination"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    tmp_path: Path, column: str, value: str, reason: str
) -> None:
    reading = one(tmp_path, column, value)

    assert faults(reading)[0][1:] == (column, value, reason)
    assert reading.summary.rejects[0].reason.removeprefix(reason).startswith(": ")
    assert reading.rejected == 1
    assert reason in REASONS


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("birth_date", "1996-03-01"),
        ("birth_date", "1914-01-01"),
        ("hire_date", "2024-12-31"),
        ("annual_salary", "0.01"),
        ("annual_salary", "1000000000"),
        ("level", "Vice President"),
        ("level", "L5"),
        ("level", "level 3"),
        ("level", "3.0"),
        ("scheduled_hours_per_week", "168"),
        ("termination_date", "2010-03-01"),
        ("termination_date", "9999-12-31"),
        ("termination_date", "NULL"),
        ("department", "NA"),
    ],
)
def test_a_value_on_the_right_side_of_the_border_is_accepted(
    tmp_path: Path, column: str, value: str
) -> None:
    assert faults(one(tmp_path, column, value)) == []


def test_a_row_with_three_faults_is_one_rejected_row_and_three_rejects(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, GOOD, "E-2,1985-02-30,2010-03-01,0,9")

    assert (reading.read, reading.rejected, reading.rejects.num_rows) == (2, 1, 3)


def test_a_row_that_cannot_be_read_is_not_blamed_for_what_follows_from_it(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, "E-2,never,2010-03-01,85000,2")

    assert faults(reading) == [(2, "birth_date", "never", "not_a_date")]


def test_every_row_of_a_repeated_id_is_refused_and_names_the_others(tmp_path: Path) -> None:
    other = GOOD.replace("E-1", "E-2")
    reading = read_rows(tmp_path, GOOD, other, GOOD.replace("E-1", " E-1 "), GOOD)

    assert [(r.line, r.reason) for r in reading.summary.rejects] == [
        (2, "duplicate_id: the id is also on line 4, 5; none of them is taken"),
        (4, "duplicate_id: the id is also on line 2, 5; none of them is taken"),
        (5, "duplicate_id: the id is also on line 2, 4; none of them is taken"),
    ]
    assert reading.accepted["employee_id"].to_pylist() == ["E-2"]


def test_many_repetitions_are_counted_and_not_listed(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, *[GOOD] * 20)

    assert reading.summary.rejects[0].reason == (
        "duplicate_id: the id is also on line 3, 4, 5, 6, 7 and 14 more; none of them is taken"
    )


def test_the_line_is_where_the_row_begins_in_the_file(tmp_path: Path) -> None:
    bad = GOOD.replace("85000", "0")
    text = (
        f'\n{HEADER},note\r\n\n{GOOD},"two\nlines"\n\n'
        f'{bad.replace("E-1", "E-2")},"a\n\nb"\n{bad.replace("E-1", "E-3")},\n'
    )

    assert [line for line, *_ in faults(read_text(tmp_path, text))] == [7, 10]


def test_leading_zeros_of_an_id_stay(tmp_path: Path) -> None:
    assert one(tmp_path, "employee_id", "00042").accepted["employee_id"].to_pylist() == ["00042"]


def test_rows_with_the_wrong_number_of_fields_are_rejects(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, GOOD, "E-2,1980-01-01", "E-3,1980-01-15,2010-03-01,85,000,2")

    assert faults(reading) == [
        (3, "", "E-2,1980-01-01", "wrong_field_count"),
        (4, "", "E-3,1980-01-15,2010-03-01,85,000,2", "wrong_field_count"),
    ]
    assert "quotes" in reading.summary.rejects[1].reason


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    good = [GOOD.replace("E-1", f'"E-{n}"') for n in range(9)]
    reading = read_rows(tmp_path, *good[:4], 'E-9,"1980-01-15,2010-03-01,85000,2', *good[4:])

    assert [fault[::3] for fault in faults(reading)] == [(6, "unclosed_quote")]
    assert reading.accepted.num_rows == 9


def test_a_quote_inside_of_a_value_is_a_character(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, f'{GOOD},12" Screens', header=f"{HEADER},department")

    assert reading.accepted["department"].to_pylist() == ['12" Screens']


def test_rows_without_any_value_are_no_employees(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, GOOD, ",,,,", '"","",,,', "   ", ",,")

    assert (reading.read, reading.rejected) == (1, 0)


def test_a_missing_birth_date_is_filled_only_by_rule(tmp_path: Path) -> None:
    row = "E-1,,2012-02-29,85000,"
    assert read_rows(tmp_path, row).rejected == 1

    fill = CensusFill(age_at_hire=35, level="from_salary")
    reading = read_rows(tmp_path, row, fill=fill)
    assert reading.accepted["birth_date"].to_pylist() == [date(1977, 2, 28)]
    assert reading.accepted["level"].to_pylist() == [2]
    assert reading.filled == {"birth_date": 1, "level": 1}

    fill = CensusFill(age_on_census_date=40, level=3)
    reading = read_rows(tmp_path, row, fill=fill)
    assert reading.accepted["birth_date"].to_pylist() == [date(1984, 12, 31)]
    assert reading.accepted["level"].to_pylist() == [3]


def test_a_value_that_cannot_be_read_is_never_filled(tmp_path: Path) -> None:
    fill = CensusFill(age_at_hire=35, level="from_salary")

    assert faults(one(tmp_path, "birth_date", "unknown", fill=fill))[0][3] == "not_a_date"
    assert faults(one(tmp_path, "level", "high", fill=fill))[0][3] == "unknown_level"


def test_what_a_fill_starts_from_is_the_only_fault_if_it_is_missing(tmp_path: Path) -> None:
    fill = CensusFill(age_at_hire=35, level="from_salary")
    reading = read_rows(tmp_path, "E-1,,,,", fill=fill)

    assert [fault[1] for fault in faults(reading)] == ["hire_date", "annual_salary"]


def test_each_band_starts_its_level_and_lower_salaries_are_level_1(tmp_path: Path) -> None:
    salaries = (100, 56_000, 79_999.99, 80_000, 300_000, 10_000_000)
    rows = [f"E-{n},1980-01-15,2010-03-01,{pay}" for n, pay in enumerate(salaries)]
    reading = read_rows(
        tmp_path, *rows, header=HEADER.removesuffix(",level"), fill=CensusFill(level="from_salary")
    )

    assert reading.accepted["level"].to_pylist() == [1, 1, 1, 2, 5, 5]
    assert any("below the first band" in notice for notice in reading.notices)
    assert any("below 1,000 a year" in notice for notice in reading.notices)


def test_a_column_that_a_fill_could_replace_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CensusError, match="level") as caught:
        read_rows(tmp_path, "E-1,1980-01-15,2010-03-01,1", header=HEADER.removesuffix(",level"))

    assert "--fill level:from_salary" in caught.value.hint


def test_fill_rules_read_as_they_are_written() -> None:
    assert parse_fill(["birth_date:age_on_census_date=45", "level:2"]) == CensusFill(
        age_on_census_date=45, level=2
    )
    assert parse_fill([]) == CensusFill()


@pytest.mark.parametrize(
    "rules",
    [
        ["salary:100"],
        ["birth_date:35"],
        ["birth_date:age_at_hire=5"],
        ["birth_date:age_at_hire=35", "birth_date:age_on_census_date=45"],
        ["level:high"],
        ["level:1", "level:2"],
        ["level:"],
    ],
)
def test_other_fill_rules_are_errors(rules: list[str]) -> None:
    with pytest.raises(CensusError) as caught:
        parse_fill(rules)

    assert "birth_date:age_at_hire=35" in caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"level_minima_cents": (2, 1)},
        {"fill": {"level": "from_salary"}, "level_minima_cents": ()},
        {"fill": {"level": 6}},
        {"two_digit_year_pivot": 100},
        {"colour": "red"},
    ],
)
def test_options_that_contradict_each_other_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        options(**changes)


def test_columns_are_found_by_their_usual_names(tmp_path: Path) -> None:
    reading = read_rows(
        tmp_path,
        "x,2010-03-01,85000,E-1,1980-01-15,2,5%",
        header="JobTitle,Hire Dt,Base Pay,Emp ID,Date of Birth,Job Level,Deferral",
    )

    assert reading.mapping == {
        "employee_id": "Emp ID",
        "birth_date": "Date of Birth",
        "hire_date": "Hire Dt",
        "annual_salary": "Base Pay",
        "level": "Job Level",
    }
    assert reading.ignored_columns == ("JobTitle", "Deferral")


def test_two_columns_that_fit_one_field_are_an_error_unless_mapped(tmp_path: Path) -> None:
    header, row = f"{HEADER},Start Date", f"{GOOD},2015-01-01"
    with pytest.raises(CensusError, match="'hire_date', 'Start Date'"):
        read_rows(tmp_path, row, header=header)

    reading = read_rows(tmp_path, row, header=header, mapping={"hire_date": "start date"})
    assert reading.accepted["hire_date"].to_pylist() == [date(2015, 1, 1)]


def test_a_field_mapped_to_nothing_stays_empty(tmp_path: Path) -> None:
    reading = read_rows(
        tmp_path, f"{GOOD},Sales", header=f"{HEADER},department", mapping={"department": None}
    )

    assert reading.accepted["department"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"hire": "hire_date"}, "field 'hire'"),
        ({"hire_date": "Hired on"}, "'Hired on', which the file does not have"),
        ({"hire_date": "birth_date"}, "hire_date"),
        ({"hire_date": "level", "level": "level"}, "hire_date and for level"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_an_error(
    tmp_path: Path, mapping: dict[str, str], message: str
) -> None:
    with pytest.raises(CensusError, match=message) as caught:
        read_rows(tmp_path, GOOD, mapping=mapping | {"birth_date": None})

    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("map.yaml", "hire_date: Start Date\nlevel:\n"),
        ("map.json", '{"hire_date": "Start Date", "level": null}'),
    ],
)
def test_a_mapping_file_is_yaml_or_json(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)

    assert load_mapping(path) == {"hire_date": "Start Date", "level": None}


@pytest.mark.parametrize("text", ["", "- a\n", "hire_date: 3\n", "a: [", "3: x\n"])
def test_another_document_is_no_mapping(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    with pytest.raises(CensusError):
        load_mapping(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "is empty"),
        (b"\n \n\n", "is empty"),
        (HEADER.encode(), "a header and no rows"),
        (f"{HEADER}\n\n \n".encode(), "a header and no rows"),
        (f"{HEADER},level\n{GOOD},2\n".encode(), "two columns of the same name: 'level'"),
        (b"a;b\n1;2\n", "no column of the file is employee_id; its columns are 'a', 'b'"),
        (b"\x00\x01\x02\x00\x03" * 99, "zero bytes"),
        (f'"{HEADER}\n{GOOD}\n'.encode(), "quote that is not closed"),
        (f"{HEADER}\nZoë,ä,ö\n".encode() + b"\xff\n", "line 3 is not text in utf-8"),
    ],
)
def test_a_file_that_is_no_census_is_an_error_that_says_why(
    tmp_path: Path, text: bytes, message: str
) -> None:
    with pytest.raises(CensusError, match=message):
        read_text(tmp_path, text)


def test_a_missing_file_and_an_unknown_extension_are_errors(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_census(tmp_path / "none.csv", options())
    with pytest.raises(NotFoundError):
        load_mapping(tmp_path / "none.yaml")
    (tmp_path / "census.docx").write_text("x")
    with pytest.raises(UnsupportedFormatError, match=r"\.docx"):
        read_census(tmp_path / "census.docx", options())


def test_a_file_that_is_not_utf8_is_read_and_reported(tmp_path: Path) -> None:
    text = f"{HEADER},department\n{GOOD},Zürich\n".encode("cp1252")
    reading = read_text(tmp_path, text)

    assert reading.accepted["department"].to_pylist() == ["Zürich"]
    assert reading.summary.encoding == "cp1252"
    assert "Windows-1252" in reading.notices[0]


def test_an_encoding_that_was_said_is_obeyed(tmp_path: Path) -> None:
    text = f"{HEADER},department\n{GOOD},Łódź\n".encode("cp1250")

    assert read_text(tmp_path, text, encoding="cp1250").accepted["department"][0].as_py() == "Łódź"
    with pytest.raises(CensusError, match="no encoding 'klingon'"):
        read_text(tmp_path, text, encoding="klingon")


def test_the_separator_line_of_a_spreadsheet_is_obeyed(tmp_path: Path) -> None:
    text = f"sep=|\r\n{HEADER}\r\n{GOOD}\r\n".replace(",", "|")

    assert read_text(tmp_path, text).summary.delimiter == "|"


def test_unknown_termination_reasons_are_unspecified_and_reported(tmp_path: Path) -> None:
    reading = read_rows(
        tmp_path,
        f"{GOOD},2024-06-30,Moved to Mars",
        f"{GOOD.replace('E-1', 'E-2')},2024-06-30,",
        header=f"{HEADER},termination_date,termination_reason",
    )

    assert reading.accepted["termination_reason"].to_pylist() == ["unspecified"] * 2
    assert any("'Moved to Mars'" in notice for notice in reading.notices)


def test_every_reason_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "census.md").read_text()

    assert [reason for reason in REASONS if f"`{reason}`" not in page] == []


def test_every_option_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "census.md").read_text()

    assert [name for name in CensusOptions.model_fields if f"`{name}`" not in page] == []
