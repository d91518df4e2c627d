"""How many numbers are read right from scans of known truth, per resolution and wear; part of `make accuracy`.

A figure counts as right when form, side, code, qualifier, measure and amount agree; its label is counted apart, since a
misread character in a name does not make a number wrong. A wrong figure is said when it is graded contradictory or an
issue names its row or its page; it is silent when neither. A missing figure is silent where the document has no issue.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace

from pipeline.model.extract import CellKind, Extract, FormValue, Grade, Issue, Severity
from tests.corpus.random_facts import random_facts
from tests.corpus.reading_made import read_made
from tests.corpus.typeset import Format, Typeset, typeset
from tests.corpus.write_scan import ScanStyle, clean, noisy, rasterise, stamped, write_scan

#: Name in the table, style for a seed.
WEAR: tuple[tuple[str, Callable[[int, int], ScanStyle]], ...] = (
    ("clean", clean),
    ("noisy", noisy),
    ("noisy, stamped", stamped),
    ("noisy, stamped, grey", lambda dpi, seed: replace(stamped(dpi, seed), is_grey=True)),
)
RESOLUTIONS_DPI = (100, 150, 200, 300)

_Key = tuple[object, ...]


@dataclass(slots=True)
class ScanTally:
    """Counts of one setting."""

    printed: int = 0
    right: int = 0
    right_with_label: int = 0
    wrong: int = 0
    wrong_silent: int = 0
    wrong_proven: int = 0
    missing: int = 0
    missing_silent: int = 0
    pages: int = 0
    seconds: float = 0

    def __iadd__(self, other: ScanTally) -> ScanTally:
        for name in fields(self):
            setattr(self, name.name, getattr(self, name.name) + getattr(other, name.name))
        return self


def count(made: Typeset, extract: Extract) -> ScanTally:
    """Compares what was read from one scan with its truth."""
    truth = Counter(_key(value) for value in made.expected_numbers)
    labelled = Counter(_labelled(value) for value in made.expected_numbers)
    numbers = [value for value in extract.values if value.cell_kind is CellKind.NUMBER]
    read = Counter(_key(value) for value in numbers)
    spare, missing = read - truth, truth - read
    wrong = []
    for value in numbers:
        if spare[_key(value)] > 0:
            spare[_key(value)] -= 1
            wrong.append(value)
    said = [issue for issue in extract.issues if issue.severity is not Severity.INFO]
    return ScanTally(
        printed=truth.total(),
        right=(truth & read).total(),
        right_with_label=(labelled & Counter(_labelled(value) for value in numbers)).total(),
        wrong=len(wrong),
        wrong_silent=sum(not _is_said(value, said) for value in wrong),
        wrong_proven=sum(value.grade is Grade.PROVEN for value in wrong),
        missing=missing.total(),
        missing_silent=0 if said else missing.total(),
    )


def _key(value: object) -> _Key:
    names = ("form_id", "line_side", "line_code", "qualifier", "measure", "amount_yuan", "count_value")
    return tuple(getattr(value, name) for name in names)


def _labelled(value: object) -> _Key:
    return (*_key(value), getattr(value, "line_label"))  # noqa: B009 - two classes share the attribute


def _is_said(value: FormValue, issues: list[Issue]) -> bool:
    return value.grade is Grade.CONTRADICTORY or any(
        issue.page_no == value.page_no and issue.row_no in (None, value.row_no) for issue in issues
    )


def _measure_one(task: tuple[int, str, int]) -> tuple[str, int, ScanTally]:
    seed, wear, dpi = task
    made = typeset(random_facts(seed), Format.PDF)
    scan = replace(made, content=write_scan(made.content, dict(WEAR)[wear](dpi, seed)))
    start = time.perf_counter()
    tally = count(scan, read_made(scan))
    tally.seconds = time.perf_counter() - start
    tally.pages = sum(1 for _ in rasterise(made.content, 10))
    return wear, dpi, tally


def measure_scans(
    documents: int, processes: int = 2, report: Callable[[str], None] = lambda _: None
) -> dict[tuple[str, int], ScanTally]:
    """Reads `documents` random documents as scans of every wear and resolution, and counts."""
    tallies = {(wear, dpi): ScanTally() for wear, _ in WEAR for dpi in RESOLUTIONS_DPI}
    tasks = [(seed, wear, dpi) for seed in range(documents) for wear, dpi in tallies]
    with ProcessPoolExecutor(processes) as pool:
        for (seed, _, _), (wear, dpi, tally) in zip(tasks, pool.map(_measure_one, tasks), strict=True):
            tallies[wear, dpi] += tally
            report(f"document {seed}, {wear}, {dpi} dpi: {tally}")
    return tallies


def scan_lines(tallies: dict[tuple[str, int], ScanTally], documents: int) -> Iterator[str]:
    """Yields the lines of the page's part on scans."""
    yield "## Scans"
    yield ""
    yield f"{documents} of the ruled PDFs drawn, worn (`tests/corpus/write_scan.py`) and read by OCR. *Right*: form,"
    yield "side, code, qualifier, measure and amount; *label too*: its name as well, character for character. *Wrong,"
    yield "silent*: neither graded contradictory nor named by an issue of its row or page. *Wrong and proven*: the sums"
    yield "vouch for it."
    yield ""
    yield (
        "| scan | dpi | numbers | right | label too | wrong | wrong, silent | wrong and proven "
        "| missing | missing, silent | s/page |"
    )
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for (wear, dpi), tally in tallies.items():
        printed = max(tally.printed, 1)
        yield (
            f"| {wear} | {dpi} | {tally.printed:,} | {100 * tally.right / printed:.2f} % "
            f"| {100 * tally.right_with_label / printed:.2f} % | {tally.wrong} | {tally.wrong_silent} "
            f"| {tally.wrong_proven} | {tally.missing} | {tally.missing_silent} "
            f"| {tally.seconds / max(tally.pages, 1):.1f} |"
        )
