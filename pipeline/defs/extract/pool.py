"""Documents read in worker processes, each under a time limit; a dead or hung worker costs one document, not the run.

What lives here: processes, pipes and clocks. What must not: what reading means; the function is given.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Generic, TypeVar

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


@dataclass(slots=True)
class _Worker(Generic[Task]):
    process: SpawnProcess
    pipe: Connection
    folder: Path
    deadline: float
    task: Task | None = None
    started: float = 0.0
    is_ready: bool = False
    is_tired: bool = False


def run_guarded(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int,
    timeout_s: float,
    initialise: Callable[[], None] | None = None,
    memory_mb: int | None = None,
) -> Iterator[Done[Task, Result]]:
    """Runs `function` over the tasks in worker processes and yields each task as it ends, in the order of ending.

    Every worker is shut off first (`sandbox`): no network, its own temporary folder, limits of memory and of files.

    Args:
        function: A module-level function; what it raises counts as a crash, so it should return its errors.
        tasks: Picklable arguments, one per call.
        workers: How many processes at most.
        timeout_s: Seconds one task may take; then its process is killed and the task ends with `ReadTimeout`.
        initialise: Called once in every new process.
        memory_mb: MiB that one worker may have; `None` leaves it to the machine.

    Raises:
        WorkerCrashed: A process died before its first task: no document could be read at all.
    """
    waiting = deque(tasks)
    if not waiting:
        return
    running: list[_Worker[Task]] = []
    with worker_folders() as folders:
        try:
            while waiting or running:
                while len(running) < min(workers, len(waiting) + sum(w.task is not None for w in running)):
                    running.append(_start(function, initialise, folders, memory_mb))
                for worker in _awake(running):
                    done: Done[Task, Result] | None = _attend(worker, timeout_s)
                    if done is not None:
                        yield done
                    if not _feed(worker, waiting, timeout_s):
                        running.remove(worker)
        finally:
            for worker in running:
                _kill(worker)


def _start(
    function: Callable[[Task], Result],
    initialise: Callable[[], None] | None,
    folders: WorkerFolders,
    memory_mb: int | None,
) -> _Worker[Task]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    folder = folders.make()
    arguments = (theirs, function, initialise, Limits(memory_mb, folder))
    process = context.Process(target=serve, args=arguments, daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, folder, time.monotonic() + _START_LIMIT_S)


def _awake(running: list[_Worker[Task]]) -> list[_Worker[Task]]:
    """The workers that have something to say, have died, or are past their time."""
    patience = max(0.0, min(worker.deadline for worker in running) - time.monotonic())
    said = multiprocessing.connection.wait([worker.pipe for worker in running], timeout=patience)
    now = time.monotonic()
    return [worker for worker in running if worker.pipe in said or worker.deadline <= now]


def _attend(worker: _Worker[Task], timeout_s: float) -> Done[Task, Result] | None:
    """Takes what the worker has to say; a worker that failed is killed and its task ends with the reason."""
    error: FiscalError
    try:
        if not worker.pipe.poll():
            _kill(worker)
            error = _too_slow(timeout_s)
        else:
            message = receive(worker.pipe)
            if isinstance(message, Ready) and not worker.is_ready:
                worker.is_ready = True
                _tell(message.missing)
                return None
            if not isinstance(message, Answer) or worker.task is None:
                raise NotARecord(type(message).__name__)
            done: Done[Task, Result] = _done(worker, message.result, None)
            worker.task, worker.is_tired = None, message.is_tired
            return done
    except NotARecord as refused:
        _kill(worker)
        error = _not_understood(refused)
    except (EOFError, OSError):
        worker.process.join(_END_LIMIT_S)
        error = _crashed(worker.process.exitcode)
        _kill(worker)
    if not worker.is_ready:
        raise error
    return _done(worker, None, error)


def _feed(worker: _Worker[Task], waiting: deque[Task], timeout_s: float) -> bool:
    """Gives an idle worker its next task; `False` when the worker has ended or is sent home."""
    if worker.pipe.closed:
        return False
    if not waiting or worker.is_tired:
        _kill(worker)
        return False
    worker.task = waiting.popleft()
    worker.started = time.monotonic()
    worker.deadline = worker.started + timeout_s
    with suppress(OSError):  # a worker that died in between is found by the next `_awake`
        worker.pipe.send(worker.task)
    return True


def _done(worker: _Worker[Task], result: Result | None, error: FiscalError | None) -> Done[Task, Result]:
    if worker.task is None:
        raise AssertionError("a worker without a task has sent a result")
    return Done(worker.task, result, error, time.monotonic() - worker.started)


def _kill(worker: _Worker[Task]) -> None:
    """Ends a worker with all it has started, and removes what they have written."""
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
