"""A process to be killed: it builds read models again and again, in small batches.

``python -m tests.faults.catcher_up WORKSPACE``
"""

from __future__ import annotations

import sys
from pathlib import Path

from planalign import Workspace
from planalign.commands.projections import Projections

BATCH_EVENTS = 10


def main(path: Path) -> None:
    """Catch up, rebuild, and begin again, until killed."""
    with Workspace.open(path) as workspace:
        kept = Projections(workspace.log, path, batch_events=BATCH_EVENTS)
        print("ready", flush=True)
        while True:
            kept.catch_up()
            kept.rebuild()
            kept.drop("baseline", models=["intervals", "months"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
