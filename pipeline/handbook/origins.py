"""The tables of the lake, and what dbt cannot know they come from: the raw documents and the program's own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline.handbook.languages import without_breaks
from pipeline.handbook.slimmed import PROJECT, RANK_STEP, Node, as_relation, one_column, slim
from pipeline.model.schemas import PER_DOCUMENT, PER_RUN

RAW = f"source.{PROJECT}.raw.documents"
PROGRAM = f"source.{PROJECT}.program.data_files"
#: Tables that are written from the program's own files, not from documents.
_FROM_PROGRAM = frozenset({"rule", "form_catalogue", "narrative_term"})
_GROUP = "lake"
_RAW_TEXT = """\
Budgets and final accounts as departments published them (`data/raw`), named by the sha256 of their bytes. The program
reads pages and grids, takes persons out, recognises the statutory forms, reads cells to values with unit and place,
reads the sentences, tries the sums, and writes what it found as Parquet.

部门公开的预算、决算原始文件（data/raw），以内容的 sha256 为标识。程序读取页面和表格，隐去个人信息，识别法定报表，
逐格取数并确定单位和位置，读取文字说明，检验勾稽关系，将所得写成 Parquet。"""
_PROGRAM_TEXT = """\
The data files of the program: the catalogue of forms (`pipeline/forms/catalogue`), the rules (`rules.yaml`), the
phrases of the sentences (`phrases.yaml`).

程序的数据文件：报表目录（pipeline/forms/catalogue）、勾稽规则（rules.yaml）、文字说明的句式（phrases.yaml）。"""
_TYPE_NAMES = {
    pl.String: "VARCHAR",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
}


def lake_sources(manifest: Mapping[str, Any]) -> dict[str, Node]:
    """The tables of the lake with their columns, and before them what they come from."""
    origins = [_origin(RAW, "raw", "documents", _RAW_TEXT), _origin(PROGRAM, "program", "data_files", _PROGRAM_TEXT)]
    sources = {node["unique_id"]: node for node in origins}
    for key, source in manifest["sources"].items():
        table = source["name"]
        sources[key] = as_relation(
            {
                **slim(source),
                "group": _GROUP,
                "columns": _lake_columns(manifest, table),
                "depends_on": {"nodes": [PROGRAM if table in _FROM_PROGRAM else RAW], "macros": []},
            },
            "BASE TABLE",
        )
    return sources


def _origin(unique_id: str, source: str, name: str, text: str) -> Node:
    """Files before the lake, as a source without columns."""
    node = {
        "unique_id": unique_id,
        "name": name,
        "source_name": source,
        "identifier": name,
        "description": without_breaks(text),
        "resource_type": "source",
        "package_name": PROJECT,
        "original_file_path": f"{source}/{name}",
        "fqn": [PROJECT, source, name],
        "database": "files",
        "schema": source,
        "group": _GROUP,
        "rank": RANK_STEP,
        "columns": {},
        "config": {},
        "meta": {},
        "tags": [],
        "depends_on": {"nodes": [], "macros": []},
    }
    return as_relation(node, "FILES")


def _lake_columns(manifest: Mapping[str, Any], table: str) -> dict[str, Node]:
    """The columns of a table of the lake, in the words of the model that reads it, else of any column of the name."""
    schema = {**PER_DOCUMENT, **PER_RUN}.get(table, pl.Schema({}))
    staged = manifest["nodes"].get(f"model.{PROJECT}.stg_lake__{table}", {}).get("columns", {})
    columns = {}
    for index, (name, kind) in enumerate(schema.items(), start=1):
        block = manifest["docs"].get(f"doc.{PROJECT}.{name}", {}).get("block_contents", "")
        text = staged.get(name, {}).get("description") or block
        columns[name] = one_column(index, name, duckdb_type(kind), text)
    return columns


def duckdb_type(kind: pl.DataType) -> str:
    """What DuckDB calls the type of a Parquet column.

    >>> duckdb_type(pl.List(pl.String())), duckdb_type(pl.Decimal(20, 2))
    ('VARCHAR[]', 'DECIMAL(20,2)')
    """
    if isinstance(kind, pl.List):
        return f"{duckdb_type(kind.inner)}[]"  # type: ignore[arg-type]  # an instance in our schemas
    if isinstance(kind, pl.Decimal):
        return f"DECIMAL({kind.precision},{kind.scale})"
    return _TYPE_NAMES.get(type(kind), str(kind).upper())
