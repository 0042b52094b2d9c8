"""The register of a read-model file: which editions there are, and what is asked about one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import pyarrow as pa

from planalign.domain.lineage import Range

__all__ = ["Edition", "Named", "Shaped", "columns_ddl", "edition_of", "quoted", "sql", "table_of"]

_TYPES = {
    "string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "uint8": "UTINYINT",
    "bool": "BOOLEAN", "date32[day]": "DATE",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A row of the register; the columns are explained in schema.sql."""

    number: int
    model: str
    scenario: str
    is_live: bool
    settings: str
    commit_id: int
    chain: str
    moves: int
    ranges: tuple[Range, ...]


class Named(Protocol):
    """What tells one edition, at one checkpoint, from all others."""

    @property
    def number(self) -> int:
        """Unique within the file."""
        ...

    @property
    def model(self) -> str:
        """Name of the read model."""
        ...

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        ...

    @property
    def moves(self) -> int:
        """How often its checkpoint has moved."""
        ...


class Shaped(Protocol):
    """How a read model is kept: its columns, its keys if rows are sums, the SELECT over it."""

    @property
    def model(self) -> str:
        """Name of the read model."""
        ...

    @property
    def schema(self) -> pa.Schema:
        """Its columns."""
        ...

    @property
    def view(self) -> str:
        """The SELECT for readers over `{table}`."""
        ...

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell rows apart, if rows are sums."""
        ...


def edition_of(row: dict[str, Any]) -> Edition:
    """The edition in a row of editions.sql."""
    firsts, lasts = row.pop("firsts"), row.pop("lasts")
    return Edition(**row, ranges=tuple(zip(firsts, lasts, strict=True)))


def columns_ddl(schema: pa.Schema) -> str:
    """The columns of *schema* as CREATE TABLE wants them."""
    return ", ".join(f"{field.name} {_TYPES[str(field.type)]}" for field in schema)


def table_of(model: str, number: int) -> str:
    """The table of an edition.

    >>> table_of("months", 7)
    'months_7'
    """
    return f"{model}_{number:d}"


def quoted(text: str) -> str:
    """*text* as an SQL literal, where nothing can be bound.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


@cache
def sql(name: str) -> str:
    """Text of *name*.sql beside this module."""
    return files(__package__ or "").joinpath(f"{name}.sql").read_text(encoding="utf-8")
