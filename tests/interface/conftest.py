"""What several tests of the interface look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from planalign.commands.report import Report
from planalign.commands.workspace import Workspace
from tests.interface.asking import ask


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two simulated years of 200 people."""
    place = tmp_path_factory.mktemp("report") / "plan"
    census = place.parent / "census.csv"
    calls: tuple[tuple[str | Path, ...], ...] = (
        ("init", place),
        ("census", "sample", "--employees", "200", "-o", census),
        ("--workspace", place, "census", "import", census),
        ("--workspace", place, "simulate", "2025-2026"),
        ("--workspace", place, "scenario", "fork", "baseline", "lean"),
    )
    for arguments in calls:
        done = ask(*arguments)
        assert done.exit_code == 0, done.output
    return place


@pytest.fixture(scope="session")
def report(plan: Path) -> Report:
    with Workspace.open(plan) as workspace:
        return workspace.report("lean")
