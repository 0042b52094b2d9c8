"""Whole processes, from the shell's point of view.

Each is started by a small process of its own, `python -m tests.benchmarks.processes`: the peak that
the system counts for a process includes that of whoever started it.
"""

from __future__ import annotations

import json
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
    return measured("-m", "planalign", *arguments)


def measured(*arguments: str) -> Usage:
    """Run Python with *arguments*; a failure of it is an error here."""
    command = [sys.executable, "-m", __name__, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return Usage(**json.loads(run.stdout))


def quickest(*arguments: str, times: int = 3) -> Usage:
    """The quickest of some runs of one command."""
    return min((planalign(*arguments) for _ in range(times)), key=lambda usage: usage.seconds)


def _main(arguments: list[str]) -> int:
    command = [sys.executable, *arguments]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    scale = 2**30 if sys.platform == "darwin" else 2**20
    print(json.dumps({"seconds": seconds, "gib": used.ru_maxrss / scale}))
    return process.returncode


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
