"""Worker processes that are lent to threads: each task under a time limit; a dead or hung one costs one document.

What lives here: processes, pipes and clocks. What must not: what reading means, and which task comes when.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

import structlog

from pipeline.defs.extract.messages import NotARecord, receive
from pipeline.defs.extract.sandbox import Limits
from pipeline.defs.extract.worker import Answer, Ready, serve
from pipeline.defs.extract.worker_folders import WorkerFolders, worker_folders
from pipeline.errors import FiscalError, ReadTimeout, WorkerCrashed

Task = TypeVar("Task")
Result = TypeVar("Result")

#: A worker imports the readers in about two seconds; a minute means that it will never be ready.
_START_LIMIT_S = 60.0
#: How long a worker may take to end after it was told to.
_END_LIMIT_S = 5.0
#: A killed worker's children may start others while they are being killed.
_MOST_SWEEPS = 20
#: What the log has been told of this system.
_told: set[str] = set()


@dataclass(frozen=True, slots=True)
class Done(Generic[Task, Result]):
    """One task that is over: its result, or the error that stands for it."""

    task: Task
    result: Result | None
    error: FiscalError | None
    seconds: float


class Ended(Exception):
    """The guards were sent home while a task was on its way."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    folder: Path


class Guards(Generic[Task, Result]):
    """Processes that run one function, as many as threads ask for at once, kept from task to task.

    Every process is shut off first (`sandbox`): no network, its own temporary folder, limits of memory and of files.

    Args:
        function: A module-level function; what it raises counts as a crash, so it should return its errors.
        timeout_s: Seconds one task may take; then its process is killed and the task ends with `ReadTimeout`.
        initialise: Called once in every new process.
        memory_mb: MiB that one process may have; `None` leaves it to the machine.
    """

    def __init__(
        self,
        function: Callable[[Task], Result],
        *,
        timeout_s: float,
        initialise: Callable[[], None] | None = None,
        memory_mb: int | None = None,
    ) -> None:
        self._function = function
        self._timeout_s = timeout_s
        self._initialise = initialise
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._folders: WorkerFolders
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._is_ended = False

    def __enter__(self) -> Self:
        self._folders = self._stack.enter_context(worker_folders())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        self._stack.close()

    def run(self, task: Task) -> Done[Task, Result]:
        """Runs the function over one task in a process that this thread has for itself.

        Raises:
            WorkerCrashed: A process died before its first task: no document could be read at all.
            Ended: `end` was called.
        """
        worker = self._take()
        begun = time.monotonic()
        answer, error = _ask(worker, task, self._timeout_s)
        with self._lock:
            self._busy.remove(worker)
            is_kept = answer is not None and not answer.is_tired and not self._is_ended
            if is_kept:
                self._idle.append(worker)
        if not is_kept:
            _kill(worker)
        if self._is_ended and error is not None:
            raise Ended
        return Done(task, answer.result if answer else None, error, time.monotonic() - begun)

    def end(self) -> None:
        """Kills every process; threads that wait for one get `Ended`."""
        with self._lock:
            self._is_ended = True
            idle, self._idle = self._idle, []
            for worker in self._busy:
                worker.process.kill()  # its thread notices, and clears up
        for worker in idle:
            _kill(worker)

    def _take(self) -> _Worker:
        with self._lock:
            if self._is_ended:
                raise Ended
            if self._idle:
                worker = self._idle.pop()
                self._busy.append(worker)
                return worker
            worker = self._start(self._folders.make())
            self._busy.append(worker)
        try:
            _wait_until_ready(worker)
        except WorkerCrashed:
            with self._lock:
                self._busy.remove(worker)
            _kill(worker)
            if self._is_ended:
                raise Ended from None
            raise
        return worker

    def _start(self, folder: Path) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (theirs, self._function, self._initialise, Limits(self._memory_mb, folder))
        process = context.Process(target=serve, args=arguments, daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours, folder)


def _wait_until_ready(worker: _Worker) -> None:
    """Waits for a new process to say so.

    Raises:
        WorkerCrashed: It never does.
    """
    try:
        if not worker.pipe.poll(_START_LIMIT_S):
            raise _crashed(None)
        message = receive(worker.pipe)
    except NotARecord as refused:
        raise _not_understood(refused) from refused
    except (EOFError, OSError) as error:
        worker.process.join(_END_LIMIT_S)
        raise _crashed(worker.process.exitcode) from error
    if not isinstance(message, Ready):
        raise _not_understood(NotARecord(type(message).__name__))
    _tell(message.missing)


def _ask(worker: _Worker, task: object, timeout_s: float) -> tuple[Answer | None, FiscalError | None]:
    """Gives a process a task and waits for its answer; else the error that stands for it."""
    with suppress(OSError):  # a process that died in between is noticed below
        worker.pipe.send(task)
    try:
        if not worker.pipe.poll(timeout_s):
            return None, _too_slow(timeout_s)
        message = receive(worker.pipe)
    except NotARecord as refused:
        return None, _not_understood(refused)
    except (EOFError, OSError):
        worker.process.join(_END_LIMIT_S)
        return None, _crashed(worker.process.exitcode)
    if not isinstance(message, Answer):
        return None, _not_understood(NotARecord(type(message).__name__))
    return message, None


def _kill(worker: _Worker) -> None:
    """Ends a process with all it has started, and removes what they have written."""
    worker.pipe.close()
    pid = worker.process.pid
    worker.process.kill()
    for _ in range(_MOST_SWEEPS):
        others = _session_of(pid) if pid else []
        for other in others:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(other, signal.SIGKILL)
        if not others:
            break
    worker.process.join(_END_LIMIT_S)
    shutil.rmtree(worker.folder, ignore_errors=True)


def _session_of(leader: int) -> list[int]:
    """The living processes of a worker's session, itself left out. Its own groups (LibreOffice's) are among them."""
    if not sys.platform.startswith("linux"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
        return []
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            state, _, _, session = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:4]
            pid = int(status.parent.name)
            if int(session) == leader and pid != leader and state != "Z":
                found.append(pid)
    return found


def _tell(missing: tuple[str, ...]) -> None:
    """Says once what this system does not give, so that an operator knows what a document could do."""
    for what in missing:
        if what not in _told:
            _told.add(what)
            structlog.get_logger().warning("sandbox_incomplete", stage="extract", found=what)


def _too_slow(timeout_s: float) -> ReadTimeout:
    return ReadTimeout(
        f"reading took longer than {timeout_s:g} seconds",
        expected="a document that can be read within the limit",
        remedy="look at the file, or raise GONGKAI_DOCUMENT_TIMEOUT_S and run with --retry",
    )


def _crashed(exit_code: int | None) -> WorkerCrashed:
    return WorkerCrashed(
        f"the process that read the document ended with {_how_it_ended(exit_code)}",
        expected="a document that can be read in the memory there is (GONGKAI_DOCUMENT_MEMORY_MB)",
        remedy="look at the file; run with --retry to try again",
    )


def _how_it_ended(exit_code: int | None) -> str:
    """The signal's name where there is one: SIGABRT is how native libraries end when they get no more memory."""
    if exit_code is None or exit_code >= 0:
        return f"code {exit_code}"
    with suppress(ValueError):
        return signal.Signals(-exit_code).name
    return f"signal {-exit_code}"


def _not_understood(refused: NotARecord) -> WorkerCrashed:
    return WorkerCrashed(
        f"the process that read the document sent what is no record of ours ({refused})",
        expected="what was read",
        remedy="look at the file: it may be made to take the reader over",
    )
