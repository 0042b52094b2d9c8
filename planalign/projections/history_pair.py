"""One employee's histories in two scenarios, side by side."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import Any

import pyarrow as pa

from planalign.domain.errors import NotFoundError
from planalign.domain.lineage import Lineage
from planalign.projections.history import history
from planalign.projections.source import EventSource

__all__ = ["history_pair"]

_MONEY = pa.decimal128(18, 2)
_SHOWN = {
    "kind": pa.string(),
    "level_after": pa.uint8(),
    "salary_after": _MONEY,
    "reason": pa.string(),
    "version": pa.int32(),
    "commit": pa.int32(),
}
_RECORDING = {"version", "position", "recorded_at", "commit", "command", "actor"}
_EFFECT = {"level_before", "level_after", "salary_before", "salary_after"}

_Event = dict[str, Any]


def history_pair(source: EventSource, a: Lineage, b: Lineage, employee_id: str) -> pa.Table:
    """The events of *employee_id* in *a* and in *b*, those of one day beside each other.

    Returns:
        One row per day and place in the day, in that order: ``effective_date``; ``differs``,
        whether the two events are not the same fact; ``first_difference``, whether they are the
        first such pair; then ``kind``, ``level_after``, ``salary_after`` (currency), ``reason``,
        ``version`` and ``commit`` of each, with ``_a`` and ``_b`` behind the name. A side that has
        no such event is null.

    Raises:
        NotFoundError: If neither knows the employee.
    """
    rows = [
        {
            "effective_date": day,
            "differs": _fact(one) != _fact(other),
            **_side(one, "a"),
            **_side(other, "b"),
        }
        for day, one, other in _paired(*_both(source, a, b, employee_id))
    ]
    first = next((row for row in rows if row["differs"]), None)
    schema = [
        ("effective_date", pa.date32()),
        ("differs", pa.bool_()),
        ("first_difference", pa.bool_()),
    ]
    for name, kind in _SHOWN.items():
        schema += [(f"{name}_a", kind), (f"{name}_b", kind)]
    return pa.Table.from_pylist(
        [{**row, "first_difference": row is first} for row in rows], pa.schema(schema)
    )


def _both(
    source: EventSource, a: Lineage, b: Lineage, employee_id: str
) -> tuple[list[_Event], list[_Event]]:
    """Both histories; one of them may be empty."""
    told: list[list[_Event]] = []
    for lineage in (a, b):
        try:
            told.append(history(source, lineage, employee_id).to_pylist())
        except NotFoundError:
            told.append([])
    if not any(told):
        raise NotFoundError(
            f"neither {a.scenario} nor {b.scenario} has an employee {employee_id!r}",
            hint="ids are case-sensitive; a snapshot lists them all",
        )
    return told[0], told[1]


def _paired(
    ours: list[_Event], theirs: list[_Event]
) -> list[tuple[Any, _Event | None, _Event | None]]:
    """Each day's first events beside each other, then its second ones, and so on."""
    one, other = _by_day(ours), _by_day(theirs)
    return [
        (day, *pair)
        for day in sorted(one.keys() | other.keys())
        for pair in zip_longest(one.get(day, []), other.get(day, []))
    ]


def _by_day(events: list[_Event]) -> dict[Any, list[_Event]]:
    ordered = sorted(events, key=lambda row: (row["effective_date"], row["version"]))
    return {day: list(rows) for day, rows in groupby(ordered, lambda row: row["effective_date"])}


def _fact(event: _Event | None) -> _Event | None:
    """What the event says, without when it was recorded and what was true before."""
    if event is None:
        return None
    return {name: event[name] for name in event if name not in _RECORDING | _EFFECT}


def _side(event: _Event | None, side: str) -> dict[str, Any]:
    return {f"{name}_{side}": event[name] if event else None for name in _SHOWN}
