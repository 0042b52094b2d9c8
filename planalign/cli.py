"""The command line's root: which sub-commands there are, and nothing that takes time to load.

A sub-command's module, and with it the database, is imported when the sub-command is called. The
lists below are all that `planalign --help` needs.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import Final

import click

from planalign import __version__
from planalign.interface.terminal.lazy import LazyGroup, SubCommand
from planalign.interface.terminal.shared import global_options

__all__ = ["main", "root"]

_HERE: Final = "planalign.interface.terminal"

COMMANDS: Final = {
    "init": SubCommand(f"{_HERE}.init:init", "Start a workspace in a directory."),
    "demo": SubCommand(f"{_HERE}.demo:demo", "Show it all on a made-up census."),
    "census": SubCommand(f"{_HERE}.census:census", "Import, check or make up a census."),
    "assumptions": SubCommand(f"{_HERE}.assumptions:assumptions", "Show what is assumed, and why."),
    "scenario": SubCommand(f"{_HERE}.scenario:scenario", "Fork, rewind, rename, list scenarios."),
    "simulate": SubCommand(f"{_HERE}.simulate:simulate", "Simulate years, event by event."),
    "batch": SubCommand(f"{_HERE}.batch:batch", "Simulate many scenarios from one baseline."),
    "checkpoints": SubCommand(f"{_HERE}.checkpoints:checkpoints", "Show the years recorded."),
    "replay": SubCommand(f"{_HERE}.replay:replay", "Show the workforce as of any day."),
    "history": SubCommand(f"{_HERE}.history:history", "Show every event of one employee."),
    "explain": SubCommand(f"{_HERE}.explain:explain", "Show why a year went as it did for one."),
    "metrics": SubCommand(f"{_HERE}.metrics:metrics", "Show the figures of each year."),
    "report": SubCommand(f"{_HERE}.report:report", "Show it as tables, or as a page with charts."),
    "compare": SubCommand(f"{_HERE}.compare:compare", "Show what differs between scenarios."),
    "hire": SubCommand(f"{_HERE}.employee:hire", "Record that somebody was hired."),
    "terminate": SubCommand(f"{_HERE}.employee:terminate", "Record that an employee leaves."),
    "promote": SubCommand(f"{_HERE}.employee:promote", "Record a promotion."),
    "raise": SubCommand(f"{_HERE}.employee:give_raise", "Record a raise."),
    "log": SubCommand(f"{_HERE}.log:log", "List the commits of the log."),
    "projections": SubCommand(f"{_HERE}.projections:projections", "Keep tables made from the log."),
    "export": SubCommand(f"{_HERE}.export:export", "Write a scenario to Excel or other files."),
    "sql": SubCommand(f"{_HERE}.sql:sql", "Ask the log with a SELECT."),
    "verify": SubCommand(f"{_HERE}.verify:verify", "Prove that the log is what was written."),
}


@click.group(
    cls=LazyGroup,
    commands=COMMANDS,
    name="planalign",
    epilog="Start with `planalign demo`, or `planalign init`.",
)
@click.version_option(__version__, message="planalign %(version)s")
@global_options
def root() -> None:
    """A workforce time machine: census and assumptions in, an immutable event log out."""


def main() -> None:
    """Run the command line and leave with its exit code.

    Nothing here multiplies matrices, but numpy starts a thread for that on every other core, and
    each spins for a while before it sleeps: a fifteenth of a short command's time.

    A tenth of a short command's time is Python looking for cycles in what it has just imported and
    taking the libraries down again at the end. Neither is of use to a process that ends here: files
    are closed by then, and the system takes the memory back.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()
    from planalign.interface.terminal.running import run

    code = run(root, sys.argv[1:])
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
