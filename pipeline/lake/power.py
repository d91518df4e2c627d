"""After a power cut: files whose names reached the disk and whose bytes did not are found and forgotten.

Flushing each of a night's thousands of small files would take longer than reading the documents. So a mark is flushed
before the first is written, the whole disk once after the last, and only then the mark is removed. A mark that was made
before the machine last started means that the lake must be looked through. What lives here: the mark, and the look.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from pipeline.durable import write_text
from pipeline.lake.compact import tables_dir
from pipeline.lake.documents import document_ids, documents_dir, is_of_this_shape

_MARK = "being_written"
#: Another text after every start of the machine; elsewhere than on Linux every leftover mark counts as one of before.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@contextmanager
def being_written(lake_dir: Path) -> Iterator[None]:
    """Marks the lake while it is written; looks it through first where the machine went down in an earlier night."""
    mark = lake_dir / _MARK
    lake_dir.mkdir(parents=True, exist_ok=True)
    if mark.exists() and (not _boot_id() or mark.read_text(encoding="ascii", errors="replace") != _boot_id()):
        damaged = forget_damaged(lake_dir)
        structlog.get_logger().warning("power_was_cut", stage="extract", documents_to_read_again=len(damaged))
    write_text(mark, _boot_id())
    yield
    os.sync()
    mark.unlink(missing_ok=True)


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
