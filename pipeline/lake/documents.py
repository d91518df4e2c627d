"""The per-document folders of the lake: `documents/<document_id>/<table>.parquet`.

What lives here: writing a document's folder in one step, telling whether it is fresh, taking it out of sight when its
file is gone. What must not: reading documents, or Parquet by any other way than `tables`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline.errors import SchemaMismatch
from pipeline.lake.rows import SORT_KEYS, extract_rows
from pipeline.lake.tables import read_table, rows_to_frame, write_table
from pipeline.model.extract import DocumentRecord, Extract
from pipeline.model.schemas import DOCUMENT, PER_DOCUMENT, PER_RETIRED

#: The zero-row tables: a glob over an empty lake still finds every column.
SCHEMA_FOLDER = "_schema"
#: What stands as `parser_version` of a document that no parser has seen (empty, too large, not readable).
NOT_READ = "not_read"
_TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST})
GONE_REASON = "the file is no longer in the raw folder"


def documents_dir(lake_dir: Path) -> Path:
    """The folder that dbt globs."""
    return lake_dir / "documents"


def write_schema_folder(lake_dir: Path) -> None:
    """Writes the zero-row tables, so that a lake without documents, or without retired ones, can be built too."""
    if is_of_this_shape(documents_dir(lake_dir) / SCHEMA_FOLDER):
        return
    _write_folder(lake_dir, SCHEMA_FOLDER, {table: schema.to_frame() for table, schema in PER_DOCUMENT.items()})
    for table, schema in PER_RETIRED.values():
        write_table(_retired_dir(lake_dir) / SCHEMA_FOLDER / f"{table}.parquet", schema.to_frame(), schema, table=table)


def write_extract(lake_dir: Path, extract: Extract) -> None:
    """Writes everything read from one document in one step, replacing what was there.

    Raises:
        SchemaMismatch: The extract does not fit the schemas; nothing was written.
    """
    _write_frames(lake_dir, extract)
    shutil.rmtree(_retired_dir(lake_dir) / extract.document_id, ignore_errors=True)


def list_extract(lake_dir: Path, extract: Extract) -> None:
    """Writes the one row of a document that is listed and not read, unless it stands there already.

    Raises:
        SchemaMismatch: The extract does not fit the schemas; nothing was written.
    """
    folder = documents_dir(lake_dir) / extract.document_id
    with contextlib.suppress(SchemaMismatch):
        is_there = _read_record(lake_dir, extract.document_id) == (extract.record, extract.parser_version)
        if is_there and is_of_this_shape(folder):
            return
    write_extract(lake_dir, extract)


def _write_frames(lake_dir: Path, extract: Extract) -> None:
    rows = extract_rows(extract)
    frames = {
        table: rows_to_frame(rows[table], schema, table=table, sort_by=SORT_KEYS[table])
        for table, schema in PER_DOCUMENT.items()
    }
    _write_folder(lake_dir, extract.document_id, frames)


def _write_folder(lake_dir: Path, name: str, frames: dict[str, pl.DataFrame]) -> None:
    target = documents_dir(lake_dir) / name
    temporary = lake_dir / "tmp" / f"{name}.{socket.gethostname()}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    for table, frame in frames.items():
        write_table(temporary / f"{table}.parquet", frame, PER_DOCUMENT[table], table=table)
    _replace_folder(temporary, target)


def _replace_folder(new: Path, target: Path) -> None:
    """Puts a folder in another's place; of two machines that read one document at a time the last one stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for is_last in (False, False, True):
        shutil.rmtree(target, ignore_errors=True)
        try:
            new.rename(target)
        except OSError as error:
            if is_last or error.errno not in _TAKEN:
                raise
        else:
            return


def _copy_folder(folder: Path, target: Path) -> None:
    """Makes the copy whole before it gets its name: ended in between, the document is still where it was."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    shutil.copytree(folder, temporary)
    _replace_folder(temporary, target)


def read_document_table(lake_dir: Path, document_id: str, table: str) -> pl.DataFrame:
    """One table of one document, columns as in `model/schemas.py`.

    Raises:
        SchemaMismatch: It is missing or does not follow the schema.
    """
    path = documents_dir(lake_dir) / document_id / f"{table}.parquet"
    return read_table(path, PER_DOCUMENT[table], table=table)


def read_all(lake_dir: Path, table: str) -> pl.DataFrame:
    """One table over all documents, in the order of their ids; columns as in `model/schemas.py`."""
    folders = (SCHEMA_FOLDER, *document_ids(lake_dir))
    paths = [documents_dir(lake_dir) / name / f"{table}.parquet" for name in folders]
    return read_table(paths, PER_DOCUMENT[table], table=table)


def read_retired(lake_dir: Path, table: str) -> pl.DataFrame:
    """One table over the documents whose files are gone; columns as in `model/schemas.py`.

    Folders that an older version wrote without a column of today are left out, as dbt would see nulls there.
    """
    name, schema = PER_RETIRED[table]
    frames = [schema.to_frame()]
    for path in sorted(_retired_dir(lake_dir).glob(f"*/{name}.parquet")):
        with contextlib.suppress(SchemaMismatch):
            frames.append(read_table(path, schema, table=name))
    return pl.concat(frames)


def document_ids(lake_dir: Path) -> tuple[str, ...]:
    """The documents that have a folder, sorted."""
    folder = documents_dir(lake_dir)
    if not folder.is_dir():
        return ()
    return tuple(sorted(found.name for found in folder.iterdir() if found.is_dir() and found.name != SCHEMA_FOLDER))


def fresh_status(lake_dir: Path, document_id: str, parser_of: Callable[[str], str]) -> str | None:
    """The status of a document that need not be read again, else `None`.

    Args:
        lake_dir: The lake.
        document_id: Its content.
        parser_of: Gives the version of today's parser for a media type.

    A document is read again when its folder is missing, incomplete or unreadable, or another parser wrote it.
    A folder set aside when its file went away counts, and is brought back by `restore`.
    """
    for folder in (_retired_dir(lake_dir) / document_id, documents_dir(lake_dir) / document_id):
        if (status := _fresh_status_in(folder, parser_of)) is not None:
            return status
    return None


def _fresh_status_in(folder: Path, parser_of: Callable[[str], str]) -> str | None:
    if not all((folder / f"{table}.parquet").is_file() for table in PER_DOCUMENT):
        return None
    try:
        rows = read_table(folder / "document.parquet", DOCUMENT, table="document").to_dicts()
    except SchemaMismatch:
        return None
    if len(rows) != 1 or rows[0]["status"] == "superseded":
        return None
    (row,) = rows
    return str(row["status"]) if row["parser_version"] == parser_of(row["media_type"]) else None


def restore(lake_dir: Path, document_ids_present: Iterable[str]) -> tuple[str, ...]:
    """Brings back the folders of documents whose files are there again; returns their ids."""
    retired = _retired_dir(lake_dir)
    back = tuple(document_id for document_id in document_ids_present if (retired / document_id).is_dir())
    for document_id in back:
        ours = lake_dir / "tmp" / f"{document_id}.{socket.gethostname()}.{os.getpid()}.back"
        ours.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(ours, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):  # of several processes that hold the document one takes it
            (retired / document_id).rename(ours)
            _replace_folder(ours, documents_dir(lake_dir) / document_id)
    return back


def retire(
    lake_dir: Path, document_ids_present: Iterable[str], reasons: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Sets aside every document whose file is gone: it stays listed as superseded, its numbers leave the warehouse.

    The folder as read moves to `retired/`, where `restore` finds it; in its place stands one document row, which is
    written again where an older version wrote it without a table or column of today. A folder whose document row has
    another shape is removed: nobody could read it.

    Args:
        lake_dir: The lake.
        document_ids_present: The documents that count.
        reasons: Why a document no longer counts, where it is not that its file is gone.

    Returns:
        The ids of the documents that were set aside now.
    """
    present = set(document_ids_present)
    gone = [document_id for document_id in document_ids(lake_dir) if document_id not in present]
    told = reasons or {}
    return tuple(
        document_id for document_id in gone if _set_aside(lake_dir, document_id, told.get(document_id, GONE_REASON))
    )


def _set_aside(lake_dir: Path, document_id: str, reason: str) -> bool:
    folder = documents_dir(lake_dir) / document_id
    try:
        record, parser_version = _read_record(lake_dir, document_id)
    except SchemaMismatch:
        shutil.rmtree(folder)
        shutil.rmtree(_retired_dir(lake_dir) / document_id, ignore_errors=True)
        return False
    if record.status == "superseded":
        if record.status_reason != reason or not is_of_this_shape(folder):
            _write_frames(lake_dir, Extract(document_id, parser_version, replace(record, status_reason=reason)))
        return False
    _copy_folder(folder, _retired_dir(lake_dir) / document_id)
    superseded = replace(record, status="superseded", status_reason=reason)
    _write_frames(lake_dir, Extract(document_id, parser_version, superseded))
    return True


def is_of_this_shape(folder: Path) -> bool:
    """Whether every table is there with its columns of today; an older version may have set the folder aside."""
    try:
        for table, schema in PER_DOCUMENT.items():
            read_table(folder / f"{table}.parquet", schema, table=table)
    except SchemaMismatch:
        return False
    return True


def _read_record(lake_dir: Path, document_id: str) -> tuple[DocumentRecord, str]:
    row = read_document_table(lake_dir, document_id, "document").row(0, named=True)
    row["missing_forms"] = tuple(row["missing_forms"] or ())
    parser_version = str(row.pop("parser_version"))
    del row["document_id"]
    return DocumentRecord(**row), parser_version


def _retired_dir(lake_dir: Path) -> Path:
    return lake_dir / "retired"
