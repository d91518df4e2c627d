"""After a power cut: files whose names reached the disk and whose bytes did not are found and forgotten.

Flushing each of a night's thousands of small files would take longer than reading the documents. So a mark is flushed
before the first is written, the whole disk once after the last, and only then the mark is removed. A mark that was made
before the machine last started means that the lake must be looked through. What lives here: the mark, and the look.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from pipeline.durable import write_text
from pipeline.lake.compact import tables_dir
from pipeline.lake.documents import document_ids, documents_dir, is_of_this_shape

_MARK = "being_written"
#: One more mark for each process that writes documents beside others.
_MARK_OF_ONE = "being_written.{host}.{pid}.{start}"
#: Another text after every start of the machine; elsewhere than on Linux every leftover mark counts as one of before.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@contextmanager
def being_written(lake_dir: Path) -> Iterator[None]:
    """Marks the lake while it is written; looks it through first where the machine went down in an earlier night."""
    lake_dir.mkdir(parents=True, exist_ok=True)
    left = list(lake_dir.glob(f"{_MARK}*"))
    if any(not _is_of_this_start(mark) for mark in left):
        damaged = forget_damaged(lake_dir)
        structlog.get_logger().warning("power_was_cut", stage="extract", documents_to_read_again=len(damaged))
    write_text(lake_dir / _MARK, _boot_id())
    for mark in left:
        if mark.name != _MARK:
            mark.unlink()
    yield
    os.sync()
    (lake_dir / _MARK).unlink(missing_ok=True)


@contextmanager
def being_written_by_many(lake_dir: Path) -> Iterator[None]:
    """Marks the lake for one of several processes that write documents into it; the next run alone looks it through."""
    mark = lake_dir / _MARK_OF_ONE.format(host=socket.gethostname(), pid=os.getpid(), start=_boot_id()[:8])
    lake_dir.mkdir(parents=True, exist_ok=True)
    write_text(mark, _boot_id())
    try:
        yield
    finally:  # an error leaves whole documents: only a process that was killed leaves its mark
        os.sync()
        mark.unlink(missing_ok=True)


def _is_of_this_start(mark: Path) -> bool:
    return bool(_boot_id()) and mark.read_text(encoding="ascii", errors="replace") == _boot_id()


def forget_damaged(lake_dir: Path) -> tuple[str, ...]:
    """Removes the document folders that cannot be read whole, and all buckets; returns the documents concerned.

    The next step reads those documents again and makes the buckets anew from the folders.
    """
    shutil.rmtree(tables_dir(lake_dir), ignore_errors=True)
    damaged = tuple(
        document_id
        for document_id in document_ids(lake_dir)
        if not is_of_this_shape(documents_dir(lake_dir) / document_id)
    )
    for document_id in damaged:
        shutil.rmtree(documents_dir(lake_dir) / document_id)
    return damaged


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
