"""The engine alone: draws, decisions and events as columns, in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import ROOT
from tests.domain.simulation.people import assumptions, people, run_years

MILLION = 1_000_000


def engine(employees: int) -> Iterator[Figure]:
    """CPU seconds and peak memory of five years."""
    command = [sys.executable, "-m", __name__, str(employees)]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    measured = json.loads(run.stdout)
    at_million = employees == MILLION
    yield Figure("engine alone, 5 years", measured["cpu"], "CPU-s", 1.5 if at_million else None)
    yield Figure("engine, peak memory", measured["gib"], "GiB", 0.8 if at_million else None)


def _main(employees: int) -> None:
    workforce = people(employees)
    started = time.process_time()
    for _ in run_years(workforce, assumptions()):
        pass
    cpu = time.process_time() - started
    scale = 2**30 if sys.platform == "darwin" else 2**20
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    print(json.dumps({"cpu": cpu, "gib": gib}))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
