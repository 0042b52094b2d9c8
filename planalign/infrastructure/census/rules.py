"""What must hold within a row, and between rows: checked as columns.

A rule looks only at values that could be read: a row whose hire date is no date has that fault and
not, on top of it, one for its age.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planalign.domain.calendar import completed_years_each, day_number
from planalign.domain.events import SIMULATED_ID_PREFIX
from planalign.infrastructure.census.arrow import Array, Mask, Rows, pa, pc, rows_where, texts
from planalign.infrastructure.census.faults import Faults
from planalign.infrastructure.census.fields import FieldName

__all__ = ["Draft", "check_rows"]

_LONGEST_TEXT: Final = 200
_LARGEST_SALARY_CENTS: Final = 10**11
_LONGEST_WEEK_MINUTES: Final = 168 * 60
_YOUNGEST_AT_HIRE: Final = 14
_OLDEST_AT_HIRE: Final = 100
_OLDEST: Final = 110
_LINES_NAMED: Final = 5

_REQUIRED: Final[dict[FieldName, str]] = {
    "employee_id": "",
    "birth_date": "; --fill birth_date:age_at_hire=35 would assume one",
    "hire_date": "",
    "annual_salary": "",
    "level": "; --fill level:from_salary would assume one",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A census being checked.

    Attributes:
        values: Every field's column, shape (n,): what was read, or filled in.
        unread: Where a value stands that could not be read, or that nothing could be filled from.
        written: Field to string column: what the file shows; fields without a column are absent.
        labels: Field to the name of its column in the file.
        faults: What was found so far.
    """

    values: Mapping[FieldName, Array]
    unread: Mapping[FieldName, Mask]
    written: Mapping[FieldName, Array]
    labels: Mapping[FieldName, str]
    faults: Faults

    def refuse(self, where: Rows | Mask | Array, name: FieldName, reasons: Array | str) -> None:
        """Note a fault of *name* in these rows, given as indices or as a mask."""
        rows = _where_rows(where)
        column = self.written.get(name)
        values = pa.nulls(len(rows), pa.string()) if column is None else column.take(pa.array(rows))
        self.faults.add(rows, self.labels.get(name, name), values, reasons)

    def days(self, name: FieldName) -> tuple[NDArray[np.int32], Mask]:
        """Day numbers of a date field, and where it has one."""
        column = self.values[name].cast(pa.int32())
        known: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
        days: NDArray[np.int32] = pc.fill_null(column, 0).to_numpy()
        return days, known


def _where_rows(where: Rows | Mask | Array) -> Rows:
    """Indices of rows from indices, or from a mask of NumPy's or Arrow's."""
    if not isinstance(where, np.ndarray):
        return rows_where(where)
    return (np.flatnonzero(where) if where.dtype == np.bool_ else where).astype(np.int64)


def check_rows(draft: Draft, census_date: date, find_lines: Callable[[], Rows]) -> Rows:
    """Apply every rule to *draft*, and note in its faults what breaks one.

    Args:
        draft: What was read.
        census_date: The day that the file describes.
        find_lines: Gives the line of each row; asked only if ids are repeated.

    Returns:
        Shape (n,), int64: the rows in order of employee id; empty if they are in order already.
    """
    _check_presence(draft)
    _check_texts(draft)
    _check_amounts(draft)
    _check_dates(draft, day_number(census_date))
    return _check_ids(draft, find_lines)


def _check_presence(draft: Draft) -> None:
    for name, remedy in _REQUIRED.items():
        missing = pc.is_null(draft.values[name]).to_numpy(zero_copy_only=False)
        reason = f"missing_value: {name} is required{remedy}"
        draft.refuse(missing & ~draft.unread[name], name, reason)
    reason_alone = pc.and_(
        pc.is_valid(draft.values["termination_reason"]),
        pc.is_null(draft.values["termination_date"]),
    ).to_numpy(zero_copy_only=False)
    draft.refuse(
        reason_alone & ~draft.unread["termination_date"],
        "termination_reason",
        "reason_without_termination: a reason is given, and no termination date",
    )


def _check_texts(draft: Draft) -> None:
    limits: tuple[tuple[FieldName, str], ...] = (
        ("employee_id", "id_too_long"),
        ("department", "text_too_long"),
        ("location", "text_too_long"),
    )
    for name, code in limits:
        too_long = pc.greater(pc.utf8_length(draft.values[name]), _LONGEST_TEXT)
        draft.refuse(too_long, name, f"{code}: at most {_LONGEST_TEXT} characters")
    draft.refuse(
        pc.starts_with(draft.values["employee_id"], SIMULATED_ID_PREFIX),
        "employee_id",
        f"reserved_id: ids that begin with {SIMULATED_ID_PREFIX} are those of simulated hires",
    )


def _check_amounts(draft: Draft) -> None:
    cents = draft.values["annual_salary"]
    draft.refuse(
        pc.less_equal(cents, 0),
        "annual_salary",
        "salary_not_positive: an annual salary is more than 0",
    )
    draft.refuse(
        pc.greater(cents, _LARGEST_SALARY_CENTS),
        "annual_salary",
        "implausible_salary: more than 1,000,000,000 a year",
    )
    minutes = draft.values["scheduled_hours_per_week"]
    draft.refuse(
        pc.or_(pc.less_equal(minutes, 0), pc.greater(minutes, _LONGEST_WEEK_MINUTES)),
        "scheduled_hours_per_week",
        "hours_out_of_range: a week has more than 0 and at most 168 scheduled hours",
    )


def _check_dates(draft: Draft, census_day: int) -> None:
    birth, has_birth = draft.days("birth_date")
    hire, has_hire = draft.days("hire_date")
    end, has_end = draft.days("termination_date")
    both = has_birth & has_hire
    age = completed_years_each(birth, hire)
    born_late = both & (birth >= hire)
    draft.refuse(born_late, "birth_date", "birth_after_hire: born on or after the day of hire")
    odd_age = both & ~born_late & ((age < _YOUNGEST_AT_HIRE) | (age > _OLDEST_AT_HIRE))
    draft.refuse(
        odd_age,
        "birth_date",
        f"age_at_hire: under {_YOUNGEST_AT_HIRE} or over {_OLDEST_AT_HIRE} years old at hire",
    )
    is_here = ~has_end | (end > census_day)
    too_old = both & ~odd_age & is_here & (completed_years_each(birth, census_day) > _OLDEST)
    draft.refuse(
        too_old, "birth_date", f"implausible_age: over {_OLDEST} years old on the census date"
    )
    draft.refuse(
        has_hire & (hire > census_day),
        "hire_date",
        "hire_after_census: hired after the census date",
    )
    draft.refuse(
        has_hire & has_end & (end < hire),
        "termination_date",
        "termination_before_hire: left before the day of hire",
    )


def _check_ids(draft: Draft, find_lines: Callable[[], Rows]) -> Rows:
    """Refuse every row of an id that stands twice; equal ids are neighbours once sorted."""
    ids = draft.values["employee_id"]
    if ids.null_count == 0 and _rises(ids):
        return np.zeros(0, dtype=np.int64)
    order: Rows = pc.sort_indices(ids).to_numpy().astype(np.int64)
    ordered = ids.take(pa.array(order))
    pairs = pc.equal(ordered.slice(1), ordered.slice(0, max(len(ids) - 1, 0)))
    same = rows_where(pairs)
    if len(same):
        _refuse_repeated(draft, order, same, find_lines())
    return order


def _rises(ids: Array) -> bool:
    """Whether each id is greater than the one before: sorted, and none twice."""
    first = max(len(ids) - 1, 0)
    return bool(pc.all(pc.less(ids.slice(0, first), ids.slice(1)), min_count=0).as_py())


def _refuse_repeated(draft: Draft, order: Rows, same: Rows, lines: Rows) -> None:
    """Name, for each row of a repeated id, the lines of the others.

    Args:
        draft: Where to note it.
        order: Shape (n,): rows in order of id.
        same: Places in *order* whose id is that of the next place.
        lines: Shape (n,): the line of each row.
    """
    starts = np.concatenate([[True], np.diff(same) > 1])
    firsts = same[starts]
    lasts = same[np.concatenate([starts[1:], [True]])] + 1
    rows: list[int] = []
    reasons: list[str | None] = []
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        group = np.sort(order[first : last + 1])
        named = [str(line) for line in lines[group[: _LINES_NAMED + 1]].tolist()]
        for place, row in enumerate(group.tolist()):
            others = [line for other, line in enumerate(named) if other != place][:_LINES_NAMED]
            more = len(group) - 1 - len(others)
            also = ", ".join(others) + (f" and {more} more" if more else "")
            rows.append(row)
            reasons.append(f"duplicate_id: the id is also on line {also}; none of them is taken")
    draft.refuse(np.array(rows, dtype=np.int64), "employee_id", texts(reasons))
