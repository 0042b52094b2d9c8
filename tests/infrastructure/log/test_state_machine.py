"""The log beside a model of it, under whatever order of appends, forks, rewinds and reopenings."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from planalign.domain.employee import Employee
from planalign.domain.errors import EmployeeRefusedError
from planalign.domain.events import EmployeeEvent
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.verify import verify
from tests.infrastructure.log.logs import FILE, decide, rows_of, why

pytestmark = pytest.mark.slow

NAMES = st.sampled_from(["E-1", "E-2", "E-3"])
SCENARIOS = st.sampled_from(["baseline", "left", "right"])
Known = tuple[EmployeeEvent, ...]


class LogBesideModel(RuleBasedStateMachine):
    """The model: what each commit knows, and which commit each scenario is at."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.log = EventLog(self.directory / FILE)
        self.known: list[Known] = [()]
        self.parents: list[int] = [0]
        self.heads: dict[str, int] = defaultdict(int)

    @initialize()
    def begins_with_somebody(self) -> None:
        self.decides("baseline", "E-1", "hire", date(2020, 1, 1), 50_000_00)

    @rule(
        scenario=SCENARIOS,
        name=NAMES,
        kind=st.sampled_from(["hire", "hire", "raise", "promote", "leave"]),
        day=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
        cents=st.integers(1, 10**7),
    )
    def decides(self, scenario: str, name: str, kind: str, day: date, cents: int) -> None:
        head = self.heads[scenario]
        past = [event for event in self.known[head] if event.originator_id == name]
        employee = self.log.employee(scenario, name)
        assert list(employee.timeline) == list(Employee(name, past).timeline)
        try:
            events = decide(employee, kind, day, cents)
        except EmployeeRefusedError:
            return
        self.log.append(scenario, events, why(), expected_head=head)
        self._follow(scenario, head, (*self.known[head], *events))

    @rule(scenario=SCENARIOS, data=st.data())
    def forks(self, scenario: str, data: st.DataObject) -> None:
        parent = data.draw(st.integers(0, len(self.known) - 1))
        self.log.append_batch(scenario, rows_of(self.log, []), why(), parent=parent)
        self._follow(scenario, parent, self.known[parent])

    @precondition(lambda self: any(self.heads.values()))
    @rule(data=st.data())
    def rewinds(self, data: st.DataObject) -> None:
        scenario = data.draw(st.sampled_from(sorted(n for n, head in self.heads.items() if head)))
        commit = data.draw(st.sampled_from(self._ancestry(self.heads[scenario])))
        self.log.rewind(scenario, commit, why())
        self._follow(scenario, commit, self.known[commit])

    @rule()
    def reopens(self) -> None:
        self.log.close()
        self.log = EventLog(self.directory / FILE)

    def _follow(self, scenario: str, parent: int, known: Known) -> None:
        self.known.append(known)
        self.parents.append(parent)
        self.heads[scenario] = len(self.known) - 1

    def _ancestry(self, commit: int) -> list[int]:
        found: list[int] = []
        while commit:
            found.append(commit)
            commit = self.parents[commit]
        return found

    @invariant()
    def knows_what_the_model_knows(self) -> None:
        heads = {scenario: head for scenario, head in self.heads.items() if head}
        assert self.log.graph.scenarios == heads
        for scenario, head in heads.items():
            assert self._events(scenario) == list(self.known[head])
        assert len(self.log.graph.commits) == len(self.known) - 1

    def _events(self, scenario: str) -> list[EmployeeEvent]:
        condition = self.log.lineage(scenario).condition
        statement = (
            f"FROM events JOIN streams USING (stream_no) WHERE {condition} ORDER BY position"
        )
        rows: list[dict[str, Any]] = self.log.query(
            f"SELECT stream_id, version {statement}"
        ).to_pylist()
        lives = {
            name: self.log.events(self.log.lineage(scenario), name)
            for name in {row["stream_id"] for row in rows}
        }
        return [lives[row["stream_id"]][row["version"] - 1] for row in rows]

    def teardown(self) -> None:
        for commit in range(1, len(self.known)):
            assert [c.commit_id for c in self.log.graph.ancestry(commit)] == self._ancestry(commit)
        verify(self.log)
        self.log.close()
        with EventLog(self.directory / FILE) as log:
            verify(log)
        shutil.rmtree(self.directory)


TestLogBesideModel = LogBesideModel.TestCase
TestLogBesideModel.settings = settings(max_examples=12, stateful_step_count=20)
