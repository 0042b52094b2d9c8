"""How read models find their SQL."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from planalign.domain.lineage import Lineage

__all__ = ["statement", "text"]


@cache
def text(name: str) -> str:
    """Text of *name*.sql beside this module."""
    return files(__package__ or "").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def statement(name: str, lineage: Lineage) -> str:
    """The same, restricted to what *lineage* sees: integers only, so nothing can be injected."""
    return text(name).replace("{lineage}", lineage.condition)
