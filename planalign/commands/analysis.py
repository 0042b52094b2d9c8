"""SQL for analysts: which relations a statement may read, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from planalign.commands.context import (
    census_commit,
    newest_assumptions,
    recorded_assumptions,
    simulated_commits,
)
from planalign.commands.scenario_list import scenario_table
from planalign.domain.assumptions import leaves
from planalign.domain.errors import InvalidInputError
from planalign.domain.lineage import Lineage
from planalign.infrastructure.analysis.reading import Relation, read_only
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.views.log_views import ViewContext, view_statements

if TYPE_CHECKING:
    from planalign.commands.workspace import Workspace

__all__ = ["assumptions_table", "leaves_table", "select"]

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")

READ_MODELS: Final = ("intervals", "months", "movements")
"""Those that are views of their own; `years` is `yearly`."""

_LEAVES: Final = pa.schema([("key", pa.string()), ("value", pa.string()), ("number", pa.float64())])
_NO_LEAVES: Final = _LEAVES.empty_table()


def select(
    workspace: Workspace, statement: str, scenario: str, as_known: int | datetime | None
) -> pa.Table:
    """The answer to one SELECT over the views of docs/sql.md."""
    log = workspace.log
    lineage = log.lineage(scenario, as_known)
    relations: dict[str, Relation] = {
        **view_statements(log, _context(log, lineage)),
        "assumptions": lambda: assumptions_table(log, lineage.head),
        "scenarios": lambda: scenario_table(log, archived=True),
        "yearly": lambda: workspace.metrics(scenario, as_known=as_known),
        **{model: _read_model(workspace, model, scenario, as_known) for model in READ_MODELS},
    }
    return read_only(log, statement, relations)


def _read_model(
    workspace: Workspace, model: str, scenario: str, as_known: int | datetime | None
) -> Callable[[], pa.Table]:
    """What answers for a read model, caught up when the statement names it."""

    def rows() -> pa.Table:
        if as_known is not None:
            message = f"{model} is kept for what is known now, not for what was known"
            raise InvalidInputError(message, hint="leave --as-known out, or ask `snapshot`")
        return workspace.projections.table(model, scenario)

    return rows


def _context(log: EventLog, lineage: Lineage) -> ViewContext:
    census = census_commit(log, lineage.head)
    bands = newest_assumptions(log, lineage.head)
    days = [c.period_end for c in log.graph.ancestry(lineage.head) if c.period_end]
    return ViewContext(
        lineage=lineage,
        first_day=(census and census.period_end) or date.min,
        last_day=max(days, default=date.max),
        age_bands=bands.age_bands,
        tenure_bands=bands.tenure_bands,
    )


def assumptions_table(log: EventLog, head: int) -> pa.Table:
    """What each simulated year was decided with, a row per year and key.

    ``value`` is the value as the file spells it, null where it is absent; ``number`` the same as a
    float64 where it is one.
    """
    done = simulated_commits(log, head)
    tables = {c.assumptions_digest: leaves_table(log, c) for c in done.values()}
    each = [_of_year(year, tables[done[year].assumptions_digest]) for year in sorted(done)]
    return pa.concat_tables([_of_year(0, _NO_LEAVES), *each])


def leaves_table(log: EventLog, commit: Commit) -> pa.Table:
    """``key``, ``value`` and ``number`` of the assumptions that a simulated year came from."""
    values = leaves(recorded_assumptions(log, commit))
    rows = [
        {"key": key, "value": _spelled(value), "number": _number(value)}
        for key, value in values.items()
    ]
    return pa.Table.from_pylist(rows, _LEAVES)


def _of_year(year: int, values: pa.Table) -> pa.Table:
    with_year: pa.Table = values.add_column(
        0, "year", pa.array([year] * values.num_rows, pa.int32())
    )
    return with_year


def _spelled(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> float | None:
    return float(str(value)) if _NUMBER.fullmatch(str(value)) else None
