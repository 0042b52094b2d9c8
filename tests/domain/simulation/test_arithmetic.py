from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from math import isclose

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.simulation.arithmetic import exp_of_minus, minus_log, round_to

LAST_PLACES = 5e-16


@given(st.floats(2.0**-60, 1, exclude_max=True))
def test_the_logarithm_is_right_to_the_last_places(uniform: float) -> None:
    with localcontext() as context:
        context.prec = 40
        exact = -Decimal(uniform).ln()

    assert isclose(minus_log(np.array([uniform]))[0], float(exact), rel_tol=LAST_PLACES)


@given(st.floats(0, 690))
def test_the_exponential_is_right_to_the_last_places(exponent: float) -> None:
    with localcontext() as context:
        context.prec = 40
        exact = (-Decimal(exponent)).exp()

    assert isclose(exp_of_minus(np.array([exponent]))[0], float(exact), rel_tol=LAST_PLACES)


@given(st.lists(st.floats(2.0**-53, 1, exclude_max=True), min_size=2, max_size=50))
def test_a_higher_draw_never_takes_longer(uniforms: list[float]) -> None:
    times = minus_log(np.sort(np.array(uniforms)))

    assert np.all(np.diff(times) <= 0)


@given(st.integers(0, 10**12), st.sampled_from([1, 5, 100, 1_000]))
def test_rounding_goes_to_the_nearest_multiple_and_halves_to_even(halves: int, unit: int) -> None:
    amount = halves / 2

    expected = (Decimal(halves) / 2 / unit).quantize(Decimal(1), ROUND_HALF_EVEN) * unit

    assert round_to(np.array([amount]), unit).tolist() == [int(expected)]
