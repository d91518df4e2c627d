"""Many tasks run in guarded processes at once: `Guards`, and a thread for each process that waits for its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from pipeline.defs.extract.guards import Done, Guards, Result, Task
from pipeline.defs.extract.window import ended_in_turn


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

    Args:
        function: As `Guards` has it, like what follows.
        tasks: Picklable arguments, one per call.
        workers: How many processes at most.
        timeout_s: Seconds one task may take.
        initialise: Called once in every new process.
        memory_mb: MiB that one worker may have.

    Raises:
        WorkerCrashed: A process died before its first task.
    """
    if not tasks:
        return
    # the guards are left first: whoever still waits for an answer then gets none, and the threads can end
    with (
        ThreadPoolExecutor(max_workers=workers, thread_name_prefix="guard") as threads,
        Guards(function, timeout_s=timeout_s, initialise=initialise, memory_mb=memory_mb) as guards,
    ):
        for _, future in ended_in_turn(threads, guards.run, tasks, at_once=2 * workers):
            yield future.result()
