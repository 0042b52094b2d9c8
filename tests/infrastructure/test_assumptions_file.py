"""The assumptions file: what is written is read, and a mistake has a line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import AssumptionsError, NotFoundError, StorageError
from planalign.infrastructure.assumptions_file import read_assumptions, write_assumptions


def read(tmp_path: Path, text: str) -> Assumptions:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    return read_assumptions(path)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assumptions = Assumptions.parse(
        {"seed": 7, "staffing": {"termination_rate": "0.1234567890123456"}}
    )
    write_assumptions(assumptions, tmp_path / "a.yaml")
    assert read_assumptions(tmp_path / "a.yaml").digest == assumptions.digest


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == Assumptions()


def test_a_number_keeps_every_digit(tmp_path: Path) -> None:
    text = "staffing:\n  growth_target: 0.01234567890123456789\n"
    assert read(tmp_path, text).staffing.growth_target == Decimal("0.01234567890123456789")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed: 1\nstaffing:\n  growth: 0.1\n", "a.yaml:3: staffing.growth: unknown key"),
        ("staffing:\n  termination_rate: 12\n", "a.yaml:2: staffing.termination_rate: 12 given"),
        ("staffing:\n  termination_rate: .inf\n", "a.yaml:2: staffing.termination_rate"),
        ("seed: 1\nlevels:\n  - 3\n", "a.yaml:3: levels[1]"),
        ("seed: 1\nseed: 2\n", "a.yaml:2: seed is given again; it is on line 1"),
        ("seed: [1\n", "a.yaml:2: not YAML"),
        ("- 1\n", "a.yaml:1: expected keys"),
        ("seed: !!python/object:os.system 1\n", "could not determine a constructor"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AssumptionsError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_assumptions(tmp_path / "none.yaml")


def test_a_file_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssumptionsError):
        read_assumptions(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"# \xe9\nseed: 1\n")
    with pytest.raises(AssumptionsError):
        read_assumptions(tmp_path / "latin.yaml")
    with pytest.raises(StorageError):
        write_assumptions(Assumptions(), tmp_path / "no" / "a.yaml")
