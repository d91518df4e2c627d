"""The comparison tables of the published file, cut to a choice: columns, rows, and the figures each row rests on.

What lives here: which tables are exported and how they are asked for. What must not: any file format.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import NoWarehouse
from pipeline.exports.choice import Choice
from pipeline.published.warehouse import Connection

#: Sheet or file name and Chinese title of each table, in their order.
TABLES = {
    "mart_comparison_basis": ("basis", "比较依据"),
    "mart_county_function": ("function", "功能分类"),
    "mart_county_economic": ("economic", "经济分类"),
    "mart_county_three_public": ("three_public", "三公经费"),
    "mart_county_operating_cost": ("operating_cost", "机关运行经费"),
    "mart_county_project": ("project", "项目绩效"),
    "mart_budget_to_final": ("budget_to_final", "预算到决算"),
    "mart_disclosure_ledger": ("ledger", "公开台账"),
    "fct_restatement": ("restatement", "数字更正"),
}
#: The one without which there is nothing to export.
_NEEDED = "mart_comparison_basis"
#: Columns that lead to others of the file; what they lead to stands in the sources.
_LEFT_OUT = frozenset({"document_ids", "department_ids"})
_REASONS = frozenset({"incomparable_reasons", "warnings"})
#: Amounts that are computed from the row's figures, or are of other rows: they lead to no page of their own.
_NO_FIGURE = ("precision", "amount_per", "prior_year", "published_total", "difference")
#: The department type of the rows that put all departments of a region together.
_ALL_TYPES = "全部"
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exported table: its DuckDB type, and its comment in English and Chinese."""

    name: str
    type: str
    comment: str

    @property
    def is_ids(self) -> bool:
        """Whether it lists the figures a row rests on, which the sources show."""
        return self.name == "value_ids" or self.name.endswith(("_value_ids", "_value_id"))


@dataclass(frozen=True, slots=True)
class Table:
    """A table to export: what it is called here, and its columns, those of value_ids too."""

    name: str
    short: str
    title_zh: str
    comment: str
    columns: tuple[Column, ...]

    @property
    def figures(self) -> frozenset[str]:
        """The columns whose amounts were printed, or are sums of printed ones."""
        names = (column.name for column in self.columns)
        return frozenset(name for name in names if name.endswith("_yuan") and not name.startswith(_NO_FIGURE))

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns people see."""
        return tuple(column for column in self.columns if not column.is_ids)

    @property
    def id_columns(self) -> tuple[Column, ...]:
        """The columns that list figures."""
        return tuple(column for column in self.columns if column.is_ids)


def list_tables(connection: Connection) -> tuple[Table, ...]:
    """The tables of `TABLES` that the file holds.

    Raises:
        NoWarehouse: The file holds no comparison table: another version published it.
    """
    rows = connection.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables() where schema_name = 'marts'"
    ).fetchall()
    comments = {str(name): str(comment) for name, comment in rows}
    if _NEEDED not in comments:
        raise NoWarehouse(
            f"the published file has no table marts.{_NEEDED}",
            expected="a file published by this version of gongkai",
            remedy="run `gongkai run` again with the same folders",
        )
    return tuple(
        Table(name, short, title_zh, comments[name], _columns(connection, name))
        for name, (short, title_zh) in TABLES.items()
        if name in comments
    )


def _columns(connection: Connection, table: str) -> tuple[Column, ...]:
    rows = connection.execute(
        "select column_name, data_type, coalesce(comment, '') from duckdb_columns() "
        "where schema_name = 'marts' and table_name = ? order by column_index",
        [table],
    ).fetchall()
    return tuple(Column(str(n), str(t), str(c)) for n, t, c in rows if n not in _LEFT_OUT)


def query_of(table: Table, columns: Sequence[Column], choice: Choice) -> tuple[str, list[object]]:
    """The query of some columns of a table cut to a choice, with its parameters; rows in the table's own order.

    Reasons and warnings come in words, in the language of the choice.
    """
    names = {column.name for column in table.columns}
    wanted = {name: values for name, values in choice.filters.items() if name in names}
    if "is_county_total" not in names and _ALL_TYPES in choice.department_types:
        wanted.pop("department_type", None)  # a row is one department here: all of them are its 全部
    conditions = " and ".join(f'list_contains(?, chosen."{name}")' for name in wanted) or "true"
    chosen = ", ".join(_expression(column, choice) for column in columns)
    sql = f"select {chosen} from marts.{table.name} as chosen where {conditions} order by rowid"  # noqa: S608 (names of the catalogue)
    return sql, [list(values) for values in wanted.values()]


def _expression(column: Column, choice: Choice) -> str:
    if column.name in _REASONS:
        return f'in_words(chosen."{column.name}", lang := \'{choice.language.value}\') as "{column.name}"'
    return f'chosen."{column.name}"'


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the values people see, and the ids of the figures it rests on, in order and once each."""

    values: tuple[object, ...]
    value_ids: tuple[str, ...]


def rows_of(connection: Connection, table: Table, choice: Choice) -> Iterator[Row]:
    """The rows of a table cut to a choice."""
    width = len(table.shown)
    sql, parameters = query_of(table, (*table.shown, *table.id_columns), choice)
    cursor = connection.cursor().execute(sql, parameters)
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            yield Row(tuple(row[:width]), _joined(row[width:]))


def _joined(cells: Sequence[object]) -> tuple[str, ...]:
    lists = [cell if isinstance(cell, list) else [cell] for cell in cells if cell is not None]
    return tuple(dict.fromkeys(str(one) for some in lists for one in some if one is not None))


#: The columns of `sources_of`, as they stand in the sources.
SOURCE_COLUMNS = (
    "value_id", "department_name", "fiscal_year", "phase", "file_name", "source_url", "page_no", "form_id", "form_name",
    "form_title", "row_no", "col_no", "line_code", "line_label", "measure", "reported_text", "reported_unit",
    "amount_yuan", "grade",
)  # fmt: skip


def sources_of(connection: Connection, value_ids: Sequence[str]) -> dict[str, tuple[object, ...]]:
    """Where figures stand, by their id: the values of `SOURCE_COLUMNS`."""
    cursor = connection.cursor()
    cursor.execute("create temp table wanted_sources as select unnest(?) as value_id", [list(value_ids)])
    try:
        cursor.execute(
            f"select {', '.join(SOURCE_COLUMNS)} from sources_of((select list(value_id) from wanted_sources))"  # noqa: S608 (a constant)
        )
        return {str(row[0]): tuple(row) for row in cursor.fetchall()}
    finally:
        cursor.execute("drop table wanted_sources")


def source_comments(connection: Connection) -> dict[str, str]:
    """What the columns of the sources mean, from the comments of the tables they come from."""
    rows = connection.execute(
        "select column_name, comment from duckdb_columns() where schema_name = 'marts' and comment is not null and "
        "table_name in ('dim_document', 'dim_form', 'fct_form_value') order by table_name, column_index"
    ).fetchall()
    known = {str(name): str(comment) for name, comment in rows}
    known["form_name"] = known.get("name_zh", "")
    return {name: known.get(name, "") for name in SOURCE_COLUMNS}
