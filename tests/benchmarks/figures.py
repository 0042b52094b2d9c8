"""One measured figure beside its bar, and the table of them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BASELINE = Path(__file__).with_name("baseline.json")


@dataclass(frozen=True)
class Figure:
    """A measured value; *at_least* says that more is better.

    Attributes:
        bar: What is promised, or None where nothing is promised for this many employees.
    """

    job: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Whether the bar is met."""
        if self.bar is None:
            return ""
        is_met = self.value >= self.bar if self.at_least else self.value <= self.bar
        return "met" if is_met else "MISSED"


def baseline(employees: int) -> dict[str, float]:
    """Figures kept for that many employees; none if there are none."""
    if not BASELINE.exists():
        return {}
    kept: dict[str, float] = (
        json.loads(BASELINE.read_text()).get(str(employees), {}).get("jobs", {})
    )
    return kept


def keep(employees: int, figures: Sequence[Figure]) -> None:
    """Make *figures* the baseline for that many employees."""
    kept: dict[str, object] = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    jobs = {figure.job: round(figure.value, 4) for figure in figures}
    kept[str(employees)] = {"machine": _machine(), "jobs": jobs}
    BASELINE.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")


def _machine() -> dict[str, object]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpus": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }


def table(figures: Sequence[Figure], kept: Mapping[str, float]) -> str:
    """The figures as text: value, bar, verdict, ratio to the baseline."""
    lines = [f"{'job':<46}{'measured':>12}  {'unit':<9}{'bar':>8}  {'':<7}{'/ baseline':>10}"]
    for figure in figures:
        bar = "" if figure.bar is None else f"{figure.bar:g}"
        before = kept.get(figure.job)
        ratio = f"{figure.value / before:.2f}" if before else ""
        lines.append(
            f"{figure.job:<46}{figure.value:>12.3f}  {figure.unit:<9}{bar:>8}"
            f"  {figure.verdict:<7}{ratio:>10}"
        )
    return "\n".join(lines)
