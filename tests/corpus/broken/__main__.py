"""Reads broken documents by the thousand and counts: python -m tests.corpus.broken --count 10000 --seed 1.

Shown: how many ended in which status, documents over the time limit, failures of our program, documents without a
reason, and figures vouched for by sums that the document does not print. Ends with 1 where there is one of these.
Workers that a native library brought down are shown too: they cost their own document, which is listed with its reason.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from pipeline.defs.extract.guards import Done
from pipeline.defs.extract.pool import run_guarded
from pipeline.model.source import SourceFile
from tests.corpus.broken.bases import Base, bases
from tests.corpus.broken.reading import Task, Verdict, read_broken

#: Documents on disk at once.
_BATCH = 400
#: Reading the unbroken ones takes 0.3 s, a scan 5 s, 60,000 lines on each of three pages 15 s by the slow engine.
_LIMIT_S = 60.0
_MEMORY_MB = 1024
#: Documents made from one set of bases.
_PER_SEED = 2500


@dataclass(slots=True)
class Counts:
    """What a campaign found."""

    documents: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    over_limit: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    vouched: int = 0
    reprinted: int = 0
    slowest_s: float = 0.0

    def add(self, done: Done[Task, Verdict]) -> None:
        """Counts one document."""
        task, verdict = done.task, done.result
        name = f"{task.number} {task.kind} {task.done}"
        self.documents += 1
        self.kinds[task.kind.split(",")[0]] += 1
        self.slowest_s = max(self.slowest_s, done.seconds)
        if verdict is None:
            category = done.error.category if done.error else "nothing"
            self.statuses["quarantined"] += 1
            self.reasons[category] += 1
            (self.over_limit if category == "read_timeout" else self.crashed).append(f"{name}: {done.error}")
            return
        self.statuses[verdict.status] += 1
        self.vouched += verdict.vouched
        self.reprinted += len(verdict.reprinted)
        if verdict.status == "quarantined":
            self.reasons[verdict.reason.split(":")[0]] += 1
        if "internal_error" in verdict.reason:
            self.internal.append(f"{name}: {verdict.reason}")
        if verdict.status != "loaded" and not verdict.reason.strip("; "):
            self.unexplained.append(name)
        self.wrong += [f"{name}: {text}" for text in verdict.wrong]


def mutants(count: int, seed: int, folder: Path, kinds: str = "") -> Iterator[Task]:
    """Yields broken documents, each written into the folder; the same seed gives the same ones."""
    made = 0
    while made < count:
        chosen = [base for base in bases(seed) if kinds in base.kind]
        rng = Random(seed)
        for _ in range(min(_PER_SEED, count - made)):
            yield _mutant(made, rng.choices(chosen, [base.weight for base in chosen])[0], rng, folder)
            made += 1
        seed += 1


def _mutant(number: int, base: Base, rng: Random, folder: Path) -> Task:
    content, done, is_reprinted = base.content, [], False
    for _ in range(rng.choice((1, 1, 1, 2))):
        operator = rng.choice(base.operators)
        try:
            changed = operator.apply(content, rng)
        except (ValueError, IndexError, KeyError, LookupError, OSError, RuntimeError, EOFError):
            changed = None  # what was broken before leaves nothing to do
        except Exception as error:
            if type(error).__module__.startswith("tests"):
                raise
            changed = None
        if changed is not None:
            content, is_reprinted = changed, is_reprinted or operator.is_reprinted
            done.append(operator.name)
    path = folder / f"{number}{base.ending}"
    path.write_bytes(content or b"\n")
    digest = hashlib.sha256(content).hexdigest()
    source = SourceFile(digest, path.name, path.name, path, len(content))
    return Task(number, base.kind, "+".join(done), source, base.figures, is_reprinted)


def measure(
    count: int, seed: int, *, workers: int, keep: Path | None = None, kinds: str = "", report: bool = False
) -> Counts:
    """Runs a campaign; documents that something is wrong with are kept in a folder."""
    counts = Counts()
    with tempfile.TemporaryDirectory(prefix="broken-") as name:
        waiting: list[Task] = []
        for task in mutants(count, seed, Path(name), kinds):
            waiting.append(task)
            if len(waiting) == _BATCH or task.number == count - 1:
                for done in run_guarded(
                    read_broken, waiting, workers=workers, timeout_s=_LIMIT_S, memory_mb=_MEMORY_MB
                ):
                    counts.add(done)
                    _settle(done, keep)
                waiting = []
                if report:
                    print(to_text(counts), flush=True)
    return counts


def _settle(done: Done[Task, Verdict], keep: Path | None) -> None:
    path = done.task.source.path
    is_odd = done.result is None or done.result.wrong or "internal_error" in done.result.reason
    if keep is not None and is_odd:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / path.name).write_bytes(path.read_bytes())
        said = {"kind": done.task.kind, "done": done.task.done, "found": str(done.result or done.error)}
        (keep / f"{path.name}.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    path.unlink(missing_ok=True)


def to_text(counts: Counts) -> str:
    """The figures, one line each."""
    lines = [
        f"documents {counts.documents:,}: {dict(counts.statuses.most_common())}",
        f"kinds {dict(counts.kinds.most_common())}",
        f"reasons {dict(counts.reasons.most_common())}",
        f"figures vouched for {counts.vouched:,}, printed otherwise now and read so {counts.reprinted:,}",
        f"figures vouched for and wrong {len(counts.wrong)}",
        f"workers brought down {len(counts.crashed)}, over {_LIMIT_S:g} s {len(counts.over_limit)}",
        f"program failed {len(counts.internal)}, without a reason {len(counts.unexplained)}",
        f"slowest {counts.slowest_s:.1f} s",
    ]
    for problems in (counts.crashed, counts.over_limit, counts.internal, counts.unexplained, counts.wrong):
        lines += [f"  {problem[:300]}" for problem in problems[:40]]
    return "\n".join(lines)


def main() -> None:
    """Runs a campaign from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kinds", default="", help="only kinds of document whose name holds this")
    parser.add_argument("--keep", type=Path, help="folder for documents that something is wrong with")
    options = parser.parse_args()
    started = time.monotonic()
    counts = measure(
        options.count, options.seed, workers=options.workers, keep=options.keep, kinds=options.kinds, report=True
    )
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(bool(counts.over_limit or counts.internal or counts.unexplained or counts.wrong))


if __name__ == "__main__":
    main()
