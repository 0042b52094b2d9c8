"""Where two lineages part: whose history differs, and from which day on."""

from __future__ import annotations

import pyarrow as pa

from planalign.domain.lineage import Lineage
from planalign.projections.source import EventSource, statement

__all__ = ["divergence"]


def divergence(source: EventSource, a: Lineage, b: Lineage) -> pa.Table:
    """One row per employee whose history differs between *a* and *b*, first day first, then by id.

    Only events that one of them does not see are read, so that what a fork shares costs nothing.
    When something was recorded makes no difference: the same facts in another order are the same
    history, unless they compete on one day.

    Returns:
        ``employee_id``; ``first_day``, the first day whose events differ; ``kind_a`` and
        ``kind_b``, the first event of that day that differs (null where that side has none), and
        ``position_a`` and ``position_b``, their positions.
    """
    only_a, only_b = a.without(b), b.without(a)
    return source.query(statement("divergence", only_a, other=only_b))
