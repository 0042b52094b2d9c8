"""The whole way from a census file to the log, as digests: the same wherever it is gone.

A changed digest means that the same census and seed lead to other events; the commit that changes
one says which decision did it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planalign import CensusOptions, ImportCensus, SimulateYears, Workspace
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_sample

CENSUS_DATE = date(2024, 12, 31)
DIGESTS = [
    "f0a233ef6f7c5b6989f801a0e4e7babcd302049f7cf2c3581ce404b5d2106d45",  # census
    "c501ef99a338b63f7f69f69aae742d8bb8c64c567c4b9aef73249cdffcfbaffb",  # 2025
    "63753578d4f190824cce59036699675fb3fb2981054247ffafa5b1b50047d04a",  # 2026
]


@pytest.mark.golden
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_census_and_a_seed_lead_to_one_log(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"census.{suffix}"
    write_sample(sample_census(300, seed=5, census_date=CENSUS_DATE), path)
    with Workspace.create(tmp_path / "plan") as workspace:
        options = CensusOptions(census_date=CENSUS_DATE)
        workspace.execute(ImportCensus(path=path, options=options))
        workspace.execute(SimulateYears(first=2025, last=2026))

        assert [commit.digest for commit in workspace.commits()] == DIGESTS
