"""Arithmetic of position ranges: how the lineage of a read model differs from that of its scenario.

Ranges are those of a `Lineage`: inclusive, ascending, disjoint, never touching. A position is never
given to another event, so two equal lists of ranges stand for the same events.
"""

from __future__ import annotations

from planalign.domain.lineage import Range, merge_ranges

__all__ = ["Ranges", "count", "cut", "rest", "shared_until"]

Ranges = tuple[Range, ...]


def count(ranges: Ranges) -> int:
    """How many positions *ranges* hold.

    >>> count(((1, 3), (7, 7)))
    4
    """
    return sum(last - first + 1 for first, last in ranges)


def cut(ranges: Ranges, last: int) -> Ranges:
    """The positions of *ranges* up to *last*.

    >>> cut(((1, 3), (7, 9)), 7)
    ((1, 3), (7, 7))
    """
    return merge_ranges((first, min(end, last)) for first, end in ranges)


def rest(ranges: Ranges, after: int) -> Ranges:
    """The positions of *ranges* behind *after*.

    >>> rest(((1, 3), (7, 9)), 2)
    ((3, 3), (7, 9))
    """
    return merge_ranges((max(first, after + 1), end) for first, end in ranges)


def shared_until(one: Ranges, other: Ranges) -> int:
    """The last position of what both begin with; 0 if they differ from the start.

    Winding back to it and then forward is the shortest way from one to the other.

    >>> shared_until(((1, 9),), ((1, 5), (12, 14)))
    5
    """
    shared = 0
    for (first, end), (other_first, other_end) in zip(one, other, strict=False):
        if first != other_first:
            break
        shared = min(end, other_end)
        if end != other_end:
            break
    return shared
