"""The demo set of `data/raw/`, one document per format: every number found, none wrong, none extra."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.model.extract import Outcome
from pipeline.model.performance import AttachmentKind
from pipeline.model.personal import PersonalData
from tests.corpus.make_demo import DEMO_FILES as DEMOS
from tests.corpus.make_demo import DemoFile
from tests.corpus.narrative_files import load_whole_facts
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
PERSONS_IN = ("阳城县人民政府办公室2024年度单位决算.xlsx", "沁源县直属机关事务服务中心2023年部门预算.txt")
WITH_ATTACHMENTS = [demo for demo in DEMOS if load_whole_facts(demo.facts_name).attachments]
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
    assert extract.account.unexplained == ()
    found = len(checks_with(extract, Outcome.BREAK)), len(extract.findings)
    assert found == BREAKS.get(file_name, (0, 0))


def test_the_invented_person_of_the_attachments_is_withheld() -> None:
    for file_name in PERSONS_IN:
        extract = read_file(RAW_DIR / file_name)
        assert {place.kind for place in extract.withheld} == {PersonalData.NAME, PersonalData.TELEPHONE}
        assert "王小明" not in repr(extract)
        assert "13800000000" not in repr(extract)


@pytest.mark.parametrize("demo", WITH_ATTACHMENTS, ids=lambda demo: demo.facts_name)
def test_every_project_and_indicator_of_the_attachments_is_read(demo: DemoFile) -> None:
    extract = read_file(RAW_DIR / demo.file_name)
    attachments = load_whole_facts(demo.facts_name).attachments
    planted = [project for attachment in attachments for project in attachment.projects]
    found = {p.project_name: p for p in extract.projects if p.kind is not AttachmentKind.BUDGET_LINE}
    assert list(found) == [project.name for project in planted]
    for project in planted:
        record = found[project.name]
        assert (record.score_text or "", record.grade or "") == (project.score, project.grade)
        printed = Counter((row.level1, _short(row.level2), row.level3, row.annual) for row in project.indicators)
        times = 2 if extract.record.phase == "budget" else 1  # a target is printed for the project's time and the year
        rows = [i for i in extract.indicators if i.project_id == record.project_id]
        read = Counter((i.level1_name, _short(i.level2_name), i.level3_name, i.target_text or "") for i in rows)
        assert read == Counter({row: count * times for row, count in printed.items()})
        results = sorted((i.actual_text or "", i.score_text or "", i.reason or "") for i in rows)
        assert results == sorted((row.actual, row.score, row.reason) for row in project.indicators * times)


def _short(name: str | None) -> str:
    """社会效益 is also printed as 社会效益指标."""
    return (name or "").removesuffix("指标")
