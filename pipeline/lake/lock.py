"""One run at a time per warehouse, or many that only read documents: a lock file held by the operating system.

What lives here: taking, waiting, telling who holds it. What must not: what a run does.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import AnotherRun, BadFolder

#: How often a holder shows that it lives, for machines whose locks we cannot see, and after how long it does not.
BEAT_S, DEAD_AFTER_S = 20.0, 120.0
_RETRY_S = 0.5
#: What folders of other machines answer that know no locks.
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


@contextmanager
def run_lock(lock_file: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Holds the warehouse for one run.

    The operating system lets go of the lock when its holder dies, so a file left by a killed run never blocks: what
    stands in it is there for the message. On a network folder whose locks do not reach other machines, a holder on
    another machine is known by its beat: it touches the file every few seconds.

    Args:
        lock_file: A file of ours below the warehouse.
        wait_s: How long to wait for another run to end.

    Raises:
        AnotherRun: A living process holds it.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(descriptor, lock_file, time.monotonic() + wait_s)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode(), 0)
        with _beating(descriptor):
            yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


@contextmanager
def shared_lock(lock_file: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Keeps a warehouse free of runs that build, while any number of processes write documents into its lake.

    The locks must reach all machines: where a network folder keeps them to each (NFS mounted with `nolock`), nobody
    tells, and a night may begin meanwhile.

    Args:
        lock_file: A file of ours below the warehouse.
        wait_s: How long to wait for a run to end.

    Raises:
        AnotherRun: A living process holds the warehouse for itself.
        BadFolder: The folder knows no locks; a beat tells of one holder, not of many.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(descriptor, lock_file, time.monotonic() + wait_s, is_shared=True)
        os.ftruncate(descriptor, 0)  # a run that was killed left its name
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, lock_file: Path, until: float, *, is_shared: bool = False) -> None:
    while True:
        holder = _holder(lock_file)
        if _locked(descriptor, is_shared=is_shared) and not _beats_elsewhere(lock_file, holder):
            return
        if time.monotonic() >= until:
            raise AnotherRun(
                f"{_who(holder)} is writing to {lock_file.parent}",
                expected="one run at a time per warehouse",
                remedy="wait until it has ended (`gongkai run --wait 600` does), or name another folder with "
                "--warehouse",
            )
        time.sleep(_RETRY_S)


def _locked(descriptor: int, *, is_shared: bool) -> bool:
    """Takes the lock if it is free; a folder that knows no locks is guarded by the beat alone."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        if is_shared:
            raise BadFolder(
                "the warehouse lies in a folder that knows no locks",
                expected="a file system with locks (NFS 4 has them), where several machines read documents",
                remedy="put the warehouse there, or read with `gongkai run` alone",
            ) from error
    return True


def _who(holder: dict[str, object]) -> str:
    if not holder:
        return "a run that reads documents ahead of the night"
    return f"process {holder.get('pid', '(unknown)')}{_on_host(holder)}"


def _holder(lock_file: Path) -> dict[str, object]:
    with suppress(OSError, ValueError):
        read = json.loads(lock_file.read_text(encoding="utf-8"))
        if isinstance(read, dict):
            return read
    return {}


def _on_host(holder: dict[str, object]) -> str:
    host = holder.get("host")
    return "" if host in (None, socket.gethostname()) else f" on the machine {host}"


def _beats_elsewhere(lock_file: Path, holder: dict[str, object]) -> bool:
    """Whether a run on another machine has shown lately that it lives.

    The age is taken between two times of the folder's own clock: that of the lock file and that of a file made now.
    """
    if not _on_host(holder):
        return False
    probe = lock_file.with_name(f".{lock_file.name}.{socket.gethostname()}.{os.getpid()}.probe")
    try:
        probe.touch()
        return probe.stat().st_mtime - lock_file.stat().st_mtime < DEAD_AFTER_S
    finally:
        probe.unlink(missing_ok=True)


@contextmanager
def _beating(descriptor: int) -> Iterator[None]:
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_S):
            with suppress(OSError):
                os.utime(descriptor)

    thread = threading.Thread(target=beat, name="lock-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
