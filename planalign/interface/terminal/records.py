"""Answers that are one record: lines for people, an object or a row for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from planalign.interface.terminal.output import chosen_format, emit, write_file

__all__ = ["currency", "emit_record", "result_record"]


def currency(cents: int) -> Decimal:
    """An amount in the currency, with its two decimals."""
    return Decimal(cents).scaleb(-2)


def emit_record(record: Mapping[str, Any], form: str, output: Path | None) -> None:
    """Write *record*; with ``auto`` and no file, as lines of name and value, in a pipe as well."""
    chosen = "table" if form == "auto" and output is None else chosen_format(form, output)
    if chosen == "json":
        text = json.dumps(record, ensure_ascii=False, indent=2, default=str) + "\n"
        if output is None:
            click.echo(text, nl=False)
        else:
            write_file(output, text.encode())
    elif chosen == "table" and output is None:
        width = max(map(len, record), default=0)
        for name, value in record.items():
            sys.stdout.write(f"{name.ljust(width)}  {_shown(value)}".rstrip() + "\n")
    else:
        import pyarrow as pa

        emit(pa.Table.from_pylist([dict(record)]), chosen, output)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(item)}" for key, item in value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return ", ".join(_shown(item) for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)


def result_record(result: Any) -> dict[str, Any]:
    """What a single decision led to."""
    commits = [commit.commit_id for commit in result.commits]
    return {"commit": commits[-1] if commits else None, "events": result.events}
