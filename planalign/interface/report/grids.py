"""What a report shows, before anybody decides how: labelled rows over the years, as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from planalign.commands.report import Origin, Report

__all__ = ["Grid", "Row", "grids", "origin_lines"]

_MINUS: Final = "\N{MINUS SIGN}"
_Format = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure over the years; a total closes what stands above it."""

    label: str
    cells: tuple[str, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a column per year."""

    title: str
    years: tuple[str, ...]
    rows: tuple[Row, ...]


def count(value: int) -> str:
    """A whole number, grouped."""
    return f"{value:,}".replace("-", _MINUS)


def money(value: Decimal) -> str:
    """An amount with its cents."""
    return f"{value:,.2f}".replace("-", _MINUS)


def rate(value: float) -> str:
    """A fraction in percent; what rounds to nothing has no sign."""
    text = f"{value:.1%}".replace("%", " %")
    return text.removeprefix("-") if text == "-0.0 %" else text.replace("-", _MINUS)


def number(value: float) -> str:
    """A number that need not be whole."""
    return f"{value:,.1f}"


def removed(value: int) -> str:
    """A count that is taken away."""
    return count(-value)


# Title, then rows: column, label, how it is written, whether it closes a bridge.
_GRIDS: Final[tuple[tuple[str, tuple[tuple[str, str, _Format, bool], ...]], ...]] = (
    ("Headcount", (
        ("start_headcount", "At the start", count, False),
        ("hires", "Hires", count, False),
        ("exits", "Exits", removed, False),
        ("end_headcount", "At the end", count, True),
        ("fte", "Full-time equivalents", number, False),
        ("growth", "Growth", rate, False),
        ("growth_target", "Growth aimed at", rate, False),
    )),
    ("Annual payroll", (
        ("payroll_start", "At the start", money, False),
        ("payroll_hires", "Hires", money, False),
        ("payroll_exits", "Exits", money, False),
        ("payroll_promotions", "Promotions", money, False),
        ("payroll_raises", "Raises", money, False),
        ("payroll_end", "At the end", money, True),
        ("average_salary", "Average salary", money, False),
        ("earned", "Paid in the year", money, False),
    )),
    ("Rates", (
        ("turnover_rate", "Turnover", rate, False),
        ("voluntary_turnover_rate", "Voluntary turnover", rate, False),
        ("first_year_turnover_rate", "First-year turnover", rate, False),
        ("hire_rate", "Hiring", rate, False),
        ("promotion_rate", "Promotion", rate, False),
    )),
    ("Growth of pay", (
        ("compensation_growth_current", "Average salary", rate, False),
        ("compensation_growth_continuous", "Same people", rate, False),
        ("compensation_growth_full_year", "Pay per full year", rate, False),
        ("headcount_cagr", "Headcount, a year so far", rate, False),
        ("payroll_cagr", "Payroll, a year so far", rate, False),
    )),
)  # fmt: skip

_LEVEL_GRIDS: Final[tuple[tuple[str, str, _Format], ...]] = (
    ("headcount", "Headcount by level", count),
    ("payroll", "Annual payroll by level", money),
    ("average_salary", "Average salary by level", money),
    ("span", "People one level below, per person", number),
)


def grids(report: Report) -> list[Grid]:
    """Every table of *report*."""
    rows: list[dict[str, Any]] = report.yearly.to_pylist()
    years = tuple(str(row["year"]) for row in rows)
    found = [
        Grid(
            title,
            years,
            tuple(
                Row(label, tuple(_written(row[column], form) for row in rows), is_total)
                for column, label, form, is_total in lines
            ),
        )
        for title, lines in _GRIDS
    ]
    return [*found, *_by_level(report.by_level.to_pylist(), years)]


def _by_level(rows: list[dict[str, Any]], years: tuple[str, ...]) -> list[Grid]:
    levels = sorted({row["level"] for row in rows})
    at = {(row["level"], str(row["year"])): row for row in rows}
    return [
        Grid(
            title,
            years,
            tuple(
                Row(
                    f"Level {level}",
                    tuple(_written(at.get((level, year), {}).get(name), form) for year in years),
                )
                for level in levels
            ),
        )
        for name, title, form in _LEVEL_GRIDS
    ]


def _written(value: Any, form: _Format) -> str:
    return "" if value is None else form(value)


def origin_lines(origin: Origin) -> list[tuple[str, str]]:
    """Where the figures come from, as name and value."""
    return [
        ("Scenario", origin.scenario),
        ("Commit", f"{origin.commit_id}, recorded {origin.recorded_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Chain", origin.chain),
        ("Events", f"{origin.events:,}"),
        ("Census", origin.census_digest or "none"),
        ("Assumptions", ", ".join(origin.assumptions_digests) or "none"),
        ("Seed", ", ".join(map(str, origin.seeds)) or "none"),
        ("Simulated by", ", ".join(f"PlanAlign {version}" for version in origin.recorded_by)),
        ("Read by", ", ".join(f"{name} {version}" for name, version in origin.versions.items())),
    ]
