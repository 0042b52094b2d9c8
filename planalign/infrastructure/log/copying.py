"""Copies of a log that nobody has open."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from planalign.infrastructure.log.ledger import Ledger

__all__ = ["copy_log"]


def copy_log(path: Path, directories: Iterable[Path]) -> None:
    """Copy the log at *path*, with its ledger, into each of *directories*.

    The ledger's lock is held meanwhile: a copy of a log that somebody writes to is torn.

    Raises:
        WorkspaceBusyError: If somebody has the log open.
    """
    ledger = Ledger(path.with_suffix(".ledger"), expected=True)
    try:
        for directory in directories:
            for each in path.parent.glob(f"{path.stem}.*"):
                shutil.copy2(each, directory)
    finally:
        ledger.close()
