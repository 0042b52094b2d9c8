"""The ledger: one text line per commit, beside the log, fsynced before a commit is acknowledged.

DuckDB opens silently on a truncated or deleted WAL and on an older copy of its file. The ledger is
what makes that visible: each line holds a commit's number, the last position and number of streams
after it, and the head of the hash chain. A log behind its ledger has lost acknowledged commits. A
log ahead of it was killed between COMMIT and the ledger line: those lines are written on open.
"""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from planalign.domain.errors import LogCorruptError, StorageError, WorkspaceBusyError
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
            case [commit_id, last_position, chain] if (
                commit_id.isdecimal() and last_position.isdecimal() and len(chain) == 64
            ):
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
            WorkspaceBusyError: If another log has it open, or somebody copies it.
        """
        self.path = path
        created = not path.exists()
        if created and expected:
            message = f"{path} is missing, so nobody can tell whether the log is whole"
            raise LogCorruptError(message, hint="restore the workspace from a backup")
        text = self._open(is_new=created).decode("ascii", errors="replace")
        numbered = enumerate(text.splitlines(), start=1)
        try:
            self.lines = [LedgerLine.parse(line, path, number) for number, line in numbered]
        except LogCorruptError:
            self.close()
            raise

    def _open(self, *, is_new: bool) -> bytes:
        """Open, lock and read the file, dropping a last line that was cut short."""
        try:
            self._file = self.path.open("a+b", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if is_new:
                fsync_directory(self.path.parent)
            self._file.seek(0)
            content = self._file.read()
            whole = content.rfind(b"\n") + 1
            self._file.truncate(whole)
        except BlockingIOError as error:
            self._file.close()
            raise WorkspaceBusyError(
                f"{self.path} is open already, perhaps in this very process",
                hint="close the other log first: two would not know of each other's commits",
            ) from error
        except OSError as error:
            message = f"{self.path} could not be opened: {error}"
            raise StorageError(message, hint="mend the permissions, then retry") from error
        return content[:whole]

    def append(self, *lines: LedgerLine) -> None:
        """Write *lines* and wait until the disk has them.

        Raises:
            StorageError: If the disk refuses; the commit itself is durable then.
        """
        try:
            content = "".join(map(str, lines)).encode("ascii")
            if self._file.write(content) != len(content):
                raise OSError(errno.ENOSPC, "only a part of the line was written")
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
