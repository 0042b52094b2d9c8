"""The pages of docs/ that are written from the code: ``make docs`` writes them, a test compares.

What stands above the marker in such a page is written by hand and kept.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

import planalign
from planalign.cli import root
from planalign.domain import errors
from planalign.domain.events import EVENT_TYPES, EmployeeEvent
from tests import documents

DOCS = documents.ROOT / "docs"
MARKER = "<!-- from here on written from the code by `make docs` -->"


def events() -> str:
    """Every kind of event, with its topic and its fields."""
    return "\n".join(part for kind in EVENT_TYPES for part in _event(kind))


def _event(kind: type[EmployeeEvent]) -> Iterator[str]:
    schema = kind.model_json_schema()
    yield f"## {kind.__name__}\n\n`{kind.TOPIC}`. {_paragraphs(kind)}\n"
    yield "| field | type | allowed | meaning |\n|---|---|---|---|"
    for name, field in schema["properties"].items():
        plain = _without_null(field)
        cells = [f"`{name}`", _type(plain, field), _allowed(plain), plain.get("description", "")]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    options = [option for option in field.get("anyOf", [field]) if option.get("type") != "null"]
    return {
        **options[0],
        "description": field.get("description", options[0].get("description", "")),
    }


def _type(plain: dict[str, Any], field: dict[str, Any]) -> str:
    words = {"date": "date", "integer": "integer", "string": "text"}
    return words[plain.get("format", plain["type"])] + (" or null" if "anyOf" in field else "")


def _allowed(plain: dict[str, Any]) -> str:
    if "enum" in plain:
        return ", ".join(f"`{value}`" for value in plain["enum"])
    if "maxLength" in plain:
        return f"{plain.get('minLength', 0)} to {plain['maxLength']} characters"
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    return ", ".join(f"{sign} {plain[key]:,}" for key, sign in bounds.items() if key in plain)


def errors_tree() -> str:
    """Every error with the exit code of the command line, nested as the classes are."""
    lines = ["| error | means | exit code |", "|---|---|---|"]
    return "\n".join([*lines, *_errors(errors.PlanalignError, 0)]) + "\n"


def _errors(kind: type[errors.PlanalignError], depth: int) -> Iterator[str]:
    name = f"{'&emsp;' * depth}`{kind.__name__}`"
    yield f"| {name} | {_first_sentence(kind)} | {kind.exit_code} |"
    for child in sorted(kind.__subclasses__(), key=lambda child: child.__name__):
        if child.__module__ == errors.__name__:
            yield from _errors(child, depth + 1)


def api() -> str:
    """Every public name, with how it is called and what it is."""
    return "\n".join(part for name in planalign.__all__ for part in _public(name))


def _public(name: str) -> Iterator[str]:
    value: Any = getattr(planalign, name)
    ancestors = inspect.getmro(value) if inspect.isclass(value) else ()
    if errors.PlanalignError in ancestors:
        yield f"- `{name}`: [an error](errors.md)"
    elif EmployeeEvent in ancestors:
        yield f"- `{name}`: [an event](events.md)"
    elif not isinstance(value, str):
        yield f"\n## {name}\n\n`{name}`: {_paragraphs(value)}\n"
        if BaseModel in ancestors:
            fields: dict[str, object] = getattr(value, "model_fields", {})
            yield f"Fields: {', '.join(f'`{field}`' for field in fields)}.\n"
        elif ancestors:
            yield from _methods(vars(value))


def _methods(members: Mapping[str, Any]) -> Iterator[str]:
    for name, member in members.items():
        function = getattr(member, "__func__", member)
        if not name.startswith("_") and inspect.isfunction(function):
            call = str(inspect.signature(function)).replace("'", "")
            yield f"- `{name}{call}`: {_first_sentence(function)}"
        elif not name.startswith("_") and type(member) in {property, cached_property}:
            yield f"- `{name}`: {_first_sentence(member)}"


def cli() -> str:
    """Every command with its arguments and options."""
    return "\n".join(_command(root, click.Context(root, info_name="planalign")))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"## {context.command_path}\n\n`{context.command_path} {usage}`\n"
    yield f"{inspect.cleandoc(command.help or '').split(chr(12), maxsplit=1)[0].strip()}\n"
    records = [record for record in map(_record(context), command.get_params(context)) if record]
    if records:
        yield "| option | meaning |\n|---|---|"
        yield from (f"| {_cell(f'`{left}`')} | {_cell(right)} |" for left, right in records)
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _command(child, click.Context(child, parent=context, info_name=name))


def _record(context: click.Context) -> Callable[[click.Parameter], tuple[str, str] | None]:
    return lambda parameter: parameter.get_help_record(context)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _paragraphs(value: object) -> str:
    """The docstring up to its first section or example."""
    text = inspect.getdoc(value) or ""
    return re.split(r"\n(?:[A-Z]\w+:\n|>>> )", text, maxsplit=1)[0].strip()


def _first_sentence(value: object) -> str:
    return _cell(_paragraphs(value).split("\n\n")[0])


PAGES: dict[str, Callable[[], str]] = {
    "events.md": events,
    "errors.md": errors_tree,
    "api.md": api,
    "cli.md": cli,
}


def rendered(name: str) -> str:
    """The page as it should be: its introduction as it is, the rest from the code."""
    path = DOCS / name
    introduction = path.read_text().split(MARKER)[0] if path.exists() else f"# {path.stem}"
    return f"{introduction.rstrip()}\n\n{MARKER}\n\n{PAGES[name]().strip()}\n"


def with_true_output(path: Path, reader: documents.Reader) -> str:
    """The document's text, with what its console examples print today."""
    text = path.read_text()
    pieces: list[str] = []
    end = 0
    for block in documents.blocks(text):
        pieces.append(text[end : block.start])
        end = block.start + len(block.body)
        body = block.body
        if block.kind == "console":
            body = "".join(_typed(call, reader) for call in documents.calls(body))
        elif block.kind == "python":
            reader.run_python(body, path.name)
        pieces.append(body)
    return "".join([*pieces, text[end:]])


def _typed(call: documents.Call, reader: documents.Reader) -> str:
    actual = call.output if call.is_set_up else reader.type_command(call.command)[0]
    wanted = bool(call.output) and not documents.prints_the_same(call.output, actual)
    lines = (line.rstrip() for line in actual.splitlines())
    return f"$ {call.command}\n" + ("".join(f"{x}\n" for x in lines) if wanted else call.output)


def main() -> None:
    """Write every page, and bring the outputs in all documents up to date."""
    import tempfile

    for name in PAGES:
        (DOCS / name).write_text(rendered(name))
    for path in documents.DOCUMENTS:
        with tempfile.TemporaryDirectory() as directory:
            reader = documents.Reader(Path(directory, "here"))
            try:
                path.write_text(with_true_output(path, reader))
            except Exception as error:  # one broken example must not keep the others old
                print(f"{path.name}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
