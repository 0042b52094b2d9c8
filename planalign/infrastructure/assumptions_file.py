"""Assumptions as a YAML file: written for people to edit, read with the line of each mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import yaml

from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import AssumptionsError, NotFoundError, StorageError

__all__ = [
    "Layer",
    "assumptions_yaml",
    "parse_layers",
    "read_assumptions",
    "read_layer",
    "write_assumptions",
]

_HEAD: Final = """\
# What the simulation assumes. A key that is left out takes its default. Shares are shares:
# 0.03 is 3 %. Amounts are in the currency of the census.
"""
_HINT: Final = "correct these lines; a key that is left out takes its default"


class _Dumper(yaml.SafeDumper):
    """Writes decimals as plain numbers, digit by digit."""


def _decimal(_: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = format(number, "f")
    tag = "float" if "." in text else "int"
    return yaml.ScalarNode(f"tag:yaml.org,2002:{tag}", text)


_Dumper.add_representer(Decimal, _decimal)


class _Loader(yaml.SafeLoader):
    """Reads decimals as they are written; a float would drop digits."""


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    text = loader.construct_scalar(node)
    try:
        return Decimal(text.replace("_", ""))
    except ArithmeticError:
        return text  # such as .inf: the schema says what it expects


_Loader.add_constructor("tag:yaml.org,2002:float", _number)


def assumptions_yaml(assumptions: Assumptions) -> str:
    """The file's text: every key, with its value.

    >>> assumptions_yaml(Assumptions()).splitlines()[3:6]
    ['years:', '  first: 2025', '  last: 2029']
    """
    document = _plain(assumptions.model_dump())
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return _HEAD + "\n" + text


def _plain(value: Any) -> Any:
    """Tuples as lists: YAML has no other sequence."""
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {key: _plain(inner) for key, inner in items}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in cast("list[Any]", value)]
    return value


def write_assumptions(assumptions: Assumptions, path: Path) -> None:
    """Write *assumptions* to *path*; `read_assumptions` reads an equal value.

    Raises:
        StorageError: If the file cannot be written.
    """
    try:
        path.write_text(assumptions_yaml(assumptions), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of assumptions, as it was written.

    Attributes:
        document: Its keys and values, not yet validated.
        lines: The line of each key, spelled as problems spell it: ``levels[2].merit``.
    """

    path: Path
    document: dict[str, Any]
    lines: dict[str, int]


def read_assumptions(path: Path) -> Assumptions:
    """Read a file that a person wrote.

    Raises:
        NotFoundError: If there is none.
        AssumptionsError: With a line for each problem: file, line, key, value, expectation.
    """
    return parse_layers([read_layer(path)])


def read_layer(path: Path) -> Layer:
    """Read a file without judging its keys.

    Raises:
        NotFoundError: If there is none.
        AssumptionsError: If it is no YAML, no mapping, or gives a key twice.
    """
    root = _compose(path)
    if root is None:
        return Layer(path, {}, {})
    if not isinstance(root, yaml.MappingNode):
        message = f"{path}:1: expected keys such as `seed: 42`"
        raise AssumptionsError(message, hint=_HINT)
    _refuse_duplicates(path, root)
    loader: Any = _Loader("")
    try:
        document: dict[str, Any] = loader.construct_document(root)
    except yaml.YAMLError as error:
        raise AssumptionsError(f"{path}: {error}", hint=_HINT) from error
    finally:
        loader.dispose()
    return Layer(path, document, dict(_places(root)))


def parse_layers(layers: Sequence[Layer]) -> Assumptions:
    """The assumptions that *layers* amount to, each over those before it.

    A group of keys is merged key by key; a list is replaced as a whole.

    Raises:
        AssumptionsError: Naming file and line of each problem.
    """
    document: dict[str, Any] = {}
    for layer in layers:
        document = _merged(document, layer.document)
    try:
        return Assumptions.parse(document)
    except AssumptionsError as error:
        problems = [_placed(layers, problem) for problem in str(error).splitlines()]
        raise AssumptionsError("\n".join(problems), hint=_HINT) from error


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(value, dict) and isinstance(under, dict)
        merged[key] = _merged(cast("Any", under), cast("Any", value)) if both else value
    return merged


def _compose(path: Path) -> yaml.Node | None:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return yaml.compose(text, Loader=_Loader)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no assumptions file {path}") from error
    except OSError as error:
        raise AssumptionsError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise AssumptionsError(f"{path} is not UTF-8", hint="save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"{path}:{line}: not YAML: {error.problem}"
        raise AssumptionsError(message, hint="mind indentation and quotes") from error
    except yaml.YAMLError as error:
        raise AssumptionsError(f"{path}: not YAML: {error}") from error


def _places(node: yaml.Node, path: str = "") -> Iterator[tuple[str, int]]:
    """Each key as the problems spell it, ``levels[2].merit``, and its line."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = f"{path}.{key.value}".removeprefix(".")
            yield inner, key.start_mark.line + 1
            yield from _places(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for row, value in enumerate(node.value, start=1):
            yield f"{path}[{row}]", value.start_mark.line + 1
            yield from _places(value, f"{path}[{row}]")


def _refuse_duplicates(path: Path, root: yaml.Node) -> None:
    """YAML keeps the last of two equal keys without a word; we do not."""
    seen: dict[str, int] = {}
    for place, line in _places(root):
        if place in seen:
            message = f"{path}:{line}: {place} is given again; it is on line {seen[place]} already"
            raise AssumptionsError(message, hint="keep one of them")
        seen[place] = line


def _placed(layers: Sequence[Layer], problem: str) -> str:
    """The problem with its file and line: that of the key, or of the group it belongs in."""
    key = problem.partition(": ")[0]
    while key and not any(key in layer.lines for layer in layers):
        key = re.sub(r"(^|\.|\[)[^.\[]*$", "", key)
    layer = next((layer for layer in reversed(layers) if key in layer.lines), layers[-1])
    return f"{layer.path}:{layer.lines.get(key, 1)}: {problem}"
