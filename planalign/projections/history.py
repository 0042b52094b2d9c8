"""One employee's history, one row per event."""

from __future__ import annotations

import pyarrow as pa

from planalign.domain.errors import NotFoundError
from planalign.domain.lineage import Lineage
from planalign.projections.source import EventSource, statement

__all__ = ["history"]

_RECORDED_AT = pa.timestamp("us", tz="UTC")


def history(source: EventSource, lineage: Lineage, employee_id: str) -> pa.Table:
    """Every event of *employee_id* that *lineage* sees, in the order of recording (version).

    Returns:
        ``version``, ``position``, ``kind``, ``effective_date``, ``recorded_at`` (UTC), ``commit``,
        ``command``, ``actor``, the fields of events under their own names (null where the kind
        has none), then ``level_before``, ``level_after``, ``salary_before`` and ``salary_after``
        (currency, decimal(18, 2)): what the event changed on its effective date, so that a
        backdated event's neighbours are those by effective date. Null before the first hire;
        a rehire's "before" is what was last true of the employment before.

    Raises:
        NotFoundError: If the lineage has no such employee.
    """
    streams = source.query("SELECT stream_no FROM streams WHERE stream_id = $1", (employee_id,))
    if streams.num_rows:
        # The number as a bound value, not a join: only then do zone maps skip the others' rows.
        number: int = streams["stream_no"][0].as_py()
        table = source.query(statement("history", lineage), (number,))
        if table.num_rows:
            place = table.column_names.index("recorded_at")
            recorded_at = table["recorded_at"].cast(_RECORDED_AT)
            return table.set_column(place, "recorded_at", recorded_at)
    raise NotFoundError(
        f"scenario {lineage.scenario} has no employee {employee_id!r}",
        hint="ids are case-sensitive; a snapshot lists them all",
    )
