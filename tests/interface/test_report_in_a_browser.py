"""The page of a report where people see it: in a browser, on a telephone, and on paper."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from planalign.commands.report import Report
from planalign.interface.report.page import report_page
from tests.interface.browsers import BROWSER, dom_of, pages_printed, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: Debian's package has that name"),
]

A4_LANDSCAPE = (841.9, 595.3)  # points
# Loads the report in a frame of a given width, and says what a reader of it would see.
RULER = """<!DOCTYPE html><title>ruler</title>
<iframe style="border: 0; width: WIDTHpx; height: 900px" src="/report.html"></iframe>
<pre></pre>
<script>
document.querySelector("iframe").onload = ({target}) => {
  const page = target.contentDocument, box = (each) => each.getBoundingClientRect();
  const hidden = (outer) => (inner) =>
    inner.left < outer.left - 1 || inner.right > outer.right + 1 ||
    inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
  const charts = [...page.querySelectorAll("svg.chart")].map((chart) => ({
    bars: [...chart.querySelectorAll("rect")].filter((bar) => box(bar).height > 0).length,
    words: chart.querySelectorAll("text").length,
    cut: [...chart.querySelectorAll("text")].map(box).filter(hidden(box(chart))).length,
  }));
  const wide = page.documentElement.scrollWidth - page.documentElement.clientWidth;
  const ink = getComputedStyle(page.querySelector("rect.hires")).fill;
  document.querySelector("pre").textContent = JSON.stringify({charts, wide, ink});
};
</script>
"""


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return report_page(report)


def seen(page: str, width: int, profile: Path) -> tuple[dict[str, Any], list[str]]:
    """What is to be seen of *page* in *width* pixels, and what the browser asked the server for."""
    pages = {"/report.html": page, "/ruler.html": RULER.replace("WIDTH", str(width))}
    with served(pages) as site:
        dom = dom_of(f"{site.address}/ruler.html", profile, width=width + 100)
    (found,) = re.findall("<pre>(.*?)</pre>", dom, re.DOTALL)
    return json.loads(unescape(found)), site.asked


@pytest.mark.parametrize("width", [1280, 390])
def test_every_chart_is_drawn_whole_and_only_wide_things_scroll(
    page: str, tmp_path: Path, width: int
) -> None:
    found, asked = seen(page, width, tmp_path / "profile")
    assert len(found["charts"]) == 3
    for chart in found["charts"]:
        assert chart["bars"] > 4
        assert chart["words"] > 5
        assert chart["cut"] == 0
    assert found["wide"] == 0, "the page itself scrolls sideways"
    assert found["ink"] == "rgb(45, 138, 78)", "the style is not in force"
    assert set(asked) - {"/favicon.ico"} == {"/ruler.html", "/report.html"}


def test_it_prints_on_a_few_sheets_of_landscape_a4(page: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    sheets = pages_printed(file.as_uri(), tmp_path / "profile")
    assert 2 <= len(sheets) <= 8
    assert all(sheet == pytest.approx(A4_LANDSCAPE, abs=1) for sheet in sheets)
