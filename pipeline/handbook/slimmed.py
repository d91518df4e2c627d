"""Nodes of dbt's manifest -> the fields of them that the page reads: no compiled SQL, no path of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.handbook.languages import in_both

Node = dict[str, Any]
#: Type of every column by schema, table and column, as the built file has it.
ColumnTypes = Mapping[tuple[str, str, str], str]

PROJECT = "gongkai"
#: Where steps on the way to the public tables stand among what a search finds; the public tables are at 0.
RANK_STEP = 3
_RANK_PUBLIC, _RANK_MACRO = 0, 4
#: Where the tables of a schema are found: the published file, or what is on the way to it.
_PLACES = {"marts": "fiscal", "ref": "fiscal", "staging": "build", "intermediate": "build", "lake": "parquet"}
_PUBLISHED = "fiscal"
_KEPT = frozenset(
    {
        "access", "alias", "columns", "config", "depends_on", "description", "docs", "expect", "fqn", "given", "group",
        "identifier", "label", "language", "maturity", "model", "name", "original_file_path", "owner", "package_name",
        "raw_code", "refs", "resource_type", "schema", "source_name", "tags", "type", "unique_id", "url", "version",
    }
)  # fmt: skip
#: Of tests it reads less: there are more of them than of all else.
_KEPT_OF_TESTS = frozenset(
    {
        "column_name", "depends_on", "name", "original_file_path", "package_name", "refs", "resource_type", "tags",
        "test_metadata", "unique_id",
    }
)  # fmt: skip
_KEPT_OF_MACROS = frozenset(
    {
        "arguments", "depends_on", "description", "docs", "macro_sql", "name", "original_file_path", "package_name",
        "unique_id",
    }
)  # fmt: skip
_KEPT_OF_CONFIG = frozenset({"contract", "enabled", "group", "materialized", "tags"})


def slim(node: Mapping[str, Any]) -> Node:
    """A table, source, exposure or unit test; its description as two paragraphs, English and Chinese."""
    place = _PLACES.get(node.get("schema", ""), _PUBLISHED)
    return {
        **{name: node[name] for name in _KEPT if name in node},
        "config": {name: value for name, value in node.get("config", {}).items() if name in _KEPT_OF_CONFIG},
        "description": in_both(node.get("description") or ""),
        "meta": {},
        "database": place,
        "rank": _RANK_PUBLIC if place == _PUBLISHED else RANK_STEP,
    }


def slim_test(test: Mapping[str, Any]) -> Node:
    """A test: what it asks of which column. Ones written as queries of their own have no metadata."""
    kept = {name: test[name] for name in _KEPT_OF_TESTS if name in test}
    if told := test.get("test_metadata"):
        kwargs = {name: value for name, value in told["kwargs"].items() if name != "model"}
        kept["test_metadata"] = {"name": told["name"], "namespace": told["namespace"], "kwargs": kwargs}
    return kept


def slim_macro(macro: Mapping[str, Any]) -> Node:
    """A macro of ours with its text."""
    return {**{name: macro[name] for name in _KEPT_OF_MACROS}, "resource_type": "macro", "rank": _RANK_MACRO}


def slim_table(node: Mapping[str, Any], types: ColumnTypes, rows: Mapping[str, int]) -> Node:
    """A model or seed with the types of its columns and its number of rows."""
    schema, name = node["schema"], node["name"]
    columns = {}
    for index, (column, told) in enumerate(node["columns"].items(), start=1):
        data_type = types.get((schema, name, column)) or (told.get("data_type") or "").upper()
        columns[column] = one_column(index, column, data_type, told["description"])
    kind = "VIEW" if node["config"].get("materialized") == "view" else "BASE TABLE"
    return as_relation({**slim(node), "columns": columns}, kind, rows.get(f"{schema}.{name}"))


def one_column(index: int, name: str, data_type: str, description: str) -> Node:
    """A column as the page shows it."""
    return {"name": name, "index": index, "type": data_type, "description": in_both(description), "tags": []}


def as_relation(node: Node, kind: str, row_count: int | None = None) -> Node:
    """A node with what the page's details ask of a table; the number of rows where it is published."""
    counted = {"id": "num_rows", "label": "Rows 行数", "value": row_count, "include": True, "description": ""}
    stats = {} if row_count is None else {"num_rows": counted}
    return {**node, "metadata": {"type": kind, "owner": PROJECT}, "stats": stats}
