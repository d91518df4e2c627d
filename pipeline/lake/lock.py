"""One run at a time per warehouse: a lock file held by the operating system, naming who holds it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import AnotherRun


@contextmanager
def run_lock(lock_file: Path) -> Iterator[None]:
    """Holds the warehouse for one run.

    The operating system lets go of the lock when its holder dies, so a file left by a killed run never blocks: its
    process number is only there for the message.

    Raises:
        AnotherRun: A living process holds it.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherRun(
                f"process {_holder(lock_file)} is writing to {lock_file.parent}",
                expected="one run at a time per warehouse",
                remedy="wait until it has ended, or name another folder with --warehouse",
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid()}).encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(lock_file: Path) -> str:
    try:
        return str(json.loads(lock_file.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError):
        return "(unknown)"
