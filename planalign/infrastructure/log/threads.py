"""How many threads the database works with: one for a command, all for everybody.

A statement over a few rows is a fifth faster on one thread, since nobody has to be woken. To switch
takes as long as is won by one command, so nothing is switched before it is needed.
"""

from __future__ import annotations

import threading

import duckdb

__all__ = ["Threads"]


class Threads:
    """The number of threads of one open database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        ((self.all,),) = connection.execute("SELECT current_setting('threads')").fetchall()
        self._used: int = self.all

    def for_few_rows(self) -> None:
        """Work on one thread from now on."""
        self._use(1)

    def for_many_rows(self) -> None:
        """Work on as many threads as there were at first."""
        self._use(self.all)

    def _use(self, count: int) -> None:
        with self._lock:
            if count != self._used:
                with self._connection.cursor() as cursor:  # the connection itself may be at work
                    cursor.execute(f"SET threads = {count}")
                self._used = count
