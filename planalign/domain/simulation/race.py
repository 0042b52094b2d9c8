"""The race to leave: whose clock runs out first.

Everyone has a clock that runs out after an exponential time, with a hazard proportional to a
multiplier. -ln(u) / multiplier is that time on a common scale, and it depends on the employee
alone: raising the number of exits adds leavers and never swaps one for another. The scale that
turns it into years is chosen so that the expected number of clocks that run out within the year
is the planned number of exits. u is a draw of the employee's own, or a share dealt out by rank.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import fsum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from planalign.domain.simulation.arithmetic import exp_of_minus, minus_log
from planalign.domain.simulation.draws import CHUNK, Purpose, uniform
from planalign.domain.workforce import FloatArray, UInt16Array, UInt64Array, Workforce

__all__ = [
    "Luck",
    "Race",
    "arrival_times",
    "arrivals",
    "dealt",
    "drawn",
    "hazard_scale",
    "run_race",
    "the_first",
]

Luck = Callable[[slice], FloatArray]
"""The u of some of those in a race, each in (0, 1); the higher, the sooner the clock runs out."""

_ROUNDS: Final = 200
_MARGIN: Final = 4.0


@dataclass(frozen=True, slots=True)
class Race:
    """How a race ended.

    Attributes:
        multipliers: Shape (cells,), the hazard of each cell relative to the others.
        scale: Hazard per year of a multiplier of 1.
        limit: The last arrival that leaves. Under ``expected`` staffing it is the scale, which is
            an arrival at the end of the year.
        rows: Ascending rows of those who leave.
    """

    multipliers: FloatArray
    scale: float
    limit: float
    rows: NDArray[np.intp]


def drawn(key: UInt64Array, *, seed: int, year: int) -> Luck:
    """Everybody draws: who leaves is random, and the same wherever seed, key and year are."""
    return lambda part: uniform(seed, Purpose.EXIT, key[part], year)


def dealt(index: NDArray[np.intp], count: int) -> Luck:
    """Shares in even steps, the later of *count* the higher: who leaves is as planned.

    Args:
        index: Shape (n,), places among *count*, from 0.
        count: Of places.

    >>> dealt(np.arange(4), 4)(slice(None)).tolist()
    [0.125, 0.375, 0.625, 0.875]
    """
    return lambda part: (index[part] + 0.5) / count


def arrivals(uniforms: FloatArray, multipliers: FloatArray) -> FloatArray:
    """When each clock runs out, in years of a hazard of 1; both arguments of shape (n,)."""
    times: FloatArray = minus_log(uniforms) / multipliers
    return times


def arrival_times(luck: Luck, cell: UInt16Array, multipliers: FloatArray) -> FloatArray:
    """When everybody's clock runs out, as in `arrivals`; *cell* of shape (n,)."""
    times = np.empty(len(cell))
    for start in range(0, len(cell), CHUNK):
        part = slice(start, start + CHUNK)
        times[part] = arrivals(luck(part), multipliers.take(cell[part]))
    return times


def hazard_scale(multipliers: FloatArray, counts: NDArray[np.intp], exits: int) -> float:
    """The factor on all multipliers that makes the expected number of exits *exits*.

    Solves sum of counts * (1 - exp(-scale * multiplier)) = exits by Newton's method from below,
    which never overshoots, as the left side is concave.

    Args:
        multipliers: Shape (cells,), above 0 where there is anyone.
        counts: Shape (cells,), people in each cell.
        exits: At most the number of people.

    Returns:
        The hazard per year of a multiplier of 1; infinite if everybody leaves.

    >>> round(hazard_scale(np.array([1.0]), np.array([1000]), 120), 6)
    0.127833
    """
    people = int(counts.sum())
    if exits >= people:
        return float("inf") if exits else 0.0
    scale = 0.0
    for _ in range(_ROUNDS):
        staying = counts * exp_of_minus(multipliers * scale)
        missing = exits - fsum((counts - staying).tolist())
        step = missing / fsum((multipliers * staying).tolist())
        if scale + step <= scale:
            break
        scale += step
    return scale


def run_race(
    workforce: Workforce,
    *,
    rows: NDArray[np.intp],
    cell: UInt16Array,
    multipliers: FloatArray,
    luck: Luck,
    exits: int,
    mode: Literal["exact", "expected"],
) -> Race:
    """Who leaves in a year.

    Args:
        workforce: Whose keys and streams settle a tie.
        rows: Shape (n,), ascending, who is in the race.
        cell: Shape (n,), index into *multipliers*.
        multipliers: Shape (cells,), relative hazards.
        luck: Of those in the race.
        exits: How many leave (``exact``) or are expected to (``expected``).
        mode: ``exact``: the *exits* first. ``expected``: all who arrive within the year.
    """
    counts = np.bincount(cell, minlength=len(multipliers))
    scale = hazard_scale(multipliers, counts, exits)
    if mode == "expected":
        leaving, _ = _arriving_by(scale, luck, cell, multipliers)
        return Race(multipliers, scale, scale, rows[leaving])
    horizon = scale * (1.0 + _MARGIN / max(exits, 1) ** 0.5)
    candidates, times = _arriving_by(horizon, luck, cell, multipliers)
    if len(candidates) < exits:  # the draws are further from their mean than the margin
        horizon = float("inf")
        candidates, times = _arriving_by(horizon, luck, cell, multipliers)
    who = rows[candidates]
    first = the_first(times, exits, workforce.key[who], workforce.stream_no[who])
    limit = float(times[first].max(initial=0.0))
    return Race(multipliers, scale, limit, who[first])


def _arriving_by(
    horizon: float, luck: Luck, cell: UInt16Array, multipliers: FloatArray
) -> tuple[NDArray[np.intp], FloatArray]:
    """Who arrives up to *horizon*, ascending, and when.

    Most clocks run far longer than a year, so a comparison of the luck with its cell's
    exp(-horizon * multiplier), a hair below it, spares most employees the logarithm.
    """
    screen = exp_of_minus(multipliers * horizon) * (1.0 - 1e-12)
    found: list[NDArray[np.intp]] = [np.empty(0, dtype=np.intp)]
    times: list[FloatArray] = [np.empty(0)]
    for start in range(0, len(cell), CHUNK):
        part = cell[start : start + CHUNK]
        uniforms = luck(slice(start, start + CHUNK))
        candidates = np.flatnonzero(uniforms >= screen.take(part))
        arrival = arrivals(uniforms[candidates], multipliers.take(part[candidates]))
        within = arrival <= horizon
        found.append(candidates[within] + start)
        times.append(arrival[within])
    return np.concatenate(found), np.concatenate(times)


def the_first(
    times: FloatArray, count: int, key: UInt64Array, stream_no: NDArray[np.int32]
) -> NDArray[np.intp]:
    """Ascending indices of the *count* smallest times; equal times go by key, then stream."""
    if count == 0:
        return np.empty(0, dtype=np.intp)
    limit = np.partition(times, count - 1)[count - 1]
    before = np.flatnonzero(times < limit)
    tied = np.flatnonzero(times == limit)
    order = np.lexsort((stream_no[tied], key[tied]))
    return np.sort(np.concatenate([before, tied[order[: count - len(before)]]]))
