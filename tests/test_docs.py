"""What the documents say is so: examples run, names exist, links lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import planalign
from tests import documents, reference

ROOT = documents.ROOT
SECTIONS = {"context", "options", "decision", "consequences"}
EVERYTHING = "\n".join(path.read_text() for path in documents.DOCUMENTS)
WITH_EXAMPLES = [
    path
    for path in documents.DOCUMENTS
    if any(block.kind in {"console", "python"} for block in documents.blocks(path.read_text()))
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=name_of)
@pytest.mark.slow
def test_the_examples_of_a_document_do_what_it_shows(path: Path, tmp_path: Path) -> None:
    reader = documents.Reader(tmp_path / "here")
    for block in documents.blocks(path.read_text()):
        if block.kind == "python":
            assert reader.run_python(block.body, name_of(path)) == []
        elif block.kind == "console":
            try_calls(documents.calls(block.body), reader)


def try_calls(calls: list[documents.Call], reader: documents.Reader) -> None:
    for call in calls:
        if not call.is_set_up:
            actual, exit_code = reader.type_command(call.command)
            assert "Traceback" not in actual, f"$ {call.command}\n{actual}"
            if "error:" not in call.output:  # a page may show how something is refused
                assert exit_code == 0, f"$ {call.command}\n{actual}"
            if call.output:
                same = documents.prints_the_same(call.output, actual)
                assert same, f"$ {call.command}\nshown:\n{call.output}\nprinted:\n{actual}"


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_a_reference_page_says_what_the_code_says(name: str) -> None:
    path = reference.DOCS / name
    assert path.exists(), "run `make docs`"
    assert path.read_text() == reference.rendered(name), "run `make docs`"


@pytest.mark.parametrize("path", documents.DOCUMENTS, ids=name_of)
def test_no_link_of_a_document_is_dead(path: Path) -> None:
    dead = [target for target in documents.links(path.read_text()) if not leads(path, target)]
    assert dead == []


def leads(path: Path, target: str) -> bool:
    """Whether a link from *path* arrives; the world outside is not asked."""
    if "://" in target or target.startswith("mailto:"):
        return True
    file, _, anchor = target.partition("#")
    place = (path.parent / file).resolve() if file else path
    if not place.exists():
        return False
    return not anchor or anchor in documents.anchors(place.read_text())


def test_every_public_name_is_in_the_documents() -> None:
    names = set(planalign.__all__) - {"__version__"}
    assert [name for name in sorted(names) if f"`{name}`" not in EVERYTHING] == []


def test_every_page_is_in_the_index() -> None:
    pages = {p for p in reference.DOCS.rglob("*.md") if p.name != "README.md"}
    index = reference.DOCS / "README.md"
    linked = {(index.parent / target).resolve() for target in documents.links(index.read_text())}
    assert {name_of(page) for page in pages - linked} == set()


def test_a_decision_is_one_page_with_the_same_sections() -> None:
    for path in sorted((reference.DOCS / "decisions").glob("*.md")):
        text = path.read_text()
        assert documents.anchors(text) >= SECTIONS, path.name
        assert "\nStatus: " in text, path.name
        assert "\nDate: " in text, path.name
        assert len(text.splitlines()) <= 70, f"{path.name} is longer than a page"


def test_the_first_screen_of_the_readme_gets_a_newcomer_going() -> None:
    first = (ROOT / "README.md").read_text().splitlines()[:40]
    assert "$ make demo" in first
    assert "$ make test" in first
