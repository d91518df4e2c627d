"""Where documents are read: on this machine, or on a cluster, through one seam, `concurrent.futures.Executor`.

    GONGKAI_EXECUTOR=local                 processes of this machine (the default)
    GONGKAI_EXECUTOR=dask://HOST:PORT      a Dask cluster; its engine places, retries and replaces

What lives here: opening an executor, and saying what a cluster's failures mean. What must not: scheduling.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.defs.extract.batches import Job, Read, Reader, read_batch
from pipeline.errors import BadSetting, ClusterLost, MissingTool
from pipeline.model.source import SourceFile
from pipeline.settings import LOCAL_EXECUTOR, Settings

_DASK = "dask://"
#: Tasks of a cluster that are on their way at once: for a thousand cores a few each, and little memory here.
_AT_ONCE = 4096
#: How often the engine runs a task again that raised, or whose machine went away.
_RETRIES = 3
#: A scheduler that is there answers at once; one that is being started, within this.
_LONGEST_ANSWER_S = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where documents are read.

    Attributes:
        executor: Runs `read`.
        read: Reads a batch and writes it into the lake.
        batch: Documents of one batch.
        at_once: Batches given to the executor at a time.
        look: Called while nothing ends; raises `ClusterLost` where nothing ever will.
        losses: What a future raises where the executor, not the reading, failed.
    """

    executor: Executor
    read: Callable[[Sequence[SourceFile]], list[Read]]
    batch: int
    at_once: int
    look: Callable[[], None] = lambda: None
    losses: tuple[type[BaseException], ...] = ()


@contextmanager
def open_place(settings: Settings, job: Job) -> Iterator[Place]:
    """Opens the executor that the settings name.

    Raises:
        BadSetting: No executor is named so.
        MissingTool: The package of the cluster is not installed.
        ClusterLost: The cluster does not answer, or has no worker.
    """
    if settings.executor == LOCAL_EXECUTOR:
        with _local(settings, job) as place:
            yield place
    elif settings.executor.startswith(_DASK):
        with _dask(settings, job) as place:
            yield place
    else:
        raise BadSetting(
            f"GONGKAI_EXECUTOR is {settings.executor!r}",
            expected=f"{LOCAL_EXECUTOR!r}, or the address of a cluster such as {_DASK}scheduler:8786",
            remedy="correct it, or leave it out to read on this machine",
        )


@contextmanager
def _local(settings: Settings, job: Job) -> Iterator[Place]:
    # the reader is left first: whoever still waits for a process then gets none, and the threads can end
    with ThreadPoolExecutor(settings.workers, thread_name_prefix="read") as threads, Reader(job) as reader:
        yield Place(threads, reader.read, 1, 2 * settings.workers)


@contextmanager
def _dask(settings: Settings, job: Job) -> Iterator[Place]:
    address = f"tcp://{settings.executor.removeprefix(_DASK)}"
    with _client(address, settings.cluster_wait_s) as client:
        watch = _Watch(client, address, settings.cluster_wait_s)
        executor = client.get_executor(pure=False, retries=_RETRIES)
        losses = _losses()
        yield Place(executor, partial(read_batch, job), settings.cluster_batch, _AT_ONCE, watch.look, losses)


def _losses() -> tuple[type[BaseException], ...]:
    """What a future raises when the scheduler forgot it, or every machine that took it died."""
    from distributed import KilledWorker

    return CancelledError, KilledWorker


@contextmanager
def _client(address: str, wait_s: float) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise MissingTool(
            "the package for Dask clusters is not installed",
            expected="gongkai with its extra `dask`",
            remedy="pip install 'gongkai[dask]', or read on this machine (without GONGKAI_EXECUTOR)",
        ) from error
    connect: Any = distributed.Client
    answer_s = min(wait_s, _LONGEST_ANSWER_S)
    try:
        client = connect(address, timeout=answer_s, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterLost(
            f"no scheduler answers at {address} ({type(error).__name__})",
            expected=f"an answer within {answer_s:g} seconds",
            remedy="start `dask scheduler` there, or read on this machine (without GONGKAI_EXECUTOR)",
        ) from error
    try:
        yield client
    finally:
        client.close()


class _Watch:
    """Tells a cluster that is slow from one that has nobody left to work."""

    def __init__(self, client: Any, address: str, wait_s: float) -> None:
        self._client = client
        self._address = address
        self._wait_s = wait_s
        self._seen = time.monotonic()

    def look(self) -> None:
        """Looks whether there are workers.

        Raises:
            ClusterLost: There has been none for as long as is waited.
        """
        try:
            workers = len(self._client.scheduler_info(n_workers=1)["workers"])
        except (OSError, TimeoutError, ValueError, KeyError):
            workers = 0
        if workers:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > self._wait_s:
            raise ClusterLost(
                f"the cluster at {self._address} has no worker",
                expected=f"one within {self._wait_s:g} seconds (GONGKAI_CLUSTER_WAIT_S)",
                remedy="start workers (docs/scale.md); what was read is kept, the next run goes on there",
            )
