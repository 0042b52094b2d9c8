"""Text that a spreadsheet would run: what opens a CSV file with a program that calculates."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute

__all__ = ["guarded"]

_pc: Any = pyarrow.compute

_FORMULA: Final = r"^([=+\-@\t\r\n])"


def guarded(texts: pa.Array) -> pa.Array:
    """*texts* with an apostrophe before each that begins as a formula does: it is text then.

    >>> guarded(pa.array(["=1+1", "a=1", "", None])).to_pylist()
    ["'=1+1", 'a=1', '', None]
    """
    safe: pa.Array = _pc.replace_substring_regex(texts, _FORMULA, r"'\1")
    return safe
