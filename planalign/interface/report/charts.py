"""The charts of a report: how headcount and payroll move, and the levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from planalign.interface.report.chart import LEFT, Amount, Bar, Chart, Scale, Word, short
from planalign.interface.report.grids import count, money

__all__ = ["headcount_bridge", "level_columns", "payroll_bridge"]

_BAR, _GAP, _YEAR_GAP, _COLUMN = 38, 10, 20, 72
_LOOKS: Final = 6  # colours of levels; more levels begin again

_Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Step:
    """What moves an amount: its column, its name and look, and whether it is taken away."""

    column: str
    look: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class _Bridge:
    key: str
    title: str
    start: str
    end: str
    steps: tuple[_Step, ...]
    write: Callable[[Any], str]


_HEADCOUNT = _Bridge(
    key="headcount",
    title="Headcount: from the start to the end of each year",
    start="start_headcount",
    end="end_headcount",
    steps=(_Step("hires", "hires"), _Step("exits", "exits", -1)),
    write=count,
)
_PAYROLL = _Bridge(
    key="payroll",
    title="Annual payroll: from the start to the end of each year",
    start="payroll_start",
    end="payroll_end",
    steps=tuple(_Step(f"payroll_{x}", x) for x in ("hires", "exits", "promotions", "raises")),
    write=money,
)


def headcount_bridge(rows: _Rows) -> Chart:
    """People at the start, hires, exits, people at the end, year after year."""
    return _Drawing(_HEADCOUNT, rows).chart()


def payroll_bridge(rows: _Rows) -> Chart:
    """Annual payroll at the start, what moved it, at the end, year after year."""
    return _Drawing(_PAYROLL, rows).chart()


class _Drawing:
    """A bridge on its way from left to right."""

    def __init__(self, bridge: _Bridge, rows: _Rows) -> None:
        self._bridge, self._rows = bridge, rows
        largest = (amount for row in rows for amount in self._reached(row))
        self._scale = Scale.to(max(largest, default=0))
        self._bars: list[Bar] = []
        self._words: list[Word] = []
        self._x = float(LEFT + _GAP)

    def _reached(self, row: dict[str, Any]) -> list[Decimal]:
        """The amount at the start and after each step."""
        reached = [Decimal(row[self._bridge.start])]
        for step in self._bridge.steps:
            reached.append(reached[-1] + step.sign * row[step.column])
        return reached

    def chart(self) -> Chart:
        """The whole of it."""
        for row in self._rows:
            if not self._bars:
                self._put_level(row, "start", row[self._bridge.start])
            self._put_year(row)
        return Chart(
            key=self._bridge.key,
            title=self._bridge.title,
            width=self._x,
            bars=tuple(self._bars),
            ticks=self._scale.ticks(),
            words=tuple(self._words),
            legend=(
                ("level", "start and end"),
                *((step.look, step.look) for step in self._bridge.steps),
            ),
        )

    def _put_year(self, row: dict[str, Any]) -> None:
        first, reached = self._x, self._reached(row)
        for step, before, after in zip(self._bridge.steps, reached, reached[1:], strict=False):
            change = after - before
            sign = "\N{MINUS SIGN}" if change < 0 else "+"
            says = f"{row['year']} {step.look}: {self._bridge.write(change)}"
            low, high = min(before, after), max(before, after)
            self._put(low, high, step.look, sign + short(abs(change)), says)
        self._put_level(row, "end", row[self._bridge.end])
        middle = (first + self._x - _GAP) / 2
        self._words.append(self._scale.below(middle, str(row["year"])))
        self._x += _YEAR_GAP

    def _put_level(self, row: dict[str, Any], when: str, amount: Amount) -> None:
        says = f"{row['year']} {when}: {self._bridge.write(amount)}"
        self._put(0, amount, "level", short(amount), says)

    def _put(self, low: Amount, high: Amount, look: str, label: str, says: str) -> None:
        scale = self._scale
        bar = Bar(self._x, scale.y(high), _BAR, scale.height(low, high), look, label, says)
        self._bars.append(bar)
        self._x += _BAR + _GAP


def level_columns(rows: _Rows) -> Chart:
    """The headcount at the end of each year, a column per year, stacked by level."""
    years = sorted({row["year"] for row in rows})
    levels = sorted({row["level"] for row in rows})
    stacks = [[row for row in rows if row["year"] == year] for year in years]
    scale = Scale.to(max((sum(row["headcount"] for row in stack) for stack in stacks), default=0))
    lefts = [LEFT + _YEAR_GAP + place * (_COLUMN + _YEAR_GAP) for place in range(len(years))]
    looks = {level: f"step{place % _LOOKS}" for place, level in enumerate(levels)}
    return Chart(
        key="levels",
        title="Headcount by level at the end of each year",
        width=LEFT + _YEAR_GAP + len(years) * (_COLUMN + _YEAR_GAP),
        bars=tuple(
            bar
            for x, stack in zip(lefts, stacks, strict=True)
            for bar in _stacked(x, stack, looks, scale)
        ),
        ticks=scale.ticks(),
        words=tuple(
            scale.below(x + _COLUMN / 2, str(year)) for x, year in zip(lefts, years, strict=True)
        ),
        legend=tuple((looks[level], f"level {level}") for level in levels),
    )


def _stacked(x: float, stack: _Rows, looks: dict[int, str], scale: Scale) -> list[Bar]:
    bars: list[Bar] = []
    low = 0
    for row in stack:
        high = low + row["headcount"]
        says = f"{row['year']} level {row['level']}: {count(row['headcount'])}"
        height = scale.height(low, high)
        bars.append(Bar(x, scale.y(high), _COLUMN, height, looks[row["level"]], "", says))
        low = high
    return bars
