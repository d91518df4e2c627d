"""What reads strangers' documents has no network and little memory, leaves nothing behind, and ends with the run."""

from __future__ import annotations

import errno
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import structlog
import structlog.testing

from pipeline.defs.extract import guards
from pipeline.defs.extract.guards import Done
from pipeline.defs.extract.pool import run_guarded
from pipeline.defs.extract.syscall_filter import NotFiltered, filter_program, install_filter
from pipeline.defs.extract.worker_folders import remove_left_behind, worker_folders
from tests.conftest import REPOSITORY
from tests.defs.workers import Found, act

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in ("x86_64", "aarch64"),
    reason="needs Linux on x86-64 or ARM: elsewhere workers are not shut off, and the log says so",
)


def run(*words: str, timeout_s: float = 30.0, memory_mb: int | None = 1024) -> list[Done[str, object]]:
    return list(run_guarded(act, words, workers=1, timeout_s=timeout_s, memory_mb=memory_mb))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@linux
def test_a_worker_has_no_network_nor_has_what_it_starts() -> None:
    refused = str(errno.EACCES)
    assert [done.result for done in run("connect", "connect_below")] == [Found(refused), Found(refused)]


@linux
def test_a_worker_has_its_memory_and_no_core_dump() -> None:
    found = [done.result for done in run("hog", "limits")]
    assert found == [Found("no memory"), Found("core 0")]


@linux
def test_what_a_hung_worker_has_started_ends_with_it(tmp_path: Path) -> None:
    (done,) = run(f"start_and_hang:{tmp_path / 'pids'}", timeout_s=2.0)
    assert done.error is not None
    assert done.error.category == "read_timeout"
    pids = [int(pid) for pid in (tmp_path / "pids").read_text(encoding="utf-8").split()]
    assert [pid for pid in pids if is_alive(pid)] == []


@linux
def test_a_worker_does_not_outlive_a_killed_run(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    code = f"from tests.defs.workers import hang_for\nif __name__ == '__main__': hang_for({str(path)!r})"
    (tmp_path / "run.py").write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen([sys.executable, str(tmp_path / "run.py")], env=environment)
    waits = (time.sleep(0.1) for _ in range(300))
    while not (path.exists() and path.read_text(encoding="utf-8").count(" ")):
        next(waits)
    worker, child = (int(pid) for pid in path.read_text(encoding="utf-8").split())
    process.send_signal(signal.SIGKILL)
    process.wait()
    while is_alive(worker):
        next(waits)
    os.kill(child, signal.SIGKILL)  # `sleep` asks the kernel for nothing; LibreOffice does


def test_a_workers_temporary_files_are_gone_after_it(tmp_path: Path) -> None:
    run(f"leave:{tmp_path / 'where'}")
    left = Path((tmp_path / "where").read_text(encoding="utf-8"))
    assert "gongkai-work-" in str(left)
    assert not left.exists()
    assert not left.parent.parent.exists()


def test_what_is_no_record_is_not_taken_from_a_worker(capfd: pytest.CaptureFixture[str]) -> None:
    evil, after = run("evil", "limits")
    assert evil.error is not None
    assert "no record of ours" in evil.error.found
    assert after.error is None
    assert "taken over" not in capfd.readouterr().out


def test_a_defect_in_a_worker_says_nothing_of_the_document(capfd: pytest.CaptureFixture[str]) -> None:
    (done,) = run("raise:赵敏芝 13800138000")
    assert done.error is not None
    assert done.error.category == "worker_crashed"
    said = capfd.readouterr()
    assert "赵敏芝" not in said.out + said.err + str(done.error)


def test_folders_of_killed_runs_are_removed_and_those_of_others_stay(tmp_path: Path) -> None:
    left = tmp_path / "gongkai-work-left"
    (left / "1").mkdir(parents=True)
    (left / "lock").touch()
    (tmp_path / "gongkai-work-new").mkdir()  # without its lock: being made just now
    with worker_folders() as folders:
        used = folders.make()
        remove_left_behind(used.parent.parent)
        assert used.is_dir()
    assert not used.parent.exists()
    remove_left_behind(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["gongkai-work-new"]


def test_a_machine_without_a_filter_is_told() -> None:
    with pytest.raises(NotFiltered, match="no filter is written for riscv64"):
        filter_program("riscv64")
    with pytest.raises(NotFiltered):
        install_filter("none")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_jump_of_the_filter_stays_inside_it(machine: str) -> None:
    code = filter_program(machine)
    instructions = [code[at : at + 8] for at in range(0, len(code), 8)]
    for place, one in enumerate(instructions):
        is_return = one[0] & 7 == 6
        assert is_return or place + 1 + max(one[2], one[3]) < len(instructions)
    assert instructions[-1][0] & 7 == 6


def test_what_a_system_does_not_give_is_logged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    captured = structlog.testing.CapturingLogger()
    monkeypatch.setattr(structlog, "get_logger", lambda: captured)
    guards._told.discard("nothing to speak of")
    guards._tell(("nothing to speak of",))
    guards._tell(("nothing to speak of",))
    said = [(call.args[0], call.kwargs["found"]) for call in captured.calls]
    assert said == [("sandbox_incomplete", "nothing to speak of")]
