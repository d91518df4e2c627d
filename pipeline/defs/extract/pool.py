"""Documents read in worker processes, each under a time limit; a dead or hung worker costs one document, not the run.

What lives here: processes, pipes and clocks. What must not: what reading means; the function is given.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Generic, TypeVar

from pipeline.errors import FiscalError, ReadTimeout, WorkerCrashed

Task = TypeVar("Task")
Result = TypeVar("Result")

#: A worker imports the readers in about two seconds; a minute means that it will never be ready.
_START_LIMIT_S = 60.0
#: How long a worker may take to end after it was told to.
_END_LIMIT_S = 5.0
_READY = "ready"


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
    deadline: float
    task: Task | None = None
    started: float = 0.0
    is_ready: bool = False


def run_guarded(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int,
    timeout_s: float,
    initialise: Callable[[], None] | None = None,
) -> Iterator[Done[Task, Result]]:
    """Runs `function` over the tasks in worker processes and yields each task as it ends, in the order of ending.

    Args:
        function: A module-level function; what it raises counts as a crash, so it should return its errors.
        tasks: Picklable arguments, one per call.
        workers: How many processes at most.
        timeout_s: Seconds one task may take; then its process is killed and the task ends with `ReadTimeout`.
        initialise: Called once in every new process.

    Raises:
        WorkerCrashed: A process died before its first task: no document could be read at all.
    """
    waiting = deque(tasks)
    running: list[_Worker[Task]] = []
    try:
        while waiting or running:
            while len(running) < min(workers, len(waiting) + sum(w.task is not None for w in running)):
                running.append(_start(function, initialise))
            for worker in _awake(running):
                done: Done[Task, Result] | None = _attend(worker, timeout_s)
                if done is not None:
                    yield done
                if not _feed(worker, waiting, timeout_s):
                    running.remove(worker)
    finally:
        for worker in running:
            _kill(worker)


def _start(function: Callable[[Task], Result], initialise: Callable[[], None] | None) -> _Worker[Task]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, function, initialise), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, time.monotonic() + _START_LIMIT_S)


def _serve(
    pipe: Connection, function: Callable[[Task], Result], initialise: Callable[[], None] | None
) -> None:  # pragma: no cover (runs in the worker process)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if initialise is not None:
        initialise()
    pipe.send(_READY)
    with suppress(EOFError):
        while True:
            pipe.send(function(pipe.recv()))


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
            message = worker.pipe.recv()
            if not worker.is_ready:
                worker.is_ready = True
                return None
            done: Done[Task, Result] = _done(worker, message, None)
            worker.task = None
            return done
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
    if not waiting:
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
    worker.pipe.close()
    worker.process.kill()
    worker.process.join(_END_LIMIT_S)


def _too_slow(timeout_s: float) -> ReadTimeout:
    return ReadTimeout(
        f"reading took longer than {timeout_s:g} seconds",
        expected="a document that can be read within the limit",
        remedy="look at the file, or raise GONGKAI_DOCUMENT_TIMEOUT_S and run with --retry",
    )


def _crashed(exit_code: int | None) -> WorkerCrashed:
    return WorkerCrashed(
        f"the process that read the document ended with code {exit_code}",
        expected="a document that can be read in the memory there is",
        remedy="look at the file; run with --retry to try again",
    )
