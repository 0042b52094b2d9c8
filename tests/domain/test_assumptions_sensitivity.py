"""Every parameter changes what a run leads to; a new one without a case here fails."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from json import dumps, loads
from typing import Any, cast

import pytest

from planalign.domain.assumptions import RAISE_WEIGHTS, Assumptions
from planalign.domain.simulation.explain import explain_employee
from tests.domain.simulation.people import CENSUS_LEVELS, digest, people, run_years

WEIGHTS = [str(weight) for weight in RAISE_WEIGHTS]
# Two years, and a retirement age that enough of few people reach.
TWO_YEARS: dict[str, Any] = {
    "years": {"first": 2025, "last": 2026},
    "terminations": {"retirement": {"age": 45}},
}

# Where rows of a table must join: path of a leaf -> every (row, key, value) to set.
JOINED: dict[str, list[tuple[int, str, object]]] = {
    "age_bands[].at_least": [(1, "at_least", 30), (0, "below", 30)],
    "age_bands[].below": [(0, "below", 30), (1, "at_least", 30)],
    "tenure_bands[].at_least": [(1, "at_least", 3), (0, "below", 3)],
    "tenure_bands[].below": [(0, "below", 3), (1, "at_least", 3)],
    "levels[].salary_min": [(1, "salary_min", "81000"), (0, "salary_max", "81000")],
    "levels[].salary_max": [(0, "salary_max", "81000"), (1, "salary_min", "81000")],
}

# Path of a leaf -> what to set there.
CASES: dict[str, Any] = {
    "years.first": 2026,
    "years.last": 2025,
    "seed": 43,
    "staffing.mode": "expected",
    "staffing.growth_target": "0.05",
    "staffing.termination_rate": "0.15",
    "staffing.new_hire_termination_rate": "0.3",
    "terminations.level_dampener": "0.2",
    "terminations.level_floor": "0.95",
    "terminations.involuntary_share": "0.5",
    "terminations.retirement.age": 30,
    "terminations.retirement.service_years": 1,
    "promotions.base_probability": "0.06",
    "promotions.level_dampener": "0.3",
    "promotions.minimum_tenure_years": 3,
    "promotions.age_limit": 35,
    "promotions.dates.month": 5,
    "promotions.dates.day": 2,
    "promotions.dates.weights": None,
    "promotions.increase": "0.1",
    "promotions.increase_spread": "0.01",
    "promotions.increase_limit": "0.19",
    "promotions.increase_limit_amount": "10000",
    "raises.cola": "0.03",
    "raises.merit_budget": "0.04",
    "raises.minimum_tenure_years": 2,
    "raises.dates.month": 8,
    "raises.dates.day": 16,
    "raises.dates.weights": None,
    "hires.ages[].age": 23,
    "hires.ages[].weight": "0.5",
    "hires.salary_spread": "0.1",
    "hires.level_weights": ["1", "1", "1", "1", "1"],
    "pay.rounding_cents": 100,
    "age_bands[].termination": "3",
    "age_bands[].promotion": "5",
    "tenure_bands[].termination": "5",
    "tenure_bands[].promotion": "5",
    "levels[].level": "a row's place, which the table checks",
    "levels[].name": "Clerk",
    "levels[].merit": "0.01",
    "levels[].hire_percentile": "0.9",
    "levels[].market": "1.2",
    "levels[].hire_maximum": "60000",
}


def leaves(node: Any, path: str = "") -> set[str]:
    """Every leaf of a document, rows of a table as ``[]``."""
    match node:
        case dict():
            group = cast("dict[str, Any]", node)
            return {leaf for key, child in group.items() for leaf in leaves(child, f"{path}.{key}")}
        case [{}, *_]:
            rows = cast("list[Any]", node)
            return {leaf for child in rows for leaf in leaves(child, f"{path}[]")}
        case _:
            return {path.removeprefix(".")}


@cache
def futures(document: str) -> tuple[str, str]:
    """Digest of all events, and of what is said about one employee."""
    scenario = Assumptions.parse(loads(document))
    events = digest(*(outcome.events for _, outcome in run_years(people(800), scenario)))
    said = explain_employee(people(800), scenario, 2025, row=0, census_levels=CENSUS_LEVELS)
    return events, dumps([decision.model_dump(mode="json") for decision in said])


def changed(path: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document with the leaf at *path* set as its case says."""
    result = deepcopy(document)
    *groups, leaf = path.replace("[]", ".*").split(".")
    node: Any = result
    for group in groups:
        if group != "*":
            node = node[group]
    if path in JOINED:
        for row, key, new in JOINED[path]:
            node[row][key] = new
    elif "*" in groups:
        node[0][leaf] = CASES[path]
    else:
        node[leaf] = CASES[path]
    return result


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """Every key of the assumptions that *document* leads to."""
    result: dict[str, Any] = loads(Assumptions.parse(document).canonical_json())
    return result


def test_every_parameter_has_a_case() -> None:
    assert leaves(whole({})) == CASES.keys() | JOINED.keys()


@pytest.mark.parametrize(
    "path", sorted((CASES | JOINED).keys() - {"levels[].level", "levels[].name"})
)
def test_a_parameter_changes_the_future(path: str) -> None:
    base = whole(TWO_YEARS)
    if path.endswith("dates.weights"):
        group = path.split(".", maxsplit=1)[0]
        base[group]["dates"] = {"month": None, "weights": ["1"] + ["0"] * 11, "day": 15}
        other = deepcopy(base)
        other[group]["dates"]["weights"] = WEIGHTS
    else:
        other = changed(path, base)

    assert futures(dumps(base))[0] != futures(dumps(other))[0]


def test_a_levels_name_changes_what_is_said_about_it() -> None:
    base = whole(TWO_YEARS)
    level = int(people(800).level[0])
    renamed = deepcopy(base)
    renamed["levels"][level - 1]["name"] = "Clerk"

    assert futures(dumps(base))[1] != futures(dumps(renamed))[1]
    assert "Clerk" in futures(dumps(renamed))[1]


def test_a_levels_number_is_its_place_in_the_table() -> None:
    renumbered = whole({})
    renumbered["levels"][0]["level"] = 2

    with pytest.raises(ValueError, match="row 1 to be level 1"):
        Assumptions.model_validate(renumbered)
