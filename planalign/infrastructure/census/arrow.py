"""Arrow as this package uses it: whole columns, and the types that name them.

pyarrow has no annotations of its own and its stubs reject calls that Arrow answers, so the two
modules are untyped here, in one place, and every function of the package names what it takes and
returns.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow
import pyarrow.compute
from numpy.typing import NDArray

__all__ = ["Array", "Mask", "Rows", "Table", "pa", "pc", "rows_where", "texts"]

pa: Any = pyarrow
pc: Any = pyarrow.compute

Array: TypeAlias = "pyarrow.Array[Any]"
"""One column, in one piece."""

Table: TypeAlias = pyarrow.Table
Rows = NDArray[np.int64]
"""Indices of rows, rising."""

Mask = NDArray[np.bool_]


def texts(values: list[str | None]) -> Array:
    """A string column of *values*."""
    column: Array = pa.array(values, type=pa.string())
    return column


def rows_where(mask: Array) -> Rows:
    """The rows where a boolean column is true; null is not."""
    rows: Rows = pc.indices_nonzero(mask).to_numpy().astype(np.int64)
    return rows
