"""Assumptions as one flat list of keys, for tables and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from planalign.domain.assumptions.model import Assumptions

__all__ = ["leaves"]

Leaf = str | int | bool | None


def leaves(assumptions: Assumptions) -> dict[str, Leaf]:
    """Every value under its key; rows are counted from 1, decimals are text.

    >>> leaves(Assumptions())["staffing.growth_target"]
    '0.03'
    >>> leaves(Assumptions())["levels[1].name"]
    'Staff'
    """
    return dict(_walk(assumptions.model_dump(mode="json"), ""))


def _walk(value: object, path: str) -> Iterator[tuple[str, Leaf]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from _walk(inner, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for row, inner in enumerate(cast("list[object]", value), start=1):
            yield from _walk(inner, f"{path}[{row}]")
    else:
        yield path, cast("Leaf", value)
