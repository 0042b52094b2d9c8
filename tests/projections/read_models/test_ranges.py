from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.lineage import merge_ranges
from planalign.projections.read_models.ranges import Ranges, count, cut, rest, shared_until
from planalign.projections.read_models.status import lag

POSITIONS = st.sets(st.integers(1, 25))


def ranges_of(positions: set[int]) -> Ranges:
    return merge_ranges((position, position) for position in sorted(positions))


@given(positions=POSITIONS, last=st.integers(0, 30))
def test_a_cut_and_the_rest_are_everything(positions: set[int], last: int) -> None:
    ranges = ranges_of(positions)
    assert cut(ranges, last) == ranges_of({p for p in positions if p <= last})
    assert rest(ranges, last) == ranges_of({p for p in positions if p > last})
    assert count(ranges) == len(positions)


@given(one=POSITIONS, other=POSITIONS)
def test_what_two_lineages_share_is_what_both_begin_with(one: set[int], other: set[int]) -> None:
    parting = min(one ^ other, default=26)
    shared = {position for position in one & other if position < parting}
    assert shared_until(ranges_of(one), ranges_of(other)) == max(shared, default=0)
    behind = len(one - shared) + len(other - shared)
    assert lag(ranges_of(one), ranges_of(other)) == behind
