"""A `Scan` -> the lake's document folders: what is fresh stays, the new is read, the gone is set aside.

What lives here: which documents to read and what becomes of one that cannot be. What must not: Dagster, or forms.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from pipeline import flow
from pipeline.defs.extract.batches import DEFERRED, Job, Read, job_of
from pipeline.defs.extract.executors import open_place
from pipeline.defs.extract.window import ended_in_turn
from pipeline.errors import WorkerCrashed
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
from pipeline.lake.pages import forget_pages
from pipeline.lake.power import being_written, being_written_by_many
from pipeline.model.extract import Extract, record_without_identity
from pipeline.model.source import SourceFile
from pipeline.settings import Settings
from pipeline.sources.fetched import REPLACED_REASON
from pipeline.sources.folder import Scan
from pipeline.sources.opening import Archive

QUARANTINED, SUPERSEDED = "quarantined", "superseded"
#: A scheduler that comes back within this many tries costs the documents that were on their way, nothing else.
_MOST_TRIES = 3

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

    def add(self, read: Read) -> None:
        """Counts one document."""
        self.read += 1
        self.seconds += read.seconds
        self.statuses[read.status] += 1
        self.issues.update(read.issues)


def pending_documents(
    settings: Settings, sources: Sequence[SourceFile], parser_of: Callable[[str], str]
) -> list[SourceFile]:
    """Those of the documents to read: new, changed, or read by another parser (or quarantined, when retrying)."""
    reread = {None, QUARANTINED} if settings.retry_quarantined else {None}
    known = known_documents(settings.lake_dir)

    def status_of(document_id: str) -> str | None:
        document = known.get(document_id)
        if document is None or document.status == SUPERSEDED:
            return fresh_status(settings.lake_dir, document_id, parser_of)
        return document.status if document.parser_version == parser_of(document.media_type) else None

    return [source for source in sources if status_of(source.document_id) in reread]


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
        pending = pending_documents(settings, scan.first_of_each(), flow.parser_version)
        reading = Reading(fresh=len(scan.first_of_each()) - len(pending))
        is_anew = settings.retry_quarantined
        _read_all(settings, pending, reading, is_anew=is_anew, on_total=on_total, advance=advance)
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
        _read_all(settings, sources, reading, is_anew=True, on_total=on_total, advance=advance)
        compact(settings.lake_dir)
    return reading


def read_beside_others(
    settings: Settings, sources: Sequence[SourceFile], *, on_total: Callable[[int], None], advance: Advance
) -> Reading:
    """Reads those of these documents that are new or changed, while other processes read others.

    Only their folders are written: the next night finds them read, and makes of them what it makes of its own.

    Args:
        settings: Where the lake is, and the limits.
        sources: The documents, each once.
        on_total: Told once how many documents are to be read.
        advance: Told the name of each document as it ends.
    """
    with being_written_by_many(settings.lake_dir):
        restore(settings.lake_dir, {source.document_id for source in sources})
        pending = pending_documents(settings, sources, flow.parser_version)
        reading = Reading(fresh=len(sources) - len(pending))
        is_anew = settings.retry_quarantined
        _read_all(settings, pending, reading, is_anew=is_anew, on_total=on_total, advance=advance)
    return reading


def _read_all(
    settings: Settings,
    pending: Sequence[SourceFile],
    reading: Reading,
    *,
    is_anew: bool,
    on_total: Callable[[int], None],
    advance: Advance,
) -> None:
    """Reads the documents wherever the settings say; those whose pages are pictures come last.

    A scanned page takes a hundred times what another page does: a few thousand of them must not stand before the rest.
    """
    on_total(len(pending))
    job = job_of(settings, is_anew=is_anew)
    tell = _Tell(reading, advance)
    pictures = _read_turn(settings, replace(job, leaves_pictures=True), pending, tell)
    if pictures:
        structlog.get_logger().info("pictures", stage="extract", documents=len(pictures))
        _read_turn(settings, job, pictures, tell)


@dataclass(frozen=True, slots=True)
class _Tell:
    """Who is told what became of documents."""

    reading: Reading
    advance: Advance

    def __call__(self, read: Read) -> None:
        self.reading.add(read)
        self.advance(read.file_name)


def _read_turn(settings: Settings, job: Job, pending: Sequence[SourceFile], tell: _Tell) -> list[SourceFile]:
    """Reads the documents; returns those that the job defers.

    What a cluster loses on its way (its scheduler, a machine again and again) is given to it once more, anew; then it
    is listed, and the next night reads it.
    """
    left, deferred = list(pending), list[SourceFile]()
    for _ in range(_MOST_TRIES):
        if not left:
            return deferred
        left = _read_once(settings, job, left, deferred, tell)
    for source in left:
        lost = WorkerCrashed(
            "the cluster lost it on the way, again and again",
            expected="a cluster that ends what it begins",
            remedy="look at the logs of its workers; the next run reads the document again",
        )
        list_extract(settings.lake_dir, replace(flow.quarantined(source.document_id, lost), parser_version=NOT_READ))
    return deferred


def _read_once(
    settings: Settings, job: Job, pending: Sequence[SourceFile], deferred: list[SourceFile], tell: _Tell
) -> list[SourceFile]:
    """Gives each document to the executor; returns those that it lost, and adds those that are deferred."""
    left = {source.document_id: source for source in pending}
    with open_place(settings, job) as place:
        batches = [pending[at : at + place.batch] for at in range(0, len(pending), place.batch)]
        for batch, future in ended_in_turn(place.executor, place.read, batches, at_once=place.at_once, look=place.look):
            try:
                done = future.result()
            except place.losses as error:
                why = f"{type(error).__name__}: {error}"
                structlog.get_logger().warning("batch_lost", stage="extract", documents=len(batch), why=why)
                continue
            for source, read in zip(batch, done, strict=True):
                left.pop(source.document_id)
                if read.status == DEFERRED:
                    deferred.append(source)
                else:
                    tell(read)
    return list(left.values())


def archive_to_extract(archive: Archive) -> Extract:
    """The row of an archive that was opened: loaded, with nothing of its own; its documents have their own rows."""
    count = archive.document_count
    reason = f"archive of {count} document{'' if count == 1 else 's'}"
    record = record_without_identity(archive.media_type, "loaded", reason)
    return Extract(archive.source.document_id, NOT_READ, record)
