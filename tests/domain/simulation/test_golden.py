"""One small run, as a digest: the same on every interpreter, machine and NumPy.

A changed digest means that the same seed leads to another future: a decision, which the commit
that changes it explains.
"""

from __future__ import annotations

import pytest

from tests.domain.simulation.people import assumptions, digest, people, run_years

pytestmark = pytest.mark.golden


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, "32f43e1db99f1e5512444259b1625db659f3783a1ed791d2a3300c12566910d7"),
        (
            {"staffing": {"mode": "expected"}},
            "9e11c65bc2bcc8e5f912653f10aa03605cb0a900847150617bd02bc5ad2fbd3b",
        ),
        (
            {
                "seed": 7,
                "pay": {"rounding_cents": 100},
                "raises": {"dates": {"weights": [1] * 12, "day": 15}},
                "promotions": {"dates": {"weights": [1] * 12, "day": 20}},
                "hires": {"level_weights": [1, 1, 1, 1, 1]},
            },
            "5b2bcf49349be1ff5677d39a2b1d90f23f77db453e42cc25ef3fb5121f5aaacf",
        ),
    ],
    ids=["defaults", "expected", "monthly"],
)
def test_a_seed_leads_to_one_future(document: dict[str, object], expected: str) -> None:
    years = list(run_years(people(2_000), assumptions(document)))

    assert digest(*(outcome.events for _, outcome in years), years[-1][1].workforce) == expected
