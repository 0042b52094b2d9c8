"""A line on stderr for whoever waits longer than a second at a terminal."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from planalign.commands.results import Progress

__all__ = ["ProgressLine"]


class ProgressLine:
    """A context manager; call it with each step of the work.

    Nothing is shown while patience lasts, nor where stderr is not a terminal.
    """

    def __init__(self, what: str, *, patience_seconds: float = 1.0) -> None:
        self.text = what
        self.shown = threading.Event()
        self._status: Any = None
        self._timer = threading.Timer(patience_seconds, self._show)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._ended = False
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._ended = True
            if self._status is not None:
                self._status.stop()

    def __call__(self, step: Progress) -> None:
        """Say where the work is."""
        self.text = _told(step, time.monotonic() - self._began)
        if self._status is not None:
            self._status.update(self.text)

    def _show(self) -> None:
        from rich.console import Console

        with self._lock:
            if not self._ended:
                self._status = Console(stderr=True).status(self.text)
                self._status.start()
                self.shown.set()


def _told(step: Progress, seconds: float) -> str:
    """Year, phase, events, rate, and the time that is left if the rest goes like the first part."""
    text = (
        f"{step.year} of {step.first_year}-{step.last_year}: {step.phase}, {step.events:,} events"
    )
    if step.events and step.share_done > 0:
        left = seconds / step.share_done - seconds
        text += f", {step.events / seconds:,.0f} a second, about {left:.0f} s left"
    return text
