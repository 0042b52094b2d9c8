"""Read model `months`: headcount and payroll at each month's end, by everything people ask for.

Kept are not the counts but their changes from month to month: an interval adds one where it begins
and takes one off where it ends, and in between moves somebody from band to band as years are
completed. Changes can be added up in any order, so a correction of 2025 costs a few rows and not
every month since. The view adds them up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from planalign.domain.assumptions import BandTable
from planalign.domain.calendar import completed_years_each, day_number
from planalign.domain.workforce import BoolArray, Int32Array, Int64Array
from planalign.projections.read_models.differences import Difference, Step
from planalign.projections.read_models.statements import text
from planalign.projections.read_models.store import Move, Shape
from planalign.projections.read_models.sums import first_of_month, month_of, summed
from planalign.projections.read_models.timelines import OPEN, Timelines
from planalign.projections.source import EventSource

__all__ = ["Months"]

_KEYS = ("month", "is_active", "level", "age_band", "tenure_band")
_SCHEMA = pa.schema(
    [
        ("month", pa.date32()),
        ("is_active", pa.bool_()),
        ("level", pa.uint8()),
        ("age_band", pa.string()),
        ("tenure_band", pa.string()),
        ("employees", pa.int64()),
        ("payroll_cents", pa.int64()),
        ("events", pa.int64()),
    ]
)


class Months:
    """The month ends of a scenario, from the month of *first_day* on."""

    shape = Shape("months", _SCHEMA, text("months_view"), _KEYS)
    is_folded_whole = False

    def __init__(self, age_bands: BandTable, tenure_bands: BandTable, first_day: date) -> None:
        self._age_bands, self._tenure_bands = age_bands, tenure_bands
        self._first_month = int(month_of(np.array([day_number(first_day)], dtype=np.int32))[0])
        bands = [age_bands.model_dump(mode="json"), tenure_bands.model_dump(mode="json")]
        self.settings = json.dumps([*bands, first_day.isoformat()])

    def apply(
        self,
        source: EventSource,  # noqa: ARG002 - part of what every read model is asked
        step: Step,  # noqa: ARG002 - likewise
        changes: Callable[[], Difference],
        move: Move,
    ) -> None:
        """Take off what the rows that went had counted, and count those that came."""
        change = changes()
        parts = [*self._counted(change.removed, -1), *self._counted(change.added, 1)]
        move.add(self._labelled(summed(pa.concat_tables(parts), _NUMBERS, _KEYS)))
        move.park(change.parked, change.unparked)

    def _counted(self, lines: Timelines, sign: int) -> Iterator[pa.Table]:
        """What *lines* change, month by month; bands and months are numbers still."""
        first: Int64Array = np.maximum(month_of(lines.valid_from), self._first_month)
        end: Int64Array = np.maximum(month_of(lines.valid_to), first)
        ages = _Bands(lines, lines.birth_date, self._age_bands)
        tenures = _Bands(lines, lines.hire_date, self._tenure_bands)
        rows = np.arange(len(lines))
        sheet = _Sheet(lines, sign)
        yield sheet.entries(rows, first, ages.at(rows, first), tenures.at(rows, first), 1, events=1)
        for number, month in enumerate(ages.crossings):
            moves = np.flatnonzero((first < month) & (month < end) & lines.is_active)
            tenure = tenures.at(moves, month[moves] - 1)
            yield sheet.entries(moves, month[moves], number, tenure, -1)
            yield sheet.entries(moves, month[moves], number + 1, tenure, 1)
        for number, month in enumerate(tenures.crossings):
            moves = np.flatnonzero((first < month) & (month < end) & lines.is_active)
            age = ages.at(moves, month[moves])
            yield sheet.entries(moves, month[moves], age, number, -1)
            yield sheet.entries(moves, month[moves], age, number + 1, 1)
        ended = np.flatnonzero(lines.valid_to < OPEN)
        last = np.maximum(end[ended] - 1, first[ended])
        age, tenure = ages.at(ended, last), tenures.at(ended, last)
        yield sheet.entries(ended, end[ended], age, tenure, -1)

    def _labelled(self, sums: pa.Table) -> pa.Table:
        columns = {name: sums[name] for name in _SCHEMA.names}
        columns["month"] = first_of_month(sums["month"].to_numpy())
        for name, bands in (("age_band", self._age_bands), ("tenure_band", self._tenure_bands)):
            columns[name] = pa.array(bands.labels, pa.string()).take(sums[name])
        return pa.table(columns, _SCHEMA)


_NUMBERS = pa.schema(
    [
        ("month", pa.int64()),
        ("is_active", pa.bool_()),
        ("level", pa.uint8()),
        ("age_band", pa.int64()),
        ("tenure_band", pa.int64()),
        ("employees", pa.int64()),
        ("payroll_cents", pa.int64()),
        ("events", pa.int64()),
    ]
)


class _Bands:
    """Which band each line is in at the end of a month; a leaver stays in that of the exit day.

    Attributes:
        crossings: For each bound of the bands, the first month at whose end it is reached.
    """

    def __init__(self, lines: Timelines, start: Int32Array, bands: BandTable) -> None:
        self._is_active = lines.is_active
        years = completed_years_each(
            start, np.where(lines.is_active, lines.valid_from, lines.exit_date)
        )
        bounds = np.array(bands.bounds, dtype=np.int32)
        self._at_exit: Int64Array = np.searchsorted(bounds, years, side="right").astype(np.int64)
        self.crossings = [_anniversary(start, bound) for bound in bands.bounds]

    def at(self, rows: Int64Array, month: Int64Array) -> Int64Array:
        """The band of each of *rows* at the end of its *month*."""
        band: Int64Array = np.zeros(len(rows), dtype=np.int64)
        for crossing in self.crossings:
            band += crossing[rows] <= month
        return np.where(self._is_active[rows], band, self._at_exit[rows])


def _anniversary(start: Int32Array, years: int) -> Int64Array:
    """The month in which *years* since *start* are completed: see `completed_years_each`."""
    month = month_of(start)
    anniversary: Int64Array = month + 12 * years
    in_month = start - month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    is_leap_day: BoolArray = (in_month == 28) & (month % 12 == 1)
    if is_leap_day.any():
        year = 1970 + anniversary // 12
        is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        anniversary += is_leap_day & ~is_leap
    return anniversary


class _Sheet:
    """Entries for *lines*, as columns."""

    def __init__(self, lines: Timelines, sign: int) -> None:
        self._lines, self._sign = lines, sign
        self._payroll: Int64Array = lines.salary_cents * lines.is_active

    def entries(
        self,
        rows: Int64Array,
        month: Int64Array,
        age_band: Int64Array | int,
        tenure_band: Int64Array | int,
        change: int,
        *,
        events: int = 0,
    ) -> pa.Table:
        """*change* employees and their pay in that month and bands, for each of *rows*."""
        sign, size = self._sign, len(rows)
        return pa.table(
            {
                "month": month,
                "is_active": self._lines.is_active[rows],
                "level": self._lines.level[rows],
                "age_band": np.broadcast_to(age_band, size),
                "tenure_band": np.broadcast_to(tenure_band, size),
                "employees": np.full(size, change * sign, dtype=np.int64),
                "payroll_cents": self._payroll[rows] * (change * sign),
                "events": np.full(size, events * sign, dtype=np.int64),
            },
            _NUMBERS,
        )
