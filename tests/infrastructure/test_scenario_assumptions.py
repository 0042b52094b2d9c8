"""Layers of assumptions: what a scenario changes lies over what the workspace says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import AssumptionsError
from planalign.infrastructure.scenario_assumptions import overrides_path, resolve_assumptions


def write(directory: Path, *, base: str | None = None, **scenarios: str) -> Path:
    if base is not None:
        (directory / "assumptions.yaml").write_text(base)
    (directory / "scenarios").mkdir(exist_ok=True)
    for name, text in scenarios.items():
        overrides_path(directory, name).write_text(text)
    return directory


def test_without_files_a_scenario_assumes_the_defaults(tmp_path: Path) -> None:
    resolved = resolve_assumptions(tmp_path, "baseline")
    assert resolved.assumptions == Assumptions()
    assert set(resolved.origins().values()) == {"default"}


def test_a_scenario_changes_only_what_it_says(tmp_path: Path) -> None:
    base = "seed: 7\nstaffing:\n  growth_target: 0.05\n"
    write(tmp_path, base=base, lean="staffing:\n  termination_rate: 0.2\n")
    staffing = resolve_assumptions(tmp_path, "lean").assumptions.staffing
    assert (staffing.growth_target, staffing.termination_rate) == (Decimal("0.05"), Decimal("0.2"))
    assert resolve_assumptions(tmp_path, "lean").assumptions.seed == 7
    other = resolve_assumptions(tmp_path, "another").assumptions
    assert other.staffing.termination_rate == Decimal("0.12")


def test_each_value_says_where_it_is_from(tmp_path: Path) -> None:
    write(
        tmp_path,
        base="seed: 7\n",
        lean="staffing:\n  growth_target: 0.0\n",
        leaner="extends: lean\n\nhires:\n  level_weights: [1, 1, 1, 0, 0]\n",
    )
    origins = resolve_assumptions(tmp_path, "leaner").origins()
    assert origins["seed"] == "assumptions.yaml:1"
    assert origins["staffing.growth_target"] == "lean.yaml:2"
    assert origins["hires.level_weights[2]"] == "leaner.yaml:4"
    assert origins["staffing.termination_rate"] == "default"


def test_a_list_is_replaced_as_a_whole(tmp_path: Path) -> None:
    text = "hires:\n  level_weights: {}\n"
    write(tmp_path, base=text.format([1, 2, 3, 4, 5]), lean=text.format([1, 0, 0, 0, 0]))
    weights = resolve_assumptions(tmp_path, "lean").assumptions.hires.level_weights
    assert weights is not None
    assert [int(weight) for weight in weights] == [1, 0, 0, 0, 0]


def test_a_mistake_is_told_with_the_file_that_made_it(tmp_path: Path) -> None:
    write(tmp_path, base="seed: 7\n", lean="staffing:\n  growth_target: 5\n")
    with pytest.raises(AssumptionsError, match=r"lean\.yaml:2: staffing\.growth_target: 5 given"):
        resolve_assumptions(tmp_path, "lean")


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    write(tmp_path, a="extends: b\n", b="extends: a\n", c="extends: nobody\n")
    with pytest.raises(AssumptionsError, match="a extends b extends a"):
        resolve_assumptions(tmp_path, "a")
    with pytest.raises(AssumptionsError, match="extends nobody, which has no file"):
        resolve_assumptions(tmp_path, "c")
