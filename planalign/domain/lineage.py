"""What a scenario sees of the log: a short list of position ranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Lineage", "merge_ranges"]

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The events that a commit of a scenario can see.

    Attributes:
        scenario: Name of the scenario that was asked about.
        head: Commit whose knowledge is used; 0 before the first.
        ranges: Inclusive (first, last) positions, ascending, disjoint, never touching.

    >>> Lineage("baseline", 2, ((1, 10), (21, 30))).condition
    '(position BETWEEN 1 AND 10 OR position BETWEEN 21 AND 30)'
    """

    scenario: str
    head: int
    ranges: tuple[Range, ...]

    @property
    def condition(self) -> str:
        """The lineage as an SQL condition on `position`; integers only, so nothing to inject."""
        if not self.ranges:
            return "(position < 0)"
        clauses = (f"position BETWEEN {first:d} AND {last:d}" for first, last in self.ranges)
        return f"({' OR '.join(clauses)})"

    @property
    def last_position(self) -> int:
        """The highest position seen, 0 if none."""
        return self.ranges[-1][1] if self.ranges else 0

    def without(self, other: Lineage) -> Lineage:
        """What this lineage sees and *other* does not; after a fork, each one's own events.

        >>> trunk, branch = Lineage("a", 2, ((1, 30),)), Lineage("b", 3, ((1, 10), (31, 40)))
        >>> trunk.without(branch).ranges, branch.without(trunk).ranges
        (((11, 30),), ((31, 40),))
        """
        left = self.ranges
        for first, last in other.ranges:
            left = tuple(piece for own in left for piece in _cut(own, first, last))
        return Lineage(self.scenario, self.head, left)


def merge_ranges(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Join ranges that touch or overlap and drop empty ones.

    Args:
        ranges: Inclusive (first, last) positions, by ascending first.

    Returns:
        Ascending, disjoint and never touching ranges over the same positions.

    >>> merge_ranges([(1, 3), (4, 9), (10, 9), (12, 12)])
    ((1, 9), (12, 12))
    """
    merged: list[Range] = []
    for first, last in ranges:
        if last < first:
            continue
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _cut(own: Range, first: int, last: int) -> tuple[Range, ...]:
    """What of *own* is before *first* and after *last*."""
    pieces = ((own[0], min(own[1], first - 1)), (max(own[0], last + 1), own[1]))
    return tuple(piece for piece in pieces if piece[0] <= piece[1])
