"""Settings that every test obeys: marks by default, and how long hypothesis may look."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

_SPECIAL = ("slow", "fault", "bench")

# `dev` is the default and what CI runs: the same examples every time, so that a red run is red for
# everybody. `explore` looks for new ones: HYPOTHESIS_PROFILE=explore make test-fast.
settings.register_profile(
    "dev",
    derandomize=True,
    max_examples=40,
    deadline=None,  # two workers on two cores: a slow example says nothing about the code
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", max_examples=1_000, deadline=timedelta(seconds=10))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Call every test fast that does not say otherwise."""
    for item in items:
        if not any(item.get_closest_marker(name) for name in _SPECIAL):
            item.add_marker(pytest.mark.fast)


@pytest.fixture(autouse=True)
def _quiet_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings out of what is tested."""
    for name in ("PLANALIGN_WORKSPACE", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
