"""The adapter of the read models' port: one DuckDB file, one writing transaction at a time.

Theory of operation. Each edition has a table of its own, so that a rebuild fills a table that no
reader knows, and giving up an old edition is dropping its table. The SQL view of a model names the
tables of its live editions; it is made anew in the transaction that makes an edition live, so a
reader sees the one or the other. Checkpoint and rows move in the same transaction. Nothing is held
in memory between two transactions: after a crash the file says where everything stands.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from planalign.domain.errors import ConcurrencyError, LogCorruptError, NotFoundError, StorageError
from planalign.infrastructure.log.database import connect, cursor_of, translated_errors
from planalign.infrastructure.read_models.move import Move
from planalign.infrastructure.read_models.register import (
    Edition,
    Named,
    Shaped,
    columns_ddl,
    edition_of,
    quoted,
    sql,
    table_of,
)

__all__ = ["ReadModelFile"]


class ReadModelFile:
    """An open file of read models. Several threads may read it; writers take turns."""

    def __init__(self, path: Path) -> None:
        """Open the file at *path*, creating it if missing.

        Raises:
            WorkspaceBusyError: If another process has it open.
            StorageError: If it is damaged, or the disk refuses.
        """
        self.path = path
        self._lock = threading.RLock()
        with self._own_errors():
            self._connection = connect(path)
            self._connection.execute(sql("schema"))

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    # Reads

    def editions(self) -> list[Edition]:
        """All editions, oldest first."""
        return [edition_of(row) for row in self.ask(sql("editions")).to_pylist()]

    def ask(self, statement: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Answer of a SELECT over the views of the read models, each named like its model."""
        with self._own_errors(), cursor_of(self._connection) as cursor:
            table: pa.Table = cursor.sql(statement, params=list(parameters)).to_arrow_table()
            return table

    def query(
        self, model: str, scenario: str, statement: str, parameters: Sequence[object] = ()
    ) -> pa.Table:
        """Answer of *statement* over the live edition's table, which it calls `{table}`.

        Raises:
            NotFoundError: If there is no live edition.
        """
        found = "SELECT number FROM editions WHERE is_live AND model = ? AND scenario = ?"
        with self._own_errors(), cursor_of(self._connection) as cursor:
            cursor.begin()  # the edition that is found stays while it is read
            numbers = cursor.execute(found, [model, scenario]).fetchall()
            if not numbers:
                message = f"there is no read model {model!r} of {scenario}"
                raise NotFoundError(message, hint="`planalign projections catch-up` builds it")
            text = statement.replace("{table}", table_of(model, numbers[0][0]))
            table: pa.Table = cursor.sql(text, params=list(parameters)).to_arrow_table()
            cursor.rollback()
            return table

    def sizes(self) -> pa.Table:
        """For each edition its ``number``, ``rows`` and ``parked`` events."""
        parts = [
            f"SELECT {edition.number} AS number, COUNT(*) AS rows, "  # noqa: S608 - our own names
            f"(SELECT COUNT(*) FROM parked WHERE number = {edition.number}) AS parked "
            f"FROM {table_of(edition.model, edition.number)}"
            for edition in self.editions()
        ]
        nothing = "SELECT 0 AS number, 0::BIGINT AS rows, 0::BIGINT AS parked WHERE false"
        return self.ask(" UNION ALL ".join([nothing, *parts]))

    def parked(self) -> pa.Table:
        """What could not be folded: ``number`` of the edition, ``position`` and ``fault``."""
        return self.ask("SELECT number, position, fault FROM parked ORDER BY ALL")

    # Writes

    def begin(self, shape: Shaped, scenario: str, settings: str) -> Edition:
        """A new edition, empty and not live."""
        with self._transaction():
            ((number,),) = self.run("SELECT NEXTVAL('edition_numbers')")
            columns = columns_ddl(shape.schema)
            self.run(f"CREATE TABLE {table_of(shape.model, number)} ({columns})")
            row = (number, shape.model, scenario, settings)
            self.run("INSERT INTO editions VALUES (?, ?, ?, false, ?, 0, '', 0)", row)
        return Edition(
            number=number, model=shape.model, scenario=scenario, is_live=False,
            settings=settings, commit_id=0, chain="", moves=0, ranges=(),
        )  # fmt: skip

    @contextmanager
    def move(self, edition: Named, shape: Shaped) -> Generator[Move]:
        """A transaction over *edition*; an exception inside undoes it.

        Raises:
            ConcurrencyError: If the edition is no longer at its checkpoint, or is no more.
        """
        count = "UPDATE editions SET moves = moves + 1 WHERE number = ? AND moves = ?"
        with self._transaction():
            if not self.run(f"{count} RETURNING number", (edition.number, edition.moves)):
                message = f"{edition.model} of {edition.scenario} was moved by somebody else"
                raise ConcurrencyError(message, hint="ask again")
            yield Move(self.run, edition.number, shape)

    def publish(self, edition: Named, shape: Shaped) -> None:
        """Make *edition* the live one and discard what was, in one transaction."""
        found = "SELECT number FROM editions WHERE is_live AND model = ? AND scenario = ?"
        with self._transaction():
            for (number,) in self.run(found, (edition.model, edition.scenario)):
                self._forget(edition.model, number)
            self.run("UPDATE editions SET is_live = true WHERE number = ?", (edition.number,))
            self._show(shape)

    def discard(self, editions: Sequence[Named], shapes: Sequence[Shaped]) -> None:
        """Drop these editions of the models with these *shapes*, in one transaction."""
        if not editions:
            return
        with self._transaction():
            for edition in editions:
                self._forget(edition.model, edition.number)
            for shape in shapes:
                self._show(shape)

    def _forget(self, model: str, number: int) -> None:
        self.run(f"DROP TABLE IF EXISTS {table_of(model, number)}")
        for table in ("seen", "parked", "editions"):
            self.run(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608 - our own names

    def _show(self, shape: Shaped) -> None:
        """Make the view over the live editions of a model; it names their tables."""
        found = "SELECT scenario, number FROM editions WHERE is_live AND model = ? ORDER BY 1"
        parts = [
            f"SELECT {quoted(scenario)} AS scenario, * "  # noqa: S608 - quoted; a view binds nothing
            f"FROM ({shape.view.replace('{table}', table_of(shape.model, number))})"
            for scenario, number in self.run(found, (shape.model,))
        ]
        if parts:
            self.run(f"CREATE OR REPLACE VIEW {shape.model} AS {' UNION ALL '.join(parts)}")
        else:
            self.run(f"DROP VIEW IF EXISTS {shape.model}")

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with self._lock, self._own_errors():
            self._connection.begin()
            try:
                yield
                self.run("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):  # what went wrong first is what to tell
                    self._connection.rollback()
                raise

    def run(
        self,
        statement: str,
        parameters: tuple[object, ...] = (),
        /,
        *,
        batch: pa.Table | None = None,
    ) -> list[Any]:
        """Every statement of a transaction passes here; its result is read to the end."""
        if batch is not None:
            self._connection.register("batch", batch)
        try:
            return self._connection.execute(statement, list(parameters)).fetchall()
        finally:
            if batch is not None:
                self._connection.unregister("batch")

    @contextmanager
    def _own_errors(self) -> Generator[None]:
        """DuckDB's errors as ours; damage is no damage to the log."""
        try:
            with translated_errors(self.path):
                yield
        except LogCorruptError as error:
            hint = "`planalign projections drop` deletes it; nothing is lost by that"
            raise StorageError(str(error), hint=hint) from error
