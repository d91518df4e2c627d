"""The demo set in `data/raw/` is what `python -m tests.corpus.make_demo` makes."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from tests.corpus.make_demo import (
    DEMO_FILES,
    GOLDEN_DIR,
    RAW_DIR,
    make_demo_files,
    make_demo_truth,
    make_manifest,
    make_seed_truth,
)
from tests.corpus.zip_bytes import unpack

MAX_DEMO_BYTES = 500_000


@pytest.mark.parametrize("name", [demo.file_name for demo in DEMO_FILES])
def test_committed_file_is_what_the_typesetter_makes(name: str) -> None:
    committed, fresh = (RAW_DIR / name).read_bytes(), make_demo_files()[name].content
    # Another zlib may compress otherwise; what it holds must still be the same.
    assert committed == fresh or content_of(name, committed) == content_of(name, fresh)


def content_of(name: str, data: bytes) -> object:
    if name.endswith(".pdf"):
        return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]
    return unpack(data) if name.endswith((".xlsx", ".docx")) else data


def test_manifest_and_truth_files_are_current() -> None:
    assert (RAW_DIR / "MANIFEST.csv").read_text(encoding="utf-8") == make_manifest()
    assert (GOLDEN_DIR / "demo_expected.csv").read_text(encoding="utf-8") == make_demo_truth(make_demo_files())
    assert (GOLDEN_DIR / "seed_expected.csv").read_text(encoding="utf-8") == make_seed_truth()


def test_demo_set_stays_small() -> None:
    assert sum((RAW_DIR / demo.file_name).stat().st_size for demo in DEMO_FILES) < MAX_DEMO_BYTES


def test_every_text_file_says_on_its_first_lines_that_it_is_no_original() -> None:
    for demo in DEMO_FILES:
        if demo.file_name.endswith(".txt"):
            assert "不是原件" in Path(RAW_DIR / demo.file_name).read_text(encoding="utf-8")[:300]
