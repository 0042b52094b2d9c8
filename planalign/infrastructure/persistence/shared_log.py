"""One open log per file and process, shared by every factory that names the file.

Two `EventLog` objects on one file would each believe in their own commits. A handle is released
when it is closed or no longer used; the log closes with the last one.
"""

from __future__ import annotations

import threading
import weakref
from pathlib import Path

from planalign.infrastructure.log.event_log import EventLog

__all__ = ["LogHandle"]

_lock = threading.Lock()
_open: dict[Path, tuple[EventLog, int]] = {}


class LogHandle:
    """A share in the open log at a path."""

    def __init__(self, path: Path) -> None:
        resolved = path.resolve()
        self.log = _acquire(resolved)
        self._finalizer = weakref.finalize(self, _release, resolved)

    def close(self) -> None:
        """Give the share back; a second call does nothing."""
        self._finalizer()


def _acquire(path: Path) -> EventLog:
    with _lock:
        log, count = _open[path] if path in _open else (EventLog(path), 0)
        _open[path] = (log, count + 1)
        return log


def _release(path: Path) -> None:
    with _lock:
        log, count = _open.pop(path)
        if count > 1:
            _open[path] = (log, count - 1)
        else:
            log.close()
