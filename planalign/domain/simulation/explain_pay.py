"""Why somebody was promoted or given a raise, or was not."""

from __future__ import annotations

from datetime import date

import numpy as np

from planalign.domain.assumptions import Assumptions, DecisionDates
from planalign.domain.calendar import day_number
from planalign.domain.simulation.bands import cells
from planalign.domain.simulation.decisions import PaidPromotions, YearDecisions
from planalign.domain.simulation.draws import Purpose, uniform
from planalign.domain.simulation.explanation import Decision, DecisionName, Influence
from planalign.domain.simulation.influences import age_influence, missing, tenure_influence
from planalign.domain.simulation.occasions import all_of, months
from planalign.domain.simulation.promotions import (
    increases,
    level_factor,
    promotion_conditions,
    promotion_probabilities,
)
from planalign.domain.simulation.raises import raise_conditions, raise_rates
from planalign.domain.workforce import Workforce

__all__ = ["explain_promotion", "explain_raise"]


def explain_promotion(
    leaving: Workforce, assumptions: Assumptions, year: int, *, row: int, decisions: YearDecisions
) -> Decision:
    """Whether the employee at *row* is promoted; *leaving* has the exits of the year in it."""
    person = leaving.take(slice(row, row + 1))
    rules = assumptions.promotions
    on = _day(
        person, rules.dates, seed=assumptions.seed, purpose=Purpose.PROMOTION_MONTH, year=year
    )
    conditions = promotion_conditions(person, assumptions, on)
    if not all_of(conditions)[0]:
        return _not_considered("promotion", on, missing(conditions))
    level = int(person.level[0])
    probability = float(promotion_probabilities(assumptions)[cells(person, assumptions, on)[0]])
    draw = float(uniform(assumptions.seed, Purpose.PROMOTION, person.key, year)[0])
    influences = (
        Influence(name="base", value="probability", factor=float(rules.base_probability)),
        age_influence(person, assumptions, on, "promotion"),
        tenure_influence(person, assumptions, on, "promotion"),
        Influence(
            name="level",
            value=f"{level} ({assumptions.levels[level].name})",
            factor=float(level_factor(rules, level)),
        ),
    )
    decision = Decision(
        decision="promotion",
        on=on,
        influences=influences,
        probability=probability,
        draw=draw,
        measure=draw,
        threshold=probability,
        happened=False,
        outcome=f"stays at level {level}: the draw is not below the probability",
    )
    if row not in decisions.promotions.rows:
        return decision
    return _promoted(decision, person, assumptions, decisions, row=row)


def explain_raise(
    leaving: Workforce, assumptions: Assumptions, year: int, *, row: int, decisions: YearDecisions
) -> Decision:
    """Whether the employee at *row* gets a raise; *leaving* has the exits of the year in it."""
    person = leaving.take(slice(row, row + 1))
    on = _day(
        person,
        assumptions.raises.dates,
        seed=assumptions.seed,
        purpose=Purpose.RAISE_MONTH,
        year=year,
    )
    conditions = raise_conditions(person, assumptions, on)
    if not all_of(conditions)[0]:
        return _not_considered("raise", on, missing(conditions))
    level, before = _in_force_for_raise(person, decisions.promotions, row=row, on=on)
    merit = assumptions.levels[level].merit
    scale = decisions.raises.scale
    rate = float(raise_rates(scale, assumptions)[level])
    found = np.flatnonzero(decisions.raises.rows == row)
    after = int(decisions.raises.salaries[found[0]]) if len(found) else before
    return Decision(
        decision="raise",
        on=on,
        influences=(
            Influence(name="merit", value=f"level {level}", factor=float(merit)),
            Influence(name="scale", value="of merit, to the budget", factor=float(scale)),
            Influence(name="cola", value="cost of living", factor=float(assumptions.raises.cola)),
        ),
        happened=bool(len(found)),
        outcome=f"{rate:.4%} on the salary in force" if len(found) else "too small to change pay",
        salary_cents_before=before,
        salary_cents_after=after,
    )


def _day(
    person: Workforce, dates: DecisionDates, *, seed: int, purpose: Purpose, year: int
) -> date:
    month = int(months(dates, seed=seed, purpose=purpose, key=person.key)[0])
    return date(year, month, dates.day)


def _not_considered(name: DecisionName, on: date, why: str) -> Decision:
    return Decision(
        decision=name, on=on, considered=False, happened=False, outcome=f"not considered: {why}"
    )


def _in_force_for_raise(
    person: Workforce, promotions: PaidPromotions, *, row: int, on: date
) -> tuple[int, int]:
    """Level and salary that a raise of the day *on* starts from."""
    found = np.flatnonzero((promotions.rows == row) & (promotions.dates <= day_number(on)))
    if len(found):
        return int(promotions.levels[found[0]]), int(promotions.salaries[found[0]])
    return int(person.level[0]), int(person.salary_cents[0])


def _promoted(
    decision: Decision,
    person: Workforce,
    assumptions: Assumptions,
    decisions: YearDecisions,
    *,
    row: int,
) -> Decision:
    """The *decision*, completed for the employee at *row*, who is promoted."""
    promotions, raises = decisions.promotions, decisions.raises
    at = int(np.flatnonzero(promotions.rows == row)[0])
    raised = np.flatnonzero((raises.rows == row) & (raises.dates < promotions.dates[at]))
    before = int(raises.salaries[raised[0]]) if len(raised) else int(person.salary_cents[0])
    level = int(promotions.levels[at])
    increase = float(increases(person.key, assumptions, decisions.plan.year)[0])
    return decision.model_copy(
        update={
            "happened": True,
            "outcome": f"promoted to level {level} ({assumptions.levels[level].name}) with "
            f"{increase:+.4%} before limits",
            "level_after": level,
            "salary_cents_before": before,
            "salary_cents_after": int(promotions.salaries[at]),
        }
    )
