"""Turns what pydantic found wrong into lines that name the key, the value and the expectation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planalign.domain.errors import AssumptionsError

__all__ = ["assumptions_error"]

_LONGEST_VALUE = 60


def assumptions_error(model: type[BaseModel], error: ValidationError) -> AssumptionsError:
    """The error to raise for *error*, found in a document that should be a *model*."""
    problems = error.errors()
    # A row that is wrong also makes its list too short, which says nothing new.
    inner = {problem["loc"][:-depth] for problem in problems for depth in (1, 2)} - {()}
    lines = dict.fromkeys(
        _line(model, problem) for problem in problems if problem["loc"] not in inner
    )
    return AssumptionsError(
        "\n".join(lines),
        hint="correct these keys; a key that is left out takes its default",
    )


def _line(model: type[BaseModel], problem: ErrorDetails) -> str:
    path = _path(problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{path}: unknown key{_nearest(model, problem['loc'])}"
    if problem["type"] == "missing":
        return f"{path}: is missing; expected a value"
    value = _shown(problem["input"])
    return f"{path}: {value} given; expected {_expectation(problem)}"


def _path(location: Sequence[int | str]) -> str:
    """``levels[2].merit`` from ``("levels", 1, "merit")``: rows are counted from 1."""
    path = ""
    for part in location:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".") or "assumptions"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a group of keys"
    if isinstance(value, BaseModel):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "this list"  # the expectation names the row that matters
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + " …"


def _expectation(problem: ErrorDetails) -> str:
    """Pydantic's sentence, without its "Input should be"."""
    message = problem["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    if problem["type"] in {"model_type", "model_attributes_type"}:
        return "a group of keys"
    if problem["type"] == "too_short":
        return "at least 1 row"  # no table asks for more
    return message


def _nearest(model: type[BaseModel], location: Sequence[int | str]) -> str:
    """The advice for an unknown key at *location*: the key that was probably meant."""
    known = _keys_at(model, location[:-1])
    if not known:
        return ""
    close = get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; expected one of: {', '.join(known)}"


def _keys_at(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """The keys that the schema of *model* has at *location*; none where it is no group."""
    schema = model.model_json_schema()
    node: Any = schema
    for part in location:
        node = _child(schema, node, part)
    return list(_resolved(schema, node).get("properties", {}))


def _child(schema: dict[str, Any], node: Any, part: int | str) -> Any:
    resolved = _resolved(schema, node)
    if isinstance(part, int):
        return resolved.get("items", {})
    return resolved.get("properties", {}).get(part, {})


def _resolved(schema: dict[str, Any], node: Any) -> dict[str, Any]:
    """Follow ``$ref``, and ``anyOf`` to its first group or list."""
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in node:
            node = node["anyOf"][0]
        else:
            result: dict[str, Any] = node
            return result
