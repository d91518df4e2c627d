"""The words of the warehouse in both languages: values of columns, lists of `ref`, words of the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.handbook.coverage import IssueCount
from pipeline.handbook.entries import Chapter, Entry, table_link
from pipeline.handbook.forms import term_tables
from pipeline.handbook.languages import split_languages
from pipeline.handbook.markdown import table_lines
from pipeline.published.warehouse import Connection

#: The chapter's part of addresses.
WORDS = "words"
_LIST = "list of words 用语"
#: A list of names in both languages is printed whole up to here; longer ones are looked up by a query.
_LONGEST_LIST = 400
_ISSUES = "ref_issue_category"
_NAMED_LISTS = """
    select table_name from duckdb_columns()
    where schema_name = 'ref' and column_name in ('name_zh', 'name_en')
    group by table_name having count(*) = 2 order by table_name
"""
_TERMS_QUERY = """\
select term_kind, term_id, name_zh, name_en
from marts.dim_narrative_term
order by all"""
_VALUES_QUERY = """\
-- every column of the file and what it means 各列及其含义
select table_name, column_name, data_type, comment
from duckdb_columns()
where schema_name in ('marts', 'ref')
order by all"""

Manifest = Mapping[str, Any]


def words_chapter(connection: Connection, manifest: Manifest, issues: Sequence[IssueCount]) -> Chapter:
    """All lists of words as pages of the handbook.

    Args:
        connection: The published file, whose lists are printed.
        manifest: dbt's, whose tests say which values a column takes.
        issues: How often each problem was met.
    """
    entries = (_values_entry(manifest), _terms_entry(), *_list_entries(connection, manifest, issues))
    rows = [(f"[`{entry.name}`](#!/analysis/analysis.{WORDS}.{entry.name})", entry.title) for entry in entries]
    text = ["# Words 用语", "", table_lines(("list 清单", "holds 内容"), rows)]
    return Chapter(WORDS, "words 用语", "\n".join(text), entries)


def _values_entry(manifest: Manifest) -> Entry:
    lines = [
        "# Values of columns 列的取值",
        "",
        "Columns that take one of a few values; the tests of every run hold them to it. 取值固定的列，每次运行均检验。",
        "",
        table_lines(("column 列", "tables 表", "values 取值", "English", "中文"), _value_rows(manifest)),
    ]
    return Entry("column_values", "Values of columns 列的取值", _LIST, "\n".join(lines), _VALUES_QUERY)


def _value_rows(manifest: Manifest) -> list[tuple[str, str, str, str, str]]:
    """One row for each set of values of a column, with the public tables that take them."""
    tables: dict[tuple[str, str, str], list[str]] = {}
    for node in manifest["nodes"].values():
        told = node.get("test_metadata") or {}
        model = manifest["nodes"].get(node.get("attached_node") or "")
        if told.get("name") != "accepted_values" or model is None or model["schema"] != "marts":
            continue
        values = ", ".join(f"`{value}`" for value in told["kwargs"]["values"])
        description = model["columns"][node["column_name"]]["description"]
        tables.setdefault((node["column_name"], values, description), []).append(model["name"])
    return [
        (f"`{column}`", ", ".join(sorted(names)), values, *split_languages(description))
        for (column, values, description), names in sorted(tables.items())
    ]


def _terms_entry() -> Entry:
    lines = [
        "# Words of the sentences 文字说明用语",
        "",
        "Every figure of a sentence has a topic (what it is about) and a measure (what is said of it); rates and",
        "changes have a basis. 文字说明中的每个数字均有对象 topic 和含义 measure，比率和增减另有比较基准 basis。",
        *term_tables("###"),
    ]
    return Entry("narrative_terms", "Words of the sentences 文字说明用语", _LIST, "\n".join(lines), _TERMS_QUERY)


def _list_entries(connection: Connection, manifest: Manifest, issues: Sequence[IssueCount]) -> Iterable[Entry]:
    """Every list of `ref` that has names in both languages, the issues with how often they were met."""
    for (name,) in connection.execute(_NAMED_LISTS).fetchall():
        query = f"from ref.{name}"  # a table of ours, as the file itself names it
        cursor = connection.execute(f"{query} limit {_LONGEST_LIST}")
        columns = [str(column[0]) for column in cursor.description or []]
        rows = cursor.fetchall()
        if name == _ISSUES:
            columns, rows = _with_counts(columns, rows, issues)
        described = manifest["nodes"].get(f"seed.gongkai.{name}", {}).get("description", "")
        english, chinese = split_languages(described)
        lines = [f"# {name}", "", english, "", chinese, "", table_link(name, is_seed=True), ""]
        text = "\n".join([*lines, table_lines(columns, rows)])
        yield Entry(f"list_{name}", f"{english} {chinese}", _LIST, text, query)


def _with_counts(
    columns: list[str], rows: list[tuple[Any, ...]], issues: Sequence[IssueCount]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    met = {issue.category: 0 for issue in issues}
    for issue in issues:
        met[issue.category] += issue.issues
    counted = [(*row, met.get(str(row[0]), 0)) for row in rows]
    return [*columns, "met here 库中次数"], counted
