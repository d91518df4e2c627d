"""Tasks given to any executor, a window of them at a time: however many there are, few wait in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_LOOK_EVERY_S = 5.0


def ended_in_turn(
    executor: Executor,
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    at_once: int,
    look: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Task, Future[Result]]]:
    """Yields each task with its future, in the order of ending.

    Args:
        executor: Whatever runs functions: threads, processes, a cluster.
        function: What is run over each task.
        tasks: They are taken from as there is room.
        at_once: So many are given to the executor at a time.
        look: Called every few seconds while nothing ends; it may raise.
    """
    waiting = iter(tasks)
    running: dict[Future[Result], Task] = {}
    try:
        while True:
            for task in islice(waiting, at_once - len(running)):
                running[executor.submit(function, task)] = task
            if not running:
                return
            ended = wait(running, _LOOK_EVERY_S, FIRST_COMPLETED).done
            if not ended:
                look()
            for future in ended:
                yield running.pop(future), future
    finally:
        for future in running:
            future.cancel()
