from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planalign.domain.assumptions import Assumptions, DecisionDates, LevelTable
from planalign.domain.assumptions.quantities import canonical_number
from planalign.domain.errors import AssumptionsError


def complaints(document: dict[str, Any]) -> list[str]:
    with pytest.raises(AssumptionsError) as refused:
        Assumptions.parse(document)
    return str(refused.value).splitlines()


def band(at_least: int, below: int | None) -> dict[str, object]:
    return {"at_least": at_least, "below": below, "termination": 1, "promotion": 1}


def level(number: int, low: object, high: int | None, **more: object) -> dict[str, object]:
    return {
        "level": number,
        "name": f"L{number}",
        "salary_min": low,
        "salary_max": high,
        "merit": 0.03,
        "hire_percentile": 0.5,
        "market": 1,
        **more,
    }


def test_an_empty_document_is_the_model_as_documented() -> None:
    defaults = Assumptions.parse({})

    assert defaults == Assumptions()
    assert (defaults.years.first, defaults.years.last, defaults.seed) == (2025, 2029, 42)
    assert defaults.staffing.termination_rate == Decimal("0.12")
    assert defaults.age_bands.labels == ("<25", "25-34", "35-44", "45-54", "55-64", "65+")
    assert defaults.tenure_bands.labels == ("<2", "2-4", "5-9", "10-19", "20+")
    assert defaults.levels[5].hire_maximum_cents == 500_000_00
    assert sum(row.weight for row in defaults.hires.ages) == 1


@pytest.mark.parametrize("value", [12, 12.0, "12", "12%", "12 %"])
def test_a_percentage_is_refused_with_the_share_it_means(value: object) -> None:
    assert complaints({"staffing": {"termination_rate": value}}) == [
        f"staffing.termination_rate: {value!r} given; "
        "expected a share, at least 0 and below 1 (0.12 means 12 %)"
    ]


@pytest.mark.parametrize(
    "value", [1, -0.1, "a lot", True, None, [0.1], float("nan"), float("inf"), "1e-40", {}]
)
def test_what_is_no_share_is_refused(value: object) -> None:
    (complaint,) = complaints({"raises": {"cola": value}})

    assert complaint.startswith("raises.cola: ")
    assert "expected a share, at least 0 and below 1" in complaint


@pytest.mark.parametrize("value", [0.03, "0.03", Decimal("0.030"), "3e-2"])
def test_a_share_may_be_spelled_in_any_decimal_way(value: object) -> None:
    parsed = Assumptions.parse({"staffing": {"growth_target": value}})

    assert parsed.staffing.growth_target == Decimal("0.03")
    assert parsed.digest == Assumptions().digest


def test_every_problem_gets_a_line() -> None:
    lines = complaints(
        {
            "seed": True,
            "staffing": {"mode": "exactly", "growth_target": 3},
            "raises": {"colla": 0.02},
            "pay": 3,
        }
    )

    assert lines == [
        "seed: True given; expected a valid integer",
        "staffing.mode: 'exactly' given; expected 'exact' or 'expected'",
        "staffing.growth_target: 3 given; expected a share, above -1 and below 1 (0.03 means 3 %)",
        "raises.colla: unknown key; did you mean cola?",
        "pay: 3 given; expected a group of keys",
    ]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"stafing": {}}, "stafing: unknown key; did you mean staffing?"),
        (
            {"levels": [level(1, 10, None, hire_maximum=20, merits=1)]},
            "levels[1].merits: unknown key; did you mean merit?",
        ),
        (
            {"years": {"zzz": 1}},
            "years.zzz: unknown key; expected one of: first, last",
        ),
        (
            {"raises": {"dates": {"wieghts": [1] * 12, "day": 1}}},
            "raises.dates.wieghts: unknown key; did you mean weights?",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(
    document: dict[str, Any], complaint: str
) -> None:
    assert complaint in complaints(document)


@pytest.mark.parametrize(
    ("bands", "complaint"),
    [
        ([band(0, 25), band(26, None)], "row 2 to have at_least: 25, not 26, which leaves a gap"),
        (
            [band(0, 25), band(24, None)],
            "row 2 to have at_least: 25, not 24, which leaves an overlap",
        ),
        ([band(5, None)], "row 1 to have at_least: 0, not 5, which leaves a gap"),
        ([band(0, 25)], "the last row to be open (below: null), not to end at 25"),
        ([band(0, None), band(25, None)], "no row 2: the row before it is open"),
        ([band(0, 20), band(20, 20), band(20, None)], "row 2 to end above 20, not at 20"),
        ([], "at least 1 row"),
    ],
)
def test_bands_with_gaps_or_overlaps_are_refused(bands: list[object], complaint: str) -> None:
    for table in ("age_bands", "tenure_bands"):
        assert complaints({table: bands}) == [f"{table}: this list given; expected {complaint}"]


@pytest.mark.parametrize(
    ("levels", "complaint"),
    [
        ([level(1, 10, 20), level(2, 21, 30)], "row 2 to have salary_min: 20, not 21"),
        ([level(1, 10, 20), level(2, 19, 30)], "which leaves an overlap"),
        ([level(1, 10, 20), level(3, 20, 30)], "row 2 to be level 2, not level 3"),
        ([level(1, 10, None), level(2, 20, 30)], "row 1 to have a salary_max"),
        ([level(1, 10, None)], "row 1 to have a hire_maximum, as its band is open"),
        ([level(1, 10, 10)], "row 1 to have a salary_max above 10"),
        ([level(1, 10, 20, hire_maximum=30)], "row 1 to have a hire_maximum inside its band"),
        ([level(1, 10, 20, hire_maximum=10)], "row 1 to have a hire_maximum inside its band"),
        ([level(1, 0, 20)], "the first level's salary_min to be above 0"),
    ],
)
def test_levels_with_gaps_or_overlaps_are_refused(levels: list[object], complaint: str) -> None:
    (line,) = complaints({"levels": levels})

    assert line.startswith("levels: this list given; expected ")
    assert complaint in line


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"years": {"first": 2030, "last": 2025}}, "last to be 2030 or later, not 2025"),
        ({"raises": {"dates": {"month": 2, "day": 29}}}, "exists in every year: at most 28"),
        ({"raises": {"dates": {"weights": [1] * 12, "day": 29}}}, "at most 28, not 29"),
        ({"raises": {"dates": {"day": 1}}}, "either month or weights"),
        ({"raises": {"dates": {"month": 1, "weights": [1] * 12, "day": 1}}}, "and not both"),
        ({"raises": {"dates": {"weights": [0] * 12, "day": 1}}}, "at least one weight above 0"),
        ({"hires": {"ages": [{"age": 30, "weight": 0}]}}, "at least one weight above 0"),
        (
            {"hires": {"ages": [{"age": 30, "weight": 1}, {"age": 30, "weight": 1}]}},
            "ages in ascending order",
        ),
        ({"hires": {"level_weights": [1, 2]}}, "one weight for each of 5 levels"),
        ({"hires": {"level_weights": [0] * 5}}, "not all 0"),
        ({"promotions": {"increase": 0.1, "increase_spread": 0.2}}, "at most the increase, 0.1"),
        ({"hires": {"ages": [{"age": 30}]}}, "hires.ages[1].weight: is missing"),
        ({"raises": 7}, "raises: 7 given; expected a group of keys"),
        ({"hires": {"ages": "x" * 99}}, "xxx …"),
        ({"seed": {"a": 1}}, "seed: a group of keys given"),
        ({"levels": [level(1, "10.001", 20)]}, "at most two decimals"),
        ({"levels": [level(1, 10, 20, name="")]}, "at least 1 character"),
    ],
)
def test_contradictions_are_refused(document: dict[str, Any], complaint: str) -> None:
    assert any(complaint in line for line in complaints(document))


@given(st.permutations(["seed", "staffing", "raises"]))
def test_the_order_of_keys_does_not_matter_to_the_digest(keys: list[str]) -> None:
    values = {"seed": 7, "staffing": {"growth_target": 0.1}, "raises": {"cola": 0}}

    assert (
        Assumptions.parse({key: values[key] for key in keys}).digest
        == Assumptions.parse(values).digest
    )


def test_another_value_is_another_digest() -> None:
    assert Assumptions.parse({"seed": 43}).digest != Assumptions().digest


def test_the_canonical_document_is_read_back_to_the_same_assumptions() -> None:
    original = Assumptions.parse(
        {"hires": {"level_weights": [1, 2, 0.50, 0, 1]}, "levels": Assumptions().levels}
    )

    again = Assumptions.parse(json.loads(original.canonical_json()))

    assert again == original
    assert again.canonical_json() == original.canonical_json()
    assert '"level_weights":["1","2","0.5","0","1"]' in original.canonical_json()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_number_has_one_spelling(number: Decimal) -> None:
    spelled = canonical_number(number)

    assert Decimal(spelled) == number
    assert canonical_number(number * Decimal("1.000")) == spelled
    assert "E" not in spelled


def test_assumptions_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Assumptions().seed = 1  # type: ignore[misc]  # that is what is tested


def test_assumptions_export_a_json_schema() -> None:
    schema = Assumptions.model_json_schema()

    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(Assumptions.model_fields)
    share = schema["$defs"]["StaffingAssumptions"]["properties"]["termination_rate"]
    assert (share["minimum"], share["exclusiveMaximum"]) == (0, 1)
    json.dumps(schema)


def test_salaries_find_their_level() -> None:
    levels = Assumptions().levels
    salaries = np.array([1, 56_000_00, 80_000_00 - 1, 80_000_00, 300_000_00, 10**12])

    assert levels.level_of(salaries).tolist() == [1, 1, 1, 2, 5, 5]
    assert levels.minima_cents[:2] == (56_000_00, 80_000_00)
    assert levels.names[0] == "Staff"


def test_a_level_table_without_an_upper_end_has_no_hiring_limit() -> None:
    top = LevelTable.model_validate([level(1, 10, 20)])[1]

    assert top.hire_maximum_cents == 20_00
    with pytest.raises(ValueError, match="no upper end"):
        _ = top.model_copy(update={"salary_max": None}).hire_maximum_cents


def test_dates_may_be_built_in_python() -> None:
    assert DecisionDates(month=2, day=28).weights is None
