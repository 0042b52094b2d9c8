"""Digests over packed events: a tree of SHA-256, its proofs, and the chain of commits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from planalign.infrastructure.log.packing import BLOCK_ROWS, PackedEvents

__all__ = ["InclusionProof", "chain_digest", "commit_digest", "prove", "sha256_json"]

_ARITY = 16
_LEAF, _NODE = b"\x00", b"\x01"  # a leaf must never pass for a node


def commit_digest(packed: PackedEvents) -> str:
    """Hex SHA-256 that binds a commit's events."""
    leaves = [hashlib.sha256(_LEAF + block).digest() for block in packed.blocks()]
    return _seal(packed.header, _levels(leaves)[-1][0], hashlib.sha256(packed.ids).digest())


def _seal(header: bytes, root: bytes, ids_digest: bytes) -> str:
    return hashlib.sha256(header + root + ids_digest).hexdigest()


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """All levels of the tree, leaves first, root last; no leaves give the digest of nothing."""
    levels = [leaves or [hashlib.sha256(_LEAF).digest()]]
    while len(levels[-1]) > 1:
        levels.append([_node(levels[-1][i : i + _ARITY]) for i in _starts(levels[-1])])
    return levels


def _starts(level: list[bytes]) -> range:
    return range(0, len(level), _ARITY)


def _node(children: list[bytes]) -> bytes:
    return hashlib.sha256(_NODE + b"".join(children)).digest()


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Enough to check, without the log, that one event is part of a commit's digest.

    Attributes:
        row: Index of the event among the commit's events.
        block: Packed bytes of the event's block of up to 16 rows.
        siblings: Per level, leaves first: the hashes of the group that the block's hash is in.
        header: Column names, types and row count of the packing.
        ids_digest: SHA-256 over the ids of the streams that begin in this commit.
    """

    row: int
    block: bytes
    siblings: tuple[tuple[bytes, ...], ...]
    header: bytes
    ids_digest: bytes

    @property
    def packed_row(self) -> bytes:
        """The event's own packed bytes."""
        before = self.row // BLOCK_ROWS * BLOCK_ROWS
        rows = min(BLOCK_ROWS, json.loads(self.header)["rows"] - before)
        size = len(self.block) // rows
        start = self.row % BLOCK_ROWS * size
        return self.block[start : start + size]

    def digest(self) -> str:
        """The commit digest that this proof leads to; compare it with the recorded one.

        Raises:
            ValueError: If a level does not contain the hash that the level below leads to.
        """
        current, index = hashlib.sha256(_LEAF + self.block).digest(), self.row // BLOCK_ROWS
        for group in self.siblings:
            if group[index % _ARITY] != current:
                raise ValueError("the proof does not hold together")
            current, index = _node(list(group)), index // _ARITY
        return _seal(self.header, current, self.ids_digest)


def prove(packed: PackedEvents, row: int) -> InclusionProof:
    """Proof that row *row* of *packed* is part of its digest."""
    index = row // BLOCK_ROWS
    levels = _levels([hashlib.sha256(_LEAF + block).digest() for block in packed.blocks()])
    siblings: list[tuple[bytes, ...]] = []
    for level in levels[:-1]:
        start = index // _ARITY * _ARITY
        siblings.append(tuple(level[start : start + _ARITY]))
        index //= _ARITY
    return InclusionProof(
        row=row,
        block=bytes(next(islice(packed.blocks(), row // BLOCK_ROWS, None))),
        siblings=tuple(siblings),
        header=packed.header,
        ids_digest=hashlib.sha256(packed.ids).digest(),
    )


def chain_digest(previous: str, commit: Mapping[str, object]) -> str:
    """Hex SHA-256 that binds *commit*'s row and, through *previous*, all before it."""
    return sha256_json([previous, dict(commit)])


def sha256_json(value: object) -> str:
    """Hex SHA-256 of *value* as canonical JSON (sorted keys, no blanks, dates as ISO text)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
