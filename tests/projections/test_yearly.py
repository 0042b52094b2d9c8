from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.lineage import Lineage
from planalign.projections.metrics import yearly_metrics
from planalign.projections.yearly import YEARLY_COLUMNS, yearly
from tests.projections.logs import SCENARIOS, Story, log_of, stories


@given(story=stories(), scenario=SCENARIOS, first=st.integers(2021, 2029), count=st.integers(0, 6))
@pytest.mark.slow
def test_the_plain_figures_are_those_among_the_metrics(
    story: Story, scenario: str, first: int, count: int
) -> None:
    years = range(first, first + count)
    with story.log() as log:
        lineage = log.lineage(scenario)
        metrics = yearly_metrics(log, lineage, years).select(list(YEARLY_COLUMNS))
        assert yearly(log, lineage, years).equals(metrics)


def test_years_that_skip_years_are_refused() -> None:
    with log_of() as log, pytest.raises(ValueError, match="follow each other"):
        yearly(log, Lineage("baseline", 0, ()), range(2025, 2031, 2))
