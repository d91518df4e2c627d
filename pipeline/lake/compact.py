"""Document folders -> a few files a table: `tables/<first two digits of document_id>/<table>.parquet`, what dbt opens.

Thousands of folders with a dozen small files each cost minutes to open; 256 with the same tables do not. What lives
here: which documents a bucket holds, and bringing it up to date. What must not: reading documents; the folders stay
what is true, and a bucket can always be made again from them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import SchemaMismatch
from pipeline.lake.documents import SCHEMA_FOLDER, document_ids, documents_dir
from pipeline.lake.tables import read_table, write_table
from pipeline.model.schemas import PER_DOCUMENT

_BUCKET_DIGITS = 2
_INDEX = "index.json"

#: What tells one writing of a folder from another: time and number of its document table, as the disk knows them.
_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What the last night left of a document that nobody has touched since."""

    status: str
    media_type: str
    parser_version: str


def tables_dir(lake_dir: Path) -> Path:
    """The folder that dbt globs."""
    return lake_dir / "tables"


def compact(lake_dir: Path) -> int:
    """Brings the buckets up to date with the document folders; returns how many were written.

    A bucket is replaced as a whole: ended in between, the next call finds it as it was, or as it is to be.

    Raises:
        SchemaMismatch: A document folder cannot be read.
    """
    wanted: dict[str, dict[str, _Stamp]] = defaultdict(dict)
    for document_id in document_ids(lake_dir):
        wanted[document_id[:_BUCKET_DIGITS]][document_id] = _stamp(lake_dir, document_id)
    wanted[SCHEMA_FOLDER] = {}
    folder = tables_dir(lake_dir)
    folder.mkdir(parents=True, exist_ok=True)
    for left in sorted(path for path in folder.iterdir() if path.name not in wanted):
        shutil.rmtree(left)
    return sum(_bring_up_to_date(lake_dir, bucket, wanted[bucket]) for bucket in sorted(wanted))


def _bring_up_to_date(lake_dir: Path, bucket: str, documents: Mapping[str, _Stamp]) -> bool:
    folder = tables_dir(lake_dir) / bucket
    there = _read_index(folder)
    if there == documents and all((folder / f"{table}.parquet").is_file() for table in PER_DOCUMENT):
        return False
    kept = [document_id for document_id, stamp in (there or {}).items() if documents.get(document_id) == stamp]
    new = sorted(set(documents) - set(kept))
    temporary = lake_dir / "tmp" / f"tables_{bucket}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        frames = _frames(lake_dir, folder, kept, new)
    except SchemaMismatch:  # a bucket of another version, or cut off by a power cut: the folders are what is true
        frames = _frames(lake_dir, folder, [], sorted(documents))
    for table, frame in frames.items():
        write_table(temporary / f"{table}.parquet", frame, PER_DOCUMENT[table], table=table)
    (temporary / _INDEX).write_text(json.dumps(documents, sort_keys=True), encoding="ascii")
    if folder.exists():
        shutil.rmtree(folder)
    temporary.rename(folder)
    return True


def _frames(lake_dir: Path, folder: Path, kept: list[str], new: list[str]) -> dict[str, pl.DataFrame]:
    """The tables of a bucket, by document: kept rows as they are, new ones from their folders."""
    frames = {}
    for table, schema in PER_DOCUMENT.items():
        parts = [schema.to_frame()]
        if kept:
            old = read_table(folder / f"{table}.parquet", schema, table=table)
            parts.append(old.filter(pl.col("document_id").is_in(kept)))
        parts += [
            read_table(documents_dir(lake_dir) / document_id / f"{table}.parquet", schema, table=table)
            for document_id in new
        ]
        frames[table] = pl.concat(parts).sort("document_id", maintain_order=True).rechunk()
    return frames


def read_compacted(lake_dir: Path, table: str, columns: list[str]) -> pl.DataFrame:
    """Some columns of one table over all documents, by document.

    Raises:
        SchemaMismatch: A bucket cannot be read.
    """
    paths = sorted(tables_dir(lake_dir).glob(f"*/{table}.parquet"))
    if not paths:
        return PER_DOCUMENT[table].to_frame().select(columns)
    return read_table(paths, PER_DOCUMENT[table], table=table, columns=columns)


def known_documents(lake_dir: Path) -> dict[str, KnownDocument]:
    """The documents whose folder is as the buckets have it, without opening one folder."""
    known: dict[str, KnownDocument] = {}
    for folder in sorted(tables_dir(lake_dir).glob("*")):
        index = _read_index(folder) or {}
        if not index:
            continue
        with suppress(SchemaMismatch):
            rows = read_table(folder / "document.parquet", PER_DOCUMENT["document"], table="document").to_dicts()
            known.update(
                (row["document_id"], KnownDocument(row["status"], row["media_type"], row["parser_version"]))
                for row in rows
                if index.get(row["document_id"]) == _stamp(lake_dir, row["document_id"])
            )
    return known


def _read_index(folder: Path) -> dict[str, _Stamp] | None:
    try:
        read = json.loads((folder / _INDEX).read_text(encoding="ascii"))
        return {document_id: (int(stamp[0]), int(stamp[1])) for document_id, stamp in read.items()}
    except (OSError, ValueError, TypeError, IndexError, AttributeError):
        return None


def _stamp(lake_dir: Path, document_id: str) -> _Stamp:
    try:
        found = (documents_dir(lake_dir) / document_id / "document.parquet").stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino
