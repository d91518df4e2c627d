"""The once-per-run tables, among them `manifest` (a row per file ever seen) and `retrieval` (what was fetched)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from pipeline.lake.tables import Row, read_table, rows_to_frame, write_table
from pipeline.model.schemas import MANIFEST, PER_RUN
from pipeline.model.source import SourceFile

_SORT_KEYS: dict[str, tuple[str, ...]] = {
    "manifest": ("relative_path", "document_id"),
    "retrieval": ("source_url", "version_no"),
    "rule": ("rule_id",),
    "form_catalogue": ("form_id",),
    "narrative_term": ("term_kind", "term_id"),
}
#: As many digits of a document_id as tell the versions of one file apart.
_VERSION_DIGITS = 12


def write_run_table(lake_dir: Path, table: str, rows: Iterable[Row]) -> int:
    """Writes one once-per-run table; returns its number of rows.

    Raises:
        SchemaMismatch: The rows do not fit the schema.
    """
    frame = rows_to_frame(rows, PER_RUN[table], table=table, sort_by=_SORT_KEYS[table])
    write_table(lake_dir / f"{table}.parquet", frame, PER_RUN[table], table=table)
    return frame.height


def read_run_table(lake_dir: Path, table: str) -> pl.DataFrame:
    """Reads one once-per-run table; an empty frame when it was never written."""
    path = lake_dir / f"{table}.parquet"
    return read_table(path, PER_RUN[table], table=table) if path.is_file() else PER_RUN[table].to_frame()


def manifest_rows(files: Sequence[SourceFile], earlier: pl.DataFrame) -> list[dict[str, object]]:
    """The files of this run, and those of earlier runs that are gone, one row each.

    A file whose bytes an earlier one of this run has is a duplicate of it. A row of an earlier run stays when no file
    of this run has its bytes: the document was seen, and is listed as superseded. Where another file has taken its
    path, it is listed as `path@beginning-of-its-document_id`: `relative_path` is the key of the table.

    Args:
        files: All files of the scan; of those with the same bytes the first is kept.
        earlier: The manifest as it was, columns as MANIFEST.
    """
    first_path: dict[str, str] = {}
    rows = []
    for source in files:
        first = first_path.setdefault(source.document_id, source.relative_path)
        is_duplicate = first != source.relative_path
        rows.append(
            {
                "relative_path": source.relative_path,
                "file_name": source.file_name,
                "document_id": source.document_id,
                "size_bytes": source.size_bytes,
                "source_url": source.source_url,
                "retrieved_at": source.retrieved_at,
                "is_duplicate": is_duplicate,
                "duplicate_of": first if is_duplicate else None,
            }
        )
    gone = earlier.filter(~pl.col("document_id").is_in(list(first_path)) & ~pl.col("is_duplicate"))
    taken = pl.col("relative_path").is_in([source.relative_path for source in files])
    versioned = pl.concat_str("relative_path", pl.lit("@"), pl.col("document_id").str.head(_VERSION_DIGITS))
    renamed = gone.with_columns(pl.when(taken).then(versioned).otherwise("relative_path").alias("relative_path"))
    return rows + renamed.select(list(MANIFEST)).to_dicts()
