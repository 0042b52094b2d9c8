"""Two sets of assumptions, key by key: what differs, and one with some keys of the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from planalign.domain.assumptions.leaves import leaves
from planalign.domain.assumptions.model import Assumptions

__all__ = ["Change", "changes", "with_changes"]


@dataclass(frozen=True, slots=True)
class Change:
    """One key that two sets of assumptions give different values.

    Attributes:
        key: Where it stands in the file, as in `leaves`.
        a: Its value in the first; None also where a table has no such row.
        b: Its value in the second.
    """

    key: str
    a: str | int | bool | None
    b: str | int | bool | None


def changes(a: Assumptions, b: Assumptions) -> tuple[Change, ...]:
    """What differs, in the order of the document.

    >>> changes(Assumptions(), Assumptions.parse({"seed": 7, "raises": {"cola": 0.03}}))
    (Change(key='seed', a=42, b=7), Change(key='raises.cola', a='0.02', b='0.03'))
    """
    ours, theirs = leaves(a), leaves(b)
    keys = dict.fromkeys([*ours, *theirs])
    found = (Change(key, ours.get(key), theirs.get(key)) for key in keys)
    return tuple(change for change in found if change.a != change.b)


def with_changes(a: Assumptions, b: Assumptions, keys: Collection[str]) -> Assumptions:
    """*a* with the values that *b* has at *keys*, which are keys of `changes` between them.

    A table that has another number of rows in *b* is taken over as a whole.

    Raises:
        AssumptionsError: If the result contradicts itself.
    """
    document = a.model_dump(mode="json"), b.model_dump(mode="json")
    return Assumptions.parse(cast("dict[str, object]", _mixed(*document, "", keys)))


def _mixed(a: object, b: object, path: str, keys: Collection[str]) -> object:
    """*a*, and where its path is or holds one of *keys*, as much of *b* as fits."""
    is_wanted = any(key == path or key.startswith((f"{path}[", f"{path}.")) for key in keys)
    chosen = b if is_wanted else a
    if isinstance(a, dict) and isinstance(b, dict):
        ours, theirs = cast("dict[str, Any]", a), cast("dict[str, Any]", b)
        return {
            key: _mixed(ours[key], theirs[key], f"{path}.{key}".removeprefix("."), keys)
            for key in ours
        }
    if isinstance(a, list) and isinstance(b, list):
        rows, others = cast("list[object]", a), cast("list[object]", b)
        if len(rows) == len(others):
            pairs = enumerate(zip(rows, others, strict=True), start=1)
            return [_mixed(*pair, f"{path}[{row}]", keys) for row, pair in pairs]
    return chosen
