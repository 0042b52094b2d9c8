"""The simulation engine: see docs/model.md for what one year does.

Why it did is told by `explain` and `explanation`, which a run does not need.
"""

from planalign.domain.simulation.checks import check_year
from planalign.domain.simulation.columns import YearEvents
from planalign.domain.simulation.keys import (
    Utf8Column,
    employee_key,
    employee_keys,
    new_hire_id,
    new_hire_ids,
)
from planalign.domain.simulation.plan import StaffingPlan, plan_year, plan_years
from planalign.domain.simulation.year import YearCounts, YearOutcome, simulate_year

__all__ = [
    "StaffingPlan",
    "Utf8Column",
    "YearCounts",
    "YearEvents",
    "YearOutcome",
    "check_year",
    "employee_key",
    "employee_keys",
    "new_hire_id",
    "new_hire_ids",
    "plan_year",
    "plan_years",
    "simulate_year",
]
