"""Which handler carries out which request; each is imported when it is wanted."""

from __future__ import annotations

from planalign.commands.context import Context
from planalign.commands.requests import (
    EmployeeRequest,
    ImportCensus,
    Request,
    ScenarioRequest,
    SimulateYears,
)
from planalign.commands.results import ProgressListener, Result
from planalign.commands.scenarios import change_scenario, refuse_archived
from planalign.domain.errors import InvalidInputError

__all__ = ["carry_out"]


def carry_out(context: Context, request: Request, progress: ProgressListener | None) -> Result:
    """Hand *request* to its handler.

    Raises:
        InvalidInputError: If it is none of the requests there are.
        RefusedError: If it would add to an archived scenario.
        PlanalignError: Whatever the handler raises.
    """
    if isinstance(request, ScenarioRequest):
        return change_scenario(context, request)
    refuse_archived(context.log, request.scenario)
    match request:
        case ImportCensus():
            from planalign.commands.import_census import import_census

            return import_census(context, request)
        case SimulateYears():
            from planalign.commands.simulate_years import simulate_years

            return simulate_years(context, request, progress)
        case EmployeeRequest():
            from planalign.commands.cascade import decide_or_cascade

            return decide_or_cascade(context, request)
        case _:
            name = type(request).__name__
            raise InvalidInputError(f"{name} is no request that can be executed")
