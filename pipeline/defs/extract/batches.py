"""Documents read and written into the lake, by whichever machine an executor puts them on.

What lives here: what becomes of one document, and of a batch on another machine. What must not: which documents, and
where.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from pipeline import flow
from pipeline.defs.extract.guards import Done, Guards
from pipeline.errors import ClusterMisfit, SchemaMismatch
from pipeline.lake.documents import NOT_READ, write_extract
from pipeline.lake.pages import read_pages, write_pages
from pipeline.logs import configure_logs
from pipeline.model.extract import Extract, record_without_identity
from pipeline.model.source import SourceFile
from pipeline.privacy.withhold import Withholding
from pipeline.readers.limits import limit_pages
from pipeline.readers.scan_engine import RecognitionDeferred, check_providers, recognise_later, recognise_with
from pipeline.settings import Settings, load_settings
from pipeline.versions import Versions, current_versions

#: The status of a document that is left to a later turn; nothing of it is written.
DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Job:
    """What all documents of a run have in common. It goes to other machines: no secret is in it.

    `is_anew`: files are read also where their pages are kept from an earlier night. `leaves_pictures`: documents whose
    pages must be recognised (OCR) come back `deferred`, as soon as that is known.
    """

    raw_dir: Path
    lake_dir: Path
    log_file: Path
    log_level: str
    timeout_s: float
    memory_mb: int
    max_pages: int
    dear_reading_s: float
    versions: Versions
    is_anew: bool
    leaves_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one document: its status, the categories of its issues, and the seconds it took."""

    file_name: str
    status: str
    issues: tuple[str, ...]
    seconds: float


def job_of(settings: Settings, *, is_anew: bool) -> Job:
    """The job that the settings describe, for the code of this process."""
    return Job(
        settings.raw_dir,
        settings.lake_dir,
        settings.log_file,
        settings.log_level,
        settings.document_timeout_s,
        settings.document_memory_mb,
        settings.max_pages,
        settings.dear_reading_s,
        current_versions(),
        is_anew,
    )


class Reader:
    """Reads documents in guarded processes, for as many threads as ask, and writes each into the lake."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._guards: Guards[SourceFile, Extract] = Guards(
            partial(read_one_document, job),
            timeout_s=job.timeout_s,
            initialise=partial(prepare_worker, job),
            memory_mb=job.memory_mb,
        )

    def __enter__(self) -> Self:
        check_providers(load_settings().ocr_provider_names)
        self._guards.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._guards.__exit__(kind, error, trace)

    def read(self, sources: Sequence[SourceFile]) -> list[Read]:
        """Reads some documents, one after the other.

        Raises:
            WorkerCrashed: No document can be read at all.
            OSError: The lake cannot be written.
        """
        return [_store(self._job, self._guards.run(source)) for source in sources]


def read_batch(job: Job, sources: Sequence[SourceFile]) -> list[Read]:
    """Reads some documents on another machine; what is sent back is small, the rest stands in the lake.

    Raises:
        ClusterMisfit: The machine has other code, may not start processes, or does not see the folders.
    """
    _check_machine(job)
    configure_logs(job.log_file, job.log_level)
    with Reader(job) as reader:
        return reader.read(sources)


def _check_machine(job: Job) -> None:
    here = socket.gethostname()
    if current_versions() != job.versions:
        raise ClusterMisfit(
            f"the worker on {here} runs another version of this program than the one that asks it",
            expected="the same version of gongkai, and of its lists, on every machine",
            remedy="install the same version there and start the worker again",
        )
    if multiprocessing.current_process().daemon:
        raise ClusterMisfit(
            f"the worker on {here} may not start processes, and documents are read in processes of their own",
            expected="a worker that is no daemon process",
            remedy="start it with DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment (docs/scale.md)",
        )
    for folder in (job.raw_dir, job.lake_dir):
        if not folder.is_dir():
            raise ClusterMisfit(
                f"the worker on {here} sees no folder {folder}",
                expected="the raw folder and the warehouse on every machine, at the same path",
                remedy="mount them there, or read on this machine (without GONGKAI_EXECUTOR)",
            )


def read_one_document(job: Job, source: SourceFile) -> Extract:
    """What a guarded process does with one document."""
    kept = None if job.is_anew else _kept_pages(job, source)
    try:
        return flow.extract_document(source, job.versions, flow.Keeping(kept, job.dear_reading_s))
    except RecognitionDeferred:
        return Extract(source.document_id, NOT_READ, record_without_identity("unknown", DEFERRED, "pictures come last"))


def _kept_pages(job: Job, source: SourceFile) -> Withholding | None:
    """The pages that today's reader gave on an earlier night, under the name the file has today."""
    found = read_pages(job.lake_dir, source.document_id)
    if found is None:
        return None
    (document, places), reading_version = found
    if reading_version != job.versions.reading_of(document.media_type):
        return None
    return Withholding(replace(document, file_name=source.file_name), places, None)


def prepare_worker(job: Job) -> None:
    """Gives a guarded process our logs, and keeps what native libraries write to stderr off the user's screen."""
    limit_pages(job.max_pages)
    recognise_later(is_on=job.leaves_pictures)
    recognise_with(load_settings().ocr_provider_names)
    configure_logs(job.log_file, job.log_level)
    descriptor = os.open(job.log_file.with_name("workers.stderr"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _store(job: Job, done: Done[SourceFile, Extract]) -> Read:
    extract = _extract_of(done)
    if extract.record.status == DEFERRED:
        return Read(done.task.file_name, DEFERRED, (), done.seconds)
    if extract.pages is not None:
        version = job.versions.reading_of(extract.record.media_type)
        write_pages(job.lake_dir, extract.document_id, version, extract.pages)
    try:
        write_extract(job.lake_dir, extract)
    except SchemaMismatch as error:
        extract = flow.quarantined(done.task.document_id, error)
        write_extract(job.lake_dir, extract)
    structlog.get_logger().info(
        "read",
        stage="extract",
        document=extract.document_id[:12],
        file=done.task.file_name,
        status=extract.record.status,
        pages=extract.record.page_count,
        forms=len(extract.forms),
        values=len(extract.values),
        issues=len(extract.issues),
        seconds=round(done.seconds, 3),
    )
    categories = tuple(issue.category for issue in extract.issues)
    return Read(done.task.file_name, extract.record.status, categories, done.seconds)


def _extract_of(done: Done[SourceFile, Extract]) -> Extract:
    if done.error is not None:
        return flow.quarantined(done.task.document_id, done.error)
    if done.result is None:
        raise AssertionError("a task ended with neither a result nor an error")
    return done.result
