"""Writing so that a power cut leaves the old file or the new one: flush, then rename, then flush the folder.

What lives here: the few calls to the operating system that this takes, and the sum that proves what was written. What
must not: what the files mean.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import socket
import sys
from pathlib import Path

#: Linux: relative to the current folder, and "swap the two names".
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_CHUNK_BYTES = 1 << 20
#: What folders of other machines answer that cannot flush; any other answer is a fault of the disk.
_CANNOT_FLUSH = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes in hexadecimal, read in pieces.

    Raises:
        OSError: The file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def sync_path(path: Path) -> None:
    """Waits until a file's bytes, or a folder's names, have reached the disk; some network folders cannot say.

    Raises:
        OSError: They have not.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_FLUSH:
            raise
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Writes a small text file in one step.

    Raises:
        OSError: It cannot be written; what stood there stands.
    """
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a small file in one step.

    Raises:
        OSError: It cannot be written; what stood there stands.
    """
    temporary = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_path(path.parent)


def append_line(path: Path, line: str) -> None:
    """Adds a line to a file and waits until it is on the disk; a half line left by a power cut is ended first.

    Raises:
        OSError: It cannot be written.
    """
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size:
            stream.seek(size - 1)
            line = line if stream.read(1) == b"\n" else f"\n{line}"
        stream.write(f"{line}\n".encode())
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        sync_path(path.parent)


def replace_file(new: Path, target: Path) -> None:
    """Puts a finished file in the place of another in one step; both must lie on one disk.

    Raises:
        OSError: It cannot; what stood there stands.
    """
    sync_path(new)
    new.replace(target)
    sync_path(target.parent)


def replace_folder(new: Path, target: Path, aside: Path) -> None:
    """Puts a finished folder in the place of another; what stood there ends up at `aside`, for the caller to remove.

    On Linux the two names are swapped in one step. Elsewhere there is a moment without the folder, and an end of the
    program in that moment leaves it at `aside`.

    Raises:
        OSError: It cannot.
    """
    if target.exists():
        if _exchange(new, target):
            new.rename(aside)
            sync_path(target.parent)
            return
        target.rename(aside)
    new.rename(target)
    sync_path(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two names; `False` where the system or the disk does not know how."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    return bool(libc.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for a file, or a copy of it where the disk knows no second names.

    Raises:
        OSError: Neither can be made.
    """
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        with source.open("rb") as read, target.open("wb") as write:
            while chunk := read.read(_CHUNK_BYTES):
                write.write(chunk)
        sync_path(target)
