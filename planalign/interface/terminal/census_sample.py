"""`planalign census sample`: a company that does not exist."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from planalign.interface.terminal.output import note
from planalign.interface.terminal.parameters import DAY
from planalign.interface.terminal.shared import global_options

__all__ = ["sample"]


@click.command()
@click.option(
    "--employees",
    type=click.IntRange(1, 10_000_000),
    default=10_000,
    show_default=True,
    help="How many.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=42,
    show_default=True,
    help="Same seed, same census.",
)
@click.option("--census-date", type=DAY, default="2024-12-31", show_default=True, help="Its day.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write: .csv, .tsv, .parquet or .xlsx.",
)
@global_options
def sample(employees: int, seed: int, census_date: date, output: Path) -> None:
    """Make up a realistic census, the same one for the same seed on every machine."""
    from planalign.infrastructure.census.sample import sample_census
    from planalign.infrastructure.census.writing import write_sample

    write_sample(sample_census(employees, seed=seed, census_date=census_date), output)
    note(f"{employees:,} employees written to {output}")
