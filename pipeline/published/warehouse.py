"""`fiscal.duckdb` opened for reading, and its rows as frozen records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import duckdb

from pipeline.errors import BadQuery, NoWarehouse

Record = TypeVar("Record")
Connection = duckdb.DuckDBPyConnection


@contextmanager
def open_published(file: Path) -> Iterator[Connection]:
    """Opens the published file read-only; a run may replace it meanwhile, this reader keeps the old one.

    Raises:
        NoWarehouse: There is none yet, or it is no DuckDB file.
    """
    if not file.is_file():
        raise NoWarehouse(
            f"there is no {file}", expected="a published warehouse", remedy="run `gongkai run`, or name its folder"
        )
    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise NoWarehouse(
            f"{file} cannot be opened ({error})",
            expected="a DuckDB file that nobody is writing to",
            remedy="run `gongkai run` again",
        ) from error
    with connection:
        yield connection


def fetch(connection: Connection, kind: type[Record], query: str, parameters: Sequence[object] = ()) -> list[Record]:
    """Runs a query whose columns are named like the fields of the frozen record `kind`; lists become tuples.

    Raises:
        NoWarehouse: A table or column is not there: another version of this program has published the file.
    """
    try:
        cursor = connection.execute(query, list(parameters))
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise _of_another_version(str(error).splitlines()[0]) from error
    names = [column[0] for column in cursor.description or []]
    wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # any dataclass
    if missing := sorted(wanted - set(names)):
        raise _of_another_version(f"no column {', '.join(missing)}")
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [kind(**{name: _frozen(value) for name, value in row.items() if name in wanted}) for row in rows]


def _of_another_version(lack: str) -> NoWarehouse:
    return NoWarehouse(
        f"the published file lacks what we ask it for ({lack})",
        expected="a file published by this version of gongkai",
        remedy="run `gongkai run` again with the same folders",
    )


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def run_query(file: Path, sql: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Column names and rows of any query that only reads.

    Raises:
        BadQuery: DuckDB does not accept it.
        NoWarehouse: There is nothing to ask.
    """
    with open_published(file) as connection:
        try:
            cursor = connection.execute(sql)
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise BadQuery(
                str(error).strip(),
                expected="one SQL query",
                remedy="`gongkai query 'show all tables'` lists what is there",
            ) from error
        return tuple(column[0] for column in cursor.description or []), rows
