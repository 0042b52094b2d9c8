"""The text of each view: one `.sql` file, restricted to a lineage, over a log's own tables.

Views bear names that tables of the log bear as well (`events`, `commits`). So their text names the
log's tables with their database, which nothing can hide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from planalign.domain.assumptions import BandTable
from planalign.domain.lineage import Lineage
from planalign.projections.source import EventSource, statement

__all__ = ["ViewContext", "events_query", "view_statements"]

_TABLE: Final = re.compile(r"\b(FROM|JOIN) (events|streams|commits)\b")


@dataclass(frozen=True, slots=True)
class ViewContext:
    """What the views of one question are about.

    Attributes:
        lineage: What of the log is known.
        first_day: The census date; earlier days are refused.
        last_day: The day of the view `snapshot`.
    """

    lineage: Lineage
    first_day: date
    last_day: date
    age_bands: BandTable
    tenure_bands: BandTable


def view_statements(source: EventSource, context: ViewContext) -> Mapping[str, tuple[str, ...]]:
    """What creates each view for one connection: temporary views and macros, by their name."""
    database = _database(source)
    commits = _text("commits").format(head=f"{context.lineage.head:d}")
    on_day = _snapshot(context, _date(context.last_day), database)
    on_any_day = _snapshot(context, "as_of::DATE", database)
    return {
        "events": (f"CREATE TEMP VIEW events AS {_events(context.lineage, database)}",),
        "commits": (f"CREATE TEMP VIEW commits AS {_over(database, commits)}",),
        "snapshot": (
            f"CREATE TEMP VIEW snapshot AS {on_day}",
            f"CREATE TEMP MACRO snapshot(as_of) AS TABLE {on_any_day}",
        ),
    }


def events_query(source: EventSource, lineage: Lineage) -> str:
    """The rows of the view `events`, in the order of the log."""
    return f"{_events(lineage, _database(source))} ORDER BY position"


def _events(lineage: Lineage, database: str) -> str:
    return _over(database, _text("events").replace("{lineage}", lineage.condition))


def _snapshot(context: ViewContext, as_of: str, database: str) -> str:
    """The view as of an SQL expression; only dates, integers and labels made of them go in."""
    folded = statement("snapshot", context.lineage).replace("$1", f"({as_of})")
    text = _text("snapshot").format(
        folded=folded,
        as_of=f"({as_of})",
        first_day=_date(context.first_day),
        age_band=_band("age", context.age_bands),
        tenure_band=_band("tenure_years", context.tenure_bands),
    )
    return _over(database, text)


def _band(years: str, bands: BandTable) -> str:
    labels = ", ".join(f"'{label}'" for label in bands.labels)
    place = "".join(f" + ({years} >= {bound:d})::INTEGER" for bound in bands.bounds)
    return f"[{labels}][1{place}]"


def _date(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _database(source: EventSource) -> str:
    name: str = source.query("SELECT current_database() AS name")["name"][0].as_py()
    return '"' + name.replace('"', '""') + '".main'


def _over(database: str, text: str) -> str:
    return _TABLE.sub(rf"\1 {database.replace(chr(92), chr(92) * 2)}.\2", text)


@cache
def _text(name: str) -> str:
    return files(__package__ or "").joinpath(f"{name}.sql").read_text(encoding="utf-8")
