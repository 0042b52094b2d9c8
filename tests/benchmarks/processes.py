"""Whole processes, from the shell's point of view."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Usage:
    """Wall seconds and peak resident GiB of one process."""

    seconds: float
    gib: float


def planalign(*arguments: str) -> Usage:
    """Run the command line; a failure of it is an error here."""
    command = [sys.executable, "-m", "planalign", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    scale = 2**30 if sys.platform == "darwin" else 2**20
    return Usage(seconds, used.ru_maxrss / scale)


def quickest(*arguments: str, times: int = 3) -> Usage:
    """The quickest of some runs of one command."""
    return min((planalign(*arguments) for _ in range(times)), key=lambda usage: usage.seconds)
