"""One step of an edition: the statements between the beginning of a transaction and its COMMIT."""

from __future__ import annotations

from typing import Any, Protocol

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.domain.workforce import Int64Array
from planalign.infrastructure.read_models.register import Shaped, table_of

__all__ = ["Move", "Runner"]


class Runner(Protocol):
    """Runs statements inside the transaction."""

    def __call__(
        self, statement: str, parameters: tuple[object, ...] = (), /, *, batch: pa.Table | None
    ) -> list[Any]:
        """Run *statement*, to which *batch* is a table of that name."""
        ...


class Move:
    """What happens to the edition *number* inside one transaction."""

    def __init__(self, run: Runner, number: int, shape: Shaped) -> None:
        self._run, self._number, self._shape = run, number, shape
        self._table = table_of(shape.model, number)

    def remove(self, positions: Int64Array) -> None:
        """Take away the rows of these positions."""
        if len(positions):
            statement = f"DELETE FROM {self._table} WHERE position IN (SELECT position FROM batch)"  # noqa: S608 - our own names
            self._run(statement, batch=pa.table({"position": positions}))

    def insert(self, rows: pa.Table) -> None:
        """Add *rows*, which have the columns of the model's schema."""
        if rows.num_rows:
            self._run(f"INSERT INTO {self._table} BY NAME SELECT * FROM batch", batch=rows)  # noqa: S608 - our own names

    def add(self, sums: pa.Table) -> None:
        """Add each row of *sums* to the row with its keys; all zeros are no row."""
        if not sums.num_rows:
            return
        names, keys = self._shape.schema.names, self._shape.keys
        measures = [name for name in names if name not in keys]
        same = " AND ".join(f"kept.{key} = batch.{key}" for key in keys)
        grown = ", ".join(f"{name} = kept.{name} + batch.{name}" for name in measures)
        new = ", ".join(f"batch.{name}" for name in names)
        self._run(
            f"MERGE INTO {self._table} AS kept USING batch ON {same} "  # noqa: S608 - our own names
            f"WHEN MATCHED THEN UPDATE SET {grown} "
            f"WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({new})",
            batch=sums,
        )
        nothing = " AND ".join(f"{name} = 0" for name in measures)
        self._run(f"DELETE FROM {self._table} WHERE {nothing}", batch=None)  # noqa: S608 - our own names

    def replace(self, rows: pa.Table) -> None:
        """Let *rows* be all there is; the table takes their columns."""
        self._run(f"CREATE OR REPLACE TABLE {self._table} AS SELECT * FROM batch", batch=rows)  # noqa: S608 - our own names

    def park(self, parked: pa.Table, unparked: pa.Table) -> None:
        """Note events (position, fault) that could not be folded, and that others now can."""
        number = (self._number,)
        if unparked.num_rows:
            where = "number = ? AND position IN (SELECT position FROM batch)"
            self._run(f"DELETE FROM parked WHERE {where}", number, batch=unparked)  # noqa: S608 - our own words
        if parked.num_rows:
            rows = "SELECT ?::INTEGER, position, fault FROM batch"
            self._run(f"INSERT INTO parked {rows}", number, batch=parked)

    def reach(self, lineage: Lineage, chain: str) -> None:
        """Move the checkpoint to *lineage*, whose commit has *chain*."""
        number = self._number
        self._run("DELETE FROM seen WHERE number = ?", (number,), batch=None)
        for first, last in lineage.ranges:  # a few: one for each fork on the way
            self._run("INSERT INTO seen VALUES (?, ?, ?)", (number, first, last), batch=None)
        statement = "UPDATE editions SET commit_id = ?, chain = ? WHERE number = ?"
        self._run(statement, (lineage.head, chain, number), batch=None)
