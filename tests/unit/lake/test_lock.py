"""One run at a time per warehouse, and a dead one never blocks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import AnotherRun
from pipeline.lake.lock import run_lock


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
