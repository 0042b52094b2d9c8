"""Directories for work in progress that do not outlive it, not even if it is killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

__all__ = ["scratch_directory"]


@contextmanager
def scratch_directory(parent: Path, prefix: str) -> Generator[Path]:
    """A new directory in *parent*, gone when the block ends.

    Whoever has one holds its lock, and the system takes a lock back from a process that is killed:
    so those that a killed process left are known, and go first.
    """
    with ExitStack() as stack:
        with _locked(parent):  # or somebody might find the new one before it is locked
            for left in parent.glob(f"{prefix}*/"):
                _remove_unless_locked(left)
            own = tempfile.TemporaryDirectory(dir=parent, prefix=prefix)
            directory = Path(stack.enter_context(own))
            stack.enter_context(_locked(directory))
        yield directory


@contextmanager
def _locked(directory: Path, *, wait: bool = True) -> Generator[None]:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _remove_unless_locked(directory: Path) -> None:
    try:
        with _locked(directory, wait=False):
            shutil.rmtree(directory)
    except OSError:  # somebody is at work there, or took it away meanwhile
        return
