from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from planalign.interface.terminal.memory import keep_freed_memory

FREE_HALF_A_GIB = """
import resource
import numpy as np
from planalign.interface.terminal.memory import keep_freed_memory

def pages_made_by_an_array():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(1 << 26)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

if {keep}:
    keep_freed_memory()
pages_made_by_an_array()
print(pages_made_by_an_array())
"""


def has_mallopt() -> bool:
    try:
        return hasattr(ctypes.CDLL(None), "mallopt")
    except TypeError:
        return False


@pytest.mark.skipif(not has_mallopt(), reason="the C library has no mallopt")
@pytest.mark.slow
def test_a_second_array_is_made_of_the_memory_of_a_freed_one() -> None:
    def pages(*, keep: bool) -> int:
        script = [sys.executable, "-c", FREE_HALF_A_GIB.format(keep=keep)]
        return int(subprocess.run(script, check=True, capture_output=True, text=True).stdout)

    assert pages(keep=True) < pages(keep=False) / 10


@pytest.mark.parametrize("missing", [TypeError("no library without a name"), None])
def test_where_the_c_library_cannot_be_told_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, missing: Exception | None
) -> None:
    asked: list[object] = []

    def library(name: object) -> object:
        asked.append(name)
        if missing:
            raise missing
        return object()

    monkeypatch.setattr(ctypes, "CDLL", library)
    keep_freed_memory()

    assert asked == [None]
