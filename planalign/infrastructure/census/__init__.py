"""Reading a census: CSV, Parquet or Excel in, accepted employees and explained rejects out."""

from planalign.infrastructure.census.faults import REASONS
from planalign.infrastructure.census.fields import FIELDS, load_mapping
from planalign.infrastructure.census.options import (
    CensusFill,
    CensusOptions,
    DateOrder,
    parse_fill,
)
from planalign.infrastructure.census.reading import (
    ACCEPTED_SCHEMA,
    CensusReading,
    CensusSummary,
    Reject,
    read_census,
)
from planalign.infrastructure.census.sample import sample_census
from planalign.infrastructure.census.writing import write_rejects, write_sample

__all__ = [
    "ACCEPTED_SCHEMA",
    "FIELDS",
    "REASONS",
    "CensusFill",
    "CensusOptions",
    "CensusReading",
    "CensusSummary",
    "DateOrder",
    "Reject",
    "load_mapping",
    "parse_fill",
    "read_census",
    "sample_census",
    "write_rejects",
    "write_sample",
]
