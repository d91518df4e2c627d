"""Times the rules and the search for causes over many documents: seconds, and whether they grow linearly.

python -m tests.bench.bench_rules [--documents 1000]

The values are those of typeset documents read once; a tenth of them carry a planted error, so that causes are searched.
"""

from __future__ import annotations

import argparse
import random
import time
from decimal import Decimal

from pipeline.model.extract import FormValue
from pipeline.model.form import Phase
from pipeline.reconcile.causes import find_causes
from pipeline.reconcile.engine import reconcile
from pipeline.reconcile.rule_file import rules
from tests.corpus.random_facts import random_facts
from tests.corpus.reading_made import read_made
from tests.corpus.typeset import Format, typeset

_DISTINCT = 20
_WRONG_EVERY = 10
_Read = tuple[tuple[FormValue, ...], Phase]


def _documents(count: int) -> list[_Read]:
    extracts = [read_made(typeset(random_facts(seed), Format.TABBED_TEXT)) for seed in range(_DISTINCT)]
    read = [(extract.values, Phase(extract.record.phase)) for extract in extracts]
    rng = random.Random(0)
    return [
        (_with_error(values, rng) if n % _WRONG_EVERY == 0 else values, phase)
        for n in range(count)
        for values, phase in [read[n % _DISTINCT]]
    ]


def _with_error(values: tuple[FormValue, ...], rng: random.Random) -> tuple[FormValue, ...]:
    at = rng.choice([n for n, value in enumerate(values) if value.amount_yuan])
    wrong = values[at]._replace(amount_yuan=(values[at].amount_yuan or Decimal(0)) + 1000)
    return (*values[:at], wrong, *values[at + 1 :])


def _seconds(documents: list[_Read]) -> tuple[float, float, int]:
    reconciling = searching = 0.0
    sums = 0
    for values, phase in documents:
        begin = time.process_time()
        checks = reconcile(values, rules(), phase)
        middle = time.process_time()
        find_causes(values, checks, rules())
        searching += time.process_time() - middle
        reconciling += middle - begin
        sums += len(checks)
    return reconciling, searching, sums


def main() -> None:
    """Measures and prints one line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    count = parser.parse_args().documents
    documents = _documents(count)
    rules()  # read before the clock starts
    print(f"\n{len(rules())} rules; documents, sums, seconds for sums, seconds for causes, ms per document")
    for size in (count // 4, count // 2, count):
        reconciling, searching, sums = _seconds(documents[:size])
        each = 1000 * (reconciling + searching) / max(size, 1)
        print(f"{size:6,} {sums:9,} {reconciling:8.2f} {searching:8.2f} {each:8.2f}")


if __name__ == "__main__":
    main()
