"""A `Scan` -> the lake's document folders: what is fresh stays, the new is read, the gone is set aside.

What lives here: which documents to read and what becomes of one that cannot be. What must not: Dagster, or forms.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from pipeline import flow
from pipeline.defs.extract.pool import Done, run_guarded
from pipeline.errors import SchemaMismatch
from pipeline.lake.compact import compact, known_documents
from pipeline.lake.documents import (
    NOT_READ,
    document_ids,
    fresh_status,
    list_extract,
    restore,
    retire,
    write_extract,
    write_schema_folder,
)
from pipeline.lake.pages import forget_pages, read_pages, write_pages
from pipeline.lake.power import being_written
from pipeline.logs import configure_logs
from pipeline.model.extract import Extract, record_without_identity
from pipeline.model.source import SourceFile
from pipeline.privacy.withhold import Withholding
from pipeline.readers.limits import limit_pages
from pipeline.settings import Settings, load_settings
from pipeline.sources.fetched import REPLACED_REASON
from pipeline.sources.folder import Scan
from pipeline.sources.opening import Archive
from pipeline.versions import Versions, current_versions

QUARANTINED, SUPERSEDED = "quarantined", "superseded"

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


def pending_documents(settings: Settings, scan: Scan, parser_of: Callable[[str], str]) -> list[SourceFile]:
    """The documents that must be read: new, changed, or read by another parser (or quarantined, when retrying)."""
    reread = {None, QUARANTINED} if settings.retry_quarantined else {None}
    known = known_documents(settings.lake_dir)

    def status_of(document_id: str) -> str | None:
        document = known.get(document_id)
        if document is None or document.status == SUPERSEDED:
            return fresh_status(settings.lake_dir, document_id, parser_of)
        return document.status if document.parser_version == parser_of(document.media_type) else None

    return [source for source in scan.first_of_each() if status_of(source.document_id) in reread]


def read_documents(settings: Settings, scan: Scan, *, on_total: Callable[[int], None], advance: Advance) -> Reading:
    """Brings the lake's document folders up to date with the scan.

    Args:
        settings: Where the lake is, and the limits.
        scan: What lies in the raw folder now.
        on_total: Told once how many documents are to be read.
        advance: Told the name of each document as it ends.
    """
    with being_written(settings.lake_dir):
        write_schema_folder(settings.lake_dir)
        present = {source.document_id for source in scan.every_file()}
        restore(settings.lake_dir, present)
        pending = pending_documents(settings, scan, flow.parser_version)
        reading = Reading(fresh=len(scan.first_of_each()) - len(pending))
        read_one = partial(read_one_document, current_versions(), is_anew=settings.retry_quarantined)
        _read_all(settings, pending, reading, read_one, on_total=on_total, advance=advance)
        for refusal in scan.refused:
            refused = flow.quarantined(refusal.source.document_id, refusal.error)
            list_extract(settings.lake_dir, replace(refused, parser_version=NOT_READ))
            reading.refused += 1
        for archive in scan.archives:
            list_extract(settings.lake_dir, archive_to_extract(archive))
        reading.gone = len(retire(settings.lake_dir, present, _list_replaced(settings, scan)))
        forget_pages(settings.lake_dir, present)
        compact(settings.lake_dir)
    return reading


def _list_replaced(settings: Settings, scan: Scan) -> dict[str, str]:
    """Why each replaced document no longer counts; one replaced before it was ever read gets its row here."""
    known = {*document_ids(settings.lake_dir)}
    for source in scan.replaced:
        if source.document_id not in known:
            record = record_without_identity("unknown", "superseded", REPLACED_REASON)
            write_extract(settings.lake_dir, Extract(source.document_id, NOT_READ, record))
    return {source.document_id: REPLACED_REASON for source in scan.replaced}


def reread_documents(
    settings: Settings, sources: Sequence[SourceFile], *, on_total: Callable[[int], None], advance: Advance
) -> Reading:
    """Reads exactly these documents from their files, fresh or not and whatever is kept of them; touches no other.

    Args:
        settings: Where the lake is, and the limits.
        sources: Some of a scan's `first_of_each`.
        on_total: Told once how many documents are to be read.
        advance: Told the name of each document as it ends.
    """
    with being_written(settings.lake_dir):
        write_schema_folder(settings.lake_dir)
        restore(settings.lake_dir, {source.document_id for source in sources})
        reading = Reading()
        read_one = partial(read_one_document, current_versions(), is_anew=True)
        _read_all(settings, sources, reading, read_one, on_total=on_total, advance=advance)
        compact(settings.lake_dir)
    return reading


def _read_all(
    settings: Settings,
    pending: Sequence[SourceFile],
    reading: Reading,
    read_one: Callable[[SourceFile], Extract],
    *,
    on_total: Callable[[int], None],
    advance: Advance,
) -> None:
    on_total(len(pending))
    for done in run_guarded(
        read_one,
        pending,
        workers=settings.workers,
        timeout_s=settings.document_timeout_s,
        initialise=prepare_worker,
        memory_mb=settings.document_memory_mb,
    ):
        _store(settings, done, reading)
        advance(done.task.file_name)


def read_one_document(versions: Versions, source: SourceFile, *, is_anew: bool) -> Extract:
    """What a worker process does with one document.

    Args:
        versions: Those of the code, worked out once for all workers.
        source: The file.
        is_anew: Read the file also where its pages are kept from an earlier night.
    """
    settings = load_settings()
    kept = None if is_anew else _kept_pages(settings, source, versions)
    return flow.extract_document(source, versions, flow.Keeping(kept, settings.dear_reading_s))


def _kept_pages(settings: Settings, source: SourceFile, versions: Versions) -> Withholding | None:
    """The pages that today's reader gave on an earlier night, under the name the file has today."""
    found = read_pages(settings.lake_dir, source.document_id)
    if found is None:
        return None
    (document, places), reading_version = found
    if reading_version != versions.reading_of(document.media_type):
        return None
    return Withholding(replace(document, file_name=source.file_name), places, None)


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
    if extract.pages is not None:
        version = current_versions().reading_of(extract.record.media_type)
        write_pages(settings.lake_dir, extract.document_id, version, extract.pages)
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
