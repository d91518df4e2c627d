"""Archives opened in worker processes, as documents are read: a bomb or a fault of a library costs one archive."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.defs.extract.guards import Done
from pipeline.defs.extract.pool import run_guarded
from pipeline.errors import FiscalError, WorkerCrashed
from pipeline.settings import Settings
from pipeline.sources.archives import WHOLE_ARCHIVE, Member, Unpack, UnpackTask, unpack_task, unpacked_before
from pipeline.sources.folder import Scan, scan_folder


def scan_raw(settings: Settings) -> Scan:
    """The raw folder as it is now, its archives opened by workers."""
    return scan_folder(
        settings.raw_dir,
        max_file_bytes=settings.max_file_bytes,
        unpack_dir=settings.unpack_dir,
        unpack=unpack_guarded(settings),
    )


def unpack_guarded(settings: Settings) -> Unpack:
    """Returns what opens archives: those opened by an earlier run are taken from there, the others by workers."""

    def unpack(tasks: Sequence[UnpackTask]) -> Iterator[tuple[UnpackTask, tuple[Member, ...] | FiscalError]]:
        waiting = []
        for task in tasks:
            members = unpacked_before(task)
            if members is None:
                waiting.append(task)
            else:
                yield task, members
        for done in run_guarded(
            unpack_task,
            waiting,
            workers=settings.workers,
            timeout_s=settings.document_timeout_s,
            memory_mb=settings.document_memory_mb,
        ):
            yield done.task, _result(done)

    return unpack


def _result(done: Done[UnpackTask, tuple[Member, ...]]) -> tuple[Member, ...] | FiscalError:
    if done.error is not None or done.result is None:
        return done.error or WorkerCrashed("nothing was unpacked", remedy="look at the archive")
    try:
        members = tuple(replace(member) for member in done.result)  # checks each again: a worker may be taken over
    except (TypeError, ValueError) as error:
        return WorkerCrashed(f"what was unpacked cannot be understood ({error})", remedy="look at the archive")
    if len(members) == 1 and members[0].path == WHOLE_ARCHIVE:
        refusal = members[0].refusal(done.task.source.relative_path)
        if refusal is not None:
            return refusal
    return members
