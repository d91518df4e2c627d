"""dbt's manifest and the handbook's chapters -> the manifest and the catalogue that the page reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.handbook.entries import Chapter, entry_id
from pipeline.handbook.languages import without_breaks
from pipeline.handbook.origins import lake_sources
from pipeline.handbook.slimmed import PROJECT, ColumnTypes, Node, slim, slim_macro, slim_table, slim_test

_DATED = ("dbt_version", "generated_at", "project_name", "adapter_type", "project_id")
_TABLES = frozenset({"model", "seed"})
#: Kinds of nodes that we have none of, which the page asks for.
_NONE_OF: tuple[str, ...] = ("metrics", "semantic_models", "saved_queries", "functions", "selectors", "disabled")


def page_manifest(
    manifest: Mapping[str, Any],
    types: ColumnTypes,
    rows: Mapping[str, int],
    overview: str,
    chapters: Sequence[Chapter],
) -> Node:
    """The manifest as the page reads it.

    Args:
        manifest: As dbt wrote it.
        types: Types of the columns.
        rows: Number of rows by `schema.table`.
        overview: Markdown of the first page.
        chapters: Pages of the handbook.
    """
    nodes = manifest["nodes"].items()
    tables = {key: slim_table(node, types, rows) for key, node in nodes if node["resource_type"] in _TABLES}
    tests = {key: slim_test(node) for key, node in nodes if node["resource_type"] == "test"}
    entries = {node["unique_id"]: node for chapter in chapters for node in _entry_nodes(chapter)}
    macros = {key: slim_macro(macro) for key, macro in manifest["macros"].items() if macro["package_name"] == PROJECT}
    sources = lake_sources(manifest)
    exposures = {key: slim(node) for key, node in manifest["exposures"].items()}
    return {
        "metadata": {name: manifest["metadata"].get(name) for name in _DATED} | {"send_anonymous_usage_stats": False},
        "nodes": {**entries, **tables, **tests},
        "sources": sources,
        "exposures": exposures,
        "macros": macros,
        "docs": _docs(overview, chapters),
        "groups": {**manifest["groups"], **_groups_of(chapters)},
        "unit_tests": {key: slim(test) for key, test in manifest["unit_tests"].items()},
        "parent_map": _parents(manifest, tables, sources, exposures),
        "child_map": {},
        **{kind: {} for kind in _NONE_OF},
    }


def page_catalog(manifest: Mapping[str, Any]) -> Node:
    """The catalogue the page asks for beside the manifest: empty of columns, it gives the contents their order."""
    entries = [key for key in manifest["nodes"] if key.startswith("analysis.")]
    tables = sorted(key for key in manifest["nodes"] if key.startswith(("model.", "seed.")))
    return {"metadata": {}, "nodes": {key: {"columns": {}} for key in (*entries, *tables)}, "sources": {}}


def _parents(
    manifest: Mapping[str, Any], tables: Mapping[str, Node], sources: Mapping[str, Node], exposures: Mapping[str, Node]
) -> dict[str, list[str]]:
    """What each table, source and exposure comes from: the lines of the graph."""
    shown = {**tables, **sources, **exposures}
    parents = {key: [one for one in manifest["parent_map"].get(key, ()) if one in shown] for key in shown}
    return parents | {key: source["depends_on"]["nodes"] for key, source in sources.items()}


def _entry_nodes(chapter: Chapter) -> Iterable[Node]:
    """The pages of a chapter as analyses, the one kind of node that is nothing but a text and a query."""
    for entry in chapter.entries:
        yield {
            "unique_id": entry_id(chapter.key, entry.name),
            "name": entry.name,
            "title": entry.title,
            "kind": entry.kind,
            "resource_type": "analysis",
            "package_name": chapter.title,
            "original_file_path": f"{entry.name}.sql",
            "fqn": [chapter.key, entry.name],
            "description": without_breaks(entry.text),
            "raw_code": entry.sql,
            "language": "sql",
            "group": chapter.title,
            "rank": chapter.rank,
            "docs": {"show": True},
            "columns": {},
            "config": {},
            "meta": {},
            "refs": [],
            "tags": [],
            "depends_on": {"nodes": [], "macros": []},
        }


def _groups_of(chapters: Sequence[Chapter]) -> dict[str, Node]:
    return {
        f"group.{chapter.title}.{chapter.title}": {"name": chapter.title, "owner": {"name": PROJECT, "email": None}}
        for chapter in chapters
    }


def _docs(overview: str, chapters: Sequence[Chapter]) -> dict[str, Node]:
    """The first page, and one for every chapter: dbt shows them for packages."""
    named = [("overview", PROJECT, overview), *((chapter.title, chapter.title, chapter.text) for chapter in chapters)]
    return {
        f"doc.{package}.__{name}__": {
            "name": f"__{name}__",
            "package_name": package,
            "block_contents": without_breaks(text),
        }
        for name, package, text in named
    }
