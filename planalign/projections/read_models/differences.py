"""What a step along a lineage changes: rows that are no longer so, and rows that now are.

A step leads from what a model has seen to what it is to see: some events more or, after a rewind,
some less. Either way only the timelines of the employees of those events can change. They are
folded from the log as seen before and after, and compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planalign.domain.lineage import Lineage
from planalign.domain.workforce import BoolArray, Int32Array
from planalign.projections.read_models.notifications import Notifications, read
from planalign.projections.read_models.ranges import Ranges
from planalign.projections.read_models.timelines import Timelines, fold
from planalign.projections.source import EventSource

__all__ = ["Difference", "Step", "difference"]


@dataclass(frozen=True, slots=True)
class Step:
    """From what a model has seen to what it sees next; one is the beginning of the other.

    Attributes:
        seen: What it has seen.
        target: What it sees afterwards, and the commit that it is at then.
    """

    seen: Ranges
    target: Lineage

    @property
    def moved(self) -> tuple[int, Ranges]:
        """The last position of the shorter side, and the ranges of the longer one."""
        ends = [side[-1][1] if side else 0 for side in (self.seen, self.target.ranges)]
        return min(ends), self.seen if ends[0] > ends[1] else self.target.ranges


@dataclass(frozen=True, slots=True)
class Difference:
    """Timeline rows taken away and added by a step, and events parked and parked no more.

    `parked` and `unparked` have ``position`` (int64) and ``fault`` (a place in `FAULTS`, uint8).
    """

    removed: Timelines
    added: Timelines
    parked: pa.Table
    unparked: pa.Table


def difference(source: EventSource, step: Step) -> Difference:
    """What *step* changes."""
    shorter_end, longer = step.moved
    whole = replace(step.target, ranges=longer)
    moved = read(source, whole, after=shorter_end)
    streams = _distinct(moved.stream_no)
    # All that those employees' events are, in both lineages; the shorter one is their beginning.
    known = read(source, whole, streams=streams) if shorter_end else moved
    short, short_parked = fold(_up_to(known, shorter_end))
    long, long_parked = fold(known)
    if longer == step.target.ranges:
        return _difference(short, short_parked, long, long_parked)
    return _difference(long, long_parked, short, short_parked)


def _up_to(events: Notifications, position: int) -> Notifications:
    is_before: BoolArray = events.position <= position
    return events.take(is_before)


def _distinct(streams: Int32Array) -> Int32Array:
    """Each once, ascending, without a sort: streams are numbered densely."""
    is_there = np.zeros(int(streams.max(initial=-1)) + 1, dtype=np.bool_)
    is_there[streams] = True
    return np.flatnonzero(is_there).astype(np.int32)


def _difference(
    before: Timelines, parked_before: pa.Table, after: Timelines, parked_after: pa.Table
) -> Difference:
    _, rows, other_rows = np.intersect1d(
        before.position, after.position, assume_unique=True, return_indices=True
    )
    stays = before.same(rows, after, other_rows)
    is_removed = np.ones(len(before), dtype=np.bool_)
    is_added = np.ones(len(after), dtype=np.bool_)
    is_removed[rows[stays]], is_added[other_rows[stays]] = False, False
    return Difference(
        removed=before.take(is_removed),
        added=after.take(is_added),
        parked=_without(parked_after, parked_before),
        unparked=_without(parked_before, parked_after),
    )


def _without(parked: pa.Table, others: pa.Table) -> pa.Table:
    return parked.filter(pc.invert(pc.is_in(parked["position"], others["position"])))
