"""What read models need of the file they live in, stated as a port."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int64Array
from planalign.projections.read_models.ranges import Ranges

__all__ = ["Edition", "Move", "ReadModelStore", "Shape"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a read model is kept.

    Attributes:
        model: Its name, which is also that of the SQL view over its live editions.
        schema: Its columns.
        view: A SELECT for readers over the table `{table}`.
        keys: The columns that tell rows apart, where rows are sums; the others are summed.
    """

    model: str
    schema: pa.Schema
    view: str
    keys: tuple[str, ...] = ()


class Edition(Protocol):
    """One building of a read model for a scenario; readers see the live one."""

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
    def is_live(self) -> bool:
        """Whether readers see it; it is being built otherwise."""
        ...

    @property
    def settings(self) -> str:
        """What besides events its rows depend on; if that changes, it is built again."""
        ...

    @property
    def commit_id(self) -> int:
        """The commit that it is at, 0 at the beginning."""
        ...

    @property
    def chain(self) -> str:
        """Chain digest of that commit: another log has another one."""
        ...

    @property
    def ranges(self) -> Ranges:
        """The positions that it has seen: its checkpoint."""
        ...

    @property
    def moves(self) -> int:
        """How often the checkpoint has moved; who moves it next must know of the last time."""
        ...


class Move(Protocol):
    """One transaction over an edition: all of it becomes durable, or nothing."""

    def remove(self, positions: Int64Array) -> None:
        """Take away the rows of these positions."""
        ...

    def insert(self, rows: pa.Table) -> None:
        """Add *rows*, which have the columns of the model's schema."""
        ...

    def add(self, sums: pa.Table) -> None:
        """Add each row of *sums* to the row with its keys; what adds up to nothing is no row."""
        ...

    def replace(self, rows: pa.Table) -> None:
        """Let *rows* be all there is."""
        ...

    def park(self, parked: pa.Table, unparked: pa.Table) -> None:
        """Note events that could not be folded (position, fault), and that others now can."""
        ...

    def reach(self, lineage: Lineage, chain: str) -> None:
        """Move the checkpoint to *lineage*, whose commit has *chain*."""
        ...


class ReadModelStore(Protocol):
    """A file of read models. One lock lets one transaction write at a time."""

    def editions(self) -> Sequence[Edition]:
        """All of them, oldest first."""
        ...

    def begin(self, shape: Shape, scenario: str, settings: str) -> Edition:
        """A new edition, empty and not live."""
        ...

    def move(self, edition: Edition, shape: Shape) -> AbstractContextManager[Move]:
        """A transaction over *edition*; an exception inside undoes it.

        Raises:
            ConcurrencyError: If the edition is no longer at its checkpoint, or is no more.
        """
        ...

    def publish(self, edition: Edition, shape: Shape) -> None:
        """Make *edition* the live one and discard what was, in one transaction."""
        ...

    def discard(self, editions: Sequence[Edition], shapes: Sequence[Shape]) -> None:
        """Drop these editions, in one transaction."""
        ...

    def query(
        self, model: str, scenario: str, statement: str, parameters: Sequence[object] = ()
    ) -> pa.Table:
        """Answer of *statement* over the live edition's table, which it calls `{table}`.

        Raises:
            NotFoundError: If there is no live edition.
        """
        ...

    def sizes(self) -> pa.Table:
        """For each edition its ``number``, ``rows`` and ``parked``."""
        ...
