"""The files of an export, each replaced in one step; what cannot be written is said with what to do.

What lives here: temporary files, renaming, the CSV and Parquet folder. What must not: cells of a workbook.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from pipeline.errors import FileInUse
from pipeline.exports.cells import explained, joined_ids, plain, text_of
from pipeline.exports.choice import Choice
from pipeline.exports.folder_format import FolderFormat
from pipeline.exports.tables import (
    SOURCE_COLUMNS,
    Table,
    list_tables,
    query_of,
    rows_of,
    source_comments,
    sources_of,
)
from pipeline.published.warehouse import Connection

#: What Excel and LibreOffice lay beside a file that somebody has open.
_OPEN_MARKS = ("~${name}", ".~lock.{name}#")


def write_in_one_step(target: Path, content: bytes) -> None:
    """Writes beside the target and renames: a reader sees the old file or the new one.

    Raises:
        FileInUse: Somebody has it open, or it may not be written.
    """
    for mark in _OPEN_MARKS:
        if (open_mark := target.with_name(mark.format(name=target.name))).exists():
            raise FileInUse(
                f"{target} is open in another program ({open_mark.name} stands beside it)",
                expected="a file that nobody has open",
                remedy=f"close it, or give another name with --to; if no program has it open delete {open_mark.name}",
            )
    temporary = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(target)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise FileInUse(
            f"{target} cannot be written ({error.strerror or error})",
            expected="a folder we may write to, and a file that nobody has open",
            remedy="close the file, or give another place with --to",
        ) from error


def write_folder(connection: Connection, choice: Choice, folder: Path, kind: FolderFormat) -> dict[str, int]:
    """Writes each comparison table, the sources of its figures and what the columns mean into a folder.

    Returns:
        Rows by table.

    Raises:
        FileInUse: A file cannot be written.
        NoWarehouse: The published file has no comparison tables.
    """
    counts: dict[str, int] = {}
    ids: dict[str, None] = {}
    tables = list_tables(connection)
    for table in tables:
        rows = list(rows_of(connection, table, choice))
        ids.update(dict.fromkeys(one for row in rows for one in row.value_ids))
        counts[table.short] = len(rows)
        if kind is FolderFormat.CSV:
            head = [column.name for column in table.shown] + (["value_ids"] if table.id_columns else [])
            body = [[*row.values, *([joined_ids(row.value_ids)] if table.id_columns else [])] for row in rows]
            write_in_one_step(folder / f"{table.short}.csv", _csv([head, *body]))
        else:
            _write_parquet(connection, table, choice, folder / f"{table.short}.parquet")
    sources = sources_of(connection, sorted(ids))
    write_in_one_step(folder / "sources.csv", _csv([SOURCE_COLUMNS, *(sources[one] for one in sorted(sources))]))
    write_in_one_step(folder / "columns.csv", _csv(_explained_columns(tables, source_comments(connection))))
    return counts


def _explained_columns(tables: tuple[Table, ...], of_sources: dict[str, str]) -> list[Sequence[object]]:
    ours = [
        [table.short, column.name, column.type, explained(column.comment)]
        for table in tables
        for column in table.columns
    ]
    theirs = [["sources", name, "", explained(comment)] for name, comment in of_sources.items()]
    return [["table", "column", "type", "explanation"], *ours, *theirs]


def _write_parquet(connection: Connection, table: Table, choice: Choice, target: Path) -> None:
    """One thread, rows in the table's order: the same figures give the same bytes."""
    sql, parameters = query_of(table, table.columns, choice)
    temporary = target.with_name(f"{target.name}.rows")
    cursor = connection.cursor()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        place = str(temporary).replace("'", "''")
        cursor.execute("set threads = 1")
        cursor.execute(f"copy ({sql}) to '{place}' (format parquet, compression zstd)", parameters)
        write_in_one_step(target, temporary.read_bytes())
    except OSError as error:
        raise FileInUse(
            f"{target} cannot be written ({error.strerror or error})",
            expected="a folder we may write to",
            remedy="give another place with --to",
        ) from error
    finally:
        cursor.execute("reset threads")
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with the mark Excel needs to see Chinese; numbers exact, text that would be run as a formula made plain."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return plain(text_of(value))
