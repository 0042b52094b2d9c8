"""Measure every promised figure and print it beside its bar."""

from __future__ import annotations

import argparse
import compileall
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import jobs
from tests.benchmarks.comparing import comparing
from tests.benchmarks.engine import engine
from tests.benchmarks.figures import Figure, baseline, keep, table
from tests.benchmarks.pairing import pairing
from tests.benchmarks.processes import ROOT


def main() -> None:
    """Run, print, and keep the figures if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--employees", type=int, default=100_000, help="1000000 for the bars")
    parser.add_argument("--update", action="store_true", help="make this run the baseline")
    options = parser.parse_args()
    employees: int = options.employees
    compileall.compile_dir(str(ROOT / "planalign"), quiet=1)
    with tempfile.TemporaryDirectory() as directory:
        figures = list(measured(Path(directory), employees))
    print(f"{employees:,} employees\n{table(figures, baseline(employees))}")
    if options.update:
        keep(employees, figures)


def measured(directory: Path, employees: int) -> Iterator[Figure]:
    """Every figure, in the order of the promises."""
    workspace = directory / "csv"
    yield from jobs.start_up()
    yield from jobs.imports(directory, employees)
    yield from jobs.simulation(workspace, employees)
    yield from jobs.reads(workspace, employees)
    yield from comparing(workspace, employees)
    yield from jobs.metrics(workspace, employees)
    yield from jobs.branches(workspace)
    yield from jobs.read_models(workspace, employees)
    yield from jobs.commands(directory)
    yield from engine(employees)
    yield from pairing()


if __name__ == "__main__":
    main()
