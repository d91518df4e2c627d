"""Times reading PDFs, ours and others', on one core, each tool in a process of its own: `make bench`.

python -m tests.bench.bench_pdf [--rounds 3] [files or folders …]

Without files it takes the real PDFs of ../shared/corpus, or typeset ones where that folder is absent. Pages per second
are of processor time, for each file the best of all rounds, after one file has been read to warm up.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
#: What issue B asks for.
READER_OVER_PDFPLUMBER, READER_OVER_WALK, PARSING_SHARE = 10.0, 0.75, 0.20


@dataclass(frozen=True)
class Counts:
    """What a tool found in one file."""

    pages: int
    tables: int = 0
    cells_with_text: int = 0


def read_to_values(path: Path) -> Counts:
    """Ours from bytes to graded values."""
    from pipeline.flow import extract_document

    extract = extract_document(_source(path))
    return Counts(extract.record.page_count or 0)


def read_alone(path: Path) -> Counts:
    """Our reader: bytes to grids and lines."""
    from pipeline.model.grid import Grid
    from pipeline.readers.pdf import read_pdf

    document = read_pdf(_source(path), path.read_bytes())
    grids = [block for page in document.pages for block in page.blocks if isinstance(block, Grid)]
    return Counts(len(document.pages), len(grids), sum(bool(cell.text) for grid in grids for cell in grid.cells))


def _source(path: Path) -> Any:
    from pipeline.model.source import SourceFile

    return SourceFile(path.name, path.name, path.name, path, path.stat().st_size)


def pdfplumber_extract_tables(path: Path) -> Counts:
    """pdfplumber's tables with its defaults, each page closed."""
    import pdfplumber

    tables: list[list[list[str | None]]] = []
    with pdfplumber.open(io.BytesIO(path.read_bytes())) as pdf:
        for page in pdf.pages:
            tables += page.extract_tables()
            page.close()
        return Counts(len(pdf.pages), len(tables), sum(bool(text) for table in tables for row in table for text in row))


def camelot_lattice(path: Path) -> Counts:
    """camelot's tables from rules."""
    import camelot
    import pypdfium2

    tables = camelot.read_pdf(str(path), pages="all", flavor="lattice", suppress_stdout=True)
    texts = sum(int((table.df != "").to_numpy().sum()) for table in tables)
    return Counts(len(pypdfium2.PdfDocument(path)), len(tables), texts)


def pdfium_raw_walk(path: Path) -> Counts:
    """Every glyph's code and box and every path's points, asked one by one as pdfium's interface invites to."""
    import pypdfium2.raw as pdfium_c

    box, matrix, x, y = pdfium_c.FS_RECTF(), pdfium_c.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()

    def walk(page: Any, text_page: Any) -> None:
        for number in range(pdfium_c.FPDFText_CountChars(text_page)):
            pdfium_c.FPDFText_GetUnicode(text_page, number)
            pdfium_c.FPDFText_GetLooseCharBox(text_page, number, box)
        for number in range(pdfium_c.FPDFPage_CountObjects(page)):
            item = pdfium_c.FPDFPage_GetObject(page, number)
            if pdfium_c.FPDFPageObj_GetType(item) == pdfium_c.FPDF_PAGEOBJ_PATH:
                pdfium_c.FPDFPageObj_GetMatrix(item, matrix)
                for part in range(pdfium_c.FPDFPath_CountSegments(item)):
                    segment = pdfium_c.FPDFPath_GetPathSegment(item, part)
                    pdfium_c.FPDFPathSegment_GetType(segment)
                    pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)

    return _by_pdfium(path, walk)


def pdfium_loads_only(path: Path) -> Counts:
    """pdfium parses each page and its text; nothing is asked: what no reader in any language can go below."""
    return _by_pdfium(path, lambda *_: None)


def _by_pdfium(path: Path, visit: Callable[[Any, Any], None]) -> Counts:
    import pypdfium2.raw as pdfium_c

    data = path.read_bytes()
    document = pdfium_c.FPDF_LoadMemDocument64(data, len(data), None)
    count = pdfium_c.FPDF_GetPageCount(document)
    for number in range(count):
        page = pdfium_c.FPDF_LoadPage(document, number)
        text_page = pdfium_c.FPDFText_LoadPage(page)
        visit(page, text_page)
        pdfium_c.FPDFText_ClosePage(text_page)
        pdfium_c.FPDF_ClosePage(page)
    pdfium_c.FPDF_CloseDocument(document)
    return Counts(count)


TOOLS: dict[str, tuple[Callable[[Path], Counts], str | None]] = {
    "ours, bytes to values": (read_to_values, None),
    "ours, the reader": (read_alone, None),
    "pdfplumber extract_tables": (pdfplumber_extract_tables, None),
    "camelot lattice": (camelot_lattice, "camelot"),
    "pdfium raw walk": (pdfium_raw_walk, None),
    "pdfium loads only": (pdfium_loads_only, None),
}


@dataclass(frozen=True)
class Measured:
    """One tool over all files: what it found, the best processor time of each file, the highest memory."""

    counts: list[Counts]
    seconds: list[float]
    memory_mb: float

    @property
    def rate(self) -> float:
        """Pages per second."""
        return self.total("pages") / sum(self.seconds)

    def total(self, name: str) -> int:
        """One count over all files."""
        return sum(getattr(counts, name) for counts in self.counts)

    def best_with(self, other: Measured) -> Measured:
        """The better time of each file, the higher memory."""
        seconds = list(map(min, self.seconds, other.seconds))
        return Measured(self.counts, seconds, max(self.memory_mb, other.memory_mb))


def measure_here(tool: str, paths: list[Path]) -> dict[str, Any]:
    """Runs one tool in this process, held to one core, after reading the first file to warm up."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    run, _ = TOOLS[tool]
    run(paths[0])
    counts, seconds = [], []
    for path in paths:
        begin = time.process_time()
        counts.append(asdict(run(path)))
        seconds.append(time.process_time() - begin)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"counts": counts, "seconds": seconds, "memory_mb": memory_mb}


def measure(tool: str, paths: list[Path]) -> Measured | None:
    """Runs one tool in a process of its own; `None` where it is not installed."""
    _, needs = TOOLS[tool]
    if needs and importlib.util.find_spec(needs) is None:
        return None
    command = [sys.executable, "-m", "tests.bench.bench_pdf", "--tool", tool, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{tool} failed:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Measured([Counts(**counts) for counts in found["counts"]], found["seconds"], found["memory_mb"])


def measure_all(paths: list[Path], rounds: int) -> dict[str, Measured | None]:
    """Runs all tools in turn, several times, so that a slow minute of the machine falls on all of them."""
    results: dict[str, Measured | None] = {}
    for number in range(rounds):
        for tool in TOOLS:
            found, before = measure(tool, paths), results.get(tool)
            results[tool] = before.best_with(found) if number and before and found else found
    return results


def as_table(results: dict[str, Measured | None]) -> str:
    """Results as a markdown table, rates beside pdfplumber's and the raw walk's."""
    rate = {tool: found.rate for tool, found in results.items() if found}
    lines = [
        "| tool | pages/s | ms/page | x pdfplumber | x raw walk | peak MB | tables | cells with text |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for tool, found in results.items():
        if found is None:
            lines.append(f"| {tool} | not installed: skipped | | | | | | |")
            continue
        tables, cells = found.total("tables"), found.total("cells_with_text")
        lines.append(
            f"| {tool} | {rate[tool]:.1f} | {1000 / rate[tool]:.2f} "
            f"| {rate[tool] / rate['pdfplumber extract_tables']:.2f} | {rate[tool] / rate['pdfium raw walk']:.2f} "
            f"| {found.memory_mb:.0f} | {tables or ''} | {cells or ''} |"
        )
    reader, whole = rate["ours, the reader"], rate["ours, bytes to values"]
    goals = (
        ("reader over pdfplumber", reader / rate["pdfplumber extract_tables"], READER_OVER_PDFPLUMBER, True),
        ("reader over the raw walk", reader / rate["pdfium raw walk"], READER_OVER_WALK, True),
        ("what parsing to values adds to reading", reader / whole - 1, PARSING_SHARE, False),
    )
    lines.append("")
    for name, value, goal, more_is_better in goals:
        met = value >= goal if more_is_better else value < goal
        wish = "at least" if more_is_better else "under"
        lines.append(f"- {name}: {value:.2f} (goal: {wish} {goal:.2f}: {'met' if met else 'MISSED'})")
    return "\n".join(lines)


def pdfs_of(arguments: list[Path], folder: Path) -> list[Path]:
    """The files to read: those asked for, else the real ones, else typeset ones written to the folder."""
    if arguments:
        found = [path for item in arguments for path in ([item] if item.is_file() else item.rglob("*.pdf"))]
        return sorted(path.resolve() for path in found)
    if real := sorted(CORPUS.rglob("*.pdf")):
        return real
    print("../shared/corpus is not here: typeset files instead")
    from tests.corpus.random_facts import random_facts
    from tests.corpus.typeset import Format, typeset
    from tests.corpus.write_pdf import PdfStyle

    for seed in range(8):
        made = typeset(random_facts(seed), Format.PDF, PdfStyle(is_rotated=seed % 4 == 3))
        (folder / f"typeset_{seed}.pdf").write_bytes(made.content)
    return sorted(folder.glob("*.pdf"))


def main() -> None:
    """Prints the table, or with --tool the figures of one tool as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tool", choices=list(TOOLS))
    chosen = parser.parse_args()
    if chosen.tool:
        print(json.dumps(measure_here(chosen.tool, chosen.paths)))
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = pdfs_of(chosen.paths, Path(folder))
        results = measure_all(paths, chosen.rounds)
    pages = next(found.total("pages") for found in results.values() if found)
    print(f"{len(paths)} PDFs, {pages} pages, one core, best of {chosen.rounds} rounds, processor time\n")
    print(as_table(results))


if __name__ == "__main__":
    main()
