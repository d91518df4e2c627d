"""The file dbt built -> `fiscal.duckdb` and its Parquet copies, each replaced in one step.

What lives here: cutting the file down to public tables, proving it, renaming. What must not: Dagster, business rules.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.defs.publish.table_macros import FOLDER, create_macros
from pipeline.errors import ContractError
from pipeline.settings import Settings

#: The schemas of the published file (CONTRACT.md).
PUBLIC_SCHEMAS = ("marts", "ref")
#: Without these the file is not worth publishing.
_NEEDED_TABLES = (("marts", "dim_document"), ("marts", "fct_form_value"))
_COMPRESSION_LEVEL = 3


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One table of the published file and its number of rows."""

    schema: str
    name: str
    rows: int


def promote(settings: Settings) -> tuple[PublishedTable, ...]:
    """Publishes the built file: readers see the old one or the new one, and no lock.

    Raises:
        ContractError: A public schema holds a view, or a needed table is missing; nothing was published.
    """
    work, new = settings.build_dir / "publish_work.duckdb", settings.build_dir / "publish_new.duckdb"
    new_parquet = settings.build_dir / "publish_parquet"
    _remove(work, new, new_parquet)
    try:
        shutil.copyfile(settings.build_file, work)
        _cut_down(work, new)
        create_macros(new, settings.dbt_project_dir / FOLDER)
        tables = _prove(new)
        _write_parquet(new, new_parquet, tables)
        _replace(new, settings.published_file)
        _replace_folder(new_parquet, settings.published_parquet_dir)
    finally:
        _remove(work, new, new_parquet)
    return tables


def _cut_down(work: Path, new: Path) -> None:
    """Copies the public tables, with comments and constraints, into a file without holes."""
    with duckdb.connect(str(work)) as connection:
        _refuse_views(connection)
        schemas = connection.execute(
            "select schema_name from duckdb_schemas() where database_name = current_database() and not internal"
        ).fetchall()
        for (schema,) in schemas:
            if schema not in PUBLIC_SCHEMAS:
                connection.execute(f"drop schema {quoted(schema)} cascade")
        _empty_main(connection)
        source = connection.execute("select current_database()").fetchall()[0][0]
        connection.execute(f"attach {literal(new)} as published")
        connection.execute(f"copy from database {quoted(source)} to published")
        connection.execute("checkpoint published")
        connection.execute("detach published")


def _empty_main(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops what stands in `main`, the one schema that cannot be dropped itself."""
    entries = connection.execute(
        "select 'view', view_name from duckdb_views() where schema_name = 'main' and not internal "
        "union all select 'table', table_name from duckdb_tables() where schema_name = 'main'"
    ).fetchall()
    for kind, name in entries:
        connection.execute(f"drop {kind} main.{quoted(name)}")


def _refuse_views(connection: duckdb.DuckDBPyConnection) -> None:
    views = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views() where schema_name in (select unnest(?)) order by 1",
        [list(PUBLIC_SCHEMAS)],
    ).fetchall()
    if views:
        raise ContractError(
            f"public schemas hold the views {', '.join(name for (name,) in views)}",
            expected="tables only: a view would point outside the file",
            remedy="materialise these models as tables in dbt_project.yml",
        )


def _prove(new: Path) -> tuple[PublishedTable, ...]:
    """Opens the new file as a reader would and counts every table."""
    with duckdb.connect(str(new), read_only=True) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal order by 1, 2"
        ).fetchall()
        missing = [f"{schema}.{name}" for schema, name in _NEEDED_TABLES if (schema, name) not in names]
        if missing:
            raise ContractError(
                f"the built file lacks {', '.join(missing)}",
                expected="every public table of the contract",
                remedy="look at what dbt built: were models selected or disabled?",
            )
        return tuple(
            PublishedTable(
                schema, name, connection.table(f"{quoted(schema)}.{quoted(name)}").count("*").fetchall()[0][0]
            )
            for schema, name in names
        )


def _write_parquet(new: Path, folder: Path, tables: tuple[PublishedTable, ...]) -> None:
    """Writes each table as Parquet in the order its rows lie in, by one thread: the same rows give the same bytes.

    dbt sorts every mart by its key, so nothing is left to chance; sorted anew by all columns, ids first, the copies
    took three times as long, five times the memory and, of `fct_form_value`, twice the space.
    """
    with duckdb.connect(str(new), read_only=True, config={"threads": 1}) as connection:
        for table in tables:
            target = folder / table.schema / f"{table.name}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(
                f"copy {quoted(table.schema)}.{quoted(table.name)} to {literal(target)} "
                f"(format parquet, compression zstd, compression_level {_COMPRESSION_LEVEL})"
            )


def _replace(new: Path, target: Path) -> None:
    with new.open("rb") as stream:
        os.fsync(stream.fileno())
    new.replace(target)


def _replace_folder(new: Path, target: Path) -> None:
    old = new.with_name("publish_parquet_old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _remove(*paths: Path) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
            path.with_name(path.name + ".wal").unlink(missing_ok=True)


def quoted(name: str) -> str:
    """An SQL identifier.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(path: Path) -> str:
    """A path as an SQL string: DuckDB takes no parameters here.

    >>> literal(Path("it's.duckdb"))
    "'it''s.duckdb'"
    """
    return "'" + str(path).replace("'", "''") + "'"
