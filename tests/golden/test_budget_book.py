"""A budget book prints a department and its units: every number is loaded, none is the department's twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.model.extract import CellKind, Extract, Grade, Outcome
from tests.corpus.budget_book import UNITS, BudgetBook, Truth, make_budget_book, to_docx, to_tabbed_text
from tests.golden.reading import read_bytes

WRITERS = {"book.docx": to_docx, "book.txt": to_tabbed_text}


def numbers(extract: Extract) -> list[Truth]:
    return [
        Truth(
            value.reporting_unit,
            value.form_id,
            value.line_side,
            value.line_code,
            value.line_label,
            value.qualifier,
            value.measure,
            (value.amount_yuan or 0) / 10_000,
        )
        for value in extract.values
        if value.cell_kind is CellKind.NUMBER
    ]


@pytest.fixture(params=[(name, seed) for name in WRITERS for seed in (1, 2)], ids=str)
def read(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[BudgetBook, Extract]:
    name, seed = request.param
    book = make_budget_book(seed)
    return book, read_bytes(WRITERS[name](book), tmp_path, name)


def test_every_number_is_loaded_for_its_body(read: tuple[BudgetBook, Extract]) -> None:
    book, extract = read
    assert Counter(numbers(extract)) == Counter(book.truth)


def test_the_book_is_the_department_s(read: tuple[BudgetBook, Extract]) -> None:
    _, extract = read
    record = extract.record
    assert (record.department_name, record.region_code, record.reporting_scope) == (
        "沁源县南山镇",
        "140431",
        "department",
    )


def test_the_units_prove_the_department(read: tuple[BudgetBook, Extract]) -> None:
    _, extract = read
    assert [check for check in extract.checks if check.outcome is Outcome.BREAK] == []
    between = [check for check in extract.checks if check.rule_id.startswith("units_")]
    assert {check.rule_id for check in between} == {"units_summary", "units_basic_economic", "units_projects"}
    assert {check.relation for check in between} == {"="}
    salaries = [value for value in extract.values if value.line_code == "30101" and value.amount_yuan is not None]
    assert {value.grade for value in salaries} == {Grade.PROVEN}


def test_projects_are_listed_once(read: tuple[BudgetBook, Extract]) -> None:
    _, extract = read
    listed = [(project.project_key, project.implementing_unit) for project in extract.projects]
    assert sorted(listed) == sorted((name, unit) for name in ("村级补助", "稳定经费") for _, unit in UNITS)


def test_a_figure_changed_in_the_department_s_table_is_found(tmp_path: Path) -> None:
    book = make_budget_book(3)
    table = next(block for block in book.blocks if isinstance(block, list) and block[1][0] == "经济分类科目编码")
    row = next(row for row in table if row[0] == "30101")
    row[2] = row[3] = "1" + row[2]
    extract = read_bytes(to_docx(book), tmp_path, "book.docx")
    broken = {check.rule_id for check in extract.checks if check.outcome is Outcome.BREAK}
    assert {"economic_tree", "personnel_subtotal_sections", "units_basic_economic"} <= broken
    assert any("1、基本工资" in finding.sentence_zh for finding in extract.findings)
