"""The fields of a census and how their columns are found in a file.

A column is matched by name alone: lower case, letters and digits only, compared with the field's
aliases. What is matched is reported; two columns that fit one field are an error, because which of
``Hire Date`` and ``Start Date`` counts is not for a program to say.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import yaml

from planalign.domain.errors import CensusError, NotFoundError
from planalign.infrastructure.census.options import CensusFill

__all__ = ["FIELDS", "FieldName", "choose_columns", "load_mapping"]

FieldName = Literal[
    "employee_id",
    "birth_date",
    "hire_date",
    "annual_salary",
    "level",
    "termination_date",
    "termination_reason",
    "department",
    "location",
    "scheduled_hours_per_week",
]

FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)
"""Every field, in the order of the accepted table."""

_REQUIRED: Final[tuple[FieldName, ...]] = ("employee_id", "hire_date", "annual_salary")

_ALIASES: Final[dict[FieldName, str]] = {
    "employee_id": "id empid employeeid employeenumber employeeno empno empnum emplid employeecode"
    " workerid personid personnelnumber personnelno staffid staffnumber payrollid payrollnumber"
    " associateid badgeid eeid",
    "birth_date": "birthdate dateofbirth dob birthday birthdt bdate dateborn born",
    "hire_date": "hiredate dateofhire hiredt datehired hired startdate startdt dateofjoining"
    " joindate joiningdate doj doh originalhiredate orighiredate latesthiredate employmentdate"
    " employmentstartdate servicedate commencementdate",
    "annual_salary": "annualsalary salary basesalary basepay annualpay annualbasesalary"
    " annualbasepay baseannualsalary annualrate annualpayrate annualizedsalary annualisedsalary"
    " yearlysalary grossannualsalary annualcompensation basecompensation annualwage annualwages",
    "level": "level joblevel gradelevel careerlevel grade jobgrade paygrade salarygrade band"
    " levelid positionlevel employeelevel lvl",
    "termination_date": "terminationdate termdate termdt dateoftermination terminationdt exitdate"
    " enddate separationdate leavedate leavingdate dateofleaving lastday lastdayworked"
    " lastworkingday employmentenddate",
    "termination_reason": "terminationreason termreason reasonforleaving exitreason"
    " separationreason leavingreason terminationtype separationtype",
    "department": "department dept departmentname deptname division businessunit orgunit agency"
    " costcenter costcentre organization organisation",
    "location": "location worklocation office site city locationname officelocation workcity"
    " worksite branch",
    "scheduled_hours_per_week": "scheduledhoursperweek scheduledhours hoursperweek weeklyhours"
    " standardhours stdhours scheduledweeklyhours contractedhours contracthours hrsperweek"
    " hrswk standardweeklyhours workinghours hoursweek",
}


def choose_columns(
    header: Sequence[str], mapping: Mapping[str, str | None] | None, fill: CensusFill
) -> dict[FieldName, int]:
    """Decide which column holds which field.

    Args:
        header: The file's column names, trimmed; an empty one is never matched.
        mapping: Field to column name, or None for a field that is to stay empty.
        fill: What may be missing because it is assumed.

    Returns:
        Field to position in *header*, in the order of `FIELDS`.

    Raises:
        CensusError: If a required column is missing, a column or field does not exist, or two
            columns fit one field.

    >>> choose_columns(["Emp ID", "Hire Dt", "DOB", "Pay", "Base Pay", "Grade"], None, CensusFill())
    {'employee_id': 0, 'birth_date': 2, 'hire_date': 1, 'annual_salary': 4, 'level': 5}
    """
    _refuse_repeated(header)
    chosen = _mapped(header, mapping or {})
    taken = {column for column in chosen.values() if column is not None}
    for field in FIELDS:
        if field not in chosen:
            free = [i for i, name in enumerate(header) if name and i not in taken]
            chosen[field] = _suggested(field, header, free)
    _refuse_missing(header, chosen, fill)
    return {field: column for field in FIELDS if (column := chosen[field]) is not None}


def load_mapping(path: Path) -> dict[str, str | None]:
    """Read a mapping file: YAML or JSON, one ``field: source column`` each.

    Raises:
        NotFoundError: If there is no such file.
        CensusError: If it is no such mapping.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        document: Any = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except FileNotFoundError as error:
        raise NotFoundError(f"no mapping file {path}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CensusError(f"{path} is not readable as a mapping: {error}") from error
    pairs = cast("dict[object, object]", document) if isinstance(document, dict) else {}
    if not pairs or any(
        not isinstance(field, str) or not (column is None or isinstance(column, str))
        for field, column in pairs.items()
    ):
        raise CensusError(
            f"{path} is no mapping of fields to column names",
            hint=f"one line for each, such as `hire_date: Start Date`; fields: {', '.join(FIELDS)}",
        )
    return cast("dict[str, str | None]", pairs)


def _normalised(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _fits(field: FieldName, name: str) -> bool:
    return _normalised(name) in {_normalised(field), *_ALIASES[field].split()}


def _refuse_repeated(header: Sequence[str]) -> None:
    named = [name for name in header if name]
    repeated = sorted({name for name in named if named.count(name) > 1})
    if repeated:
        raise CensusError(
            f"the header has two columns of the same name: {_listed(repeated)}",
            hint="rename one of them in the file",
        )


def _mapped(
    header: Sequence[str], mapping: Mapping[str, str | None]
) -> dict[FieldName, int | None]:
    chosen: dict[FieldName, int | None] = {}
    for field, name in mapping.items():
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, n=1, cutoff=0)
            raise CensusError(
                f"the mapping names a field {field!r} that a census does not have",
                hint=f"perhaps {near[0]}; fields: {', '.join(FIELDS)}",
            )
        chosen[field] = None if name is None else _position(header, field, name)
    columns = [column for column in chosen.values() if column is not None]
    for column in columns:
        if columns.count(column) > 1:
            fields = [field for field, mine in chosen.items() if mine == column]
            raise CensusError(
                f"the mapping uses column {header[column]!r} for {' and for '.join(fields)}",
                hint="one column holds one field",
            )
    return chosen


def _position(header: Sequence[str], field: str, name: str) -> int:
    if name in header:
        return header.index(name)
    alike = [i for i, other in enumerate(header) if _normalised(other) == _normalised(name)]
    if len(alike) == 1 and _normalised(name):
        return alike[0]
    near = difflib.get_close_matches(name, header, n=1, cutoff=0.5)
    raise CensusError(
        f"the mapping takes {field} from column {name!r}, which the file does not have",
        hint=(f"perhaps {near[0]!r}; " if near else "") + f"columns: {_listed(header)}",
    )


def _suggested(field: FieldName, header: Sequence[str], free: Iterable[int]) -> int | None:
    fitting = [column for column in free if _fits(field, header[column])]
    if len(fitting) > 1:
        names = [header[column] for column in fitting]
        raise CensusError(
            f"{len(names)} columns could be {field}: {_listed(names)}",
            hint=f"say which in a mapping file, such as `{field}: {names[0]}`",
        )
    return fitting[0] if fitting else None


def _refuse_missing(
    header: Sequence[str], chosen: Mapping[FieldName, int | None], fill: CensusFill
) -> None:
    for field in _REQUIRED:
        if chosen[field] is None:
            raise CensusError(
                f"no column of the file is {field}; its columns are {_listed(header)}",
                hint=_mapping_hint(field, header),
            )
    birth_is_filled = fill.age_at_hire is not None or fill.age_on_census_date is not None
    if chosen["birth_date"] is None and not birth_is_filled:
        raise CensusError(
            f"no column of the file is birth_date; its columns are {_listed(header)}",
            hint=f"{_mapping_hint('birth_date', header)}; or assume an age for everybody with"
            " --fill birth_date:age_at_hire=35 or --fill birth_date:age_on_census_date=45",
        )
    if chosen["level"] is None and fill.level is None:
        raise CensusError(
            f"no column of the file is level; its columns are {_listed(header)}",
            hint=f"{_mapping_hint('level', header)}; or assume it with --fill level:from_salary"
            " or --fill level:1",
        )


def _mapping_hint(field: FieldName, header: Sequence[str]) -> str:
    wanted = [_normalised(field), *_ALIASES[field].split()]
    near = max(
        (name for name in header if name),
        key=lambda name: max(_likeness(_normalised(name), alias) for alias in wanted),
        default="",
    )
    is_near = any(_likeness(_normalised(near), alias) >= 0.6 for alias in wanted)
    column = near if is_near else "the column's name"
    return f"{'perhaps' if is_near else 'name it'} in a mapping file: `{field}: {column}`"


def _likeness(name: str, alias: str) -> float:
    return difflib.SequenceMatcher(None, name, alias).ratio()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
