"""Factors of one person, worded for a reader."""

from __future__ import annotations

from datetime import date
from typing import Literal

from planalign.domain.assumptions import Assumptions, BandTable
from planalign.domain.calendar import completed_years_each, day_number
from planalign.domain.simulation.bands import band_of
from planalign.domain.simulation.explanation import Influence
from planalign.domain.workforce import BoolArray, Int32Array, Workforce

__all__ = ["age_influence", "missing", "tenure_influence", "years_between"]

FactorName = Literal["termination", "promotion"]


def age_influence(
    person: Workforce, assumptions: Assumptions, on: date, factor: FactorName
) -> Influence:
    """The factor of the age of the one employee in *person* on a day."""
    return _band_influence("age", person.birth_date, assumptions.age_bands, on, factor=factor)


def tenure_influence(
    person: Workforce, assumptions: Assumptions, on: date, factor: FactorName
) -> Influence:
    """The factor of the tenure of the one employee in *person* on a day."""
    return _band_influence("tenure", person.hire_date, assumptions.tenure_bands, on, factor=factor)


def years_between(start: Int32Array, on: date) -> int:
    """Completed years of one employee on a day."""
    return int(completed_years_each(start, day_number(on))[0])


def missing(conditions: dict[str, BoolArray]) -> str:
    """Which conditions the one employee does not meet, as in ``not below the age limit``."""
    return " and ".join(f"not {name}" for name, met in conditions.items() if not met[0])


def _band_influence(
    name: str, start: Int32Array, bands: BandTable, on: date, *, factor: FactorName
) -> Influence:
    band = bands.root[int(band_of(start, bands, on)[0])]
    value = band.termination if factor == "termination" else band.promotion
    years = years_between(start, on)
    return Influence(name=name, value=f"{years} ({band.label})", factor=float(value))
