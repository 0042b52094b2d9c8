"""What `import planalign` promises: the names, their order, their cost."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import planalign
from planalign.domain import errors

HEAVY = ("click", "duckdb", "numpy", "pyarrow", "pydantic", "rich", "yaml")
ROOT = Path(__file__).parents[1]


def loaded_after(statement: str) -> set[str]:
    """The heavy modules in memory once *statement* has run in a new interpreter."""
    script = f"{statement}\nimport sys\nprint(*(m for m in {HEAVY} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.splitlines()[-1].split())


def imports_for_type_checkers() -> dict[str, str]:
    """Name to module, as `planalign/__init__.py` states them under TYPE_CHECKING."""
    tree = ast.parse(inspect.getsource(planalign))
    guarded = [node for node in tree.body if isinstance(node, ast.If)]
    found = [node for block in guarded for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in found for alias in node.names}


def test_the_public_names_are_sorted_and_said_once() -> None:
    assert list(planalign.__all__) == sorted(set(planalign.__all__))


def test_what_is_listed_is_what_can_be_imported() -> None:
    assert dir(planalign) == sorted(planalign.__all__)
    for name in planalign.__all__:
        assert getattr(planalign, name) is not None


def test_type_checkers_and_the_interpreter_find_a_name_in_the_same_module() -> None:
    stated = imports_for_type_checkers()
    assert set(stated) == set(planalign.__all__) - {"__version__"}
    for name, module in stated.items():
        assert getattr(planalign, name) is getattr(importlib.import_module(module), name)


def test_every_error_is_public() -> None:
    assert set(errors.__all__) <= set(planalign.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Utils"):
        _ = getattr(planalign, "Utils")  # noqa: B009 - type checkers know that it is not there


def test_every_public_name_says_what_it_is() -> None:
    for name in set(planalign.__all__) - {"__version__"}:
        assert inspect.getdoc(getattr(planalign, name)), name


def test_importing_the_package_costs_nothing() -> None:
    assert loaded_after("import planalign; planalign.__version__") == set()


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_load_no_engine(argument: str) -> None:
    given = "from planalign.cli import root\nfrom planalign.interface.terminal.running import run"
    assert loaded_after(f"{given}\nassert run(root, [{argument!r}]) == 0") <= {"click"}
