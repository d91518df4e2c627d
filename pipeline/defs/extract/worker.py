"""The inside of a worker process: the sandbox first, then tasks from a pipe until it closes.

What lives here: what runs in the worker. What must not: clocks and the other workers, see `pool`.
"""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog

from pipeline.defs.extract.messages import send
from pipeline.defs.extract.sandbox import Limits, enter_sandbox, memory_used_mb

#: A worker that holds on to this share of its memory makes room for a new one: a document must not fail for what
#: others before it have left.
_TIRED_SHARE = 0.25
_FAILED = 70


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker's first message: what of the sandbox this system does not give."""

    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one task, and whether the worker wants to be replaced."""

    result: Any
    is_tired: bool


def serve(
    pipe: Connection, function: Callable[[Any], Any], initialise: Callable[[], None] | None, limits: Limits
) -> None:  # pragma: no cover (runs in the worker process)
    """Runs `function` over what comes through the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setsid()  # whatever we start belongs to this session, and ends with it
    missing = enter_sandbox(limits)
    try:
        if initialise is not None:
            initialise()
        send(pipe, Ready(missing))
        fresh_mb = memory_used_mb()
        with suppress(EOFError):
            while True:
                answer = function(pipe.recv())
                _empty(limits.temp_dir)
                send(pipe, Answer(answer, _is_tired(fresh_mb, limits.memory_mb)))
    except Exception as error:  # noqa: BLE001 (a defect of ours; Python's own words would quote the document)
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        structlog.get_logger().error("worker_failed", stage="worker", error=type(error).__name__, where=where)
        os._exit(_FAILED)


def _is_tired(fresh_mb: float, memory_mb: int | None) -> bool:
    return memory_mb is not None and memory_used_mb() > fresh_mb + _TIRED_SHARE * memory_mb


def _empty(folder: Path | None) -> None:
    """Removes what a reader has left of the document before."""
    for path in folder.iterdir() if folder is not None and folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
