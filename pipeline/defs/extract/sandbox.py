"""What a process that opens strangers' documents may still do: little memory, no network, no life of its own.

What lives here: limits of the operating system, put upon the process that calls. What must not: documents, or the pool.
Everything holds for child processes too (LibreOffice, bsdtar): limits and filters of the kernel are inherited.
"""

from __future__ import annotations

import ctypes
import errno
import multiprocessing
import os
import platform
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.defs.extract.syscall_filter import NotFiltered, install_filter
from pipeline.settings import use_temp_dir

_MEBIBYTE = 1024 * 1024
#: A file larger than this is written by no reader: members of archives are cut off at `max_file_bytes` (100 MB).
_MOST_FILE_BYTES = 4 * 1024 * _MEBIBYTE
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker is given: memory in MiB (`None`: as much as there is), a folder of its own for what it makes."""

    memory_mb: int | None = None
    temp_dir: Path | None = None


def enter_sandbox(limits: Limits) -> tuple[str, ...]:
    """Gives up what reading does not need. Nothing brings it back in this process or its children.

    Returns:
        What could not be given up on this system, in words for the log; empty on a Linux that lets us.
    """
    if limits.temp_dir is not None:
        use_temp_dir(limits.temp_dir)
    return (
        *_die_with_parent(),
        *_limit(resource.RLIMIT_CORE, 0, "core dumps"),
        *_limit(resource.RLIMIT_FSIZE, _MOST_FILE_BYTES, "the size of files written"),
        *_limit_memory(limits.memory_mb),
        *_without_network(),
    )


def _die_with_parent() -> tuple[str, ...]:
    """Asks the kernel to kill us when the process that started us is gone, however it went."""
    if not sys.platform.startswith("linux"):
        return ("a worker outlives a killed run until its document is read",)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:  # it was gone before we asked
        os._exit(1)
    return ()


def _limit(which: int, most: int, what: str) -> Iterator[str]:
    """Lowers a limit for good; one that is lower already stays."""
    _, hard = resource.getrlimit(which)
    lowered = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(which, (lowered, lowered))
    except (OSError, ValueError) as error:
        yield f"{what} cannot be limited ({error})"


def _limit_memory(memory_mb: int | None) -> Iterator[str]:
    """Limits what a process may write to, not what it maps: libraries map far more addresses than they use."""
    if memory_mb is None:
        return
    if not sys.platform.startswith("linux"):  # macOS takes the limit and does not mind it
        yield "the memory of a worker cannot be limited"
        return
    yield from _limit(resource.RLIMIT_DATA, memory_mb * _MEBIBYTE, "the memory of a worker")


def _without_network() -> Iterator[str]:
    try:
        install_filter(platform.machine())
    except NotFiltered as error:
        yield f"workers can reach the network ({error})"
        return
    if not _is_shut_off():
        yield "workers can reach the network (the filter does not hold)"


def _is_shut_off() -> bool:
    """Whether a socket is refused indeed: what is not tried is not known."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except OSError as error:
        return error.errno == errno.EACCES
    return False


def memory_used_mb() -> float:
    """What the process has of its own, in MiB, as the limit counts it; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        return pages * resource.getpagesize() / _MEBIBYTE
    return 0.0
