"""A small workspace with forks that were simulated under one changed assumption each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from planalign import (
    Assumptions,
    CensusOptions,
    ForkScenario,
    ImportCensus,
    SimulateYears,
    Workspace,
)
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample

CENSUS_DATE = date(2024, 12, 31)
YEARS = range(2025, 2029)
CHANGED: dict[str, dict[str, object]] = {
    "turnover": {"staffing": {"new_hire_termination_rate": 0.20}},
    "cola": {"raises": {"cola": 0.03}},
    "both": {"raises": {"cola": 0.03}, "staffing": {"growth_target": 0.05}},
}


def fill(directory: Path, employees: int = 300) -> None:
    """Simulate the baseline and its forks in a new workspace at *directory*."""
    census = directory.parent / f"{directory.name}.csv"
    write_sample(sample_census(employees, seed=5, census_date=CENSUS_DATE), census)
    with Workspace.create(directory) as workspace:
        options = CensusOptions(census_date=CENSUS_DATE)
        workspace.execute(ImportCensus(path=census, options=options))
        for name in CHANGED:
            workspace.execute(ForkScenario(name=name))
        for name, document in {"baseline": {}, **CHANGED}.items():
            simulate(workspace, name, Assumptions.parse(document))
        workspace.execute(ForkScenario(name="same"))


def simulate(
    workspace: Workspace, scenario: str, assumptions: Assumptions, *, years: range = YEARS
) -> None:
    first, last = years[0], years[-1]
    workspace.execute(
        SimulateYears(scenario=scenario, first=first, last=last, assumptions=assumptions)
    )
