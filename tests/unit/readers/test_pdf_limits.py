"""Large files within memory and time: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.readers.test_pdf_pages import TABLE, SmallPage, small_pdf

#: What one worker may take (issue B), and a time no such file comes near.
MOST_MEMORY_MB = 500
MOST_SECONDS = 120

_MEASURE = """
import sys
from pathlib import Path
from pipeline.model.source import SourceFile
from pipeline.readers.pdf import read_pdf
path = Path(sys.argv[1])
document = read_pdf(SourceFile("id", path.name, path.name, path, 0), path.read_bytes())
grids = sum(hasattr(block, "cells") for page in document.pages for block in page.blocks)
# ru_maxrss would also count the test runner this process was forked from; VmHWM begins anew with the program
peak_kb = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
print(len(document.pages), grids, len(document.notes), int(peak_kb) // 1024)
"""


def measure(data: bytes, tmp_path: Path) -> tuple[int, int, int, int]:
    """Pages, grids, notes and peak memory in MB of reading a file."""
    path = tmp_path / "large.pdf"
    path.write_bytes(data)
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=True,
        cwd=root,
    )
    pages, grids, notes, memory_mb = map(int, done.stdout.split())
    return pages, grids, notes, memory_mb


def test_five_hundred_pages_are_read_within_memory(tmp_path: Path) -> None:
    pages, grids, notes, memory_mb = measure(small_pdf(*[SmallPage(TABLE)] * 500), tmp_path)
    assert (pages, grids, notes) == (500, 500, 0)
    assert memory_mb < MOST_MEMORY_MB


@pytest.mark.parametrize(
    ("drawing", "has_note"),
    [
        (" ".join(f"{n % 300} {n // 300} 1.5 1.5 re f" for n in range(100_000)), True),
        (" ".join(f"{n % 300} {n // 300} m {n % 300 + 2} {n // 300} l S" for n in range(100_000)), True),
        ("BT /F1 1 Tf " + " ".join(f"1 0 0 1 {n % 300} {n // 300} Tm (1) Tj" for n in range(100_000)) + " ET", False),
    ],
    ids=["boxes", "lines", "glyphs"],
)
def test_a_page_of_a_hundred_thousand_objects_is_read_within_memory(
    tmp_path: Path, drawing: str, has_note: bool
) -> None:
    pages, _, notes, memory_mb = measure(small_pdf(SmallPage(f"{TABLE} {drawing}")), tmp_path)
    assert (pages, notes) == (1, int(has_note))
    assert memory_mb < MOST_MEMORY_MB
