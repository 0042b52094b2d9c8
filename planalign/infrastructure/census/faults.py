"""Why a row is refused: the catalogue of reasons, and the place where they are gathered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planalign.infrastructure.census.arrow import Array, Mask, Rows, Table, pa, pc
from planalign.infrastructure.census.records import BrokenRow

__all__ = ["REASONS", "REJECT_COLUMNS", "Faults"]

REASONS: Final[dict[str, str]] = {
    "wrong_field_count": "the row has more or fewer fields than the header",
    "unclosed_quote": "a value opens a quote that is not closed",
    "missing_value": "a required value is missing and no fill rule covers it",
    "duplicate_id": "the employee id stands in several rows; none of them is taken",
    "id_too_long": "an employee id has at most 200 characters",
    "reserved_id": "ids that begin with NH_ are those of simulated hires",
    "text_too_long": "a department or location has at most 200 characters",
    "not_a_date": "the value is in none of the date notations that are read",
    "ambiguous_date": "the value can mean several days",
    "two_digit_year": "the year has two digits and no pivot was given",
    "impossible_date": "there is no such day in the calendar",
    "excel_serial": "a bare number stands where a date should",
    "not_a_number": "the value is in none of the number notations that are read",
    "ambiguous_number": "the separator can be the decimal sign or separate thousands",
    "abbreviated_number": "the number is abbreviated, as in 85k",
    "salary_not_positive": "an annual salary is more than 0",
    "implausible_salary": "an annual salary is at most 1,000,000,000",
    "hours_out_of_range": "scheduled hours per week are more than 0 and at most 168",
    "unknown_level": "the value is neither a level's number nor its name",
    "level_out_of_range": "there is no such level",
    "birth_after_hire": "the birth date is not before the hire date",
    "age_at_hire": "the employee is under 14 or over 100 at hire",
    "implausible_age": "the employee is over 110 on the census date",
    "hire_after_census": "the hire date is after the census date",
    "termination_before_hire": "the termination date is before the hire date",
    "reason_without_termination": "a termination reason stands beside no termination date",
}
"""Every reason code, with what it means; docs/census.md lists them all."""

REJECT_COLUMNS: Final = ("line", "column", "value", "reason")


class Faults:
    """Gathers what is wrong, by row; a row may have several faults.

    Args:
        count: How many rows there are.
    """

    def __init__(self, count: int) -> None:
        self._rejected = np.zeros(count, dtype=np.bool_)
        self._found: list[tuple[Rows, str, Array, Array]] = []

    @property
    def accepted(self) -> Mask:
        """Shape (n,): the rows without a fault."""
        return ~self._rejected

    @property
    def rejected_count(self) -> int:
        """How many rows have a fault."""
        return int(self._rejected.sum())

    def add(self, rows: Rows, column: str, values: Array, reasons: Array | str) -> None:
        """Refuse *rows*.

        Args:
            rows: Shape (k,).
            column: Where the fault is, as the file names it.
            values: Shape (k,), string, what stands there.
            reasons: Shape (k,), ``code: explanation``, or one for all.
        """
        if len(rows) == 0:
            return
        self._rejected[rows] = True
        each: Array = (
            pa.repeat(pa.scalar(reasons, pa.string()), len(rows))
            if isinstance(reasons, str)
            else reasons
        )
        self._found.append((rows, column, values, each))

    def table(self, lines: Rows, broken: Iterable[BrokenRow]) -> Table:
        """Every fault, by line and then in the order found.

        Args:
            lines: Shape (n,): the line of each row.
            broken: Rows that are not among the n.
        """
        parts = [_part(lines[rows], column, *rest) for rows, column, *rest in self._found]
        parts.append(_broken_part(list(broken)))
        table: Table = pa.concat_tables(parts)
        order: NDArray[np.int64] = np.argsort(table.column("line").to_numpy(), kind="stable")
        return table.take(pa.array(order))


def _part(lines: Rows, column: str, values: Array, reasons: Array) -> Table:
    table: Table = pa.table(
        {
            "line": pa.array(lines, type=pa.int64()),
            "column": pa.repeat(pa.scalar(column, pa.string()), len(lines)),
            "value": pc.fill_null(values.cast(pa.string()), ""),
            "reason": reasons.cast(pa.string()),
        }
    )
    return table


def _broken_part(broken: list[BrokenRow]) -> Table:
    table: Table = pa.table(
        {
            "line": pa.array([row.line for row in broken], type=pa.int64()),
            "column": pa.array([""] * len(broken), type=pa.string()),
            "value": pa.array([row.value for row in broken], type=pa.string()),
            "reason": pa.array([row.reason for row in broken], type=pa.string()),
        }
    )
    return table
