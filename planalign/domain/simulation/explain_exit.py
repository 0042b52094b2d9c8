"""Why somebody left, or did not."""

from __future__ import annotations

from datetime import date

import numpy as np

from planalign.domain.assumptions import Assumptions
from planalign.domain.calendar import NEVER, date_of, day_number
from planalign.domain.events import TERMINATION_REASONS
from planalign.domain.simulation.arithmetic import exp_of_minus
from planalign.domain.simulation.bands import cells
from planalign.domain.simulation.draws import Purpose, uniform
from planalign.domain.simulation.exits import (
    EXPOSURE_MULTIPLIERS,
    Exits,
    exposures,
    level_factor,
    luck_of_hires,
    may_retire,
)
from planalign.domain.simulation.explanation import Decision, Influence
from planalign.domain.simulation.influences import age_influence, tenure_influence, years_between
from planalign.domain.simulation.plan import racing
from planalign.domain.simulation.race import Luck, Race, arrivals, drawn
from planalign.domain.workforce import Workforce

__all__ = ["explain_exit", "explain_same_year_exit"]


def explain_exit(
    workforce: Workforce, assumptions: Assumptions, year: int, *, row: int, exits: Exits
) -> tuple[Decision, ...]:
    """Whether the employee at *row* leaves, and if so when and why."""
    person = workforce.take(slice(row, row + 1))
    new_year = date(year, 1, 1)
    if not racing(person, year)[0]:
        return (_not_in_the_race(person, new_year),)
    level = int(person.level[0])
    influences = (
        age_influence(person, assumptions, new_year, "termination"),
        tenure_influence(person, assumptions, new_year, "termination"),
        Influence(
            name="level",
            value=f"{level} ({assumptions.levels[level].name})",
            factor=float(level_factor(assumptions.terminations, level)),
        ),
    )
    multiplier = float(exits.race.multipliers[cells(person, assumptions, new_year)[0]])
    luck = drawn(person.key, seed=assumptions.seed, year=year)
    decision = _race_decision(luck, race=exits.race, row=row, multiplier=multiplier).model_copy(
        update={"on": new_year, "influences": (*influences, _scale(exits.race))}
    )
    return (decision, *_details(person, assumptions, year, exits=exits, row=row))


def explain_same_year_exit(
    hires: Workforce, assumptions: Assumptions, year: int, *, row: int, exits: Exits
) -> tuple[Decision, ...]:
    """Whether the hire at *row* of *hires* leaves in the year of hire, and if so when and why."""
    person = hires.take(slice(row, row + 1))
    days = int(exposures(person, year)[0])
    start = date_of(int(person.hire_date[0]))
    if not days:
        outcome = "stays: starts on 31 December, which leaves no day to leave on"
        return (
            Decision(decision="exit", on=start, considered=False, happened=False, outcome=outcome),
        )
    multiplier = float(EXPOSURE_MULTIPLIERS[days])
    influences = [Influence(name="exposure", value=f"{days} days", factor=multiplier)]
    if assumptions.staffing.mode == "exact":
        rank = f"{row + 1:,} of {len(hires):,}"
        influences.insert(0, Influence(name="rank", value=rank))
    luck = luck_of_hires(hires, assumptions, year, rows=np.array([row]))
    decision = _race_decision(luck, race=exits.race, row=row, multiplier=multiplier).model_copy(
        update={"on": start, "influences": (*influences, _scale(exits.race))}
    )
    return (decision, *_details(person, assumptions, year, exits=exits, row=row))


def _not_in_the_race(person: Workforce, new_year: date) -> Decision:
    known = int(person.exit_date[0])
    if known != NEVER:
        outcome = f"not drawn: an exit on {date_of(known)} is already recorded"
    else:
        outcome = f"not drawn: hired on {date_of(int(person.hire_date[0]))}, not before the year"
    return Decision(decision="exit", on=new_year, considered=False, happened=False, outcome=outcome)


def _scale(race: Race) -> Influence:
    return Influence(name="scale", value="hazard per year of a factor of 1", factor=race.scale)


def _race_decision(luck: Luck, *, race: Race, row: int, multiplier: float) -> Decision:
    draw = luck(slice(None))
    arrival = float(arrivals(draw, np.array([multiplier]))[0])
    hazard = race.scale * multiplier
    happened = bool(np.any(race.rows == row))
    is_drawn = 0 < race.scale < float("inf")
    years, last = (arrival / race.scale, race.limit / race.scale) if is_drawn else (None, None)
    return Decision(
        decision="exit",
        hazard_per_year=hazard if is_drawn else None,
        probability=1.0 - float(exp_of_minus(np.array([hazard]))[0]),
        draw=float(draw[0]),
        measure=years,
        threshold=last,
        happened=happened,
        outcome=_race_outcome(years, last, happened=happened),
    )


def _race_outcome(years: float | None, last: float | None, *, happened: bool) -> str:
    if years is None or last is None:
        return "leaves: the plan has everybody leave" if happened else "stays: nobody leaves"
    if happened:
        return f"leaves: the clock runs out after {years:.4f} years, the last one at {last:.4f}"
    return f"stays: the clock runs out after {years:.4f} years, past the last exit at {last:.4f}"


def _details(
    person: Workforce, assumptions: Assumptions, year: int, *, exits: Exits, row: int
) -> tuple[Decision, ...]:
    """When and why a leaver leaves; nothing about one who stays."""
    found = np.flatnonzero(exits.race.rows == row)
    if not len(found):
        return ()
    day = date_of(int(exits.dates[found[0]]))
    reason = TERMINATION_REASONS[int(exits.reasons[found[0]])]
    return (
        Decision(
            decision="exit_date",
            on=day,
            draw=float(uniform(assumptions.seed, Purpose.EXIT_DATE, person.key, year)[0]),
            happened=True,
            outcome=f"the last day of employment is {day}",
        ),
        _reason(person, assumptions, year, day=day, reason=reason),
    )


def _reason(
    person: Workforce, assumptions: Assumptions, year: int, *, day: date, reason: str
) -> Decision:
    rules = assumptions.terminations
    retires = bool(may_retire(person, rules, np.array([day_number(day)], dtype=np.int32))[0])
    age, service = years_between(person.birth_date, day), years_between(person.hire_date, day)
    draw = float(uniform(assumptions.seed, Purpose.EXIT_REASON, person.key, year)[0])
    rule = f"{rules.retirement.age} years of age and {rules.retirement.service_years} of service"
    return Decision(
        decision="exit_reason",
        on=day,
        influences=(
            Influence(name="age", value=f"{age}"),
            Influence(name="service", value=f"{service}"),
        ),
        probability=None if retires else float(rules.involuntary_share),
        draw=draw,
        measure=None if retires else draw,
        threshold=None if retires else float(rules.involuntary_share),
        happened=True,
        outcome=f"{reason}: {'meets' if retires else 'does not meet'} the rule of {rule}",
    )
