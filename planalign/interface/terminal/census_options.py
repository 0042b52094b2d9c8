"""How a census is read: the options of `census import` and `census check`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from planalign.interface.terminal.parameters import DAY

if TYPE_CHECKING:
    from planalign.domain.assumptions import Assumptions
    from planalign.infrastructure.census.options import CensusOptions

__all__ = ["census_options", "reading_options"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_FILE: Final = click.Path(path_type=Path, dir_okay=False)

_OPTIONS: Final = (
    click.option("--mapping", type=_FILE, help="YAML or JSON file: field to column."),
    click.option(
        "--census-date",
        type=DAY,
        help="Day the file describes; else 31 December before the first year of the assumptions.",
    ),
    click.option(
        "--date-order",
        type=click.Choice(["dmy", "mdy", "ymd"]),
        help="Order of day, month and year in dates such as 03/04/2010.",
    ),
    click.option(
        "--two-digit-year-pivot",
        type=click.IntRange(0, 99),
        help="Years below it are 20yy, the others 19yy.",
    ),
    click.option("--decimal", type=click.Choice([".", ","]), help="The decimal sign of numbers."),
    click.option(
        "--delimiter", help="Column separator of a CSV file, if the detected one is wrong."
    ),
    click.option("--encoding", help="Encoding of a CSV file, if the detected one is wrong."),
    click.option("--sheet", help="Sheet of a workbook that has several."),
    click.option(
        "--fill",
        multiple=True,
        metavar="RULE",
        help="Fill missing values, such as birth_date:age_at_hire=35 or level:from_salary; "
        "repeatable.",
    ),
    click.option("--rejects", type=_FILE, help="Write every reject to this CSV file."),
)


def reading_options(function: Decorated) -> Decorated:
    """Add the options to a command; it gets them as keywords."""
    return reduce(lambda done, option: option(done), reversed(_OPTIONS), function)


def census_options(given: dict[str, Any], assumptions: Assumptions) -> CensusOptions:
    """The options as the reader takes them; levels are those of the assumptions."""
    from planalign.infrastructure.census.fields import load_mapping
    from planalign.infrastructure.census.options import CensusOptions, parse_fill

    mapping = given["mapping"]
    return CensusOptions(
        census_date=given["census_date"] or date(assumptions.years.first - 1, 12, 31),
        mapping=load_mapping(mapping) if mapping else None,
        date_order=given["date_order"],
        two_digit_year_pivot=given["two_digit_year_pivot"],
        decimal=given["decimal"],
        delimiter=given["delimiter"],
        encoding=given["encoding"],
        sheet=given["sheet"],
        level_minima_cents=assumptions.levels.minima_cents,
        level_names=assumptions.levels.names,
        fill=parse_fill(given["fill"]),
    )
