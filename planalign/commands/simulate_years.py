"""Handler of `SimulateYears`: each year is decided, checked, and recorded as one commit."""

from __future__ import annotations

import json
import time
from datetime import date

import pyarrow as pa

from planalign.commands.context import Context, census_commit, simulated_commits
from planalign.commands.fold_check import FoldCheck
from planalign.commands.last_run import changes_since_last_run
from planalign.commands.recorder import Recorded, Recorder
from planalign.commands.requests import SimulateYears
from planalign.commands.results import Progress, ProgressListener, Result, YearReport
from planalign.commands.year_batch import year_batch
from planalign.domain.errors import SimulationRefusedError
from planalign.domain.events import Promotion, Raise
from planalign.domain.simulation import (
    YearOutcome,
    check_year,
    new_hire_ids,
    plan_year,
    plan_years,
    simulate_year,
)
from planalign.domain.workforce import Workforce
from planalign.infrastructure.log.commits import Commit
from planalign.infrastructure.log.event_log import EventLog
from planalign.projections.workforce import census_levels, load_workforce

__all__ = ["first_year", "simulate_years"]


def simulate_years(
    context: Context, request: SimulateYears, progress: ProgressListener | None = None
) -> Result:
    """Simulate and record the years asked for.

    Raises:
        SimulationRefusedError: If the years cannot follow what is recorded.
        InfeasiblePlanError: If a staffing plan cannot be.
        CheckFailedError: If a check of the run fails; the year in flight is not recorded.
    """
    return _Run(context, request, progress or _silent).result()


def _silent(progress: Progress) -> None:
    """Nobody watches."""


class _Run:
    """One simulation on its way through the years."""

    def __init__(
        self, context: Context, request: SimulateYears, progress: ProgressListener
    ) -> None:
        self._context, self._request, self._progress = context, request, progress
        self._log = context.log
        self._document = request.assumptions.canonical_json()
        self._events = 0
        self._yearly: pa.Table | None = None

    def result(self) -> Result:
        earlier = self._earlier()
        if earlier and len(earlier) == self._request.last - self._request.first + 1:
            return Result(tuple(earlier), sum(c.event_count for c in earlier))
        changed = changes_since_last_run(self._log, self._request)
        first = self._first_year(is_repeated=bool(earlier))
        commits, reports = list(earlier), []
        if first <= self._request.last:
            reports = self._simulate(first, commits)
        events = sum(commit.event_count for commit in commits)
        return Result(
            tuple(commits), events, years=tuple(reports), yearly=self._yearly, changed=changed
        )

    def _earlier(self) -> list[Commit]:
        """Years that this very command recorded before it was interrupted."""
        years = range(self._request.first, self._request.last + 1)
        ids = (self._command_id(year) for year in years)
        found = [self._log.graph.by_command_id(command_id) for command_id in ids]
        return [commit for commit in found if commit is not None]

    def _command_id(self, year: int) -> str:
        return f"{self._context.command_id}/{year}"

    def _first_year(self, *, is_repeated: bool) -> int:
        first, parent = first_year(self._log, self._request, is_repeated=is_repeated)
        if parent != self._log.graph.head(self._request.scenario):
            self._rewind(parent)
        return first

    def _rewind(self, commit_id: int) -> None:
        request = self._request
        period = (date(request.first, 1, 1), date(request.last, 12, 31))
        document = json.dumps({"to": commit_id})
        provenance = self._context.provenance(
            request, document, period=period, suffix="/rewind", command="RewindScenario"
        )
        self._log.rewind(request.scenario, commit_id, provenance)

    def _simulate(self, first: int, commits: list[Commit]) -> list[YearReport]:
        request, log = self._request, self._log
        lineage = log.lineage(request.scenario)
        first_day = date(first, 1, 1)
        _refuse_dated_after(log, lineage.condition, first_day)
        census = census_commit(log, lineage.head)
        assert census is not None  # noqa: S101 - _first_year refused that
        assert census.period_end is not None  # noqa: S101 - an import always has a period
        top = request.assumptions.levels.top
        levels = census_levels(log, lineage, census.period_end, top)
        workforce = load_workforce(log, lineage, first_day)
        years = range(first, request.last + 1)
        plan_years(workforce, request.assumptions, years)  # or refuse now
        recorded: list[Recorded] = []
        with Recorder(self._record, lineage.head) as recorder:
            for year in years:
                started = time.perf_counter()
                outcome = self._decide(year, workforce, levels)
                recorded += recorder.finished()
                recorder.start(outcome, started)
                workforce = outcome.workforce
            # Read back only now: it can use the memory that deciding a year has done with.
            check = FoldCheck(log, lineage, years)
            check.recorded(commit for commit, _ in recorded)
            recorded += recorder.finished()
            recorder.settle(log.checkpoint)
            self._progress(self._at(request.last, "checking"))
            check.recorded(commit for commit, _ in recorded[-1:])
            check.compare(workforce)
        if not simulated_commits(log, lineage.head):
            self._yearly = check.yearly()
        commits += [commit for commit, _ in recorded]
        return [report for _, report in recorded]

    def _decide(self, year: int, opening: Workforce, levels: list[int]) -> YearOutcome:
        request, log = self._request, self._log
        self._progress(self._at(year, "deciding"))
        plan = plan_year(opening, request.assumptions, year)
        ids = new_hire_ids(year, plan.hires)
        names = pa.StringArray.from_buffers(
            plan.hires, pa.py_buffer(ids.offsets), pa.py_buffer(ids.data)
        )
        outcome = simulate_year(
            opening,
            request.assumptions,
            year,
            hire_stream_nos=log.stream_numbers(names),
            census_levels=levels,
        )
        check_year(opening, request.assumptions, outcome, census_levels=levels)
        return outcome

    def _at(self, year: int, phase: str) -> Progress:
        return Progress(year, phase, self._events, self._request.first, self._request.last)

    def _record(self, outcome: YearOutcome, head: int) -> Commit:
        request, year = self._request, outcome.year
        self._progress(self._at(year, "recording"))
        document = {"year": year, "assumptions": request.assumptions.digest}
        provenance = self._context.provenance(
            request,
            json.dumps(document),
            period=(date(year, 1, 1), date(year, 12, 31)),
            suffix=f"/{year}",
            assumptions=self._document,
        )
        batch = year_batch(outcome.events)
        commit = self._log.append_batch(request.scenario, batch, provenance, expected_head=head)
        self._events += commit.event_count
        return commit


def first_year(
    log: EventLog, request: SimulateYears, *, is_repeated: bool = False
) -> tuple[int, int]:
    """The first year to simulate, and the commit that it goes on from.

    The year is after the last one asked for if all of them are recorded already. The commit is the
    head, unless the request begins again at a year that is recorded.

    Raises:
        SimulationRefusedError: If the years cannot follow what is recorded.
    """
    lineage = log.lineage(request.scenario)
    census = census_commit(log, lineage.head)
    if census is None or census.period_end is None:
        message = f"scenario {request.scenario} has no census"
        raise SimulationRefusedError(message, hint="`planalign census import FILE` first")
    done = simulated_commits(log, lineage.head)
    following = max(done, default=census.period_end.year) + 1
    if request.restart and request.first in done:
        return request.first, done[request.first].parent
    if (request.resume or is_repeated) and request.first < following:
        _refuse_other_assumptions(request, done)
        return following, lineage.head
    if request.first != following:
        raise _refused_years(request, following, is_done=request.first in done)
    return request.first, lineage.head


def _refuse_other_assumptions(request: SimulateYears, done: dict[int, Commit]) -> None:
    year = max(done, default=0)
    if year and done[year].assumptions_digest != request.assumptions.digest:
        message = f"{year} was simulated with other assumptions than these"
        hint = "resume with the same ones, or simulate again with --restart"
        raise SimulationRefusedError(message, hint=hint)


def _refused_years(
    request: SimulateYears, following: int, *, is_done: bool
) -> SimulationRefusedError:
    if is_done:
        message = f"{request.first} is simulated already in {request.scenario}"
        hint = "continue with --resume, or simulate again from there with --restart"
    else:
        message = f"{request.scenario} continues with {following}, not with {request.first}"
        hint = f"simulate {following}-{max(request.last, following)}"
    return SimulationRefusedError(message, hint=hint)


def _refuse_dated_after(log: EventLog, lineage: str, first_day: date) -> None:
    """Raises and promotions recorded for days to come would meet simulated ones unforeseen."""
    statement = (
        "SELECT stream_id, kind, effective_date FROM events JOIN streams USING (stream_no) "  # noqa: S608 - a lineage is integers
        f"WHERE kind IN (?, ?) AND effective_date >= ? AND {lineage} "
        "ORDER BY effective_date, stream_id LIMIT 1"
    )
    rows = log.query(statement, [Raise.TOPIC, Promotion.TOPIC, first_day]).to_pylist()
    for row in rows:
        message = (
            f"{row['stream_id']} has a {row['kind']} recorded for {row['effective_date']}, "
            f"inside the years to simulate"
        )
        raise SimulationRefusedError(message, hint="record it after the year is simulated")
