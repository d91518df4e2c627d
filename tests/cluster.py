"""A real Dask cluster of this machine's processes, for tests that disturb it."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from pipeline.defs.extract.reading import Reading, read_documents
from pipeline.settings import Settings
from pipeline.sources.folder import scan_folder
from tests.conftest import REPOSITORY


class Cluster:
    """A scheduler and its workers, processes of this machine.

    Args:
        stack: Ends them all when it is closed.
        folder: For their files and their log.
        host: The address the scheduler listens at.
    """

    def __init__(self, stack: ExitStack, folder: Path, host: str = "127.0.0.1") -> None:
        self._stack = stack
        self._folder = folder
        self._host = host
        self._port = free_port(host)
        self.scheduler = self.start_scheduler()

    @property
    def address(self) -> str:
        """What GONGKAI_EXECUTOR is set to."""
        return f"dask://{self._host}:{self._port}"

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        """Starts the scheduler, at the port it had before."""
        return self._start((), "scheduler", "--host", self._host, "--port", str(self._port), "--no-dashboard")

    def start_worker(
        self, *, below: Sequence[str] = (), preload: str | None = None, **environment: str
    ) -> subprocess.Popen[bytes]:
        """Starts a worker that reads one document at a time; `below` is a command to start it with."""
        options = ["--nthreads", "1", "--memory-limit", "0", "--no-dashboard", "--local-directory", str(self._folder)]
        options += ["--preload", preload] if preload else []
        settings = {"DASK_DISTRIBUTED__WORKER__DAEMON": "False", **environment}
        return self._start(below, "worker", f"tcp://{self._host}:{self._port}", *options, **settings)

    def _start(self, below: Sequence[str], *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*below, sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            cwd=REPOSITORY,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=(self._folder / "cluster.log").open("ab"),
            start_new_session=True,
        )
        self._stack.callback(kill, process)
        return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a process with all it started, as a power cut does."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def read(settings: Settings, told: Callable[[str], None] = lambda _name: None) -> Reading:
    """Reads the documents of the raw folder, `told` the name of each."""
    scan = scan_folder(settings.raw_dir, max_file_bytes=settings.max_file_bytes)
    return read_documents(settings, scan, on_total=lambda _total: None, advance=told)


def lake_of(settings: Settings) -> dict[str, str]:
    """The sums of all files of the lake, in which nothing is left half written."""
    folder = settings.lake_dir
    assert not list((folder / "tmp").glob("*"))
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for kind in ("documents", "tables")
        for path in sorted((folder / kind).rglob("*.parquet"))
    }
