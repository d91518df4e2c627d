"""The first page: what the warehouse is, what it holds, its tables by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline.handbook.coverage import Counts, share, total_of
from pipeline.handbook.entries import Chapter, entry_link, table_link
from pipeline.handbook.guide import GRADES, GUIDE, STATUSES
from pipeline.handbook.languages import split_languages
from pipeline.handbook.markdown import table_lines

Manifest = Mapping[str, Any]


def overview_text(written: str, counts: Counts, manifest: Manifest, chapters: Sequence[Chapter]) -> str:
    """The first page: what models/docs/overview.md says, and at its first rule (`---`) what is counted here.

    Args:
        written: The text of `__overview__`.
        counts: What the published file holds.
        manifest: dbt's.
        chapters: Those of the handbook, for links.
    """
    head, _, rest = written.partition("\n---\n")
    links = [f"- [{chapter.title}]({chapter.link}) ({len(chapter.entries)})" for chapter in chapters]
    at_hand = ["## In this warehouse 库中情况", "", *_at_hand(counts), "", "## Contents 目录", "", *links]
    tables = ["## The public tables 公开表", "", *_tables_by_group(manifest, counts.rows)]
    return "\n".join([head.strip(), "", *at_hand, "", rest.strip(), "", *tables, ""])


def _at_hand(counts: Counts) -> list[str]:
    """Two lines of tables: documents by status, numbers by grade."""
    covered = counts.covered
    documents = [total_of(covered, status) for status in STATUSES]
    graded = [total_of(covered, grade) for grade in GRADES]
    printed, explained = total_of(covered, "printed"), total_of(covered, "explained")
    return [
        table_lines(
            ("files 文件", *(f"{status} {chinese}" for status, chinese in STATUSES.items())),
            [tuple(map(Decimal, (sum(documents), *documents)))],
        ),
        "",
        table_lines(
            ("numbers 数字", *(f"{grade} {GRADES[grade]}" for grade in GRADES)),
            [tuple(map(Decimal, (sum(graded), *graded))), ("", *(share(count, sum(graded)) for count in graded))],
        ),
        "",
        f"{explained:,} of {printed:,} printed numbers are explained ({share(explained, printed) or 'none printed'}).",
        f"印刷数字 {printed:,} 个，已说明 {explained:,} 个。",
        "",
        f"- {entry_link(GUIDE, 'coverage', 'Coverage by region, year and phase 分地区、年度、阶段的覆盖情况')}",
        f"- {entry_link(GUIDE, 'accuracy', 'How well documents are read, measured 读取准确度')}",
    ]


def _tables_by_group(manifest: Manifest, rows: Mapping[str, int]) -> list[str]:
    """A table for each group of public tables and lists, with their rows and what they hold."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] in {"model", "seed"} and node["schema"] in {"marts", "ref"}:
            groups.setdefault(str(node.get("group") or ""), []).append(node)
    lines: list[str] = []
    for group in manifest["groups"].values():
        if nodes := groups.get(group["name"]):
            described = " ".join(split_languages(group["description"] or ""))
            lines += [f"### {group['name']}", "", described, "", _table_of(nodes, rows), ""]
    return lines


def _table_of(nodes: Iterable[Mapping[str, Any]], rows: Mapping[str, int]) -> str:
    told = []
    for node in sorted(nodes, key=lambda node: str(node["name"])):
        english, chinese = split_languages(node["description"])
        link = table_link(node["name"], is_seed=node["resource_type"] == "seed")
        told.append((link, f"{rows.get(relation_of(node), 0):,}", english, chinese))
    return table_lines(("table 表", "rows 行", "English", "中文"), told)


def relation_of(node: Mapping[str, Any]) -> str:
    """The name of a model or seed in the published file.

    >>> relation_of({"schema": "marts", "name": "dim_form"})
    'marts.dim_form'
    """
    return f"{node['schema']}.{node['name']}"
