"""How well two scenarios share their luck: first-year turnover cut by a fifth, nothing else.

Hires of the same rank are the same person in both scenarios; the census people are the same by
row. The variance ratio compares the difference in final payroll between runs that share a seed with
that between runs that do not: how many independent runs one paired run is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import fmean

import numpy as np

from planalign.domain.assumptions import Assumptions
from planalign.domain.simulation import YearOutcome
from planalign.domain.simulation.columns import HIRE, TERMINATION
from tests.benchmarks.figures import Figure
from tests.domain.simulation.people import people, run_years

EMPLOYEES = 10_000
SEEDS = 40
TURNOVER, CUT = Decimal("0.25"), Decimal("0.20")

Outcomes = Sequence[YearOutcome]


def pairing() -> Iterator[Figure]:
    """Share of hires with the same pay, incumbents moved beyond the effect, variance ratio."""
    pairs = [(outcomes(TURNOVER, seed), outcomes(CUT, seed)) for seed in range(SEEDS)]
    same = fmean(share_of_hires_paid_alike(*pair) for pair in pairs)
    beyond = fmean(incumbents_moved(*pair) / incumbents_kept(*pair) - 1 for pair in pairs)
    payroll = np.array([[final_payroll(side) for side in pair] for pair in pairs])
    apart = payroll.var(axis=0, ddof=1).sum()
    together = (payroll[:, 0] - payroll[:, 1]).var(ddof=1)
    yield Figure("hires with the same starting pay", same * 100, "%", 100, at_least=True)
    yield Figure("incumbents moved beyond the effect", beyond * 100, "%", 10)
    yield Figure("variance of independent / paired", apart / together, "x", 60, at_least=True)


def outcomes(turnover: Decimal, seed: int) -> Outcomes:
    """Five years at a rate of first-year turnover."""
    rules = {"seed": seed, "staffing": {"new_hire_termination_rate": turnover}}
    workforce = people(EMPLOYEES)
    return [outcome for _, outcome in run_years(workforce, Assumptions.parse(rules))]


def share_of_hires_paid_alike(one: Outcomes, other: Outcomes) -> float:
    """Of the hires of the same year and rank."""
    alike = [
        a[: len(b)] == b[: len(a)] for a, b in zip(*map(_pay_of_hires, (one, other)), strict=True)
    ]
    return float(np.concatenate(alike).mean())


def _pay_of_hires(outcomes: Outcomes) -> list[np.ndarray]:
    events = (outcome.events for outcome in outcomes)
    return [year.salary_cents[year.kind == HIRE] for year in events]


def incumbents_moved(one: Outcomes, other: Outcomes) -> int:
    """People of the census who leave in one scenario only."""
    return len(_incumbents_gone(one) ^ _incumbents_gone(other))


def incumbents_kept(one: Outcomes, other: Outcomes) -> int:
    """The true effect on them: how many fewer leave."""
    return len(_incumbents_gone(one)) - len(_incumbents_gone(other))


def _incumbents_gone(outcomes: Outcomes) -> set[int]:
    events = (outcome.events for outcome in outcomes)
    leavers = (year.stream_no[year.kind == TERMINATION] for year in events)
    return {number for year in leavers for number in year.tolist() if number < EMPLOYEES}


def final_payroll(outcomes: Outcomes) -> float:
    """Annual salaries on the last evening."""
    return float(outcomes[-1].workforce.salary_cents.sum()) / 100
