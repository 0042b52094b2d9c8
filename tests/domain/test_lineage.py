from __future__ import annotations

import sqlite3
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.lineage import Lineage, merge_ranges

MOST = 60

positions = st.integers(1, MOST)
some_ranges = st.lists(st.tuples(positions, positions), max_size=12).map(sorted)


def covered(ranges: list[tuple[int, int]] | tuple[tuple[int, int], ...]) -> set[int]:
    return {position for first, last in ranges for position in range(first, last + 1)}


def lineage_of(ranges: list[tuple[int, int]]) -> Lineage:
    return Lineage("raises", 3, merge_ranges(ranges))


def selected(condition: str) -> set[int]:
    """The positions that a database takes the condition to mean."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE events (position INTEGER)")
        rows = [(position,) for position in range(1, MOST + 1)]
        connection.executemany("INSERT INTO events VALUES (?)", rows)
        found = connection.execute(f"SELECT position FROM events WHERE {condition}").fetchall()
    connection.close()
    return {row[0] for row in found}


@given(some_ranges)
def test_merged_ranges_cover_the_same_positions(ranges: list[tuple[int, int]]) -> None:
    assert covered(merge_ranges(ranges)) == covered(ranges)


@given(some_ranges)
def test_merged_ranges_ascend_and_never_touch(ranges: list[tuple[int, int]]) -> None:
    merged = merge_ranges(ranges)
    assert all(first <= last for first, last in merged)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(merged))


@given(some_ranges)
def test_merging_again_changes_nothing(ranges: list[tuple[int, int]]) -> None:
    merged = merge_ranges(ranges)
    assert merge_ranges(merged) == merged


@given(some_ranges)
def test_the_condition_selects_what_the_lineage_sees(ranges: list[tuple[int, int]]) -> None:
    assert selected(lineage_of(ranges).condition) == covered(ranges)


@given(some_ranges)
def test_the_last_position_is_the_highest_one_seen(ranges: list[tuple[int, int]]) -> None:
    assert lineage_of(ranges).last_position == max(covered(ranges), default=0)


def test_the_condition_can_stand_beside_another() -> None:
    lineage = lineage_of([(1, 10), (21, 30)])
    assert selected(f"position > 5 AND {lineage.condition}") == {*range(6, 11), *range(21, 31)}


@given(some_ranges, some_ranges)
def test_a_lineage_without_another_is_what_only_it_sees(
    ranges: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    own = lineage_of(ranges).without(lineage_of(others))
    assert covered(own.ranges) == covered(ranges) - covered(others)
    assert own.ranges == merge_ranges(own.ranges)
