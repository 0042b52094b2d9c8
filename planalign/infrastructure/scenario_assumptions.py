"""What a scenario assumes: the defaults, the workspace's file, then what the scenario changes.

``assumptions.yaml`` holds for every scenario of a workspace. ``scenarios/NAME.yaml`` says only what
is different in scenario NAME; its first key may be ``extends: OTHER``, to begin with what another
scenario has.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planalign.domain.assumptions import Assumptions, leaves
from planalign.domain.errors import AssumptionsError
from planalign.infrastructure.assumptions_file import Layer, parse_layers, read_layer

__all__ = ["ResolvedAssumptions", "overrides_path", "resolve_assumptions"]

_BASE = "assumptions.yaml"
_EXTENDS = "extends"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class ResolvedAssumptions:
    """What a scenario assumes, and where each value is from.

    Attributes:
        layers: The files, from the base up.
    """

    assumptions: Assumptions
    layers: tuple[Layer, ...]

    def origins(self) -> dict[str, str]:
        """``default`` or ``FILE:LINE`` for each key, as `leaves` spells them."""
        return {key: self._origin(key) for key in leaves(self.assumptions)}

    def _origin(self, key: str) -> str:
        for layer in reversed(self.layers):
            for prefix in _prefixes(key):
                if prefix in layer.lines:
                    return f"{layer.path.name}:{layer.lines[prefix]}"
        return DEFAULT


def _prefixes(key: str) -> list[str]:
    """The key and the lists it is in: ``levels[2].merit`` is given where ``levels`` is."""
    whole = [key]
    while "[" in key:
        key = key[: key.rindex("[")]
        whole.append(key)
    return whole


def overrides_path(directory: Path, scenario: str) -> Path:
    """Where the workspace in *directory* keeps what *scenario* changes."""
    return directory / "scenarios" / f"{scenario}.yaml"


def resolve_assumptions(directory: Path, scenario: str) -> ResolvedAssumptions:
    """The assumptions of *scenario* in the workspace in *directory*.

    Raises:
        AssumptionsError: With file and line of each problem, or if files extend each other in a
            circle or one that is not there.
    """
    layers = _overrides(directory, scenario, ())
    base = directory / _BASE
    if base.exists():
        layers = [read_layer(base), *layers]
    return ResolvedAssumptions(parse_layers(layers) if layers else Assumptions(), tuple(layers))


def _overrides(directory: Path, scenario: str, above: tuple[str, ...]) -> list[Layer]:
    path = overrides_path(directory, scenario)
    if scenario in above:
        circle = " extends ".join([*above, scenario])
        raise AssumptionsError(f"{path}: {circle}", hint="break the circle")
    if not path.exists():
        if above:
            message = (
                f"{overrides_path(directory, above[-1])}: extends {scenario}, which has no file"
            )
            raise AssumptionsError(message, hint=f"write {path}, or leave `{_EXTENDS}` out")
        return []
    layer = read_layer(path)
    document = dict(layer.document)
    parent = document.pop(_EXTENDS, None)
    below = _overrides(directory, str(parent), (*above, scenario)) if parent is not None else []
    return [*below, Layer(path, document, layer.lines)]
