"""The same documents read by a real Dask cluster give the same lake, whatever becomes of its machines meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.errors import ClusterLost, ClusterMisfit
from pipeline.settings import Settings
from tests.cluster import Cluster, free_port, kill, lake_of, read
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset

DOCUMENTS = 6


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path)


@pytest.fixture(scope="module")
def raw_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few documents of two kinds, and one that cannot be read."""
    folder = tmp_path_factory.mktemp("cluster")
    for seed in range(DOCUMENTS - 1):
        made = typeset(random_facts(seed), Format.PDF if seed % 2 else Format.TABBED_TEXT)
        (folder / f"{seed}{made.ending}").write_bytes(made.content)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    return folder


@pytest.fixture(scope="module")
def read_here(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the processes of this machine make of them."""
    settings = Settings(raw_dir=raw_dir, warehouse_dir=tmp_path_factory.mktemp("here") / "warehouse", workers=1)
    read(settings)
    return lake_of(settings)


def on(cluster: Cluster, raw_dir: Path, tmp_path: Path, **changes: object) -> Settings:
    given = {"executor": cluster.address, "cluster_batch": 1, "cluster_wait_s": 30.0, **changes}
    return Settings(raw_dir=raw_dir, warehouse_dir=tmp_path / "warehouse", **given)  # type: ignore[arg-type]


def test_a_cluster_writes_the_same_lake(
    cluster: Cluster, raw_dir: Path, read_here: dict[str, str], tmp_path: Path
) -> None:
    cluster.start_worker()
    settings = on(cluster, raw_dir, tmp_path, cluster_batch=3)
    done = read(settings)
    assert (done.read, done.statuses["quarantined"]) == (DOCUMENTS, 1)
    assert lake_of(settings) == read_here
    assert read(settings).read == 0


def test_a_worker_that_dies_in_the_middle_loses_nothing(
    cluster: Cluster, raw_dir: Path, read_here: dict[str, str], tmp_path: Path
) -> None:
    first = cluster.start_worker()
    settings = on(cluster, raw_dir, tmp_path)
    names: list[str] = []

    def killed_after_two(name: str) -> None:
        names.append(name)
        if len(names) == 2:
            kill(first)
            cluster.start_worker()

    done = read(settings, killed_after_two)
    assert (done.read, len(set(names))) == (DOCUMENTS, DOCUMENTS)
    assert lake_of(settings) == read_here


def test_a_scheduler_that_is_started_again_loses_nothing(
    cluster: Cluster, raw_dir: Path, read_here: dict[str, str], tmp_path: Path
) -> None:
    cluster.start_worker()
    settings = on(cluster, raw_dir, tmp_path)
    names: list[str] = []

    def started_again() -> None:
        while len(names) < 2:
            time.sleep(0.05)
        kill(cluster.scheduler)
        cluster.start_scheduler()
        cluster.start_worker()

    thread = threading.Thread(target=started_again)
    thread.start()
    done = read(settings, names.append)
    thread.join()
    assert set(names) == {path.name for path in raw_dir.iterdir()}
    assert done.read >= DOCUMENTS
    assert lake_of(settings) == read_here


def test_a_cluster_that_does_not_answer_or_has_no_worker_is_told(
    cluster: Cluster, raw_dir: Path, tmp_path: Path
) -> None:
    settings = on(cluster, raw_dir, tmp_path, cluster_wait_s=5.0)
    with pytest.raises(ClusterLost, match="has no worker"):
        read(settings)
    with pytest.raises(ClusterLost, match="no scheduler answers"):
        read(settings.model_copy(update={"executor": f"dask://127.0.0.1:{free_port()}", "cluster_wait_s": 1.0}))


def test_a_worker_that_may_not_start_processes_is_told(cluster: Cluster, raw_dir: Path, tmp_path: Path) -> None:
    cluster.start_worker(DASK_DISTRIBUTED__WORKER__DAEMON="True")
    with pytest.raises(ClusterMisfit, match="DASK_DISTRIBUTED__WORKER__DAEMON=False"):
        read(on(cluster, raw_dir, tmp_path))
