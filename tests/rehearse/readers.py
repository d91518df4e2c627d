"""Readers that query without pause while nights are published: no error, no wait, one whole night each time.

    python -m tests.rehearse.readers --readers 20 --nights 10

Every night is a real `gongkai run` on the demo set, with one document more or less than the night before. A reader
opens the published file, asks three questions in one connection, closes it, and begins again. What it saw must be one
night's answers to all three. Twenty readers on two cores wait for each other's turn on a core; that time is counted
apart (Linux tells it): a wait is what a reader spent on a lock or on the disk.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.rehearse.warehouse import ROOT, Warehouse

QUESTIONS = (
    "select count(*), count(*) filter (where status = 'superseded') from marts.dim_document",
    "select count(*), sum(amount_yuan)::varchar from marts.fct_form_value",
    "select count(*), sum(amount_yuan)::varchar from marts.fct_expenditure_by_function",
)
#: Longer than this is a wait.
WAIT_S = 1.0
#: Readers leave the cores to the nights, or ten of them would take hours.
_NICE = 10
_SCHEDULER = Path("/proc/self/schedstat")


@dataclass(slots=True)
class Seen:
    """What one reader saw."""

    rounds: int
    errors: list[str]
    longest_round_s: float
    longest_wait_s: float
    waits: int
    nights: list[str]


def ask(file: Path) -> str:
    """The answers of one connection, as text."""
    with duckdb.connect(str(file), read_only=True, config={"threads": 1}) as connection:
        return json.dumps([connection.execute(question).fetchall() for question in QUESTIONS], default=str)


def queued_s() -> float:
    """How long this process has waited for its turn on a core, since it began; 0 where the system does not tell."""
    try:
        return int(_SCHEDULER.read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def read_without_pause(
    file: Path, ended: multiprocessing.synchronize.Event, results: multiprocessing.Queue[Seen]
) -> None:
    """One reader."""
    os.nice(_NICE)
    seen = Seen(0, [], 0.0, 0.0, 0, [])
    while not ended.is_set():
        begun, queued = time.monotonic(), queued_s()
        try:
            answers = ask(file)
        except duckdb.Error as error:
            seen.errors.append(f"{type(error).__name__}: {error}")
            continue
        took = time.monotonic() - begun
        waited = took - (queued_s() - queued)
        seen.rounds += 1
        seen.longest_round_s = max(seen.longest_round_s, took)
        seen.longest_wait_s = max(seen.longest_wait_s, waited)
        seen.waits += waited > WAIT_S
        if answers not in seen.nights:
            seen.nights.append(answers)
    results.put(seen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--nights", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gongkai-readers-") as name:
        warehouse = Warehouse(Path(name) / "raw", Path(name) / "warehouse")
        shutil.copytree(ROOT / "data" / "raw", warehouse.raw)
        moving = min(path for path in warehouse.raw.iterdir() if path.suffix == ".txt")
        aside = Path(name) / moving.name
        if (done := warehouse.run()).returncode != 0:
            sys.exit(done.stderr)
        published = [ask(warehouse.file)]
        ended = multiprocessing.Event()
        results: multiprocessing.Queue[Seen] = multiprocessing.Queue()
        readers = [
            multiprocessing.Process(target=read_without_pause, args=(warehouse.file, ended, results))
            for _ in range(options.readers)
        ]
        for reader in readers:
            reader.start()
        for _ in range(options.nights):
            shutil.move(moving, aside) if moving.exists() else shutil.move(aside, moving)
            if (done := warehouse.run("--accept")).returncode != 0:
                sys.exit(done.stderr)
            published.append(ask(warehouse.file))
        ended.set()
        seen = [results.get() for _ in readers]
        for reader in readers:
            reader.join()
    sys.exit(report(seen, published))


def report(seen: list[Seen], published: list[str]) -> int:
    """Says what was seen; 1 where a reader met an error, a wait, or a night that was never published."""
    errors = [error for reader in seen for error in reader.errors]
    mixed = {night for reader in seen for night in reader.nights if night not in published}
    waits = sum(reader.waits for reader in seen)
    print(
        f"{len(seen)} readers, {len(published) - 1} publishes: {sum(reader.rounds for reader in seen):,} rounds, "
        f"{len(errors)} errors, {waits} waits over {WAIT_S:g} s (longest {max(r.longest_wait_s for r in seen):.2f} s; "
        f"longest round, with the wait for a core, {max(r.longest_round_s for r in seen):.2f} s), "
        f"{len(mixed)} answers of no published night, nights seen by a reader: "
        f"{min(len(reader.nights) for reader in seen)} to {max(len(reader.nights) for reader in seen)}"
    )
    for error in errors[:10]:
        print(f"  {error}")
    return 1 if errors or mixed or waits else 0


if __name__ == "__main__":
    main()
