"""A process to be killed: it appends one hire after the other and says which are acknowledged.

``python -m tests.faults.appender LOG [MOST_BYTES_OF_A_FILE]``
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from planalign.domain.errors import StorageError
from planalign.infrastructure.log.event_log import EventLog
from tests.infrastructure.log.logs import hire, why


def main(path: Path, most_bytes: int | None) -> int:
    """Append until killed, or until the disk refuses: then 3."""
    with EventLog(path) as log:
        if most_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that write() fails instead
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        print("ready", flush=True)
        number = len(log.graph.commits)
        while True:
            number += 1
            events = [hire(f"K-{number}-{place}") for place in range(3)]
            try:
                if number % 7 == 0:
                    log.checkpoint()
                commit = log.append("baseline", events, why(f"k-{number}"))
            except StorageError as error:
                print(f"refused {error} | {error.hint}", flush=True)
                return 3
            print(f"{commit.commit_id} {commit.chain}", flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else None))
