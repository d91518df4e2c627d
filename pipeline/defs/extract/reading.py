"""A `Scan` -> the lake's document folders: what is fresh stays, the new is read, the gone is set aside.

What lives here: which documents to read and what becomes of one that cannot be. What must not: Dagster, or forms.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from pipeline import flow
from pipeline.defs.extract.pool import Done, run_guarded
from pipeline.errors import SchemaMismatch
from pipeline.lake.documents import NOT_READ, fresh_status, restore, retire, write_extract, write_schema_folder
from pipeline.logs import configure_logs
from pipeline.model.extract import Extract, record_without_identity
from pipeline.model.source import SourceFile
from pipeline.readers.limits import limit_pages
from pipeline.settings import Settings, load_settings
from pipeline.sources.folder import Archive, Scan

QUARANTINED = "quarantined"

Advance = Callable[[str], None]


@dataclass(slots=True)
class Reading:
    """What was done: documents read now, left as they were, refused, set aside; statuses and issues of those read."""

    read: int = 0
    fresh: int = 0
    refused: int = 0
    gone: int = 0
    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)


def pending_documents(settings: Settings, scan: Scan, parser_version: str) -> list[SourceFile]:
    """The documents that must be read: new, changed, or read by another parser (or quarantined, when retrying)."""
    reread = {None, QUARANTINED} if settings.retry_quarantined else {None}
    return [
        source
        for source in scan.first_of_each()
        if fresh_status(settings.lake_dir, source.document_id, parser_version) in reread
    ]


def read_documents(settings: Settings, scan: Scan, *, on_total: Callable[[int], None], advance: Advance) -> Reading:
    """Brings the lake's document folders up to date with the scan.

    Args:
        settings: Where the lake is, and the limits.
        scan: What lies in the raw folder now.
        on_total: Told once how many documents are to be read.
        advance: Told the name of each document as it ends.
    """
    write_schema_folder(settings.lake_dir)
    present = {source.document_id for source in scan.every_file()}
    restore(settings.lake_dir, present)
    pending = pending_documents(settings, scan, flow.parser_version())
    reading = Reading(fresh=len(scan.first_of_each()) - len(pending))
    on_total(len(pending))
    for done in run_guarded(
        flow.extract_document,
        pending,
        workers=settings.workers,
        timeout_s=settings.document_timeout_s,
        initialise=prepare_worker,
        memory_mb=settings.document_memory_mb,
    ):
        _store(settings, done, reading)
        advance(done.task.file_name)
    for refusal in scan.refused:
        refused = flow.quarantined(refusal.source.document_id, refusal.error)
        write_extract(settings.lake_dir, replace(refused, parser_version=NOT_READ))
        reading.refused += 1
    for archive in scan.archives:
        write_extract(settings.lake_dir, archive_to_extract(archive))
    reading.gone = len(retire(settings.lake_dir, present))
    return reading


def archive_to_extract(archive: Archive) -> Extract:
    """The row of an archive that was opened: loaded, with nothing of its own; its documents have their own rows."""
    count = archive.document_count
    reason = f"archive of {count} document{'' if count == 1 else 's'}"
    record = record_without_identity(archive.media_type, "loaded", reason)
    return Extract(archive.source.document_id, NOT_READ, record)


def prepare_worker() -> None:
    """Gives a worker process our logs, and keeps what native libraries write to stderr off the user's screen."""
    settings = load_settings()
    limit_pages(settings.max_pages)
    configure_logs(settings.log_file, settings.log_level)
    descriptor = os.open(settings.log_file.with_name("workers.stderr"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _store(settings: Settings, done: Done[SourceFile, Extract], reading: Reading) -> None:
    extract = _extract_of(done)
    try:
        write_extract(settings.lake_dir, extract)
    except SchemaMismatch as error:
        extract = flow.quarantined(done.task.document_id, error)
        write_extract(settings.lake_dir, extract)
    reading.read += 1
    reading.seconds += done.seconds
    reading.statuses[extract.record.status] += 1
    reading.issues.update(issue.category for issue in extract.issues)
    structlog.get_logger().info(
        "read",
        stage="extract",
        document=extract.document_id[:12],
        file=done.task.file_name,
        status=extract.record.status,
        forms=len(extract.forms),
        values=len(extract.values),
        issues=len(extract.issues),
        seconds=round(done.seconds, 3),
    )


def _extract_of(done: Done[SourceFile, Extract]) -> Extract:
    if done.error is not None:
        return flow.quarantined(done.task.document_id, done.error)
    if done.result is None:
        raise AssertionError("a task ended with neither a result nor an error")
    return done.result
