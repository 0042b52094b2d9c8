"""How far the read models are, and what they could not fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.projections.read_models.models import MODELS, ReadModel
from planalign.projections.read_models.notifications import FAULTS
from planalign.projections.read_models.ranges import Ranges, count, rest, shared_until
from planalign.projections.read_models.statements import text
from planalign.projections.read_models.store import Edition
from planalign.projections.read_models.worker import Shared, current

__all__ = ["lag", "parked_table", "status_table"]

_STATUS: Final = pa.schema(
    [
        ("scenario", pa.string()),
        ("model", pa.string()),
        ("state", pa.string()),
        ("commit", pa.int32()),
        ("head", pa.int32()),
        ("lag", pa.int64()),
        ("rows", pa.int64()),
        ("parked", pa.int64()),
    ]
)
_PARKED: Final = pa.schema(
    [
        ("scenario", pa.string()),
        ("model", pa.string()),
        ("position", pa.int64()),
        ("employee_id", pa.string()),
        ("version", pa.int32()),
        ("kind", pa.string()),
        ("reason", pa.string()),
    ]
)


def lag(seen: Ranges, lineage: Ranges) -> int:
    """How many positions separate *seen* from *lineage*: to apply, and to take back.

    >>> lag(((1, 9),), ((1, 5), (12, 14)))
    7
    """
    shared = shared_until(seen, lineage)
    return count(rest(seen, shared)) + count(rest(lineage, shared))


def status_table(
    shared: Shared | None,
    lineages: Sequence[Lineage],
    models: Callable[[Lineage], Sequence[ReadModel]],
) -> pa.Table:
    """One row per scenario and read model, and one per edition that is being built.

    Args:
        shared: The file and the log; None if there is no file.
        lineages: The scenarios to tell about, each as it is now.
        models: The read models of a scenario.
    """
    editions: Sequence[Edition] = shared.store.editions() if shared else ()
    sizes = {row["number"]: row for row in shared.store.sizes().to_pylist()} if shared else {}
    rows: list[dict[str, Any]] = []
    for lineage in lineages:
        for model in models(lineage):
            found = [e for e in editions if _is_of(e, lineage.scenario, model.shape.model)]
            if not any(edition.is_live for edition in found):
                rows.append(_missing(lineage, model))
            for edition in found:
                state = _state(shared, edition, model)
                rows.append({**_row(lineage, edition, state), **sizes[edition.number]})
    known = {lineage.scenario for lineage in lineages}
    left = (edition for edition in editions if edition.scenario not in known)
    rows += [{**_name(edition), "state": "left over", **sizes[edition.number]} for edition in left]
    rows.sort(key=lambda row: (row["scenario"], MODELS.index(row["model"]), row["state"]))
    return pa.Table.from_pylist(rows, _STATUS)


def _name(edition: Edition) -> dict[str, Any]:
    return {"scenario": edition.scenario, "model": edition.model, "commit": edition.commit_id}


def _is_of(edition: Edition, scenario: str, model: str) -> bool:
    return (edition.scenario, edition.model) == (scenario, model)


def _state(shared: Shared | None, edition: Edition, model: ReadModel) -> str:
    if not edition.is_live:
        return "building"
    return "live" if shared and current(shared, edition, model) else "stale"


def _missing(lineage: Lineage, model: ReadModel) -> dict[str, Any]:
    behind = {"commit": 0, "head": lineage.head, "lag": count(lineage.ranges)}
    name = {"scenario": lineage.scenario, "model": model.shape.model, "state": "missing"}
    return {**name, **behind, "rows": 0, "parked": 0}


def _row(lineage: Lineage, edition: Edition, state: str) -> dict[str, Any]:
    behind = lag(edition.ranges, lineage.ranges)
    return {**_name(edition), "state": state, "head": lineage.head, "lag": behind}


def parked_table(shared: Shared, parked: pa.Table) -> pa.Table:
    """What the store says of parked events (number, position, fault), told in full.

    Returns:
        ``scenario``, ``model``, ``position``, ``employee_id``, ``version``, ``kind``, ``reason``.
    """
    editions = {edition.number: edition for edition in shared.store.editions()}
    events = _events(shared, set(parked["position"].to_pylist()))
    rows: list[dict[str, Any]] = [
        {
            **_name(editions[row["number"]]),
            **events[row["position"]],
            "reason": FAULTS[row["fault"]],
        }
        for row in parked.to_pylist()
    ]
    return pa.Table.from_pylist(rows, _PARKED)


def _events(shared: Shared, positions: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = shared.source.query(text("parked_events"), (sorted(positions),)).to_pylist()
    return {row["position"]: row for row in found}
