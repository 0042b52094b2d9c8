"""A report as one HTML page that needs nothing else: no network, no script, no second file."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from planalign.interface.report.charts import headcount_bridge, level_columns, payroll_bridge
from planalign.interface.report.grids import grids, origin_lines

if TYPE_CHECKING:
    from planalign.commands.report import Report

__all__ = ["report_page"]


def report_page(report: Report) -> str:
    """The whole page, HTML5; every value is escaped."""
    rows: list[dict[str, Any]] = report.yearly.to_pylist()
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.from_string(_text("page.html.j2")).render(
        scenario=report.origin.scenario,
        years=f"{rows[0]['year']}–{rows[-1]['year']}" if len(rows) > 1 else str(rows[0]["year"]),
        style=Markup(_text("page.css").strip()),  # noqa: S704 - our own file, and nothing else
        charts=(
            headcount_bridge(rows),
            payroll_bridge(rows),
            level_columns(report.by_level.to_pylist()),
        ),
        grids=grids(report),
        origin=origin_lines(report.origin),
    )


def _text(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")
