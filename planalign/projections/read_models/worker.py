"""Workers: each moves one read model of one scenario to where the scenario is.

A worker pulls. It compares the positions that its edition has seen with those of the scenario's
lineage, takes the next batch of whole commits (or winds back to where the two part), and moves
rows and checkpoint in one transaction: however often a batch is started, it counts once. Batches
end with a commit, so that no reader sees half a command.

A rebuild is the same walk from the beginning, in an edition that nobody sees until it has arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from planalign import __version__
from planalign.domain.errors import ConcurrencyError
from planalign.domain.lineage import Lineage
from planalign.projections.read_models.differences import Difference, Step, difference
from planalign.projections.read_models.models import ReadModel
from planalign.projections.read_models.ranges import Ranges, count, cut, rest, shared_until
from planalign.projections.read_models.store import Edition, ReadModelStore
from planalign.projections.source import EventSource

__all__ = ["BATCH_EVENTS", "Shared", "Worker", "current", "run"]

BATCH_EVENTS = 1_000_000
"""About how many events a transaction folds: some 200 MB of arrays."""

_CHAIN = "SELECT chain FROM commits WHERE commit_id = $1"
_COVERING = "SELECT MIN(commit_id) AS commit_id FROM commits WHERE last_position >= $1"
_ENDS = (
    "SELECT MAX(last_position) FILTER (last_position BETWEEN $1 AND $2) AS within, "
    "MIN(last_position) FILTER (last_position > $2) AS beyond FROM commits"
)


@dataclass(slots=True)
class Shared:
    """What the workers of a file share.

    Attributes:
        source: The log.
        store: The file.
        lock: Held for each step; between two of them, others have their turn.
        batch_events: About how many events a step takes; a larger commit is one step all the same.
    """

    source: EventSource
    store: ReadModelStore
    lock: AbstractContextManager[object]
    batch_events: int = BATCH_EVENTS
    _last: tuple[Step, Difference] | None = None

    def difference(self, step: Step) -> Difference:
        """What *step* changes; the next worker at the same place need not fold it again."""
        if self._last is None or self._last[0] != step:
            self._last = step, difference(self.source, step)
        return self._last[1]

    def forget(self) -> None:
        """Let go of the last fold."""
        self._last = None

    def chain_of(self, commit_id: int) -> str | None:
        """The chain digest of a commit; empty before the first, None if there is no such commit."""
        if not commit_id:
            return ""
        chains = self.source.query(_CHAIN, (commit_id,))["chain"].to_pylist()
        return str(chains[0]) if chains else None


class Worker:
    """Moves one read model of one scenario; `step` until it says that it has arrived.

    Args:
        shared: What the workers of the file share.
        model: The read model.
        lineage: Says what the scenario sees now; asked before each step, for writes go on.
        anew: Build a new edition even if there is a live one that can be moved.
    """

    def __init__(
        self,
        shared: Shared,
        model: ReadModel,
        lineage: Callable[[], Lineage],
        *,
        anew: bool = False,
    ) -> None:
        self._shared, self._model, self._lineage = shared, model, lineage
        self._edition = None if anew else self._usable()
        self._builds = self._edition is None

    def _usable(self) -> int | None:
        """The live edition, if it was built from this log in these surroundings."""
        name, scenario = self._model.shape.model, self._lineage().scenario
        for edition in self._shared.store.editions():
            if edition.is_live and (edition.model, edition.scenario) == (name, scenario):
                return edition.number if current(self._shared, edition, self._model) else None
        return None

    def step(self) -> bool:
        """Move on by one batch; False once the edition has arrived (and is live).

        Raises:
            ConcurrencyError: If another worker dropped or replaced what was being built.
        """
        with self._shared.lock:
            lineage = self._lineage()
            edition = self._found() or self._begin(lineage.scenario)
            self._edition = edition.number
            step = self._next(edition, lineage)
            if step is not None:
                self._move(edition, step)
                return True
            if not edition.is_live:
                self._shared.store.publish(edition, self._model.shape)
            return False

    def _begin(self, scenario: str) -> Edition:
        """A new edition; what an earlier rebuild left unfinished goes."""
        shape, store = self._model.shape, self._shared.store
        left = [
            edition
            for edition in store.editions()
            if (edition.model, edition.scenario, edition.is_live) == (shape.model, scenario, False)
        ]
        store.discard(left, [shape])
        return store.begin(shape, scenario, settings_of(self._model))

    def _found(self) -> Edition | None:
        """The edition to move; None if it is still to be begun."""
        if not self._builds and (live := self._usable()) is not None:
            self._edition = live  # a rebuild may have put another one in its place
        for edition in self._shared.store.editions():
            if edition.number == self._edition:
                return edition
        if self._edition is None:
            return None
        name = self._model.shape.model
        raise ConcurrencyError(f"{name} was dropped or built again meanwhile", hint="ask again")

    def _next(self, edition: Edition, lineage: Lineage) -> Step | None:
        """The step to take; None if the edition is where the lineage is."""
        seen = edition.ranges
        if seen == lineage.ranges:
            return None if edition.commit_id == lineage.head else Step(seen, lineage)
        if self._model.is_folded_whole:
            return Step(seen, lineage)
        shared = shared_until(seen, lineage.ranges)
        if seen and shared < seen[-1][1]:
            return Step(seen, self._at(cut(seen, shared), lineage))
        end = self._end_of_batch(rest(lineage.ranges, shared))
        return Step(seen, self._at(cut(lineage.ranges, end), lineage))

    def _end_of_batch(self, unseen: Ranges) -> int:
        """The end of the last whole commit that fits, or of the first if none does."""
        room, last = self._shared.batch_events, unseen[-1][1]
        within = cut(unseen, last) if count(unseen) <= room else _first(unseen, room)
        (ends,) = self._shared.source.query(_ENDS, (unseen[0][0], within[-1][1])).to_pylist()
        end = ends["within"] if ends["within"] is not None else ends["beyond"]
        return last if end is None else int(end)

    def _at(self, ranges: Ranges, lineage: Lineage) -> Lineage:
        """*lineage* as it was when it saw *ranges*, at the commit that they end with."""
        if ranges == lineage.ranges:
            return lineage
        if not ranges:
            return replace(lineage, head=0, ranges=())
        head = self._shared.source.query(_COVERING, (ranges[-1][1],))["commit_id"][0].as_py()
        return replace(lineage, head=head or 0, ranges=ranges)

    def _move(self, edition: Edition, step: Step) -> None:
        shared = self._shared
        # What is folded whole is replaced at any step: the first one brings its columns.
        is_needed = step.seen != step.target.ranges or self._model.is_folded_whole
        with shared.store.move(edition, self._model.shape) as move:
            if is_needed:
                self._model.apply(shared.source, step, lambda: shared.difference(step), move)
            move.reach(step.target, shared.chain_of(step.target.head) or "")


def settings_of(model: ReadModel) -> str:
    """What the model's rows depend on besides events: the program's version, and its settings."""
    return f"{__version__} {model.settings}".strip()


def current(shared: Shared, edition: Edition, model: ReadModel) -> bool:
    """Whether *edition* was made from this log, by this version, in the model's surroundings."""
    return (
        edition.settings == settings_of(model)
        and shared.chain_of(edition.commit_id) == edition.chain
    )


def run(workers: Iterable[Worker], shared: Shared) -> None:
    """Step all *workers* side by side until each has arrived; they share what they fold."""
    waiting = list(workers)
    try:
        while waiting:
            waiting = [worker for worker in waiting if worker.step()]
    finally:
        shared.forget()


def _first(ranges: Ranges, room: int) -> Ranges:
    """The first *room* positions of *ranges*."""
    for first, last in ranges:
        size = last - first + 1
        if size >= room:
            return cut(ranges, first + room - 1)
        room -= size
    return ranges
