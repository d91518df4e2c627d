"""The file dbt built -> `fiscal.duckdb` and its Parquet copies, each replaced in one step.

What lives here: cutting the file down to public tables, proving it, renaming. What must not: Dagster, business rules.
"""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.defs.publish.table_macros import FOLDER, create_macros
from pipeline.durable import replace_file, replace_folder, sha256_of, sync_path, write_text
from pipeline.errors import ContractError
from pipeline.nights.change_page import change_page
from pipeline.nights.changes import Changes, compare_nights
from pipeline.nights.folder import CELLS_FILE, PAGE_FILE, REPORT_FILE, NightManifest, TableSum, keep_night
from pipeline.nights.ledger import CALENDAR, read_ledger
from pipeline.settings import Settings

#: The schemas of the published file (CONTRACT.md).
PUBLIC_SCHEMAS = ("marts", "ref")
#: Without these the file is not worth publishing.
_NEEDED_TABLES = (("marts", "dim_document"), ("marts", "fct_form_value"))
_COMPRESSION_LEVEL = 3
_TABLES_AT_ONCE = min(os.cpu_count() or 1, 4)


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One table of the published file and its number of rows."""

    schema: str
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, and what it changed for readers."""

    tables: tuple[PublishedTable, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is about to be published, in the build folder: the file, its Parquet copies, its tables."""

    file: Path
    parquet: Path
    tables: tuple[PublishedTable, ...]


@contextmanager
def prepared(settings: Settings) -> Iterator[Prepared]:
    """Yields the built file cut down to what is public, proven to open, with its copies; all of it goes afterwards.

    Raises:
        ContractError: A public schema holds a view, or a needed table is missing.
    """
    new, new_parquet = settings.build_dir / "publish_new.duckdb", settings.build_dir / "publish_parquet"
    remove(new, new_parquet)
    try:
        _cut_down(settings.build_file, new)
        create_macros(new, settings.dbt_project_dir / FOLDER)
        tables = _prove(new)
        write_parquet(new, new_parquet, tables)
        yield Prepared(new, new_parquet, tables)
    finally:
        remove(new, new_parquet)


def promote(settings: Settings, night_id: str, *, built_from: str, accepted: tuple[str, ...] = ()) -> Published:
    """Publishes the built file: kept under its night's date, then one rename; readers see the old one or the new one.

    Args:
        settings: Where everything is.
        night_id: The night that publishes.
        built_from: The fingerprint of what the file was built from.
        accepted: Limits that were exceeded, and that somebody accepted.

    Raises:
        ContractError: What was built cannot be published; nothing was.
        OSError: The disk does not let us; nothing was published.
    """
    ledger = read_ledger(settings)
    cells = settings.build_dir / CELLS_FILE
    with prepared(settings) as new:
        before = settings.published_file if settings.published_file.is_file() else None
        changes = compare_nights(before, new.file, night_id, ledger.current_night_id, cells)
        manifest = _manifest(settings, night_id, new, built_from, accepted)
        reports: dict[str, str | Path] = {REPORT_FILE: changes.to_json(), PAGE_FILE: change_page(changes)}
        if cells.is_file():
            reports[CELLS_FILE] = cells
        folder = keep_night(settings, manifest, new.file, reports)
        replace_file(new.file, settings.published_file)
        swap_parquet(settings, new.parquet)
        for name in (REPORT_FILE, PAGE_FILE):
            write_text(settings.warehouse_dir / name, (folder / name).read_text(encoding="utf-8"))
    return Published(new.tables, changes)


def swap_parquet(settings: Settings, new: Path) -> None:
    """Puts finished Parquet copies beside the published file."""
    aside = settings.build_dir / "publish_parquet_old"
    shutil.rmtree(aside, ignore_errors=True)
    for path in sorted(new.rglob("*.parquet")):
        sync_path(path)
    replace_folder(new, settings.published_parquet_dir, aside)
    shutil.rmtree(aside, ignore_errors=True)


def copy_as_parquet(settings: Settings, file: Path) -> None:
    """Writes the copies of a published file anew and puts them beside it: after going back to an older night."""
    new = settings.build_dir / "publish_parquet"
    remove(new)
    write_parquet(file, new, _prove(file))
    swap_parquet(settings, new)


def _manifest(
    settings: Settings, night_id: str, new: Prepared, built_from: str, accepted: tuple[str, ...]
) -> NightManifest:
    with duckdb.connect(str(new.file), read_only=True) as connection:
        statuses = connection.execute(
            "select status, count(*) from marts.dim_document group by 1 order by 1"
        ).fetchall()
    sums = tuple(
        TableSum(
            f"{table.schema}.{table.name}",
            table.rows,
            sha256_of(new.parquet / table.schema / f"{table.name}.parquet"),
        )
        for table in new.tables
    )
    now = settings.now().astimezone(CALENDAR).isoformat(timespec="seconds")
    size = new.file.stat().st_size
    return NightManifest(night_id, now, built_from, sha256_of(new.file), size, sums, dict(statuses), accepted)


def _cut_down(build: Path, new: Path) -> None:
    """Copies the public tables, with comments and constraints, into a file without holes; the built one stays.

    Table by table: DuckDB's own `copy from database` copies the rows of a table with one thread.
    """
    with duckdb.connect(str(new)) as connection:
        connection.execute(f"attach {literal(build)} as built (read_only)")
        _refuse_views(connection)
        tables = connection.execute(
            "select schema_name, table_name, sql, comment from duckdb_tables() "
            "where database_name = 'built' and schema_name in (select unnest(?)) order by 1, 2",
            [list(PUBLIC_SCHEMAS)],
        ).fetchall()
        for schema in sorted({schema for schema, *_ in tables}):
            connection.execute(f"create schema {quoted(schema)}")
        for schema, name, statement, comment in tables:
            table = f"{quoted(schema)}.{quoted(name)}"
            connection.execute(statement)
            connection.execute(f"insert into {table} select * from built.{table}")  # noqa: S608 (names, quoted)
            if comment is not None:
                connection.execute(f"comment on table {table} is {text_literal(comment)}")
        for schema, name, column, comment in connection.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where database_name = 'built' and comment is not null and schema_name in (select unnest(?))",
            [list(PUBLIC_SCHEMAS)],
        ).fetchall():
            place = f"{quoted(schema)}.{quoted(name)}.{quoted(column)}"
            connection.execute(f"comment on column {place} is {text_literal(comment)}")
        connection.execute("detach built")
        connection.execute("checkpoint")


def _refuse_views(connection: duckdb.DuckDBPyConnection) -> None:
    views = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views() "
        "where database_name = 'built' and schema_name in (select unnest(?)) order by 1",
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


def write_parquet(new: Path, folder: Path, tables: tuple[PublishedTable, ...]) -> None:
    """Writes each table as Parquet in the order its rows lie in, by one thread: the same rows give the same bytes.

    Several tables are written side by side. dbt sorts every mart by its key, so nothing is left to chance; sorted anew
    by all columns, ids first, the copies took three times as long, five times the memory and, of `fct_form_value`,
    twice the space.
    """
    with (
        duckdb.connect(str(new), read_only=True, config={"threads": 1}) as connection,
        ThreadPoolExecutor(_TABLES_AT_ONCE) as threads,
    ):
        largest_first = sorted(tables, key=lambda table: -table.rows)
        for _ in threads.map(lambda table: _write_table(connection.cursor(), table, folder), largest_first):
            pass


def _write_table(cursor: duckdb.DuckDBPyConnection, table: PublishedTable, folder: Path) -> None:
    target = folder / table.schema / f"{table.name}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    cursor.execute(
        f"copy {quoted(table.schema)}.{quoted(table.name)} to {literal(target)} "
        f"(format parquet, compression zstd, compression_level {_COMPRESSION_LEVEL})"
    )


def remove(*paths: Path) -> None:
    """Removes files, with what DuckDB keeps beside them, and folders."""
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
    return text_literal(str(path))


def text_literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
