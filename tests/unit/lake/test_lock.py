"""One run at a time per warehouse, and a dead one never blocks."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import pytest

from pipeline.errors import AnotherRun, BadFolder
from pipeline.lake.lock import DEAD_AFTER_S, run_lock, shared_lock


def test_a_second_run_is_told_who_holds_the_warehouse(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with run_lock(lock), pytest.raises(AnotherRun, match=f"process {os.getpid()} "), run_lock(lock):
        pass


def test_the_warehouse_is_free_after_a_run(tmp_path: Path) -> None:
    for _ in range(2):
        with run_lock(tmp_path / "run.lock"):
            pass


def test_a_file_left_by_a_killed_run_does_not_block(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    lock.write_text('{"pid": 999999}', encoding="utf-8")
    with run_lock(lock):
        assert str(os.getpid()) in lock.read_text(encoding="utf-8")


def test_a_run_may_wait_for_another_to_end(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    entered, ended = threading.Event(), threading.Event()

    def other() -> None:
        with run_lock(lock):
            entered.set()
            ended.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    entered.wait(10)
    threading.Timer(0.05, ended.set).start()
    with run_lock(lock, wait_s=10):
        assert str(os.getpid()) in lock.read_text(encoding="utf-8")
    thread.join()


def test_a_run_on_another_machine_is_known_by_its_beat_where_locks_do_not_reach(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    lock.write_text('{"pid": 7, "host": "elsewhere"}', encoding="utf-8")
    with pytest.raises(AnotherRun, match="process 7 on the machine elsewhere"), run_lock(lock):
        pass
    long_ago = time.time() - DEAD_AFTER_S - 1
    os.utime(lock, (long_ago, long_ago))
    with run_lock(lock):
        pass


def test_a_folder_that_knows_no_locks_is_guarded_by_the_beat_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with run_lock(tmp_path / "run.lock"):
        pass


def test_a_holder_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.lake.lock.BEAT_S", 0.01)
    lock = tmp_path / "run.lock"
    with run_lock(lock):
        os.utime(lock, (1, 1))
        until = time.monotonic() + 10
        while lock.stat().st_mtime < 2 and time.monotonic() < until:
            time.sleep(0.01)
        assert lock.stat().st_mtime > 2


def test_many_may_read_documents_side_by_side_and_nobody_builds_meanwhile(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    lock.write_text('{"pid": 999999}', encoding="utf-8")
    readers = (shared_lock(lock), shared_lock(lock))
    with readers[0], readers[1], pytest.raises(AnotherRun, match="a run that reads documents ahead"), run_lock(lock):
        pass
    with run_lock(lock), pytest.raises(AnotherRun, match=f"process {os.getpid()} "), shared_lock(lock):
        pass


def test_many_readers_need_a_folder_that_knows_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(BadFolder, match="knows no locks"), shared_lock(tmp_path / "run.lock"):
        pass
