"""Every error that PlanAlign raises on purpose, by what a caller does about it.

    PlanalignError
    ├── InvalidInputError          the request is malformed: correct it           exit 2
    │   ├── AssumptionsError
    │   ├── CensusError
    │   │   └── RejectedRowsError      rows are rejected and none may be skipped
    │   └── UnsupportedFormatError
    ├── RefusedError               the request is understood and cannot be        exit 1
    │   ├── EmployeeRefusedError       one employee's rules say no
    │   ├── InfeasiblePlanError        the staffing plan asks for the impossible
    │   └── SimulationRefusedError     these years cannot follow what is recorded
    ├── ConcurrencyError           a lost race: reload, decide again              exit 1
    │   ├── StaleScenarioError
    │   ├── StaleStreamError
    │   └── CommandReusedError
    ├── NotFoundError              no such workspace, scenario, employee …        exit 5
    ├── WorkspaceBusyError         another process holds the workspace            exit 4
    ├── StorageError               the disk refused; nothing was written          exit 1
    ├── CheckFailedError           a run's own checks failed; nothing was kept    exit 1
    └── LogCorruptError            the log is not what was written: stop          exit 1

The message says what is wrong with which value; `hint` says what to do next.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "AssumptionsError",
    "CensusError",
    "CheckFailedError",
    "CommandReusedError",
    "ConcurrencyError",
    "EmployeeRefusedError",
    "InfeasiblePlanError",
    "InvalidInputError",
    "LogCorruptError",
    "NotFoundError",
    "PlanalignError",
    "RefusedError",
    "RejectedRowsError",
    "SimulationRefusedError",
    "StaleScenarioError",
    "StaleStreamError",
    "StorageError",
    "UnsupportedFormatError",
    "WorkspaceBusyError",
]


class PlanalignError(Exception):
    """The root: catch it to catch whatever PlanAlign refuses.

    Args:
        message: What is wrong, naming the place and the value.
        hint: The next step, or empty.

    >>> str(PlanalignError("level 9 is unknown", hint="use 1 to 5"))
    'level 9 is unknown'
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # The default calls the class with `args`, which lack what a subclass asks for besides.
        return _restored, (type(self), self.args), vars(self)


def _restored(kind: type[PlanalignError], args: tuple[object, ...]) -> PlanalignError:
    return kind.__new__(kind, *args)


class InvalidInputError(PlanalignError):
    """The request is malformed; correct it and ask again."""

    exit_code = 2


class AssumptionsError(InvalidInputError):
    """An assumptions document breaks its schema or contradicts itself."""


class CensusError(InvalidInputError):
    """A census cannot be read, mapped or accepted."""


class RejectedRowsError(CensusError):
    """Rows of a census are rejected, and the request does not say to skip them.

    Attributes:
        reading: What was read, with every reject and its reason; nothing of it was imported.
    """

    def __init__(self, message: str, reading: object, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reading = reading


class UnsupportedFormatError(InvalidInputError):
    """A file or output format that PlanAlign does not speak."""


class RefusedError(PlanalignError):
    """The request is understood, and the rules say no."""


class EmployeeRefusedError(RefusedError):
    """One employee's rules refuse a decision.

    Attributes:
        employee_id: Whose history refuses it.
        rule: Stable name of the rule, such as ``not_active`` or ``hired_twice``.
    """

    def __init__(self, employee_id: str, rule: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{employee_id}: {message}", hint=hint)
        self.employee_id, self.rule = employee_id, rule


class InfeasiblePlanError(RefusedError):
    """A staffing plan needs more exits, or more leavers, than there are people."""


class SimulationRefusedError(RefusedError):
    """The years asked for cannot follow what the scenario has recorded."""


class ConcurrencyError(PlanalignError):
    """Another writer was first: reload, decide again, retry."""


class StaleScenarioError(ConcurrencyError):
    """The scenario's head moved between the decision and the append."""


class StaleStreamError(ConcurrencyError):
    """An employee's stream moved between the decision and the append."""


class CommandReusedError(ConcurrencyError):
    """A command id came back with other content."""


class NotFoundError(PlanalignError):
    """No such workspace, scenario, employee, commit or file."""

    exit_code = 5


class WorkspaceBusyError(PlanalignError):
    """Another process has the workspace open for writing."""

    exit_code = 4


class StorageError(PlanalignError):
    """The disk or the database refused; nothing of the request was kept."""


class CheckFailedError(PlanalignError):
    """A run's own checks failed; the year in flight was not kept."""


class LogCorruptError(PlanalignError):
    """The log is not what was written; nothing more is appended to it."""
