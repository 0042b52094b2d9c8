"""The shape of the code: what linters and import contracts do not look at."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "planalign"
MODULES = sorted(PACKAGE.rglob("*.py"))
DOMAIN = sorted((PACKAGE / "domain").rglob("*.py"))

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
SQL_OF_MANY_LINES = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|COPY)\b[^\n]*\n\s*\S")
EMPTY_WORDS = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}

# Not correctly rounded: their last bits differ between machines and versions of NumPy.
LIBM = {
    "cbrt", "cos", "exp", "exp2", "expm1", "float_power", "log", "log10", "log1p", "log2",
    "pow", "power", "sin", "tan", "tanh",
}  # fmt: skip
CLOCKS_AND_LUCK = {"now", "today", "utcnow", "random", "default_rng", "urandom", "uuid4", "uuid1"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=name_of(path))


def stays_whole(path: Path) -> bool:
    """Whether the module's docstring says why it is not split."""
    return "stays whole" in " ".join((ast.get_docstring(parsed(path)) or "").split())


def long_functions(path: Path) -> Iterator[str]:
    """Functions with more code than a reader holds in mind; their docstrings are not counted."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            if (node.end_lineno or 0) - first.lineno + 1 > MOST_LINES_OF_A_FUNCTION:
                yield f"{name_of(path)}:{node.lineno} {node.name}"


def uses(path: Path, names: set[str]) -> list[str]:
    """Where *path* reads an attribute of one of these names, as in ``np.exp``."""
    found = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)]
    return [f"{name_of(path)}:{use.lineno} {use.attr}" for use in found if use.attr in names]


def statements(path: Path) -> list[str]:
    """SQL of more than one line inside a module."""
    strings = [n for n in ast.walk(parsed(path)) if isinstance(n, ast.Constant)]
    return [
        f"{name_of(path)}:{string.lineno}"
        for string in strings
        if isinstance(string.value, str) and SQL_OF_MANY_LINES.match(string.value)
    ]


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path in MODULES if not ast.get_docstring(parsed(path))] == []


def test_a_file_is_short_unless_it_says_why_it_stays_whole() -> None:
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    excused = {name_of(path) for path in MODULES if stays_whole(path)}
    long = {name for name, lines in sizes.items() if lines > MOST_LINES_OF_A_FILE}
    assert long - excused == set()


def test_a_function_fits_on_one_screen() -> None:
    assert [found for path in MODULES for found in long_functions(path)] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in MODULES if path.stem in EMPTY_WORDS] == []


def test_every_folder_of_the_package_is_a_package() -> None:
    folders = {path.parent for path in MODULES}
    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_domain_asks_no_clock_and_throws_no_dice() -> None:
    assert [found for path in DOMAIN for found in uses(path, CLOCKS_AND_LUCK)] == []


def test_a_simulated_year_is_decided_without_libm() -> None:
    simulation = [path for path in DOMAIN if "simulation" in path.parts]
    assert [found for path in simulation for found in uses(path, LIBM)] == []


def test_a_statement_of_many_lines_lives_in_a_sql_file() -> None:
    assert [found for path in MODULES for found in statements(path)] == []


def test_the_wheel_has_every_file_that_the_package_reads(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    texts = [path for end in ("sql", "j2", "css") for path in PACKAGE.rglob(f"*.{end}")]
    expected = [*MODULES, PACKAGE / "py.typed", *texts]
    assert {name_of(path) for path in expected} <= inside


def test_every_requirement_is_pinned_by_version_alone() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    pattern = re.compile(r"[A-Za-z0-9_.-]+==[0-9][\w.]*( ; [^/:@]+)?")
    assert [pin for pin in pins if not pattern.fullmatch(pin)] == []
    pinned = {canonical(pin.split("==")[0]) for pin in pins}
    assert required() - pinned - {"planalign"} == set()


def required() -> set[str]:
    """The name of every package that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["project"]["optional-dependencies"].values()
    wanted = project["project"]["dependencies"] + [name for group in groups for name in group]
    wanted += project["build-system"]["requires"]
    return {canonical(re.split(r"[\[<>=~ ]", name)[0]) for name in wanted}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
