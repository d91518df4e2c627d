"""Asks a published file of 100 million numbers the README's questions: time and memory of each, cold and warm.

python -m tests.bench.bench_queries [--rows 1_000_000] [--folder DIR --keep] [--file FILE]

The file is made of random documents of known content (`base_documents`, `many_facts`). Each question is asked in
processes of its own that open the file read-only. *Cold*: a new process, the file's pages out of the system's memory;
*warm*: the same process again. Its time ends when the whole answer stands in the process; *processor* is what all cores
together worked on a warm one, which does not depend on what else the machine does. Memory is the peak of DuckDB's
buffers, and the largest resident size of the process, in which the system's memory of the file's pages does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

import duckdb

from docs.make_reference import SQL_WITH_ANSWER
from tests.bench.base_documents import make_base
from tests.bench.many_facts import Many, make_many

ROOT = Path(__file__).parents[2]
#: Pages whose SQL blocks are asked; another page or a `.sql` file is one line more.
ASKED = (ROOT / "README.md",)
#: What issue E asks for.
GOAL_S = 1.0
Result = TypeVar("Result")
_QUESTION = re.compile(r"^\*\*(\d+)\. (.+?)\*\*", re.M)


@dataclass(frozen=True, slots=True)
class Question:
    """One query: where it stands, its number there, what it asks."""

    page: str
    number: str
    text: str
    sql: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What one process saw: seconds of each time asked, the first one cold, rows of the answer, peaks of memory."""

    seconds: list[float]
    processor_seconds: list[float]
    rows: int
    buffer_bytes: int
    resident_bytes: int


def questions() -> Iterator[Question]:
    """Yields every query of the pages asked; a page without numbered questions counts its queries."""
    for page in ASKED:
        text = page.read_text(encoding="utf-8")
        if page.suffix == ".sql":
            yield Question(page.stem, "1", page.stem, text)
            continue
        for count, found in enumerate(SQL_WITH_ANSWER.finditer(text), start=1):
            asked = list(_QUESTION.finditer(text, 0, found.start()))
            number, title = asked[-1].groups() if asked else (str(count), "")
            yield Question(page.stem, number, title, found["query"])


def ask_in_new_process(file: Path, sql: str, times: int) -> Asked:
    """Asks cold: in a process of its own, and no page of the file in the system's memory."""
    forget(file)
    call = [sys.executable, "-m", "tests.bench.ask_query", str(file), str(times)]
    printed = subprocess.run(call, input=sql, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    return Asked(**json.loads(printed))


def forget(file: Path) -> None:
    """Has the system drop the pages it holds of a file, where it lets us."""
    if hasattr(os, "posix_fadvise"):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def p95(seconds: list[float]) -> float:
    """The smallest time that 95 of 100 do not exceed.

    >>> p95([1.0] * 19 + [9.0])
    1.0
    """
    return sorted(seconds)[-(-len(seconds) * 95 // 100) - 1]


def measured_lines(file: Path, colds: int, warms: int) -> Iterator[str]:
    """Yields a Markdown table, one line a question, then whether the goal was met."""
    yield "| question | cold p50, s | p95, s | warm p50, s | p95, s | processor, s | rows | DuckDB, MB | process, MB |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    missed = []
    for question in questions():
        asked = [ask_in_new_process(file, question.sql, 1 + warms) for _ in range(colds)]
        cold = [one.seconds[0] for one in asked]
        warm = [second for one in asked for second in one.seconds[1:]]
        if max(p95(cold), p95(warm)) >= GOAL_S:
            missed.append(f"{question.page} {question.number}")
        memory = [f"{max(sizes) / 1e6:,.0f}" for sizes in _sizes(asked)]
        work = median(second for one in asked for second in one.processor_seconds[1:])
        times = (median(cold), p95(cold), median(warm), p95(warm), work)
        yield (
            f"| {question.number}. {question.text} | {' | '.join(f'{second:.2f}' for second in times)} "
            f"| {asked[0].rows:,} | {' | '.join(memory)} |"
        )
    yield ""
    yield f"Goal: each under {GOAL_S:g} s at p95, cold and warm. " + (
        f"Missed by: {', '.join(missed)}." if missed else "Met by all."
    )


def _sizes(asked: list[Asked]) -> tuple[list[int], list[int]]:
    return [one.buffer_bytes for one in asked], [one.resident_bytes for one in asked]


def make_file(folder: Path, documents: int, rows: int) -> Path:
    """Makes the file and prints how long that took and how large it is."""
    base = _timed(f"reading and building {documents} random documents", lambda: make_base(folder, documents))
    file = folder / "many.duckdb"
    file.unlink(missing_ok=True)
    many: Many = _timed(f"multiplying to {rows:,} numbers", lambda: make_many(base, file, rows))
    megabytes = file.stat().st_size / 1e6
    print(
        f"{many.values:,} numbers of {many.documents:,} documents, {many.all_rows:,} rows in all tables; "
        f"{megabytes:,.0f} MB, {megabytes / many.values * 1e6:,.0f} MB a million numbers",
        flush=True,
    )
    return file


def _timed(what: str, work: Callable[[], Result]) -> Result:
    began = time.monotonic()
    result = work()
    print(f"{what}: {time.monotonic() - began:,.0f} s", flush=True)
    return result


def main() -> None:
    """Makes the file unless one is named, asks, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000, help="numbers in fct_form_value")
    parser.add_argument("--documents", type=int, default=200, help="random documents they are made from")
    parser.add_argument("--colds", type=int, default=5, help="processes per question")
    parser.add_argument("--warms", type=int, default=9, help="times each of them asks again")
    parser.add_argument("--folder", type=Path, help="where to build; by default a temporary folder")
    parser.add_argument("--keep", action="store_true", help="leave what was built")
    parser.add_argument("--file", type=Path, help="ask this published file, make none")
    options = parser.parse_args()
    if options.file:
        _print_measured(options.file, options)
        return
    folder: Path = options.folder or Path(tempfile.mkdtemp(prefix="gongkai_bench_"))
    try:
        _print_measured(make_file(folder, options.documents, options.rows), options)
    finally:
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _print_measured(file: Path, options: argparse.Namespace) -> None:
    print(f"DuckDB {duckdb.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    for line in measured_lines(file, options.colds, options.warms):
        print(line, flush=True)
    print(f"Load at the end {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
