"""Scratch directories: gone at the end, and never somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from planalign.infrastructure.scratch import scratch_directory


def test_it_is_gone_when_the_work_ends_however_it_ends(tmp_path: Path) -> None:
    with scratch_directory(tmp_path, "batch-") as scratch:
        (scratch / "copy").mkdir()
    assert not scratch.exists()
    with pytest.raises(ZeroDivisionError), scratch_directory(tmp_path, "batch-") as scratch:
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_holds_goes_and_what_somebody_holds_stays(tmp_path: Path) -> None:
    left, other, file = tmp_path / "batch-left", tmp_path / "plans", tmp_path / "batch-of.yaml"
    (left / "copy").mkdir(parents=True)
    other.mkdir()
    file.write_text("kept")
    with scratch_directory(tmp_path, "batch-") as mine, scratch_directory(tmp_path, "batch-"):
        assert mine.is_dir()
        assert not left.exists()
    assert sorted(tmp_path.iterdir()) == [file, other]
