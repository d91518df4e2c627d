"""The demo set of `data/raw/`, one document per format: every number found, none wrong, none extra."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model.extract import Outcome
from tests.golden.reading import (
    assert_same_numbers,
    checks_with,
    numbers_of_truth,
    numbers_read,
    problems_of,
    read_file,
    truth_rows,
)

TRUTH = "demo_expected.csv"
RAW_DIR = Path(__file__).parents[2] / "data" / "raw"
DEMO_FILES = tuple(sorted({row["file_name"] for row in truth_rows(TRUTH)}))
#: Sums that break as the originals print them: procurement below its services; a summary beside another revenue.
BREAKS = {"晋城市政务服务中心2022年度单位决算.docx": 1, "沁源县直属机关事务服务中心2023年部门预算.txt": 4}


def test_every_raw_document_has_its_truth() -> None:
    assert {path.name for path in RAW_DIR.iterdir()} - {"MANIFEST.csv"} == set(DEMO_FILES)


@pytest.mark.parametrize("file_name", DEMO_FILES)
def test_demo_documents_are_read_without_a_miss(file_name: str) -> None:
    extract = read_file(RAW_DIR / file_name)
    assert_same_numbers(numbers_read(extract), numbers_of_truth(TRUTH, file_name))
    assert problems_of(extract) == []
    assert extract.record.status == "loaded"
    assert len(checks_with(extract, Outcome.BREAK)) == BREAKS.get(file_name, 0)
    assert len(extract.findings) == (file_name in BREAKS)
