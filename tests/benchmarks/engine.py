"""The engine alone: draws, decisions and events as columns, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import ROOT, measured
from tests.domain.simulation.people import assumptions, people, run_years

MILLION = 1_000_000


def engine(employees: int) -> Iterator[Figure]:
    """CPU seconds and peak memory of five years."""
    at_million = employees == MILLION
    command = [sys.executable, "-m", __name__, str(employees)]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    cpu = float(run.stdout)
    yield Figure("engine alone, 5 years", cpu, "CPU-s", 1.5 if at_million else None)
    gib = measured("-m", __name__, str(employees)).gib
    yield Figure("engine, peak memory", gib, "GiB", 0.8 if at_million else None)


def _main(employees: int) -> None:
    workforce = people(employees)
    started = time.process_time()
    for _ in run_years(workforce, assumptions()):
        pass
    print(time.process_time() - started)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
