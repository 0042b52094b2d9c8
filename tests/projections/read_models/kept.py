"""Read models of a log in memory, and what is in them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa

from planalign.domain.assumptions import Assumptions
from planalign.domain.events import EmployeeEvent
from planalign.domain.lineage import Lineage
from planalign.infrastructure.read_models.file import ReadModelFile
from planalign.projections.read_models.models import MODELS, SHAPES, Surroundings, read_models
from planalign.projections.read_models.worker import BATCH_EVENTS, Shared, Worker, run
from tests.projections.logs import FakeLog, Story

BANDS = Assumptions()
SURROUNDINGS = Surroundings(BANDS.age_bands, BANDS.tenure_bands)
EVERYTHING = ("state", "kept", "shown", "parked")

Contents = dict[str, list[tuple[object, ...]]]


@contextmanager
def models_of(log: FakeLog, *, batch_events: int = BATCH_EVENTS) -> Generator[Shared]:
    """An empty file in memory, for the read models of *log*."""
    file = ReadModelFile(Path(":memory:"))
    try:
        yield Shared(log, file, threading.RLock(), batch_events)
    finally:
        file.close()


def file_of(shared: Shared) -> ReadModelFile:
    """The file itself, of which workers see the port."""
    assert isinstance(shared.store, ReadModelFile)
    return shared.store


def workers(
    shared: Shared,
    lineage: Lineage | Callable[[], Lineage],
    *,
    models: Sequence[str] = MODELS,
    surroundings: Surroundings = SURROUNDINGS,
    anew: bool = False,
) -> list[Worker]:
    """A worker for each of *models*, to where *lineage* is."""
    asked = lineage if callable(lineage) else lambda: lineage
    wanted = [m for m in read_models(surroundings) if m.shape.model in models]
    return [Worker(shared, model, asked, anew=anew) for model in wanted]


def move_to(shared: Shared, lineage: Lineage, *, models: Sequence[str] = MODELS) -> None:
    """Move *models* to where *lineage* is."""
    run(workers(shared, lineage, models=models), shared)


def contents(shared: Shared, scenario: str) -> Contents:
    """All that the live editions of *scenario* hold and show, in one order."""
    file = file_of(shared)
    found: Contents = {}
    for edition in file.editions():
        if edition.is_live and edition.scenario == scenario:
            name = f"{edition.model}_{edition.number}"
            parked = f"SELECT position, fault FROM parked WHERE number = {edition.number}"
            shown = f"SELECT * FROM {edition.model} WHERE scenario = $1"
            found[f"{edition.model} state"] = [(edition.commit_id, edition.ranges)]
            found[f"{edition.model} kept"] = tuples(file.ask(f"FROM {name} ORDER BY ALL"))
            found[f"{edition.model} shown"] = tuples(file.ask(f"{shown} ORDER BY ALL", [scenario]))
            found[f"{edition.model} parked"] = tuples(file.ask(f"{parked} ORDER BY ALL"))
    return found


def tuples(table: pa.Table) -> list[tuple[object, ...]]:
    """Rows of *table*."""
    return [tuple(row.values()) for row in table.to_pylist()]


def built_at_once(log: FakeLog, lineage: Lineage) -> Contents:
    """What read models hold that were never anywhere but at *lineage*."""
    with models_of(log) as shared:
        move_to(shared, lineage)
        return contents(shared, lineage.scenario)


@contextmanager
def told_event_by_event(story: Story) -> Generator[FakeLog]:
    """The log of *story*, in which each event is a commit."""
    log = FakeLog()
    try:
        for scenario, events in _branches(log, story):
            for event in events:
                log.record([event], scenario=scenario)
        yield log
    finally:
        log.close()


def _branches(log: FakeLog, story: Story) -> Iterator[tuple[str, list[EmployeeEvent]]]:
    log.seen["baseline"] = []
    yield "baseline", story.trunk
    log.fork("left")
    log.fork("right")
    yield "left", story.left
    yield "right", story.right


def expected_models() -> set[str]:
    """The keys of `contents` when every model is live."""
    return {f"{shape.model} {part}" for shape in SHAPES for part in EVERYTHING}


def census_day(day: date) -> Surroundings:
    """The surroundings of a scenario that began with a census of *day*."""
    return Surroundings(BANDS.age_bands, BANDS.tenure_bands, day)
