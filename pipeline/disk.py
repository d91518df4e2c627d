"""What the disk says when it cannot go on, in our words: full, over quota, read-only.

What lives here: telling these from other failures, whoever reports them. What must not: trying again.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import BuildFailed, FiscalError, NoRoom, NoSpace, ReadOnlyFolder, SchemaMismatch
from pipeline.settings import Settings

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
#: Polars, DuckDB and dbt pass on what the system said, as text.
_FULL_WORDS = ("no space left on device", "disk quota exceeded", "file too large", "database or disk is full")
_READ_ONLY_WORDS = ("read-only file system",)
#: Errors of ours that only pass on what a tool said; any other one has told already which folder is meant.
_PASSED_ON = (BuildFailed, SchemaMismatch)


def said_by_disk(error: BaseException, settings: Settings) -> FiscalError | None:
    """The error to show where the disk of the warehouse is behind a failure, else `None`.

    Args:
        error: What was raised; its causes are looked at too. One that holds an error of ours, of the raw folder say,
            is told by that error.
        settings: Whose folders are meant.
    """
    links = list(chain_of(error))
    if any(isinstance(link, FiscalError) and not isinstance(link, _PASSED_ON) for link in links):
        return None
    for link in links:
        words = str(link).lower()
        number = link.errno if isinstance(link, OSError) else None
        if is_full(link) or any(said in words for said in _FULL_WORDS):
            return no_space(settings)
        if number in _READ_ONLY or any(said in words for said in _READ_ONLY_WORDS):
            return _read_only(Path(getattr(link, "filename", None) or settings.warehouse_dir), str(link))
    return None


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that caused it; Dagster keeps the one of a step in `user_exception`."""
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = getattr(link, "user_exception", None) or link.__cause__ or link.__context__


def is_full(error: BaseException) -> bool:
    """Whether the system refused to write for want of room."""
    return isinstance(error, OSError) and error.errno in _FULL


def no_room() -> NoRoom:
    """The error of one document for whose temporary files there was no room."""
    folder = Path(tempfile.gettempdir())
    return NoRoom(
        f"no room was left for temporary files while it was read ({_free(folder)})",
        expected="room for what a document unpacks to",
        remedy="make room, or name another folder with TMPDIR; the next run reads the document again",
    )


def _free(folder: Path) -> str:
    try:
        return f"{shutil.disk_usage(folder).free / 1e6:,.0f} MB are free there"
    except OSError:
        return "how much is free there cannot be told"


def no_space(settings: Settings) -> NoSpace:
    """The error of a full disk, with what is free where we write."""
    folder = settings.warehouse_dir if settings.warehouse_dir.is_dir() else settings.warehouse_dir.parent
    return NoSpace(
        f"no space is left on the disk of {settings.warehouse_dir} ({_free(folder)}), or a quota is used up",
        expected="room for a second copy of the warehouse while it is built",
        remedy="make room (fewer nights with GONGKAI_NIGHTS_KEPT, older logs), then run again: what was read is kept, "
        "and the last good file stands as it was",
    )


def check_writable(settings: Settings) -> None:
    """Tries whether we may write below the warehouse, before anything is done.

    Raises:
        ReadOnlyFolder: We may not.
        NoSpace: Not even a small file fits.
    """
    folder = settings.warehouse_dir
    probe = folder / f".probe.{socket.gethostname()}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"\0" * 4096)
    except OSError as error:
        if is_full(error):
            raise no_space(settings) from error
        raise _read_only(folder, error.strerror or str(error)) from error
    finally:
        _forget(probe)


def _forget(probe: Path) -> None:
    try:
        probe.unlink(missing_ok=True)
    except OSError:
        return


def _read_only(folder: Path, said: str) -> ReadOnlyFolder:
    return ReadOnlyFolder(
        f"{folder} cannot be written to ({said})",
        expected="a folder this program may write to",
        remedy="mount it for writing or give the user who runs this the right to write, or name another folder with "
        "--warehouse; readers of the last good file are not disturbed",
    )
