"""How well two scenarios share their luck: first-year turnover cut by a fifth, nothing else.

Hires of the same rank are the same person in both scenarios; the census people are the same by
row. The variance ratio compares the difference in final payroll between runs that share a seed with
that between runs that do not: how many independent runs one paired run is worth. The plan itself
makes people differ, since fewer exits take fewer hires; nothing can share their pay.
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
SEEDS = 200
TURNOVER, CUT = Decimal("0.25"), Decimal("0.20")

Outcomes = Sequence[YearOutcome]


def pairing() -> Iterator[Figure]:
    """Hires with the same pay, people moved beyond the effect and the plan, variance ratio."""
    pairs = [(outcomes(TURNOVER, seed), outcomes(CUT, seed)) for seed in range(SEEDS)]
    same = fmean(share_of_hires_paid_alike(*pair) for pair in pairs)
    beyond = fmean(incumbents_moved(*pair) / incumbents_kept(*pair) - 1 for pair in pairs)
    apart_only = fmean(employed_in_one_only(*pair) / planned_apart(*pair) for pair in pairs)
    payroll = np.array([[final_payroll(side) for side in pair] for pair in pairs])
    apart = payroll.var(axis=0, ddof=1).sum()
    together = (payroll[:, 0] - payroll[:, 1]).var(ddof=1)
    yield Figure("hires with the same starting pay", same * 100, "%", 100, at_least=True)
    yield Figure("incumbents moved beyond the effect", beyond * 100, "%", 10)
    yield Figure("employed in one only / as planned", apart_only, "x")
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


def employed_in_one_only(one: Outcomes, other: Outcomes) -> float:
    """People employed after the first year in one scenario, and not in the other; their mean."""
    sides = [set(outcomes[0].workforce.stream_no.tolist()) for outcomes in (one, other)]
    return len(sides[0] ^ sides[1]) / 2


def planned_apart(one: Outcomes, other: Outcomes) -> int:
    """How many more exits the first year's plan has in one: as many others are hired for them."""
    return one[0].plan.exits - other[0].plan.exits


def final_payroll(outcomes: Outcomes) -> float:
    """Annual salaries on the last evening."""
    return float(outcomes[-1].workforce.salary_cents.sum()) / 100
