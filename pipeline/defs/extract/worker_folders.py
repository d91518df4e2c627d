"""Temporary folders of workers: one each, removed when the worker is gone, those of killed runs at the next run.

They hold what readers make of documents (converted, unpacked), with their persons' names: nothing may stay behind.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "gongkai-work-"
_LOCK = "lock"


class WorkerFolders:
    """Folders below one root that is ours alone."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made = 0

    def make(self) -> Path:
        """Makes a folder for one more worker."""
        self._made += 1
        folder = self._root / str(self._made)
        folder.mkdir(mode=0o700)
        return folder


@contextmanager
def worker_folders() -> Iterator[WorkerFolders]:
    """Yields where workers' folders are made; all is removed at the end, and what killed runs have left before."""
    remove_left_behind(Path(tempfile.gettempdir()))
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # the system lets go of the lock when we end, however we end: a folder whose lock is free belongs to nobody
    lock = os.open(root / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield WorkerFolders(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)
        os.close(lock)


def remove_left_behind(temp_dir: Path) -> None:
    """Removes the folders of runs that were killed; those of other users and of runs that go on stay."""
    for root in temp_dir.glob(f"{_PREFIX}*"):
        try:
            if root.is_symlink() or root.stat().st_uid != os.getuid():
                continue
            lock = os.open(root / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:  # just being made, or just gone
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(root, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
