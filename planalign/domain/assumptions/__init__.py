"""The validated parameters of a simulation."""

from planalign.domain.assumptions.defaults import RAISE_WEIGHTS
from planalign.domain.assumptions.differences import Change, changes, with_changes
from planalign.domain.assumptions.leaves import leaves
from planalign.domain.assumptions.model import (
    Assumptions,
    PromotionAssumptions,
    StaffingAssumptions,
    TerminationAssumptions,
)
from planalign.domain.assumptions.quantities import cents
from planalign.domain.assumptions.tables import (
    Band,
    BandTable,
    DecisionDates,
    JobLevel,
    LevelTable,
)

__all__ = [
    "RAISE_WEIGHTS",
    "Assumptions",
    "Band",
    "BandTable",
    "Change",
    "DecisionDates",
    "JobLevel",
    "LevelTable",
    "PromotionAssumptions",
    "StaffingAssumptions",
    "TerminationAssumptions",
    "cents",
    "changes",
    "leaves",
    "with_changes",
]
