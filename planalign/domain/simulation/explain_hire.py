"""Why a simulated hire starts on that day, at that level, age and salary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import date_of
from planalign.domain.simulation.draws import Purpose, uniform
from planalign.domain.simulation.explanation import Decision, Influence
from planalign.domain.simulation.hires import hire_ages, level_weights, middle_salaries
from planalign.domain.workforce import Workforce

__all__ = ["explain_start"]


def explain_start(
    person: Workforce,
    assumptions: Assumptions,
    *,
    rank: int,
    census_levels: Sequence[int],
) -> tuple[Decision, ...]:
    """What the hire in *person*, the *rank*-th of the year, starts with."""
    on = date_of(int(person.hire_date[0]))
    return (
        Decision(
            decision="hire_date",
            on=on,
            happened=True,
            outcome=f"hire {rank} of the year starts on {on}: point {rank} of an even sequence",
        ),
        _level(person, assumptions, on, census_levels=census_levels),
        _age(person, assumptions, on),
        _salary(person, assumptions, on),
    )


def _level(
    person: Workforce, assumptions: Assumptions, on: date, *, census_levels: Sequence[int]
) -> Decision:
    level = int(person.level[0])
    weights = level_weights(assumptions, census_levels)
    share = float(weights[level - 1] / sum(weights))
    source = (
        "the census's mix" if assumptions.hires.level_weights is None else "hires.level_weights"
    )
    return Decision(
        decision="hire_level",
        on=on,
        influences=(Influence(name="share", value=f"level {level} in {source}", factor=share),),
        probability=share,
        draw=_draw(person, assumptions, Purpose.HIRE_LEVEL, on),
        happened=True,
        outcome=f"starts at level {level} ({assumptions.levels[level].name})",
        level_after=level,
    )


def _age(person: Workforce, assumptions: Assumptions, on: date) -> Decision:
    age = int(hire_ages(person.key, assumptions, on.year)[0])
    total = sum(row.weight for row in assumptions.hires.ages)
    share = next(float(row.weight / total) for row in assumptions.hires.ages if row.age == age)
    return Decision(
        decision="hire_age",
        on=on,
        influences=(Influence(name="share", value=f"age {age}", factor=share),),
        probability=share,
        draw=_draw(person, assumptions, Purpose.HIRE_AGE, on),
        happened=True,
        outcome=f"is {age} years old, born on {date_of(int(person.birth_date[0]))}",
    )


def _salary(person: Workforce, assumptions: Assumptions, on: date) -> Decision:
    level, salary = assumptions.levels[int(person.level[0])], int(person.salary_cents[0])
    spread = float(assumptions.hires.salary_spread)
    draw = _draw(person, assumptions, Purpose.HIRE_SALARY, on)
    middle = float(middle_salaries(assumptions)[level.level])
    return Decision(
        decision="hire_salary",
        on=on,
        influences=(
            Influence(name="percentile", value="of the band", factor=float(level.hire_percentile)),
            Influence(name="market", value="adjustment", factor=float(level.market)),
            Influence(name="middle", value="salary in cents", factor=middle),
            Influence(name="spread", value="plus or minus", factor=spread),
        ),
        draw=draw,
        happened=True,
        outcome=f"starts with {salary / 100:,.2f}, within the limits of level {level.level}",
        salary_cents_after=salary,
    )


def _draw(person: Workforce, assumptions: Assumptions, purpose: Purpose, on: date) -> float:
    return float(uniform(assumptions.seed, purpose, person.key, on.year)[0])
