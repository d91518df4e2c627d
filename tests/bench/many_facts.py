"""A published file of many documents, multiplied inside DuckDB from a small published file.

python -m tests.bench.many_facts BASE.duckdb TARGET.duckdb --rows 1_000_000

Every document of the base is copied to many departments, years and regions. A copy keeps what its document prints and
how it adds up: its amounts are those of the base times one whole number, so every sum still holds to the cent, and its
ids are made anew by one function, so every join still finds its rows. Tables, columns, types, comments and the order of
rows (that of the `order by` in dbt's models) are those of a published file.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path

import duckdb

MODELS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
#: Departments of every region: name after the region's, and type. Those the README asks for come first.
KINDS = (
    ("人民政府办公室", "政府办公室"),
    ("机关事务服务中心", "机关事务服务中心"),
    ("财政局", "财政局"),
    ("教育局", "教育局"),
    ("民政局", "民政局"),
    ("司法局", "司法局"),
    ("水务局", "水务局"),
    ("政务服务中心", "政务服务中心"),
    ("发展和改革局", "发展和改革局"),
    ("科学技术局", "科学技术局"),
    ("工业和信息化局", "工业和信息化局"),
    ("公安局", "公安局"),
    ("人力资源和社会保障局", "人力资源和社会保障局"),
    ("自然资源局", "自然资源局"),
    ("住房和城乡建设局", "住房和城乡建设局"),
    ("交通运输局", "交通运输局"),
    ("农业农村局", "农业农村局"),
    ("文化和旅游局", "文化和旅游局"),
    ("卫生健康局", "卫生健康局"),
    ("应急管理局", "应急管理局"),
    ("审计局", "审计局"),
    ("统计局", "统计局"),
    ("医疗保障局", "医疗保障局"),
    ("信访局", "信访局"),
)
_FIRST_REGIONS = ("140431", "140522")  # 沁源县, 阳城县: the README asks for them
_YEARS = (2019, 2025)
#: Amounts are those of the base times 1 to this.
_FACTORS = 12
#: Rows sorted and written at once: less than fills the memory, more than many row groups (122,880 rows).
_ROWS_AT_ONCE = 2_000_000

#: Ids that belong to one document, made anew for every copy, and ids that all documents share.
_OWN_IDS = {"check_id", "disclosure_id", "fact_id", "finding_id", "indicator_id", "issue_id", "project_id", "value_id"}
_OWN_LISTS = {"check_ids", "derived_from", "figure_ids", "left_value_ids", "right_value_ids", "value_ids"}
_SHARED_IDS = {"form_id", "rule_id", "source_form_id", "source_form_ids"}
#: Tables that put documents or years together; the copies are strangers to each other, so these stay empty.
_OF_SEVERAL = {
    "fct_restatement",
    "fct_retrieval",
    "mart_budget_to_final",
    "mart_comparison_basis",
    "mart_county_economic",
    "mart_county_function",
    "mart_county_operating_cost",
    "mart_county_project",
    "mart_county_three_public",
    "mart_disclosure_ledger",
}
#: Yuan that are not amounts: the size of printed digits.
_NOT_AMOUNTS = {"precision_yuan", "tolerance_yuan"}
#: What a copy's department decides: column -> expression over the cell `c`.
_OF_CELL = {
    "document_id": "c.document_id",
    "document_ids": "[c.document_id]",
    "department_id": "c.department_id",
    "department_name": "c.department_name",
    "department_type": "c.department_type",
    "counts_with_department_id": "c.department_id",
    "region_code": "c.region_code",
    "region_name": "c.region_name",
    "fiscal_year": "c.fiscal_year",
    "relative_path": "c.relative_path",
    "file_name": "split_part(c.relative_path, '/', -1)",
}


@dataclass(frozen=True, slots=True)
class Many:
    """How large the file became."""

    documents: int
    values: int
    all_rows: int


def make_many(base: Path, target: Path, rows: int) -> Many:
    """Writes a published file with about `rows` rows in `fct_form_value`, the other tables in proportion."""
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{base}' as base (read_only)")
        connection.execute("copy from database base to " + target.stem + " (schema)")
        _prepare(connection, rows)
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'base' order by all"
        ).fetchall()
        for schema, table in tables:
            _fill(connection, schema, table)
        connection.execute("checkpoint")
        counts = {
            table: connection.execute(f"select count(*) from {schema}.{table}").fetchall()[0][0]
            for schema, table in tables
        }
    return Many(counts["dim_document"], counts["fct_form_value"], sum(counts.values()))


def _prepare(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Makes the list of copies, `cells`, one row per document to be, and the base's values times every factor."""
    connection.execute(
        """create temp macro own_id(copy_no, id) as
        case length(id)
            when 20 then left(md5(copy_no || ':' || id), 20)
            else left(id, length(id) - 16) || left(md5(copy_no || ':' || id), 16)
        end"""
    )
    connection.execute("create temp table kinds (kind_no integer, kind varchar, department_type varchar)")
    connection.executemany("insert into kinds values (?, ?, ?)", [(no, *kind) for no, kind in enumerate(KINDS)])
    connection.execute(_CELLS, [list(_FIRST_REGIONS), *_YEARS, rows])
    connection.execute(_SCALED)


#: Parameters: codes of the first regions, first and last year, rows wanted.
_CELLS = f"""
create temp table cells as
with copied as (
    select document_id as base_id, phase, row_number() over (partition by phase order by document_id) - 1 as base_no,
        count(*) over (partition by phase) as base_count, values_printed
    from base.marts.dim_document
    join (
        select document_id, count(*) as values_printed from base.marts.fct_form_value group by all
    ) using (document_id)
    where status in ('loaded', 'partial') and phase is not null
),
regions as (
    select region_code, region_name,
        row_number() over (order by coalesce(list_position(?, region_code), 99), md5(region_code)) as region_no
    from base.marts.dim_region where is_current and region_level in ('county', 'prefecture')
),
wanted as (
    select *, row_number() over (order by region_no, kind_no, fiscal_year, phase) as copy_no
    from regions, kinds, (select unnest(range(?, ? + 1)) as fiscal_year),
        (select distinct phase, base_count from copied)
),
drawn as (
    select *, cast(hash(copy_no) % base_count as bigint) as base_no from wanted
),
counted as (
    select *, sum(values_printed) over (order by copy_no rows unbounded preceding) - values_printed as values_before
    from drawn join copied using (phase, base_no)
)
select
    copy_no, base_id, phase, region_code, region_name, department_type,
    cast(fiscal_year as integer) as fiscal_year,
    cast(1 + hash(copy_no + 1000000000) % {_FACTORS} as integer) as factor,
    region_name || kind as department_name,
    region_code || '-' || left(md5(region_code || kind), 12) as department_id,
    sha256(region_code || kind || fiscal_year || phase) as document_id,
    region_code || '/' || region_name || kind || '/' || fiscal_year || '-' || phase || '.pdf' as relative_path
from counted where values_before < ?
"""

#: The text printed for an amount becomes that of the new amount, in the same style.
_SCALED = f"""
create temp table scaled as
select
    * exclude (digits, new_text) replace (
        case when amount_yuan is null then reported_text else new_text end as reported_text,
        case
            when amount_yuan is null then reported_line
            else replace(
                replace(reported_line, '| ' || reported_text, '| ' || new_text),
                chr(9) || reported_text, chr(9) || new_text
            )
        end as reported_line
    )
from (
    select *,
        length(split_part(reported_text, '.', 2)) as digits,
        format(
            if(contains(reported_text, ','), '{{:,.', '{{:.') || digits || 'f}}',
            cast(amount_yuan * factor as double)
            / case reported_unit when '万元' then 1e4 when '亿元' then 1e8 else 1 end
        ) as new_text
    from base.marts.fct_form_value, (select unnest(range(1, {_FACTORS} + 1)) as factor)
)
"""


def _fill(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    columns = [
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = 'base' and schema_name = ? "
            "and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
    ]
    if table in _OF_SEVERAL:
        return
    if table == "dim_department":
        connection.execute(_DEPARTMENTS.format(columns=", ".join(columns)))
    elif schema == "marts" and ("document_id" in columns or "document_ids" in columns):
        _multiply(connection, f"{schema}.{table}", columns)
    else:
        connection.execute(f"insert into {schema}.{table} from base.{schema}.{table}")


_DEPARTMENTS = """
insert into marts.dim_department by name
select {columns} from (
    select department_id, department_name, department_name as official_name, [department_name] as name_variants,
        region_code, region_name, department_type, name_en as department_type_en,
        null::varchar as parent_department_id, null::varchar as parent_basis, null::varchar as successor_department_id,
        min(fiscal_year) as first_fiscal_year, max(fiscal_year) as last_fiscal_year, count(*) as document_count
    from cells left join base.ref.ref_department_type using (department_type)
    group by all
)
order by department_id
"""


def _multiply(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    """Writes every copy of a table's rows, a stretch of documents at a time, in the order of the model."""
    order = order_of_model(table.split(".")[1])
    source = "scaled" if table == "marts.fct_form_value" else f"base.{table}"
    same = " and c.factor = b.factor" if source == "scaled" else ""
    key = "b.document_id" if "document_id" in columns else "b.document_ids[1]"
    # another file of the same bytes, listed as such, is no document to copy
    same += " and b.status in ('loaded', 'partial')" if table == "marts.dim_document" else ""
    wanted = ", ".join(f"{_copied(column)} as {column}" for column in columns)
    _order_cells(connection, order)
    for part, first, last in _stretches(connection, table, order):
        connection.execute(
            f"insert into {table} "
            f"select {wanted} from ordered as c join {source} as b on c.base_id = {key}{same} "
            f"where c.place between {first} and {last} and {part} order by {', '.join(order)}"
        )


def _order_cells(connection: duckdb.DuckDBPyConnection, order: list[str]) -> None:
    """Numbers the copies as the first columns of the order that a copy decides would have them."""
    by = [f"c.{column}" for column in takewhile(_OF_CELL.__contains__, dropwhile(_is_printed, order))]
    connection.execute(
        "create or replace temp table ordered as "
        f"select *, row_number() over (order by {', '.join([*by, 'c.document_id'])}) as place from cells as c"
    )


def _is_printed(part: str) -> bool:
    return part not in _OF_CELL


def _stretches(connection: duckdb.DuckDBPyConnection, table: str, order: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yields what to write at once, in order: a condition on the base's rows, first and last place of the copies.

    Where rows are sorted first by what is printed (their form, contradicted first), each such value is a pass over
    all copies.
    """
    documents, base_documents = connection.execute(
        "select (select count(*) from cells), (select count(*) from base.marts.dim_document)"
    ).fetchall()[0]
    printed = list(takewhile(_is_printed, order)) if any(map(_OF_CELL.get, order)) else []
    parts = connection.execute(
        f"select {''.join(f'{one}, ' for one in printed)} count(*) from base.{table} "
        f"group by all order by {', '.join(printed) or '1'}"
    ).fetchall()
    for *values, rows in parts:
        at_once = max(1, int(_ROWS_AT_ONCE * base_documents / max(rows, 1)))
        conditions = [
            f"({one}) is not distinct from {_literal(value)}" for one, value in zip(printed, values, strict=True)
        ]
        for first in range(1, documents + 1, at_once):
            yield " and ".join(["true", *conditions]), first, first + at_once - 1


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value if value is not None else "null")


def _copied(column: str) -> str:
    """The expression that makes a column of a copy out of the base row `b` and the cell `c`."""
    if column in _OF_CELL:
        return _OF_CELL[column]
    if column in _OWN_IDS:
        return f"own_id(c.copy_no, b.{column})"
    if column in _OWN_LISTS:
        return f"list_transform(b.{column}, lambda id: own_id(c.copy_no, id))"
    if column.endswith(("_id", "_ids")) and column not in _SHARED_IDS:
        raise ValueError(f"found the column {column}; say in many_facts whether it belongs to one document")
    if column.endswith("_yuan") and column not in _NOT_AMOUNTS:
        return f"cast(b.{column} * c.factor as decimal(20, 2))"
    return f"b.{column}"


def order_of_model(table: str) -> list[str]:
    """What a model sorts its rows by: the last `order by` of its SQL.

    >>> order_of_model("fct_form")
    ['region_code', 'department_id', 'fiscal_year', 'document_id', 'form_id', 'instance_no']
    """
    text = (MODELS / f"{table}.sql").read_text(encoding="utf-8")
    found = re.findall(r"^order by\s+([^()]+)\Z", text, re.M)
    if not found:
        raise ValueError(f"{table}.sql does not end in an `order by`, which decides how its rows lie in the file")
    return [" ".join(part.split()) for part in found[0].split(",")]


def main() -> None:
    """Makes one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--rows", type=int, default=100_000_000)
    options = parser.parse_args()
    print(make_many(options.base, options.target, options.rows))


if __name__ == "__main__":
    main()
