"""PlanAlign: a workforce time machine.

A census and a set of assumptions go in; every hire, exit, promotion and raise of the simulated
years comes out as an immutable event; everything else is a fold over those events.

The public names below load on first use, so that `import planalign` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planalign.commands.comparison import Comparison
    from planalign.commands.requests import (
        ArchiveScenario,
        CreateScenario,
        ForkScenario,
        GiveRaise,
        HireEmployee,
        ImportCensus,
        PromoteEmployee,
        RenameScenario,
        RewindScenario,
        SimulateYears,
        TerminateEmployee,
    )
    from planalign.commands.workspace import Workspace
    from planalign.domain.assumptions import Assumptions
    from planalign.domain.errors import (
        AssumptionsError,
        CensusError,
        CheckFailedError,
        CommandReusedError,
        ConcurrencyError,
        EmployeeRefusedError,
        InfeasiblePlanError,
        InvalidInputError,
        LogCorruptError,
        NotFoundError,
        PlanalignError,
        RefusedError,
        RejectedRowsError,
        SimulationRefusedError,
        StaleScenarioError,
        StaleStreamError,
        StorageError,
        UnsupportedFormatError,
        WorkspaceBusyError,
    )
    from planalign.domain.events import EmployeeEvent, Hire, Promotion, Raise, Termination
    from planalign.infrastructure.census.options import CensusFill, CensusOptions

__version__ = "0.1.0"

__all__ = [
    "ArchiveScenario",
    "Assumptions",
    "AssumptionsError",
    "CensusError",
    "CensusFill",
    "CensusOptions",
    "CheckFailedError",
    "CommandReusedError",
    "Comparison",
    "ConcurrencyError",
    "CreateScenario",
    "EmployeeEvent",
    "EmployeeRefusedError",
    "ForkScenario",
    "GiveRaise",
    "Hire",
    "HireEmployee",
    "ImportCensus",
    "InfeasiblePlanError",
    "InvalidInputError",
    "LogCorruptError",
    "NotFoundError",
    "PlanalignError",
    "PromoteEmployee",
    "Promotion",
    "Raise",
    "RefusedError",
    "RejectedRowsError",
    "RenameScenario",
    "RewindScenario",
    "SimulateYears",
    "SimulationRefusedError",
    "StaleScenarioError",
    "StaleStreamError",
    "StorageError",
    "TerminateEmployee",
    "Termination",
    "UnsupportedFormatError",
    "Workspace",
    "WorkspaceBusyError",
    "__version__",
]

# Which module a name comes from when it does not come from errors; a test compares this with the
# imports above, which only type checkers and editors read.
_HOMES: Final = {
    "ArchiveScenario": "planalign.commands.requests",
    "Assumptions": "planalign.domain.assumptions",
    "CensusFill": "planalign.infrastructure.census.options",
    "CensusOptions": "planalign.infrastructure.census.options",
    "Comparison": "planalign.commands.comparison",
    "CreateScenario": "planalign.commands.requests",
    "EmployeeEvent": "planalign.domain.events",
    "ForkScenario": "planalign.commands.requests",
    "GiveRaise": "planalign.commands.requests",
    "Hire": "planalign.domain.events",
    "HireEmployee": "planalign.commands.requests",
    "ImportCensus": "planalign.commands.requests",
    "PromoteEmployee": "planalign.commands.requests",
    "Promotion": "planalign.domain.events",
    "Raise": "planalign.domain.events",
    "RenameScenario": "planalign.commands.requests",
    "RewindScenario": "planalign.commands.requests",
    "SimulateYears": "planalign.commands.requests",
    "TerminateEmployee": "planalign.commands.requests",
    "Termination": "planalign.domain.events",
    "Workspace": "planalign.commands.workspace",
}


def __getattr__(name: str) -> object:
    """Import the public *name* when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'planalign' has no attribute {name!r}")
    home = _HOMES.get(name, "planalign.domain.errors")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
