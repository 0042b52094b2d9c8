"""A chart as geometry: where bars, lines and words stand; `page.html.j2` draws it as SVG.

One unit is a pixel at the natural size; y grows downwards. Bars begin at zero, so that lengths
compare as amounts do.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

__all__ = ["LEFT", "Amount", "Bar", "Chart", "Scale", "Word", "short"]

LEFT: Final = 72
"""Where the bars begin; the axis stands before it."""

_TOP, _HEIGHT, _BELOW = 28, 260, 32
_TICKS: Final = 5
_SHORTEST: Final = 1.0  # what is there at all is seen

Amount = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `look` is its CSS class, `label` stands at it, `says` tells it in full."""

    x: float
    y: float
    width: float
    height: float
    look: str
    label: str
    says: str

    @property
    def label_y(self) -> float:
        """Above the bar; of what is taken away below it, so that neighbours do not collide."""
        is_taken = self.label.startswith("\N{MINUS SIGN}")
        return self.y + self.height + 11 if is_taken else self.y - 5


@dataclass(frozen=True, slots=True)
class Word:
    """Text that is centred on `x`, or ends there if it belongs to the axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything of one picture; `legend` is (look, name)."""

    key: str
    title: str
    width: float
    bars: tuple[Bar, ...]
    ticks: tuple[Word, ...]
    words: tuple[Word, ...]
    legend: tuple[tuple[str, str], ...]
    height: float = _TOP + _HEIGHT + _BELOW
    left: float = LEFT

    @property
    def says(self) -> str:
        """The picture for whoever does not see it."""
        return "; ".join(bar.says for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Scale:
    """Amounts from 0 to `top` over the height of a chart."""

    top: Fraction

    @classmethod
    def to(cls, largest: Amount) -> Scale:
        """A scale on which *largest* reaches the top."""
        return cls(max(Fraction(largest), Fraction(1)))

    def y(self, amount: Amount) -> float:
        """Where *amount* is."""
        return round(float(_TOP + _HEIGHT * (1 - Fraction(amount) / self.top)), 2)

    def height(self, low: Amount, high: Amount) -> float:
        """How tall a bar between the two is."""
        return round(max(self.y(low) - self.y(high), _SHORTEST), 2)

    def ticks(self) -> tuple[Word, ...]:
        """The axis, in round steps from 0."""
        step = _round_step(self.top / _TICKS)
        amounts = [step * place for place in range(int(self.top / step) + 1)]
        return tuple(Word(LEFT - 8, self.y(amount), short(amount)) for amount in amounts)

    def below(self, x: float, text: str) -> Word:
        """A word under the bars."""
        return Word(x, _TOP + _HEIGHT + 20, text)


def _round_step(least: Fraction) -> Fraction:
    """The smallest of 1, 2, 5, 10, 20 … that is at least *least*."""
    power = Fraction(1)
    while power * 10 < least:
        power *= 10
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least)


def short(amount: Amount) -> str:
    """*amount*, at least 0, in about three digits.

    >>> short(Decimal("1234567.89")), short(999), short(2_500_000_000)
    ('1.23 m', '999', '2.5 bn')
    """
    size, unit = next(
        (each for each in ((10**9, " bn"), (10**6, " m"), (10**3, " k")) if amount >= each[0]),
        (1, ""),
    )
    value = float(Fraction(amount) / size)
    return f"{value:.0f}{unit}" if value >= 100 else f"{value:.3g}{unit}"
