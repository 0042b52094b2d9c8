"""The ledger: one text line per commit, beside the log, fsynced before a commit is acknowledged.

DuckDB opens silently on a truncated or deleted WAL and on an older copy of its file. The ledger is
what makes that visible: each line holds a commit's number, the last position and number of streams
after it, and the head of the hash chain. A log behind its ledger has lost acknowledged commits. A
log ahead of it was killed between COMMIT and the ledger line: those lines are written on open.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from planalign.domain.errors import LogCorruptError, StorageError
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.database import fsync_directory

__all__ = ["Ledger", "LedgerLine"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """State of the log after one commit."""

    commit_id: int
    last_position: int
    chain: str

    def __str__(self) -> str:
        return f"{self.commit_id} {self.last_position} {self.chain}\n"

    @classmethod
    def of(cls, commit: Commit) -> LedgerLine:
        """The line that acknowledges *commit*."""
        return cls(commit.commit_id, commit.last_position, commit.chain)

    @classmethod
    def parse(cls, line: str, path: Path, number: int) -> LedgerLine:
        """Read one line back.

        Raises:
            LogCorruptError: Naming the line, if it is not one.
        """
        match line.split():
            case [commit_id, last_position, chain] if len(chain) == 64:
                return cls(int(commit_id), int(last_position), chain)
            case _:
                message = f"{path} line {number} is not a ledger line: {line!r}"
                raise LogCorruptError(message, hint="restore the workspace from a backup")


class Ledger:
    """The append-only file of `LedgerLine`s."""

    def __init__(self, path: Path, *, expected: bool) -> None:
        """Open *path*, creating it; a last line that a crash cut short is dropped.

        Raises:
            LogCorruptError: If it is *expected*, since the log has commits, and missing.
        """
        self.path = path
        created = not path.exists()
        if created and expected:
            message = f"{path} is missing, so nobody can tell whether the log is whole"
            raise LogCorruptError(message, hint="restore the workspace from a backup")
        self._file = path.open("a+b")
        if created:
            fsync_directory(path.parent)
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            self._file.truncate(whole)
        text = content[:whole].decode("ascii", errors="replace")
        self.lines = [
            LedgerLine.parse(line, path, number)
            for number, line in enumerate(text.splitlines(), start=1)
        ]

    def append(self, *lines: LedgerLine) -> None:
        """Write *lines* and wait until the disk has them.

        Raises:
            StorageError: If the disk refuses; the commit itself is durable then.
        """
        try:
            self._file.write("".join(map(str, lines)).encode("ascii"))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StorageError(
                f"{self.path} could not be written: {error}",
                hint="the commit is in the log; free space and open the workspace again",
            ) from error
        self.lines += lines

    def close(self) -> None:
        """Release the file."""
        self._file.close()
