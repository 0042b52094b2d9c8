"""A report for a terminal: aligned tables, years side by side as far as they fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from planalign.interface.report.grids import Grid, grids, origin_lines

if TYPE_CHECKING:
    from planalign.commands.report import Report

__all__ = ["report_text"]

_GAP: Final = "  "


def report_text(report: Report, *, width: int | None = None) -> str:
    """Every table of *report*; years that do not fit into *width* characters follow below."""
    parts = [_grid_text(grid, width) for grid in grids(report)]
    lines = origin_lines(report.origin)
    longest = max(len(name) for name, _ in lines)
    origin = "\n".join(f"{name.ljust(longest)}{_GAP}{value}" for name, value in lines)
    return "\n\n".join([f"Scenario {report.origin.scenario}", *parts, origin]) + "\n"


def _grid_text(grid: Grid, width: int | None) -> str:
    labels = [grid.title, "", *(row.label for row in grid.rows)]
    longest = max(map(len, labels))
    columns = [
        [year, *(row.cells[place] for row in grid.rows)] for place, year in enumerate(grid.years)
    ]
    widths = [max(map(len, column)) for column in columns]
    blocks: list[str] = []
    for first, last in _spans(widths, None if width is None else width - longest):
        cells = [
            [cell.rjust(widths[place]) for cell in columns[place]] for place in range(first, last)
        ]
        rule = "─" * (longest + sum(w + len(_GAP) for w in widths[first:last]))
        heading, *rows = (
            _GAP.join([label.ljust(longest), *line]).rstrip()
            for label, *line in zip([labels[0], *labels[2:]], *cells, strict=True)
        )
        blocks.append("\n".join([heading, rule, *rows]))
    return "\n\n".join(blocks)


def _spans(widths: list[int], room: int | None) -> Iterator[tuple[int, int]]:
    """Runs of columns that fit into *room* characters, one column at least."""
    first = used = 0
    for place, width in enumerate(widths):
        wanted = width + len(_GAP)
        if room is not None and place > first and used + wanted > room:
            yield first, place
            first, used = place, 0
        used += wanted
    yield first, len(widths)
