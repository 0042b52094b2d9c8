"""The command line, asked within this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from planalign.cli import root

__all__ = ["ask"]


def ask(*arguments: str | Path) -> Result:
    """What `planalign` with *arguments* answers: stdout, stderr and exit code."""
    return CliRunner().invoke(root, [str(argument) for argument in arguments])
