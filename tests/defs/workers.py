"""What the tests of the pool run in worker processes."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.defs.extract.guards import Done
from pipeline.errors import FiscalError

_CONNECT = "import socket, sys\ntry: socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError as e: print(e.errno)"


@dataclass(frozen=True, slots=True)
class Found:
    """What a worker found of itself."""

    said: str


class Evil:
    """Pickles to a call."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Calls when it is read."""
        return os.system, ("echo taken over",)


def double(word: str) -> str:
    """Doubles a word, unless the word says otherwise."""
    if word == "hang":
        time.sleep(60)
    if word == "die":
        os._exit(9)
    return word * 2


def act(word: str) -> object:
    """Does what strangers' documents would like to do; `word` is what, and after a colon where."""
    what, _, where = word.partition(":")
    return _ACTS[what](where)


def _connect(_where: str) -> Found:
    try:
        socket.create_connection(("127.0.0.1", 9), 1)
    except OSError as error:
        return Found(str(error.errno))
    return Found("connected")


def _connect_below(_where: str) -> Found:
    said = subprocess.run([sys.executable, "-c", _CONNECT], capture_output=True, text=True, check=False)
    return Found(said.stdout.strip())


def _hog(_where: str) -> Found:
    try:
        bytearray(3_000_000_000)
    except MemoryError:
        return Found("no memory")
    return Found("has it")


def _limits(_where: str) -> Found:
    return Found(f"core {resource.getrlimit(resource.RLIMIT_CORE)[0]}")


def _leave(where: str) -> Found:
    Path(where).write_text(tempfile.mkdtemp(), encoding="utf-8")
    return Found("left")


def _start_and_hang(where: str) -> Found:
    child = subprocess.Popen(["sleep", "300"], process_group=0)
    Path(where).write_text(f"{os.getpid()} {child.pid}", encoding="utf-8")
    time.sleep(60)
    return Found("slept")


def _evil(_where: str) -> Evil:
    return Evil()


def _raise(where: str) -> Found:
    raise ValueError(where)


_ACTS = {
    "connect": _connect,
    "connect_below": _connect_below,
    "hog": _hog,
    "limits": _limits,
    "leave": _leave,
    "start_and_hang": _start_and_hang,
    "evil": _evil,
    "raise": _raise,
}


class GuardsHere:
    """In the place of `Guards`: no process, the function runs here."""

    def __init__(self, function: Callable[[Any], Any], **_options: object) -> None:
        self._function = function

    def __enter__(self) -> GuardsHere:
        """Starts nothing."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Ends nothing."""

    def run(self, task: Any) -> Done[Any, Any]:
        """Runs the function; an error that it returns stands for the task."""
        found = self._function(task)
        return Done(task, None, found, 0.1) if isinstance(found, FiscalError) else Done(task, found, None, 0.1)


def die_at_once() -> None:
    """An initialiser that fails in every process."""
    os._exit(4)


def hang_for(path: str) -> None:
    """Runs a pool whose one worker hangs; called in a process of its own, which is then killed."""
    from pipeline.defs.extract.pool import run_guarded

    list(run_guarded(act, [f"start_and_hang:{path}"], workers=1, timeout_s=50.0))
