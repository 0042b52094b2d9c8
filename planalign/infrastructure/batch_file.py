"""A batch as a YAML file of scenarios, or as a directory with a file for each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from planalign.domain.assumptions import Assumptions
from planalign.domain.errors import AssumptionsError, NotFoundError
from planalign.infrastructure.assumptions_file import Layer, parse_layers, read_layer

__all__ = ["read_batch"]

_SCENARIOS = "scenarios"


def read_batch(path: Path, base: tuple[Layer, ...]) -> dict[str, Assumptions]:
    """The scenarios of a batch, by name in the order of the file, or of the names in a directory.

    Args:
        path: A YAML file whose key ``scenarios`` maps names to what each changes, or a directory
            whose ``NAME.yaml`` files say it.
        base: What the changes lie over: the layers of the baseline.

    Raises:
        NotFoundError: If there is nothing at *path*.
        AssumptionsError: With file and line of each problem.
    """
    if not path.exists():
        raise NotFoundError(f"there is no batch {path}")
    layers = _of_directory(path) if path.is_dir() else _of_file(read_layer(path))
    if not layers:
        hint = "write a key `scenarios`, or a NAME.yaml for each into the directory"
        raise AssumptionsError(f"{path}: names no scenario", hint=hint)
    return {name: parse_layers([*base, layer]) for name, layer in layers.items()}


def _of_directory(directory: Path) -> dict[str, Layer]:
    return {path.stem: read_layer(path) for path in sorted(directory.glob("*.y*ml"))}


def _of_file(layer: Layer) -> dict[str, Layer]:
    scenarios = layer.document.get(_SCENARIOS)
    unknown = sorted(set(layer.document) - {_SCENARIOS})
    if unknown:
        place = f"{layer.path}:{layer.lines[unknown[0]]}"
        raise AssumptionsError(f"{place}: {unknown[0]}: unknown key; expected `{_SCENARIOS}`")
    if not isinstance(scenarios, dict):
        return {}
    return {
        str(name): _inner(layer, str(name), changes)
        for name, changes in cast("dict[str, Any]", scenarios).items()
    }


def _inner(layer: Layer, name: str, changes: object) -> Layer:
    prefix = f"{_SCENARIOS}.{name}"
    if changes is not None and not isinstance(changes, Mapping):
        place = f"{layer.path}:{layer.lines.get(prefix, 1)}"
        raise AssumptionsError(f"{place}: {prefix}: {changes!r} given; expected a group of keys")
    lines = {
        key.removeprefix(f"{prefix}."): line
        for key, line in layer.lines.items()
        if key.startswith(f"{prefix}.")
    }
    document = dict(cast("Mapping[str, Any]", changes or {}))
    return Layer(layer.path, document, lines)
