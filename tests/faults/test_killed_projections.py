"""Workers that are killed: the rows are those of a walk that nobody disturbed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from planalign import HireEmployee, Workspace
from planalign.projections.read_models.models import MODELS
from tests.faults.test_kills import KILLS, ROOT

pytestmark = pytest.mark.fault


def tables(workspace: Workspace) -> dict[str, pa.Table]:
    return {model: workspace.projections.table(model) for model in MODELS}


def hire(number: int) -> HireEmployee:
    return HireEmployee(
        employee_id=f"E-{number:03}",
        effective_date=date(2024, 1 + number % 12, 1),
        salary_cents=60_000_00 + number,
        level=1 + number % 4,
        birth_date=date(1960 + number % 40, 5, 17),
    )


def test_a_killed_worker_leaves_what_it_had_reached(tmp_path: Path) -> None:
    with Workspace.create(tmp_path) as workspace:
        for number in range(60):
            workspace.execute(hire(number))
        expected = tables(workspace)
    moments = random.Random(2026)
    for _ in range(KILLS):
        command = [sys.executable, "-m", "tests.faults.catcher_up", str(tmp_path)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(moments.uniform(0, 0.4))
        process.kill()
        process.communicate(timeout=60)
        with Workspace.open(tmp_path) as workspace:
            states = set(workspace.projections.status()["state"].to_pylist())
            assert states <= {"live", "building", "missing"}
            assert tables(workspace) == expected
