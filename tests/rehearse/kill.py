"""`gongkai run` killed at random moments, each time followed by a plain run: the end is the same to the byte.

    python -m tests.rehearse.kill --documents 200 --kills 100

Half of the runs begin with nothing, half on a published night with one document in twenty changed. Right after each
kill the published file must open and hold one whole night; after the plain run the Parquet copies must have the same
bytes, and the DuckDB file the same rows, as where nothing was ever killed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tests.bench.base_documents import write_base_documents
from tests.rehearse.warehouse import Warehouse, differing_tables, parquet_sums

#: One document in so many is another one in the second night.
CHANGED_EVERY = 20


@dataclass(slots=True)
class Tally:
    """What became of the kills."""

    kills: int = 0
    before_the_end: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a run begins: a warehouse to copy (`None`: nothing), the documents, and what it must come to."""

    name: str
    warehouse: Path | None
    raw: Path
    expected: Warehouse
    seconds: float


def prepare(folder: Path, documents: int) -> list[Start]:
    """Two nights without any disturbance, and the two places where a run can begin."""
    first_raw, second_raw = folder / "raw_first", folder / "raw_second"
    first_raw.mkdir(parents=True)
    write_base_documents(first_raw, documents + documents // CHANGED_EVERY)
    spare = sorted(first_raw.iterdir())[documents:]
    shutil.copytree(first_raw, second_raw)
    for path in spare:
        (first_raw / path.name).unlink()
    for path in sorted(first_raw.iterdir())[::CHANGED_EVERY]:
        (second_raw / path.name).unlink()
    first = Warehouse(first_raw, folder / "first")
    first_seconds = _timed(first)
    second = Warehouse(second_raw, folder / "second")
    shutil.copytree(first.folder, second.folder, copy_function=shutil.copy2)
    second_seconds = _timed(second)
    return [
        Start("first night", None, first_raw, first, first_seconds),
        Start("second night", first.folder, second_raw, second, second_seconds),
    ]


def _timed(warehouse: Warehouse) -> float:
    begun = time.monotonic()
    done = warehouse.run()
    if done.returncode != 0:
        sys.exit(f"the undisturbed run failed:\n{done.stderr}")
    return time.monotonic() - begun


def kill_once(start: Start, folder: Path, after_s: float, tally: Tally) -> None:
    """One run killed after so many seconds, looked at, followed by a plain one, compared."""
    warehouse = Warehouse(start.raw, folder / "warehouse")
    shutil.rmtree(warehouse.folder, ignore_errors=True)
    if start.warehouse is not None:
        shutil.copytree(start.warehouse, warehouse.folder, copy_function=shutil.copy2)
    process = warehouse.start()
    time.sleep(after_s)
    tally.kills += 1
    tally.before_the_end += process.poll() is None
    _kill_group(process.pid)
    process.communicate()
    tally.moments[_moment(warehouse.folder)] += 1
    where = f"{start.name}, killed after {after_s:.2f} s"
    if warehouse.file.exists() and not _is_whole(warehouse.file, start):
        tally.failures.append(f"{where}: the published file is no whole night")
    done = warehouse.run()
    if done.returncode != 0:
        tally.failures.append(f"{where}: the plain run failed: {done.stderr.strip()[-500:]}")
        return
    expected = start.expected
    if parquet_sums(warehouse.folder / "parquet") != parquet_sums(expected.folder / "parquet"):
        tally.failures.append(f"{where}: Parquet copies differ")
    if differing := differing_tables(warehouse.file, expected.file):
        tally.failures.append(f"{where}: tables differ: {', '.join(differing)}")


def _kill_group(leader: int) -> None:
    """Ends the command and all it started, workers and dbt among them, as `kill -9` does."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _moment(folder: Path) -> str:
    """How far the run had come, by what it left."""
    if (folder / "build" / "publish_new.duckdb").exists():
        return "publishing"
    if (folder / "build" / "fiscal_build.duckdb").exists():
        return "building"
    documents = folder / "lake" / "documents"
    if documents.is_dir() and any(documents.iterdir()):
        return "reading"
    return "starting"


def _is_whole(file: Path, start: Start) -> bool:
    """Whether the file opens and holds one of the two nights."""
    known = [start.expected.file, *([start.warehouse / file.name] if start.warehouse else [])]
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("select count(*) from marts.fct_form_value").fetchall()
    return any(not differing_tables(file, night) for night in known)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="gongkai-kill-") as name:
        starts = prepare(Path(name), options.documents)
        for start in starts:
            print(f"{start.name}, undisturbed: {start.seconds:.1f} s", flush=True)
        for number in range(options.kills):
            start = starts[number % len(starts)]
            kill_once(start, Path(name), rng.uniform(0, start.seconds), tally)
            print(f"{number + 1} of {options.kills}: {dict(tally.moments)}, {len(tally.failures)} failures", flush=True)
    print(f"{tally.kills} kills, {tally.before_the_end} of them before the run's end, by what was being done:")
    for moment, count in tally.moments.most_common():
        print(f"  {moment}: {count}")
    for failure in tally.failures:
        print(f"  FAILED: {failure}")
    sys.exit(1 if tally.failures else 0)


if __name__ == "__main__":
    main()
