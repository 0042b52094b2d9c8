"""The Markdown of the repository: its links, its headings, and its examples, which run.

A ```console block holds lines that start with ``$ `` and what they print; a ```python block is a
script, or a session with ``>>>``. The blocks of one document share a temporary directory and run
in order, so a page reads as it is executed. ``...`` in the output stands for anything. Blocks of
other kinds (```text) are pictures and are not run.
"""

from __future__ import annotations

import doctest
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```(?P<kind>[\w-]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)|!\[[^\]]*\]\((?P<image>[^)\s]+)\)")
_SAME = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

# Set-up of the reader's machine: the tests run inside what these commands build.
_SET_UP = ("make ", "git clone", "cd ", ". .venv", "source ", "pip install")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: `kind` after the fence, `body` between, `start` its offset in the text."""

    kind: str
    body: str
    start: int


@dataclass(frozen=True, slots=True)
class Call:
    """One command of a console block, and the output the document shows below it."""

    command: str
    output: str

    @property
    def is_set_up(self) -> bool:
        return self.command.startswith(_SET_UP)


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a document, in order."""
    return [Block(m["kind"], m["body"], m.start("body")) for m in _FENCE.finditer(text)]


def calls(body: str) -> list[Call]:
    r"""The commands of a console block; a line that ends in a backslash goes on.

    >>> calls("$ planalign log\nempty\n$ ls\n")
    [Call(command='planalign log', output='empty\n'), Call(command='ls', output='')]
    """
    parts = re.split(r"^\$ ((?:.*\\\n)*.*)\n?", body, flags=re.MULTILINE)[1:]
    return [Call(parts[i], parts[i + 1]) for i in range(0, len(parts), 2)]


def links(text: str) -> Iterator[str]:
    """Targets of the links and images of a document, outside its blocks."""
    for match in _LINK.finditer(_FENCE.sub("", text)):
        yield match["target"] or match["image"]


def anchors(text: str) -> set[str]:
    """The names under which the headings of a document can be linked to."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), flags=re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def prints_the_same(expected: str, actual: str) -> bool:
    """Whether *actual* is what a document shows, blank space and ``...`` aside."""
    return doctest.OutputChecker().check_output(expected, actual, _SAME)


class Reader:
    """Somebody who types a document's examples into a new directory."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        self._directory = directory
        self._names: dict[str, object] = {"__name__": "__main__"}
        self._environment = {
            **os.environ,
            "PATH": f"{_command_directory(directory)}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "USER": "ana",
        }
        self._environment.pop("PLANALIGN_WORKSPACE", None)

    def type_command(self, command: str) -> tuple[str, int]:
        """What the terminal shows after *command*, both streams in order, and the exit code."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self._directory,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return done.stdout, done.returncode

    def run_python(self, body: str, name: str) -> list[str]:
        """Run a script or a session, and return what went wrong."""
        before = Path.cwd()
        os.chdir(self._directory)
        try:
            if ">>>" in body:
                return self._run_session(body, name)
            exec(compile(body, f"<{name}>", "exec"), self._names)  # noqa: S102 - our own document
            return []
        finally:
            os.chdir(before)

    def _run_session(self, body: str, name: str) -> list[str]:
        failures: list[str] = []
        test = doctest.DocTestParser().get_doctest(body, self._names, name, name, 0)
        doctest.DocTestRunner(optionflags=_SAME).run(test, out=failures.append, clear_globs=False)
        self._names.update(test.globs)
        return failures


def _command_directory(directory: Path) -> Path:
    """A directory with a `planalign` command that runs this checkout."""
    place = directory.parent / f"{directory.name}-bin"
    place.mkdir(exist_ok=True)
    command = place / "planalign"
    run = "import sys; sys.argv[0] = 'planalign'; from planalign.cli import main; main()"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -c "{run}" "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return place
