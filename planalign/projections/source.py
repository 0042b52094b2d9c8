"""What the projections need of a log, stated as a port, and how they read their SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Protocol

import pyarrow as pa

from planalign.domain.lineage import Lineage

__all__ = ["EventSource", "statement"]


class EventSource(Protocol):
    """A log that answers queries over `events`, `streams` and `commits`."""

    def query(self, sql: str, parameters: Sequence[object] = (), /) -> pa.Table:
        """Rows of a read-only query; `$1`, `$2` … in *sql* stand for *parameters*."""
        ...

    def batches(self, sql: str, parameters: Sequence[object] = (), /) -> Iterator[pa.RecordBatch]:
        """The same rows in batches, in any order: what does not fit into memory at once."""
        ...

    def stream_count(self) -> int:
        """How many streams there are: what a dense fold needs room for."""
        ...

    def lineage(self, scenario: str, as_known: int | datetime | None = None) -> Lineage:
        """What *scenario* sees, now or with the knowledge of a commit or an instant (UTC).

        Raises:
            NotFoundError: If there is no such scenario or commit.
        """
        ...


def statement(name: str, lineage: Lineage, *, other: Lineage | None = None) -> str:
    """Text of *name*.sql beside this module, restricted to what *lineage* sees.

    Where two lineages are compared, ``{other}`` stands for the second one. Everything but the
    lineages is bound: they are integers only, so nothing can be injected.
    """
    text = _text(name).replace("{lineage}", lineage.condition)
    return text if other is None else text.replace("{other}", other.condition)


@cache
def _text(name: str) -> str:
    return files(__package__ or "").joinpath(f"{name}.sql").read_text(encoding="utf-8")
