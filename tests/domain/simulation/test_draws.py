from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.simulation.draws import CHUNK, Purpose, draw, draw_one, uniform
from planalign.domain.workforce import FloatArray, UInt64Array
from tests.domain.simulation.chi_square import chi_square_p

MANY = 400_000
words = st.integers(0, 2**64 - 1)


def adjacent_keys(count: int = MANY) -> UInt64Array:
    return np.arange(count, dtype=np.uint64)


def correlation(one: FloatArray, other: FloatArray) -> float:
    """In standard errors: beyond 5 is no accident."""
    centred = (one - 0.5) * (other - 0.5)
    return float(centred.mean() * 12 * len(one) ** 0.5)


@given(st.integers(0, 2**63 - 1), st.sampled_from(Purpose), words, st.integers(0, 3000))
def test_one_draw_is_the_draw_of_many(seed: int, purpose: Purpose, key: int, year: int) -> None:
    keys = np.array([key, 1, key], dtype=np.uint64)

    numbers = draw(seed, purpose, keys, year)

    assert numbers.tolist() == [draw_one(seed, purpose, k, year) for k in (key, 1, key)]


@pytest.mark.parametrize("count", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_draw_does_not_depend_on_how_many_are_drawn(count: int) -> None:
    keys = adjacent_keys(4 * CHUNK)

    assert draw(1, Purpose.EXIT, keys[:count], 2025).tolist() == (
        draw(1, Purpose.EXIT, keys, 2025)[:count].tolist()
    )


def test_drawing_leaves_the_keys_alone() -> None:
    keys = adjacent_keys(10)

    uniform(1, Purpose.EXIT, keys, 2025)

    assert keys.tolist() == list(range(10))


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("bits", ["upper", "lower"])
def test_draws_are_uniform(purpose: Purpose, bits: str) -> None:
    numbers = draw(42, purpose, adjacent_keys(), 2025)
    cell = numbers >> np.uint64(54) if bits == "upper" else numbers & np.uint64(1023)

    counts = np.bincount(cell.astype(np.intp), minlength=1024).astype(np.float64)

    assert 1e-5 < chi_square_p(counts, np.full(1024, MANY / 1024)) < 1 - 1e-5


def test_uniforms_never_reach_0_or_1() -> None:
    draws = uniform(42, Purpose.EXIT, adjacent_keys(), 2025)

    assert 0 < draws.min() < 1e-4
    assert 1 - 1e-4 < draws.max() < 1


def test_purposes_do_not_correlate() -> None:
    by_purpose = [uniform(42, purpose, adjacent_keys(), 2025) for purpose in Purpose]

    worst = max(
        abs(correlation(one, other))
        for index, one in enumerate(by_purpose)
        for other in by_purpose[:index]
    )

    assert worst < 5


@pytest.mark.parametrize("lag", [1, 2, 5, 1000])
def test_years_and_seeds_do_not_correlate(lag: int) -> None:
    here = uniform(42, Purpose.EXIT, adjacent_keys(), 2025)

    assert abs(correlation(here, uniform(42, Purpose.EXIT, adjacent_keys(), 2025 + lag))) < 5
    assert abs(correlation(here, uniform(42 + lag, Purpose.EXIT, adjacent_keys(), 2025))) < 5


@pytest.mark.parametrize("lag", [1, 2, 3, 64, 4096])
def test_adjacent_keys_do_not_correlate(lag: int) -> None:
    draws = uniform(42, Purpose.EXIT, adjacent_keys(), 2025)

    assert abs(correlation(draws[lag:], draws[:-lag])) < 5


def test_pairs_of_adjacent_keys_fill_the_square_evenly() -> None:
    draws = uniform(42, Purpose.EXIT, adjacent_keys(), 2025)
    cell = (draws[0::2] * 32).astype(np.intp) * 32 + (draws[1::2] * 32).astype(np.intp)

    counts = np.bincount(cell, minlength=1024).astype(np.float64)

    assert chi_square_p(counts, np.full(1024, len(cell) / 1024)) > 1e-5


@pytest.mark.parametrize("bit", range(0, 64, 7))
def test_one_bit_of_a_key_flips_every_bit_of_a_draw_half_the_time(bit: int) -> None:
    keys = adjacent_keys(20_000)
    one = draw(42, Purpose.EXIT, keys, 2025)
    other = draw(42, Purpose.EXIT, keys ^ np.uint64(1 << bit), 2025)

    flipped = np.unpackbits((one ^ other).view(np.uint8).reshape(-1, 8), axis=1).mean(axis=0)

    assert np.abs(flipped - 0.5).max() < 5 * 0.5 / len(keys) ** 0.5
