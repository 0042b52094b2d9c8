"""The rules of one employee, each as a story: what was known, what is asked, what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pytest
from pydantic import ValidationError

from planalign.domain.employee import Employee, EmployeeState, evolve
from planalign.domain.errors import EmployeeRefusedError
from planalign.domain.events import EmployeeEvent, Hire, Promotion, Raise, Termination

Decision = Callable[[Employee], Sequence[EmployeeEvent]]

BORN = date(1990, 2, 28)
HIRED = date(2020, 5, 4)
LEFT = date(2023, 3, 31)


def hire(on: date = HIRED, *, born: date = BORN) -> Decision:
    return lambda ann: ann.hire(
        on, salary_cents=70_000_00, level=2, birth_date=born, source="command", location="Porto"
    )


def leave(on: date = LEFT) -> Decision:
    return lambda ann: ann.terminate(on, reason="voluntary")


def promote(on: date, level: int, salary_cents: int) -> Decision:
    return lambda ann: ann.promote(on, level=level, salary_cents=salary_cents)


def give_raise(on: date, salary_cents: int) -> Decision:
    return lambda ann: ann.give_raise(on, salary_cents=salary_cents)


@dataclass(frozen=True)
class Story:
    """One employee's past, and the decision that is asked for."""

    employee: Employee
    decision: Decision

    def when(self, decision: Decision) -> Story:
        return Story(self.employee, decision)

    def then(self, *expected: EmployeeEvent) -> None:
        decided = self.decision(self.employee)
        assert list(decided) == list(expected)
        assert list(self.employee.collect_events()) == list(expected)
        assert set(expected) <= set(self.employee.timeline)

    def then_refused(self, rule: str, *words: str) -> EmployeeRefusedError:
        before = self.employee.timeline, self.employee.version
        with pytest.raises(EmployeeRefusedError) as refused:
            self.decision(self.employee)
        assert refused.value.rule == rule
        assert refused.value.employee_id == "E-1"
        assert [word for word in ("E-1: ", *words) if word not in str(refused.value)] == []
        assert (self.employee.timeline, self.employee.version) == before
        assert list(self.employee.collect_events()) == []
        return refused.value


def given(*decisions: Decision) -> Story:
    ann = Employee("E-1")
    for decision in decisions:
        assert len(decision(ann)) == 1
    ann.collect_events()
    return Story(ann, lambda _: ())


def state(ann: Employee, on: date) -> EmployeeState:
    found = ann.as_of(on)
    assert found is not None
    return found


def the_raise(version: int, on: date, salary_cents: int) -> Raise:
    return Raise(
        originator_id="E-1",
        originator_version=version,
        effective_date=on,
        salary_cents=salary_cents,
    )


# What is allowed, and the event it leads to.


def test_somebody_unknown_can_be_hired() -> None:
    expected = Hire(
        originator_id="E-1",
        originator_version=1,
        effective_date=HIRED,
        salary_cents=70_000_00,
        level=2,
        birth_date=BORN,
        source="command",
        location="Porto",
    )
    given().when(hire()).then(expected)


def test_an_employee_can_leave() -> None:
    expected = Termination(
        originator_id="E-1", originator_version=2, effective_date=LEFT, reason="voluntary"
    )
    given(hire()).when(leave()).then(expected)


def test_an_employee_can_leave_on_the_first_day() -> None:
    story = given(hire(), leave(HIRED))

    assert not state(story.employee, HIRED).is_active


def test_a_promotion_sets_level_and_salary() -> None:
    on = date(2021, 2, 1)
    expected = Promotion(
        originator_id="E-1",
        originator_version=2,
        effective_date=on,
        level=3,
        salary_cents=80_000_00,
    )
    given(hire()).when(promote(on, 3, 80_000_00)).then(expected)


def test_a_promotion_may_keep_the_salary_and_skip_a_level() -> None:
    story = given(hire(), promote(date(2021, 2, 1), 4, 70_000_00))

    after = state(story.employee, date(2021, 2, 1))
    assert (after.level, after.salary_cents) == (4, 70_000_00)


def test_a_raise_sets_the_salary() -> None:
    on = date(2021, 7, 15)
    given(hire()).when(give_raise(on, 73_500_00)).then(the_raise(2, on, 73_500_00))


def test_asking_twice_is_no_second_raise() -> None:
    on = date(2021, 7, 15)
    given(hire(), give_raise(on, 73_500_00)).when(give_raise(on, 73_500_00)).then()


def test_the_last_day_still_counts_as_a_working_day_before_it_is_recorded() -> None:
    given(hire(), give_raise(LEFT, 71_000_00)).when(leave(LEFT)).then(
        Termination(
            originator_id="E-1", originator_version=3, effective_date=LEFT, reason="voluntary"
        )
    )


def test_somebody_who_left_can_be_hired_again() -> None:
    story = given(hire(), leave(), hire(date(2023, 4, 1)))

    again = state(story.employee, date(2024, 4, 1))
    assert (again.hire_date, again.version, again.is_active) == (date(2023, 4, 1), 3, True)
    assert again.termination_date is None
    assert again.tenure_years(date(2024, 4, 1)) == 1


def test_a_forgotten_raise_can_be_recorded_after_the_exit() -> None:
    on = date(2022, 1, 1)
    story = given(hire(), leave())

    story.when(give_raise(on, 72_000_00)).then(the_raise(3, on, 72_000_00))
    assert [event.name for event in story.employee.timeline] == ["Hire", "Raise", "Termination"]
    assert state(story.employee, LEFT).salary_cents == 72_000_00


def test_a_rehire_keeps_the_version_of_what_was_recorded_after_it() -> None:
    story = given(hire(), leave(), hire(date(2023, 4, 1)), give_raise(date(2022, 1, 1), 72_000_00))

    assert state(story.employee, date(2023, 4, 1)).version == story.employee.version == 4


# What is refused, and by which rule.


def test_nobody_who_left_gets_a_raise() -> None:
    story = given(hire(), leave())
    refused = story.when(give_raise(date(2023, 4, 1), 80_000_00)).then_refused(
        "not_active", "left on 2023-03-31", "no Raise on 2023-04-01"
    )
    assert "hire the employee again" in refused.hint


def test_nobody_who_left_gets_a_raise_even_to_the_last_pay() -> None:
    given(hire(), leave()).when(give_raise(date(2023, 4, 1), 70_000_00)).then_refused("not_active")


def test_nobody_who_left_is_promoted() -> None:
    given(hire(), leave()).when(promote(date(2023, 4, 1), 3, 80_000_00)).then_refused("not_active")


def test_nobody_leaves_twice() -> None:
    given(hire(), leave()).when(leave(date(2023, 6, 30))).then_refused("not_active", "2023-03-31")


def test_nothing_is_decided_on_the_last_day_after_the_exit_is_known() -> None:
    given(hire(), leave()).when(give_raise(LEFT, 80_000_00)).then_refused("not_active")


def test_nobody_is_hired_twice() -> None:
    given(hire()).when(hire(date(2021, 1, 1))).then_refused("hired_twice", "since 2020-05-04")


def test_nobody_is_hired_twice_on_one_day() -> None:
    given(hire()).when(hire()).then_refused("hired_twice")


def test_an_earlier_hire_cannot_be_slipped_in() -> None:
    given(hire()).when(hire(date(2019, 1, 1))).then_refused("contradicts_later", "2020-05-04")


def test_nobody_is_hired_again_on_the_last_day() -> None:
    given(hire(), leave()).when(hire(LEFT)).then_refused(
        "rehired_too_early", "2023-03-31 is the last day"
    )


@pytest.mark.parametrize("born", [HIRED, date(2021, 1, 1)])
def test_nobody_is_hired_before_birth(born: date) -> None:
    given().when(hire(born=born)).then_refused("born_after_hire", str(born), str(HIRED))


def test_nobody_leaves_before_the_hire() -> None:
    given(hire()).when(leave(date(2020, 5, 3))).then_refused("not_hired", "on 2020-05-03")


@pytest.mark.parametrize(
    "decision",
    [leave(), promote(LEFT, 3, 80_000_00), give_raise(LEFT, 80_000_00)],
    ids=["leave", "promote", "give_raise"],
)
def test_nothing_but_a_hire_comes_first(decision: Decision) -> None:
    given().when(decision).then_refused("not_hired", "not yet hired")


@pytest.mark.parametrize("level", [1, 2])
def test_a_promotion_goes_up(level: int) -> None:
    given(hire()).when(promote(LEFT, level, 80_000_00)).then_refused(
        "not_a_promotion", f"level {level} is no promotion from level 2"
    )


def test_a_promotion_never_cuts_pay() -> None:
    given(hire()).when(promote(LEFT, 3, 69_999_99)).then_refused(
        "promotion_cuts_pay", "69,999.99 would cut pay from 70,000.00"
    )


def test_a_raise_never_cuts_pay() -> None:
    given(hire()).when(give_raise(LEFT, 69_999_99)).then_refused(
        "not_a_raise", "69,999.99 is no raise over 70,000.00"
    )


@pytest.mark.parametrize("salary_cents", [0, -1])
def test_nobody_is_paid_nothing_or_less(salary_cents: int) -> None:
    story = given(hire())

    with pytest.raises(ValidationError, match="salary_cents"):
        story.employee.give_raise(LEFT, salary_cents=salary_cents)
    assert story.employee.version == 1


# What is backdated must agree with what was recorded for later days.


def test_a_backdated_exit_names_the_later_raise_it_contradicts() -> None:
    story = given(hire(), give_raise(date(2021, 7, 15), 73_500_00))
    refused = story.when(leave(date(2021, 1, 31))).then_refused(
        "contradicts_later", "Termination on 2021-01-31", "Raise recorded for 2021-07-15"
    )
    assert refused.hint == "correct the later event first"
    assert isinstance(refused.__cause__, EmployeeRefusedError)
    assert refused.__cause__.rule == "not_active"


def test_a_backdated_raise_stays_below_the_next_one() -> None:
    story = given(hire(), give_raise(date(2022, 7, 15), 73_500_00))

    story.when(give_raise(date(2021, 7, 15), 73_500_00)).then_refused(
        "contradicts_later", "(version 2)", "73,500.00 is no raise over 73,500.00"
    )
    story.when(give_raise(date(2021, 7, 15), 72_000_00)).then(
        the_raise(3, date(2021, 7, 15), 72_000_00)
    )


def test_a_backdated_promotion_stays_below_the_next_one() -> None:
    story = given(hire(), promote(date(2022, 2, 1), 3, 80_000_00))

    story.when(promote(date(2021, 2, 1), 3, 75_000_00)).then_refused(
        "contradicts_later", "Promotion"
    )


def test_the_clash_that_is_named_is_the_first_one_in_time() -> None:
    raises = [give_raise(date(year, 7, 15), 70_000_00 + year) for year in (2021, 2022, 2023)]

    given(hire(), *raises).when(leave(date(2021, 12, 31))).then_refused(
        "contradicts_later", "recorded for 2022-07-15 (version 3)"
    )


def test_history_cannot_skip_a_version() -> None:
    ann = given(hire()).employee

    with pytest.raises(EmployeeRefusedError, match="version 3 cannot follow version 1") as refused:
        Employee("E-1", [*ann.timeline, the_raise(3, LEFT, 80_000_00)])
    assert refused.value.rule == "version_gap"


# What is true on a day.


def test_before_the_first_hire_nothing_is_true() -> None:
    assert given(hire()).employee.as_of(date(2020, 5, 3)) is None


def test_an_event_is_true_from_its_own_day_on() -> None:
    on = date(2021, 7, 15)
    ann = given(hire(), give_raise(on, 73_500_00)).employee

    before, after = state(ann, date(2021, 7, 14)), state(ann, on)
    assert (before.salary_cents, before.last_event) == (70_000_00, "Hire")
    assert (after.salary_cents, after.last_event, after.last_event_date) == (73_500_00, "Raise", on)


def test_age_and_tenure_stop_on_the_last_day() -> None:
    ann = given(hire(), leave()).employee

    employed, gone = state(ann, date(2023, 3, 30)), state(ann, date(2030, 1, 1))
    assert (employed.is_active, employed.termination_date) == (True, None)
    assert (employed.age(date(2023, 3, 30)), employed.tenure_years(date(2023, 3, 30))) == (33, 2)
    assert (gone.is_active, gone.termination_date, gone.termination_reason) == (
        False,
        LEFT,
        "voluntary",
    )
    assert (gone.age(date(2030, 1, 1)), gone.tenure_years(date(2030, 1, 1))) == (33, 2)


def test_state_does_not_evolve_from_nothing_but_a_hire() -> None:
    with pytest.raises(EmployeeRefusedError, match="Raise before any Hire"):
        evolve(None, the_raise(1, LEFT, 80_000_00))
