"""Whatever is asked of an employee, in whatever order, the history that results makes sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.employee import Employee, EmployeeState, check_transition, evolve, fold
from planalign.domain.errors import EmployeeRefusedError
from planalign.domain.events import EmployeeEvent, Hire, Termination

Decision = Callable[[Employee], Sequence[EmployeeEvent]]

FIRST = date(2024, 2, 20)
DAYS = [FIRST + timedelta(days=day) for day in range(16)]  # so few that days collide
BORN = date(1990, 1, 1)


def hiring(on: date, level: int, salary_cents: int) -> Decision:
    return lambda ann: ann.hire(
        on, salary_cents=salary_cents, level=level, birth_date=BORN, source="command"
    )


def leaving(on: date) -> Decision:
    return lambda ann: ann.terminate(on, reason="unspecified")


def promoting(on: date, level: int, salary_cents: int) -> Decision:
    return lambda ann: ann.promote(on, level=level, salary_cents=salary_cents)


def raising(on: date, salary_cents: int) -> Decision:
    return lambda ann: ann.give_raise(on, salary_cents=salary_cents)


days = st.sampled_from(DAYS)
levels = st.integers(1, 6)
salaries = st.integers(1, 12)
decisions = st.one_of(
    st.builds(hiring, days, levels, salaries),
    st.builds(leaving, days),
    st.builds(promoting, days, levels, salaries),
    st.builds(raising, days, salaries),
)


@st.composite
def employees(draw: st.DrawFn) -> Employee:
    """Somebody of whom many things were asked, most of them impossible."""
    ann = Employee("E-1")
    hiring(draw(days), draw(st.integers(1, 3)), draw(st.integers(1, 4)))(ann)
    for decision in draw(st.lists(decisions, max_size=40)):
        with suppress(EmployeeRefusedError):
            decision(ann)
    return ann


def recorded(ann: Employee) -> list[EmployeeEvent]:
    return sorted(ann.timeline, key=lambda event: event.originator_version)


def states(ann: Employee) -> list[EmployeeState]:
    """The state after each event, folded by hand."""
    found: list[EmployeeState] = []
    for event in ann.timeline:
        found.append(evolve(found[-1] if found else None, event))
    return found


@given(employees())
def test_every_event_can_follow_those_before_it(ann: Employee) -> None:
    state: EmployeeState | None = None
    for event in ann.timeline:
        check_transition(state, event)
        state = evolve(state, event)


@given(employees())
def test_hires_and_exits_alternate(ann: Employee) -> None:
    kinds = [type(event) for event in ann.timeline if isinstance(event, Hire | Termination)]
    assert kinds == ([Hire, Termination] * len(kinds))[: len(kinds)]


@given(employees())
def test_level_and_pay_never_fall_during_an_employment(ann: Employee) -> None:
    history = states(ann)
    for event, before, after in zip(ann.timeline[1:], history, history[1:], strict=False):
        if not isinstance(event, Hire):
            assert (after.hire_date, after.birth_date) == (before.hire_date, before.birth_date)
            assert after.level >= before.level
            assert after.salary_cents >= before.salary_cents


@given(employees())
def test_the_timeline_is_ordered_by_day_and_then_by_version(ann: Employee) -> None:
    places = [(event.effective_date, event.originator_version) for event in ann.timeline]
    assert places == sorted(places)
    assert sorted(version for _, version in places) == list(range(1, ann.version + 1))


@given(employees(), days)
def test_what_is_true_on_a_day_is_evolved_from_the_events_up_to_it(
    ann: Employee, day: date
) -> None:
    known = sum(event.effective_date <= day for event in ann.timeline)
    assert ann.as_of(day) == (states(ann)[known - 1] if known else None)


@given(employees(), days)
def test_the_version_is_the_highest_one_among_the_events_up_to_the_day(
    ann: Employee, day: date
) -> None:
    state = ann.as_of(day)
    versions = [e.originator_version for e in ann.timeline if e.effective_date <= day]
    assert (state.version if state else 0) == max(versions, default=0)


@given(employees(), st.data())
def test_the_order_in_which_events_arrive_does_not_matter(
    ann: Employee, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(ann.timeline))
    assert fold(shuffled) == ann.as_of(DAYS[-1])


@given(employees(), st.data())
def test_an_employee_is_rebuilt_from_the_events_in_any_number_of_steps(
    ann: Employee, data: st.DataObject
) -> None:
    events = recorded(ann)
    cut = data.draw(st.integers(0, len(events)))
    rebuilt = Employee.project(Employee.project(None, events[:cut]), events[cut:])
    assert rebuilt is not None
    assert (rebuilt.id, rebuilt.version) == (ann.id, ann.version)
    assert rebuilt.timeline == ann.timeline == Employee("E-1", events).timeline
    assert list(rebuilt.collect_events()) == []


@given(employees())
def test_what_was_decided_is_handed_over_once_and_as_recorded(ann: Employee) -> None:
    assert list(ann.collect_events()) == recorded(ann)
    assert list(ann.collect_events()) == []


@given(employees(), decisions)
def test_a_refusal_leaves_no_trace(ann: Employee, decision: Decision) -> None:
    before = ann.timeline
    try:
        decided = decision(ann)
    except EmployeeRefusedError:
        decided = ()
    assert [event for event in ann.timeline if event not in before] == list(decided)
    assert len(ann.timeline) == ann.version == len(before) + len(decided)
