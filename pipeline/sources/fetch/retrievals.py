"""The journal -> rows for the lake: one per address and version."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipeline.sources.fetch.journal import read_journal, versions

Row = dict[str, object]


def retrieval_rows(raw_dir: Path) -> list[Row]:
    """Every version of every address, columns as RETRIEVAL; nothing in them changes in a night without changes.

    Raises:
        BadJournal: The journal is missing or cannot be read.
    """
    numbers: Counter[str] = Counter()
    rows: list[Row] = []
    for version in versions(read_journal(raw_dir).events):
        event = version.event
        numbers[event.address] += 1
        rows.append(
            {
                "source_url": event.address,
                "version_no": numbers[event.address],
                "document_id": event.sha256,
                "source_id": event.source_id,
                "page_url": event.page,
                "final_url": event.final_address,
                "retrieved_at": event.at,
                "file_name": event.file_name,
                "size_bytes": event.size_bytes,
                "http_status": event.status,
                "content_type": event.headers.get("content-type"),
                "etag": event.headers.get("etag"),
                "last_modified": event.headers.get("last-modified"),
                "is_current": version.is_current,
                "replaced_at": version.replaced_at,
                "gone_at": version.gone_at,
            }
        )
    return rows
