"""Digests: what they bind, what they leave out, and proofs from them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.errors import NotFoundError
from planalign.domain.events import EmployeeEvent
from planalign.domain.simulation import employee_keys
from planalign.infrastructure.log.digest import commit_digest, prove
from planalign.infrastructure.log.event_log import EventLog
from planalign.infrastructure.log.packing import BLOCK_ROWS, PackedEvents, pack, string_buffers
from planalign.infrastructure.log.rows import table_from_events
from planalign.infrastructure.log.schema import EVENTS_SCHEMA
from planalign.infrastructure.log.verify import prove_event
from tests.infrastructure.log.logs import FILE, hire, histories, small_log, why


def packed(table: pa.Table, names: list[str]) -> PackedEvents:
    """*table* packed, whose stream numbers are places in *names*."""
    numbers = table.column("stream_no").to_numpy()
    ids = pa.chunked_array([names], pa.string())
    keys = employee_keys(*string_buffers(ids))
    begins = table.column("version").to_numpy() <= 1
    return pack(table, keys[numbers], ids.take(pa.array(numbers[begins])))


def packed_rows(events: PackedEvents) -> bytes:
    return b"".join(events.blocks())


def table_of(events: list[EmployeeEvent], names: list[str]) -> pa.Table:
    """Rows with stream numbers by place in *names*."""
    numbers = [names.index(event.originator_id) for event in events]
    return table_from_events(events, np.array(numbers, dtype=np.int32))


def names_of(events: list[EmployeeEvent]) -> list[str]:
    return list(dict.fromkeys(event.originator_id for event in events))


@given(histories(), st.integers(1, 7))
def test_neither_chunks_nor_dictionaries_change_a_digest(
    events: list[EmployeeEvent], size: int
) -> None:
    names = names_of(events)
    table = table_of(events, names)
    table = pa.concat_tables([table] * (BLOCK_ROWS + 1))  # so many that they come in chunks
    digest = commit_digest(packed(table, names))
    parts = [table.slice(start, size) for start in range(0, table.num_rows, size)] or [table]
    assert commit_digest(packed(pa.concat_tables(parts), names)) == digest
    for column in {"kind", "location"} & set(table.column_names):
        encoded = [
            part.set_column(
                part.schema.get_field_index(column), column, part.column(column).dictionary_encode()
            )
            for part in parts
        ]
        assert commit_digest(packed(pa.concat_tables(encoded), names)) == digest


@given(histories(), st.integers(1, 7))
def test_a_few_rows_have_the_bytes_that_they_have_among_many(
    events: list[EmployeeEvent], size: int
) -> None:
    names = names_of(events)
    few = table_of(events, names).slice(0, BLOCK_ROWS)
    parts = [few.slice(start, size) for start in range(0, few.num_rows, size)]
    many = pa.concat_tables(parts * (BLOCK_ROWS + 1)) if parts else few
    alone = packed_rows(packed(few, names))
    assert packed_rows(packed(many, names))[: len(alone)] == alone
    assert bool(alone) == bool(events)


@given(histories())
def test_neither_stream_numbers_nor_empty_columns_change_a_digest(
    events: list[EmployeeEvent],
) -> None:
    names = names_of(events)
    table = table_of(events, names)
    digest = commit_digest(packed(table, names))
    backwards = names[::-1]
    assert commit_digest(packed(table_of(events, backwards), backwards)) == digest
    state = pa.nulls(len(events), pa.binary())
    assert commit_digest(packed(table.append_column("state", state), names)) == digest
    empty = [
        name for name in table.column_names if 0 < table.column(name).null_count == len(events)
    ]
    assert commit_digest(packed(table.drop_columns(empty), names)) == digest


@given(histories(), st.data())
def test_any_other_value_gives_another_digest(
    events: list[EmployeeEvent], data: st.DataObject
) -> None:
    if not events:
        return
    names = names_of(events)
    row = data.draw(st.integers(0, len(events) - 1))
    field = data.draw(st.sampled_from(["effective_date", "salary_cents", "location", "kind"]))
    absent = {"salary_cents": None, "location": None}
    rows = [absent | row for row in table_of(events, names).to_pylist()]
    other = {
        "effective_date": events[row].effective_date.replace(year=1999),
        "salary_cents": (rows[row]["salary_cents"] or 0) + 1,
        "location": (rows[row]["location"] or "") + "x",
        "kind": "employee.other.v1",
    }
    table = table_of(events, names)
    rows[row][field] = other[field]
    columns = [column for column in EVENTS_SCHEMA if column.name in rows[0]]
    changed = pa.Table.from_pylist(rows, schema=pa.schema(columns))
    assert commit_digest(packed(changed, names)) != commit_digest(packed(table, names))


def test_more_combinations_of_text_than_can_be_counted_are_hashed_the_same() -> None:
    texts = [f"place {number}" for number in range(1100)]
    table = pa.table(
        {
            "stream_no": pa.array(np.zeros(1100, dtype=np.int32)),
            "version": pa.array(np.arange(1, 1101), pa.int32()),
            "department": texts,
            "location": texts[::-1],
        }
    )
    whole = packed_rows(packed(table, ["E-1"]))
    half = packed_rows(packed(table.slice(0, 3), ["E-1"]))
    assert whole.startswith(half)


@given(st.integers(1, 700), st.data())
def test_a_proof_leads_to_the_digest_and_shows_its_row(rows: int, data: st.DataObject) -> None:
    people = [hire("E-1").model_copy(update={"originator_version": n + 1}) for n in range(rows)]
    whole = packed(table_of(people, ["E-1"]), ["E-1"])
    row = data.draw(st.integers(0, rows - 1))
    proof = prove(whole, row)
    assert proof.digest() == commit_digest(whole)
    everything = packed_rows(whole)
    size = len(everything) // rows
    assert proof.packed_row == everything[row * size : (row + 1) * size]


@pytest.mark.parametrize("field", ["block", "header", "ids_digest"])
def test_a_proof_of_something_else_does_not_lead_there(tmp_path: Path, field: str) -> None:
    with EventLog(small_log(tmp_path)) as log:
        commit, proof = prove_event(log, "left", "E-17", 1)
    assert (commit.commit_id, proof.row, proof.digest()) == (1, 17, commit.digest)
    value: bytes = getattr(proof, field)
    flipped = value[:-1] + bytes([value[-1] ^ 1])
    changed = replace(proof, **{field: flipped})  # type: ignore[arg-type]  # the bytes among them
    if field == "block":
        with pytest.raises(ValueError, match="does not hold together"):
            changed.digest()
    else:
        assert changed.digest() != commit.digest
    forged = tuple((*group[:-1], b"\0" * 32) for group in proof.siblings)
    with pytest.raises(ValueError, match="does not hold together"):
        replace(proof, siblings=forged).digest()


def test_a_proof_of_nothing_is_not_found(tmp_path: Path) -> None:
    with EventLog(small_log(tmp_path)) as log:
        with pytest.raises(NotFoundError, match="no version 2 of 'E-04' in left"):
            prove_event(log, "left", "E-04", 2)
        with pytest.raises(NotFoundError, match="no version 1 of 'nobody' in left"):
            prove_event(log, "left", "nobody", 1)


def test_the_header_names_only_columns_with_values(tmp_path: Path) -> None:
    with EventLog(tmp_path / FILE) as log:
        commit = log.append("baseline", [hire("E-1")], why())
        header = json.loads(log.packed(commit).header)
    assert header["rows"] == 1
    assert [name for name, _ in header["columns"]] == [
        "version", "effective_date", "salary_cents", "level", "birth_date", "kind", "source",
    ]  # fmt: skip
