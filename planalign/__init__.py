"""PlanAlign: a workforce time machine.

A census and a set of assumptions go in; every hire, exit, promotion and raise of the simulated
years comes out as an immutable event; everything else is a fold over those events.

The public names below load on first use, so that `import planalign` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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
        SimulationRefusedError,
        StaleScenarioError,
        StaleStreamError,
        StorageError,
        UnsupportedFormatError,
        WorkspaceBusyError,
    )
    from planalign.domain.events import EmployeeEvent, Hire, Promotion, Raise, Termination

__version__ = "0.1.0"

__all__ = [
    "AssumptionsError",
    "CensusError",
    "CheckFailedError",
    "CommandReusedError",
    "ConcurrencyError",
    "EmployeeEvent",
    "EmployeeRefusedError",
    "Hire",
    "InfeasiblePlanError",
    "InvalidInputError",
    "LogCorruptError",
    "NotFoundError",
    "PlanalignError",
    "Promotion",
    "Raise",
    "RefusedError",
    "SimulationRefusedError",
    "StaleScenarioError",
    "StaleStreamError",
    "StorageError",
    "Termination",
    "UnsupportedFormatError",
    "WorkspaceBusyError",
    "__version__",
]

# Which module a name comes from when it does not come from errors; a test compares this with the
# imports above, which only type checkers and editors read.
_HOMES: Final = {
    "EmployeeEvent": "planalign.domain.events",
    "Hire": "planalign.domain.events",
    "Promotion": "planalign.domain.events",
    "Raise": "planalign.domain.events",
    "Termination": "planalign.domain.events",
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
