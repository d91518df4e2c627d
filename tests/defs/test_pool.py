"""A dead or hung worker costs one document, and the others are read."""

from __future__ import annotations

import pytest

from pipeline.defs.extract.pool import run_guarded
from pipeline.errors import WorkerCrashed
from tests.defs.workers import die_at_once, double


def run(*words: str, timeout_s: float = 30.0) -> dict[str, str | None]:
    done = run_guarded(double, words, workers=2, timeout_s=timeout_s)
    return {one.task: one.result if one.error is None else one.error.category for one in done}


def test_every_task_comes_back_once() -> None:
    assert run("a", "b", "c", "d") == {"a": "aa", "b": "bb", "c": "cc", "d": "dd"}


def test_no_tasks_start_no_process() -> None:
    assert run() == {}


def test_a_dead_worker_costs_one_task() -> None:
    assert run("a", "die", "b", "die2") == {"a": "aa", "die": "worker_crashed", "b": "bb", "die2": "die2die2"}


def test_a_hung_worker_is_killed_and_the_rest_go_on() -> None:
    assert run("hang", "a", "b", timeout_s=1.0) == {"hang": "read_timeout", "a": "aa", "b": "bb"}


def test_workers_that_never_start_stop_the_run() -> None:
    with pytest.raises(WorkerCrashed, match="code 4"):
        list(run_guarded(double, ["a"], workers=1, timeout_s=5.0, initialise=die_at_once))
