from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.simulation.race import (
    Race,
    arrival_times,
    drawn,
    hazard_scale,
    run_race,
    the_first,
)
from tests.domain.simulation.people import people

MULTIPLIERS = np.array([0.1, 0.5, 1.0, 3.0])


def race(count: int, exits: int, *, mode: str = "exact", seed: int = 7) -> Race:
    workforce = people(count)
    return run_race(
        workforce,
        rows=np.arange(count),
        cell=(np.arange(count) % len(MULTIPLIERS)).astype(np.uint16),
        multipliers=MULTIPLIERS,
        luck=drawn(workforce.key, seed=seed, year=2025),
        exits=exits,
        mode="expected" if mode == "expected" else "exact",
    )


@given(st.lists(st.integers(0, 1_000), min_size=4, max_size=4), st.data())
def test_the_scale_makes_the_expected_exits_the_planned_ones(
    counts: list[int], data: st.DataObject
) -> None:
    exits = data.draw(st.integers(0, sum(counts)))

    scale = hazard_scale(MULTIPLIERS, np.array(counts), exits)

    expected = sum(np.array(counts) * -np.expm1(-scale * MULTIPLIERS))
    assert abs(expected - exits) <= 1e-9 * max(exits, 1)


@given(st.integers(1, 400), st.data(), st.integers(0, 50))
def test_exactly_the_planned_number_with_the_shortest_clocks_leave(
    count: int, data: st.DataObject, seed: int
) -> None:
    exits = data.draw(st.integers(0, count))

    leavers = race(count, exits, seed=seed).rows

    cell = (np.arange(count) % len(MULTIPLIERS)).astype(np.uint16)
    times = arrival_times(drawn(people(count).key, seed=seed, year=2025), cell, MULTIPLIERS)
    assert sorted(leavers.tolist()) == leavers.tolist()
    assert set(leavers) == set(np.argsort(times, kind="stable")[:exits])


@given(st.integers(1, 300), st.data())
def test_more_exits_add_leavers_and_swap_none(count: int, data: st.DataObject) -> None:
    more = data.draw(st.integers(0, count))
    fewer = data.draw(st.integers(0, more))

    for mode in ("exact", "expected"):
        assert set(race(count, fewer, mode=mode).rows) <= set(race(count, more, mode=mode).rows)


def test_everybody_leaves_if_that_is_the_plan() -> None:
    for mode in ("exact", "expected"):
        assert len(race(50, 50, mode=mode).rows) == 50


def test_expected_exits_are_random_around_the_plan() -> None:
    numbers = [len(race(400, 80, mode="expected", seed=seed).rows) for seed in range(200)]

    assert len(set(numbers)) > 10
    assert abs(np.mean(numbers) - 80) < 5 * 8 / len(numbers) ** 0.5


def test_equal_clocks_go_by_key_and_then_by_stream() -> None:
    times = np.array([1.0, 2.0, 2.0, 2.0, 3.0])
    key = np.array([0, 5, 4, 4, 0], dtype=np.uint64)
    stream_no = np.array([0, 1, 3, 2, 4], dtype=np.int32)

    chosen = [the_first(times, count, key, stream_no).tolist() for count in range(6)]

    assert chosen == [[], [0], [0, 3], [0, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3, 4]]
