"""A line with an amount and no code is reported, unless it is a heading, a total, or what a code is split into."""

from __future__ import annotations

import pytest

from pipeline.model.extract import Issue, Severity
from pipeline.parse.form import parse_form
from tests.unit.builders import grid_of, region_of

HEADER = "科目编码 | 科目名称 | 本年支出合计"


def uncoded(*rows: str, header: str = HEADER) -> list[Issue]:
    found = parse_form(region_of("expenditure", grid_of(header, *rows)), "d", None)
    return [issue for issue in found.issues if issue.category == "line_without_code"]


@pytest.mark.parametrize(
    "rows",
    [
        ("213 | 农林水支出 | 88.29", "21301 | 农业 | 88.29", "20130101 | 行政运行 | 88.29"),
        ("2080109 | 基本工资 | 58.66", " | 津贴补贴 | 0.33", "2080109 | 养老保险 | 18.97"),
        ("201 | 服务 | 3.00", "2010301 | 行政 | 3.00", " | 农业 | 2.00", "206 | 科技 | 2.00", "2060101 | 行政 | 2.00"),
        ("2080109 | 1.基本工资 | 5.00", " | 2.津贴补贴 | 0.33", " | 3.保险 | 9.00", "2080109 | （1）养老保险 | 8.00"),
    ],
    ids=["misprinted code", "lost code", "class below of the same amount", "next line numbered alike"],
)
def test_a_line_with_an_amount_and_no_code_is_a_warning_with_its_place(rows: tuple[str, ...]) -> None:
    (issue,) = uncoded("合计 | | 90.00", *rows)
    place = next(number for number, row in enumerate(rows, 3) if row.startswith((" ", "20130101")))
    assert (issue.severity, issue.row_no) == (Severity.WARNING, place)


@pytest.mark.parametrize(
    "rows",
    [
        (" | 合计 | 9.00", "2010301 | 行政运行 | 9.00"),
        ("2010301 | 行政运行 | 9.00", " | 其中：会议费 | 1.00"),
        (" | 津贴补贴 | 3.00", "2080109 | 岗位津贴 | 1.00", "2080109 | 乡镇补贴 | 2.00"),
        (" | 一、工资福利 | 3.00", " | 津贴补贴 | 3.00", "2080109 | 岗位津贴 | 1.00", "2080109 | 乡镇补贴 | 2.00"),
        (" | 一、工资福利 | 9.99", "2080109 | 1.基本工资 | 3.00", "2080109 | 2.津贴 | 2.00"),
        ("2013202 | 一般行政管理事务 | 3.00", " | 印刷费 | 1.00", " | 会议费 | 2.00"),
        ("2010301 | 行政运行 | 9.00", " | 会议费 | 0.00", " | 培训费 | "),
    ],
    ids=["total", "其中", "heading", "headings", "numbered heading", "projects", "zero and blank"],
)
def test_headings_totals_and_projects_lack_no_code(rows: tuple[str, ...]) -> None:
    assert uncoded(*rows) == []


def test_a_form_without_any_code_is_one_issue() -> None:
    (issue,) = uncoded(" | 人员经费 | 5.00", " | 公用经费 | 3.00")
    assert issue.severity is Severity.WARNING
    assert "2 are loaded" in issue.message


def test_a_layout_without_a_column_for_codes_is_only_said() -> None:
    (issue,) = uncoded("人员经费 | 5.00", "公用经费 | 3.00", header="科目名称 | 本年支出合计")
    assert issue.severity is Severity.INFO
