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
#: Sums that break as the originals print them, and the findings they come to: items that carry their class's figure and
#: 印刷费 626,074 beside 326,074; shares of another total; procurement below its services; a summary beside another
#: revenue, and an expenditure budget of 0万元.
BREAKS = {
    "沁源县人民政府办公室2022年度部门决算.pdf": (4, 4),
    "阳城县人民政府办公室2024年度单位决算.xlsx": (2, 2),
    "晋城市政务服务中心2022年度单位决算.docx": (1, 1),
    "沁源县直属机关事务服务中心2023年部门预算.txt": (5, 2),
}


def test_every_raw_document_has_its_truth() -> None:
    assert {path.name for path in RAW_DIR.iterdir()} - {"MANIFEST.csv"} == set(DEMO_FILES)


@pytest.mark.parametrize("file_name", DEMO_FILES)
def test_demo_documents_are_read_without_a_miss(file_name: str) -> None:
    extract = read_file(RAW_DIR / file_name)
    assert_same_numbers(numbers_read(extract), numbers_of_truth(TRUTH, file_name))
    assert problems_of(extract) == []
    assert extract.record.status == "loaded"
    found = len(checks_with(extract, Outcome.BREAK)), len(extract.findings)
    assert found == BREAKS.get(file_name, (0, 0))
