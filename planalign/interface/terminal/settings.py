"""What was said on the command line for all commands alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Settings"]


@dataclass(slots=True)
class Settings:
    """Collected while click reads the arguments: they may stand before or after the sub-command.

    Attributes:
        workspace: The directory that was named, if any.
        verbosity: How often ``-v`` was given.
    """

    workspace: Path | None = None
    verbosity: int = 0

    @property
    def shows_traces(self) -> bool:
        """Whether errors come with the trace of where they happened."""
        return self.verbosity >= 2
