"""SQL that tells kinds of event apart: a new kind must not fall through it."""

from __future__ import annotations

from pathlib import Path

import pytest

import planalign.projections
from planalign.domain.events import EVENT_TYPES, Raise

STATEMENTS = sorted(Path(planalign.projections.__path__[0]).rglob("*.sql"))
TELL_KINDS_APART = [path for path in STATEMENTS if Raise.TOPIC in path.read_text()]


@pytest.mark.parametrize("path", TELL_KINDS_APART, ids=lambda path: path.stem)
def test_a_statement_that_tells_kinds_apart_knows_them_all(path: Path) -> None:
    text = path.read_text()
    assert [kind.TOPIC for kind in EVENT_TYPES if f"'{kind.TOPIC}'" not in text] == []
