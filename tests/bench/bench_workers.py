"""Documents a second by workers, on this machine's processes and on Dask's: `make bench PARTS=workers`.

    python -m tests.bench.bench_workers [--documents 60]

One and two workers read real documents. One to eight pretend to: each document takes 0.4 s without the processor, and
everything around it (giving out, taking back, storing) is real, so that the others are not in the way of a machine of
two cores. Rates are those after every worker has had its second document: starting up is not among them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipeline.defs.extract import batches
from pipeline.logs import configure_logs
from pipeline.settings import Settings
from pipeline.sources.folder import scan_folder
from tests.bench import pretended
from tests.bench.base_documents import write_base_documents
from tests.cluster import Cluster, read

#: What issue G asks for.
_EFFICIENCY, _OVERHEAD = 0.85, 0.20
_PRETENDED_PER_WORKER = 40
_TRUE_READER = batches.read_one_document


@dataclass(frozen=True)
class Rate:
    """What so many workers did."""

    per_s: float
    seconds: float
    reading_s: float


def measure(folder: Path, raw: Path, workers: int, *, on_dask: bool, is_pretended: bool) -> Rate:
    """Reads all documents of a folder into a new lake."""
    batches.read_one_document = pretended.read_one_document if is_pretended else _TRUE_READER
    with ExitStack() as stack:
        warehouse = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder)))
        settings = Settings(raw_dir=raw, warehouse_dir=warehouse, workers=workers)
        if on_dask:
            cluster = Cluster(stack, folder)
            for _ in range(workers):
                cluster.start_worker(preload="tests.bench.pretended" if is_pretended else None)
            settings = settings.model_copy(update={"executor": cluster.address, "cluster_batch": 4})
        ends: list[float] = []
        begun = time.monotonic()
        done = read(settings, lambda _name: ends.append(time.monotonic()))
        seconds = time.monotonic() - begun
    first = min(2 * workers * (settings.cluster_batch if on_dask else 1), len(ends) // 2)
    return Rate((len(ends) - first) / (ends[-1] - ends[first - 1]), seconds, done.seconds)


def pretended_documents(folder: Path, like: Path, count: int) -> Path:
    """Small files that will be taken for documents like that one."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for number in range(count):
        (raw / f"{number}.txt").write_text(str(number), encoding="ascii")
    (source,) = (
        source for source in scan_folder(like.parent, max_file_bytes=10**9).files if source.path.name == like.name
    )
    pretended.write_template(folder / pretended.TEMPLATE, source)
    return raw


def main() -> None:
    """Measures and prints; ends with 1 where a goal is missed that this machine's cores allow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=60)
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory(prefix="gongkai-workers-") as name:
        folder = Path(name)
        configure_logs(folder / "bench.jsonl", "WARNING")
        raw = folder / "real" / "raw"
        raw.mkdir(parents=True)
        write_base_documents(raw, options.documents)
        print(f"{os.cpu_count()} cores\n{'':10}{'workers':>8}{'documents/s':>13}{'of linear':>11}")
        for is_pretended in (False, True):
            for on_dask in (False, True):
                alone = 0.0
                for workers in (1, 2, 4, 8) if is_pretended else (1, 2):
                    documents = raw
                    if is_pretended:
                        place = folder / f"pretended-{on_dask}-{workers}"
                        documents = pretended_documents(place, min(raw.iterdir()), _PRETENDED_PER_WORKER * workers)
                    rate = measure(folder, documents, workers, on_dask=on_dask, is_pretended=is_pretended)
                    alone = alone or rate.per_s
                    share = rate.per_s / (workers * alone)
                    kind = f"{'dask' if on_dask else 'local'}{', pretended' if is_pretended else ''}"
                    print(f"{kind:16}{workers:>2}{rate.per_s:>13.2f}{share:>11.2f}", flush=True)
                    missed = missed or share < _EFFICIENCY
                    if (workers, on_dask, is_pretended) == (1, False, False):
                        over = rate.seconds / rate.reading_s - 1
                        print(f"  scan, giving out, storing and compaction beside reading: {over:.0%}")
                        missed = missed or over > _OVERHEAD
    sys.exit(missed)


if __name__ == "__main__":
    main()
