"""Commits of one log recorded in another: the same events, the same digests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from planalign.domain.errors import CheckFailedError
from planalign.infrastructure.log.commits import Commit, Provenance
from planalign.infrastructure.log.event_log import EventLog

__all__ = ["pull_commits"]


def pull_commits(source: EventLog, target: EventLog, scenario: str, *, above: int) -> list[Commit]:
    """Record in *target* what *source* has on *scenario* above commit *above*.

    The head of the scenario in *target* must be what *source* went on from. Streams are matched by
    id, since each log numbers its own.

    Returns:
        The commits made, oldest first.

    Raises:
        StaleScenarioError: If the scenario in *target* moved meanwhile.
        CheckFailedError: If a commit's digest is not that of the source.
    """
    made: list[Commit] = []
    head = target.graph.head(scenario)
    for commit in reversed(source.graph.ancestry(source.graph.head(scenario))):
        if commit.commit_id > above:
            copy = _pull(source, target, commit, expected_head=head)
            head = copy.commit_id
            made.append(copy)
    return made


def _pull(source: EventLog, target: EventLog, commit: Commit, *, expected_head: int) -> Commit:
    rows = source.read_commit(commit)
    numbers = rows.column("stream_no").to_numpy()
    distinct, place = np.unique(numbers, return_inverse=True)
    ids = source.stream_ids(distinct)
    own = target.stream_numbers(ids)[place]
    column = rows.schema.get_field_index("stream_no")
    batch = rows.set_column(column, "stream_no", pa.array(own)).drop_columns(["position"])
    provenance = Provenance(
        command=commit.command,
        command_id=commit.command_id,
        actor=commit.actor,
        request=commit.request,
        correlation_id=commit.correlation_id,
        causation_id=commit.causation_id,
        period_start=commit.period_start,
        period_end=commit.period_end,
        assumptions=source.assumptions_document(commit),
    )
    copy = target.append_batch(commit.scenario, batch, provenance, expected_head=expected_head)
    if copy.digest != commit.digest:
        message = f"commit {commit.commit_id} has another digest once it is pulled"
        raise CheckFailedError(message, hint="this is a defect: please report it")
    return copy
