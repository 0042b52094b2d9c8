"""What a statement may be: one SELECT over the views that it is offered.

DuckDB's own word for a statement is not enough: it calls ``WITH x AS (INSERT …) SELECT …`` a
SELECT, and reads files in the FROM clause of one. So the statement's syntax tree is walked, and
whatever is not known to be harmless is refused: kinds of nodes, relations and table functions by
a list of what is allowed, plain functions by the few that do more than compute. DuckDB parses
the statement a second time when it runs; both times it is the same parser and the same text.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final, cast

import duckdb

from planalign.domain.errors import InvalidInputError

__all__ = ["relations_of"]

_NODES: Final = {
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
    "BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "SHOW_REF",
    "PIVOT",
}  # fmt: skip
_PARTS_OF_NODES: Final = ("_MODIFIER", "ORDER_DEFAULT", "ASCENDING", "DESCENDING")
_TABLE_FUNCTIONS: Final = {"range", "generate_series", "unnest"}
_NO_MERE_COMPUTATION: Final = {
    "nextval", "currval", "setval", "setseed", "sleep_ms", "pg_sleep", "write_log", "stats",
    "getenv", "getvariable", "current_setting", "vector_type",
}  # fmt: skip
_NOTHING_BUT_SELECT: Final = "one SELECT is run, and nothing that writes; see docs/sql.md"


def relations_of(
    statement: str, known: Collection[str], connection: duckdb.DuckDBPyConnection
) -> frozenset[str]:
    """Which of the *known* relations *statement* reads.

    Args:
        statement: SQL, from anybody.
        known: Names of the views, in lower case; each may also be a table function.
        connection: Only parses.

    Raises:
        InvalidInputError: If it is not exactly one SELECT over known relations, or calls a function
            that does more than compute.
    """
    tree = _tree(statement, connection)
    own = set(_own_names(tree))
    found: set[str] = set()
    for node in _nodes(tree):
        if "class" in node:
            _check_function(node)
        elif node["type"] == "TABLE_FUNCTION":
            found.add(_table_function(node, known))
        elif node["type"] == "BASE_TABLE":
            found.add(_relation(node, known, own))
        else:
            _check_kind(node)
    return frozenset(found & set(known))


def _tree(statement: str, connection: duckdb.DuckDBPyConnection) -> Any:
    try:
        kinds = [parsed.type for parsed in connection.extract_statements(statement)]
    except duckdb.Error as error:
        raise InvalidInputError(str(error).strip(), hint=_NOTHING_BUT_SELECT) from error
    if kinds != [duckdb.StatementType.SELECT]:
        said = " and ".join(kind.name for kind in kinds) or "nothing"
        raise InvalidInputError(f"this is {said}, not one SELECT", hint=_NOTHING_BUT_SELECT)
    answer = connection.execute("SELECT json_serialize_sql($1::VARCHAR)", [statement]).fetchall()
    tree = json.loads(answer[0][0])
    if tree["error"]:
        raise InvalidInputError(str(tree["error_message"]), hint=_NOTHING_BUT_SELECT)
    return tree["statements"]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every node of the tree: what has a kind, in the order of the text."""
    if isinstance(tree, list):
        for item in cast("list[object]", tree):
            yield from _nodes(item)
    elif isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        if isinstance(node.get("type"), str):
            yield node
        for inner in node.values():
            yield from _nodes(inner)


def _own_names(tree: Any) -> Iterator[str]:
    """Names that the statement gives in WITH: no others, and no file, may hide behind them."""
    for node in _nodes(tree):
        entries: list[dict[str, Any]] = node.get("cte_map", {}).get("map", [])
        for entry in entries:
            if not entry["key"].isidentifier():  # 'a.csv' would be a file outside its WITH
                raise InvalidInputError(f"{entry['key']!r} is no name for a part of a statement")
            yield entry["key"].lower()


def _relation(node: dict[str, Any], known: Collection[str], own: Collection[str]) -> str:
    path: list[str] = node["qualified_name"]["path"]
    name = path[-1].lower()
    if len(path) == 1 and (name in known or name in own):
        return name
    raise InvalidInputError(f"there is no view {'.'.join(path)!r}", hint=_listed(known))


def _table_function(node: dict[str, Any], known: Collection[str]) -> str:
    path: list[str] = node["function"]["qualified_name"]["path"]
    name = path[-1].lower()
    if len(path) == 1 and (name in known or name in _TABLE_FUNCTIONS):
        return name
    message = f"{'.'.join(path)}() is not offered: no files and nothing of the system is read"
    raise InvalidInputError(message, hint=_listed(known))


def _check_function(node: dict[str, Any]) -> None:
    name = str(node.get("function_name", "")).lower()
    if name in _NO_MERE_COMPUTATION or name.startswith("__internal"):
        raise InvalidInputError(f"{name}() is not offered: it does more than compute")


def _check_kind(node: dict[str, Any]) -> None:
    kind: str = node["type"]
    if kind == "SHOW_REF" and node["query"] is None:
        raise InvalidInputError("tables of the log are not shown", hint="see docs/sql.md")
    if kind not in _NODES and not kind.endswith(_PARTS_OF_NODES):
        raise InvalidInputError(f"this holds a {kind}", hint=_NOTHING_BUT_SELECT)


def _listed(known: Collection[str]) -> str:
    return f"there are: {', '.join(sorted(known))}"
