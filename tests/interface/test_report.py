"""A report: whole, well-formed, readable without eyes, and in need of nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from planalign.commands.report import Report
from planalign.commands.workspace import Workspace
from planalign.interface.report.chart import Scale, short
from planalign.interface.report.charts import headcount_bridge, level_columns, payroll_bridge
from planalign.interface.report.grids import grids, rate
from planalign.interface.report.page import report_page
from planalign.interface.report.text import report_text
from tests.interface.asking import ask

VOID = {"meta"}
ODD_NAME = 'a<b> & "c"'


class StrictParser(HTMLParser):
    """Refuses what browsers forgive: elements that are not closed, or closed in another order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"<{tag}> says an attribute twice"
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise AssertionError(f"<{tag}/> is not HTML")

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.text.setdefault(self.open[-1], []).append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def parsed(page: str) -> StrictParser:
    assert page.startswith("<!DOCTYPE html>\n")
    parser = StrictParser()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


@pytest.fixture(scope="module")
def page(report: Report) -> StrictParser:
    return parsed(report_page(report))


def test_a_page_loads_nothing(report: Report, page: StrictParser) -> None:
    text = report_page(report)
    assert not re.search(r"(https?:)?//|url\(|@import|javascript:", text)
    loading = {"link", "script", "img", "iframe", "object", "embed", "base", "form", "image", "use"}
    assert {tag for tag, _ in page.found} & loading == set()
    assert {name for _, attributes in page.found for name in attributes} & {"src", "href"} == set()
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv")]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_what_somebody_named_is_escaped(report: Report) -> None:
    odd = replace(report, origin=replace(report.origin, scenario=ODD_NAME))
    page = parsed(report_page(odd))
    assert page.text["h1"] == [f"Scenario {ODD_NAME}"]
    assert ODD_NAME in page.text["dd"]
    assert "b" not in {tag for tag, _ in page.found}


def test_every_chart_and_table_has_words_for_who_does_not_see_it(
    report: Report, page: StrictParser
) -> None:
    assert page.all("html") == [{"lang": "en"}]
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = [a["aria-labelledby"] or "" for _, a in page.found if "aria-labelledby" in a]
    assert {name for label in labels for name in label.split()} <= set(ids)
    charts = [svg for svg in page.all("svg") if svg.get("class") == "chart"]
    assert [svg["role"] for svg in charts] == ["img"] * 3
    assert len(page.text["desc"]) == len(page.all("figcaption")) == 3
    assert len(page.all("table")) == len(page.all("caption")) == len(grids(report))
    assert all("scope" in heading for heading in page.all("th"))
    scrolling = [div for div in page.all("div") if div.get("class") == "wide"]
    assert all(div["tabindex"] == "0" and div["role"] == "region" for div in scrolling)


def test_a_page_shows_every_figure_of_the_terminal(report: Report, page: StrictParser) -> None:
    cells = [cell for grid in grids(report) for row in grid.rows for cell in row.cells]
    assert page.text["td"] == [cell or "–" for cell in cells]
    text = report_text(report)
    assert [cell for cell in cells if cell not in text] == []
    last = report.yearly.to_pylist()[-1]
    assert f"{last['payroll_end']:,.2f}" in text


def test_a_page_prints_and_knows_the_dark(report: Report) -> None:
    text = report_page(report)
    assert "@media print" in text
    assert "@media (prefers-color-scheme: dark)" in text
    style = text.split("<style>")[1].split("</style>")[0]
    named = set(re.findall(r"var\(--(\w+)\)", style))
    schemes = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    assert [named - set(re.findall(r"--(\w+):", scheme)) for scheme in schemes] == [set()] * 3
    looks = set(re.findall(r'<rect class="(\w+)"', text))
    assert looks - set(re.findall(r"rect\.(\w+)", style)) == set()


def test_it_says_where_its_figures_come_from(plan: Path, report: Report) -> None:
    with Workspace.open(plan) as workspace:
        commit = workspace.commits("lean")[-1]
        years = [c for c in workspace.commits("baseline") if c.command == "SimulateYears"]
    assert (report.origin.commit_id, report.origin.chain) == (commit.commit_id, commit.chain)
    assert report.origin.events == years[-1].last_position
    assert report.origin.seeds == (42,)
    assert report.origin.assumptions_digests == (years[0].assumptions_digest,)
    text = report_text(report)
    for wanted in (commit.chain, str(years[0].assumptions_digest), "DuckDB", "Seed"):
        assert wanted in text


def test_bars_begin_where_the_bar_before_ended(report: Report) -> None:
    rows = report.yearly.to_pylist()
    for chart in (headcount_bridge(rows), payroll_bridge(rows)):
        ground = Scale.to(1).y(0)
        level = chart.bars[0].y
        for bar in chart.bars[1:]:
            edges = (bar.y, bar.y + bar.height)
            assert min(abs(level - edge) for edge in edges) <= 1.01
            if bar.look == "level":
                assert edges[1] == pytest.approx(ground)
            level = edges[0] if bar.look != "exits" else edges[1]
        assert all(bar.y >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)


def test_columns_stack_up_to_the_headcount(report: Report) -> None:
    rows = report.by_level.to_pylist()
    chart = level_columns(rows)
    assert len(chart.bars) == len(rows)
    assert [word.text for word in chart.words] == ["2025", "2026"]


def test_a_chart_of_nobody_is_empty() -> None:
    nobody = {"year": 2025, "start_headcount": 0, "hires": 0, "exits": 0, "end_headcount": 0}
    assert [bar.height for bar in headcount_bridge([nobody]).bars] == [1.0] * 4
    assert level_columns([]).bars == ()


def test_amounts_are_short_and_rates_are_percents() -> None:
    amounts = (0, 12, Decimal("999.60"), 1_000, 999_600, 10_840_777_109)
    assert [short(amount) for amount in amounts] == ["0", "12", "1000", "1 k", "1000 k", "10.8 bn"]
    assert [rate(x) for x in (0.1234, -0.00001, -0.05, 1.5)] == [
        "12.3 %",
        "0.0 %",
        "−5.0 %",
        "150.0 %",
    ]


def test_years_that_do_not_fit_follow_below(report: Report) -> None:
    wide, narrow = report_text(report), report_text(report, width=40)
    assert wide.count("Annual payroll  ") == 1
    assert narrow.count("At the start") == wide.count("At the start") + 1
    tables = narrow.split("\n\nScenario  ")[0]
    assert max(map(len, tables.splitlines())) <= 60


def test_the_command_writes_text_or_a_page(plan: Path, tmp_path: Path) -> None:
    shown = ask("report", "--workspace", plan)
    assert shown.exit_code == 0
    assert "Headcount" in shown.stdout
    for name in ("a.html", "a.txt"):
        done = ask("report", "baseline", "--workspace", plan, "-o", tmp_path / name)
        assert (done.exit_code, done.stdout) == (0, "")
    parsed((tmp_path / "a.html").read_text())
    assert (tmp_path / "a.txt").read_text() == shown.stdout
    refused = ask("report", "--workspace", plan, "-o", tmp_path / "a.csv")
    assert refused.exit_code == 2
    assert "planalign metrics" in refused.stderr
    assert ask("report", "nobody", "--workspace", plan).exit_code == 5
