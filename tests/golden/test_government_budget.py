"""A government's own budget, made here: every number under its code, area, measure and year, and no department's."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline.model.extract import CellKind, Extract, Grade, Outcome
from tests.golden.reading import checks_with, problems_of, read_bytes

Rows = Sequence[Sequence[object]]

REVENUE: Rows = [
    ["沁源县2022年一般公共预算收入预算表"],
    ["", "", "", "单位：万元"],
    ["项目", "2021年执行数", "2022年预算数", "预算数为上年执行数的%"],
    ["一、税收收入", 900, 1000, 111.1],
    ["增值税", 500, 550, 110],
    ["营业外杂税", 400, 450, 112.5],
    ["二、非税收入", 100, 120, 120],
    ["罚没收入", 100, 120, 120],
    ["一般公共预算收入合计", 1000, 1120, 112],
    ["上级补助收入", 300, 380, 126.7],
    ["收入总计", 1300, 1500, 115.4],
]
CODED: Rows = [
    ["2022年县本级一般公共预算支出预算表"],
    ["", "", "", "", "单位：万元"],
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", 300, 200, 100],
    ["20101", "人大事务", 300, 200, 100],
    ["2010101", "行政运行", 200, 200, None],
    ["2010104", "人大会议", 100, None, 100],
    ["205", "教育支出", 700, 500, 200],
    ["20502", "普通教育", 700, 500, 200],
    ["2050202", "小学教育", 700, 500, 200],
    ["", "支出合计", 1000, 700, 300],
]
OWN_AND_WHOLE: Rows = [
    ["一般公共预算支出表"],
    ["", "单位：万元"],
    ["项 目", "预算数"],
    ["一、本级支出", 1000],
    ["201  一般公共服务", 300],
    ["205  教育", 700],
    ["二、对下税收返还和转移支付", 90],
    ["税收返还", 40],
    ["转移支付", 50],
    ["合 计", 1090],
]
OUTTURN: Rows = [
    ["2021年全县一般公共预算支出完成情况表"],
    ["", "", "", "", "单位：万元"],
    ["科目名称", "年初预算", "调整预算", "实际完成", "占调整预算（%）"],
    ["1、一般公共服务支出", 500, 550, 500, 90.9],
    ["2、农林水支出", 500, 555, 550, 99.1],
    ["合计", 1000, 1105, 1050, 95.0],
]
REPORT = """关于沁源县2021年预算执行情况和2022年预算草案的报告
——在沁源县第十七届人民代表大会第二次会议上
一、2021年预算执行情况
全县一般公共预算收入完成1000万元，占预算的101.2%，增长3.4%。其中税收收入900万元。
县本级一般公共预算支出8.5亿元，占调整预算的95%。
二、2022年预算草案
（一）2022年全县预算草案
全县一般公共预算收入安排1120万元，增长12%。安排一般公共预算支出1090万元，比2021年年初预算增长9%。
（二）2022年县本级预算草案
一般公共预算支出安排1000万元。政府性基金预算收入安排200万元，安排基金支出180万元。
"""


def workbook(**sheets: Rows) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def numbers(extract: Extract, form_id: str) -> set[tuple[str | None, str, str | None, str, int]]:
    """Code, label, area, measure and 万元 of every amount of a form."""
    return {
        (value.line_code, value.line_label, value.area_scope, value.measure, int(value.amount_yuan / 10_000))
        for value in extract.values
        if value.form_id == form_id and value.cell_kind is CellKind.NUMBER and value.amount_yuan is not None
    }


def test_a_government_s_tables_are_read_and_named(tmp_path: Path) -> None:
    read = read_bytes(workbook(收入=REVENUE, 支出=CODED), tmp_path, "a.xlsx")
    record = read.record
    assert (record.department_name, record.region_code, record.reporting_scope) == (
        "沁源县人民政府",
        "140431",
        "government",
    )
    assert (record.fiscal_year, record.phase, record.status) == (2022, "budget", "loaded")
    assert {form.form_id for form in read.forms} == {"government_revenue", "government_expenditure_by_function"}
    assert not problems_of(read)


def test_last_year_s_columns_are_not_this_year_s(tmp_path: Path) -> None:
    found = numbers(read_bytes(workbook(收入=REVENUE), tmp_path, "a.xlsx"), "government_revenue")
    assert ("10101", "增值税", None, "budget", 550) in found
    assert ("10101", "增值税", None, "prior_year_executed", 500) in found
    assert ("TOTAL", "一般公共预算收入合计", None, "budget", 1120) in found
    assert ("grand_total", "收入总计", None, "budget", 1500) in found
    assert not [row for row in found if row[3] in ("executed", "total")]


def test_a_total_beside_its_natures_is_the_budget_and_proven(tmp_path: Path) -> None:
    read = read_bytes(workbook(支出=CODED), tmp_path, "沁源县.xlsx")
    found = numbers(read, "government_expenditure_by_function")
    assert ("TOTAL", "支出合计", "own_level", "budget", 1000) in found
    assert ("2010101", "行政运行", "own_level", "basic", 200) in found
    assert {value.grade for value in read.values if value.amount_yuan is not None} == {Grade.PROVEN}


def test_own_level_and_whole_area_stand_apart_in_one_list(tmp_path: Path) -> None:
    read = read_bytes(workbook(收入=[["一般公共预算收入表"], *REVENUE[1:]], 支出=OWN_AND_WHOLE), tmp_path, "a.xlsx")
    assert numbers(read, "government_expenditure") == {
        ("TOTAL", "一、本级支出", "own_level", "budget", 1000),
        ("201", "一般公共服务", "own_level", "budget", 300),
        ("205", "教育", "own_level", "budget", 700),
        ("to_lower_levels", "二、对下税收返还和转移支付", "whole_area", "budget", 90),
        (None, "税收返还", "whole_area", "budget", 40),
        (None, "转移支付", "whole_area", "budget", 50),
        ("whole_area_total", "合计", "whole_area", "budget", 1090),
    }
    leaves = [value for value in read.values if value.form_id == "government_expenditure" and value.is_leaf]
    assert sum(value.amount_yuan or 0 for value in leaves) == Decimal(1000) * 10_000
    assert not checks_with(read, Outcome.BREAK)
    assert {"government_whole_area", "government_function_tree"} <= {c.rule_id for c in checks_with(read, Outcome.PASS)}


def test_tables_that_name_no_government_say_so(tmp_path: Path) -> None:
    read = read_bytes(workbook(收入=[["一般公共预算收入表"], *REVENUE[1:]], 支出=OWN_AND_WHOLE), tmp_path, "a.xlsx")
    assert (read.record.department_name, read.record.region_code) == (None, None)
    assert read.record.reporting_scope == "government"
    assert [issue.category for issue in problems_of(read)] == ["department_unknown"]


def test_an_outturn_is_of_its_own_year_and_area(tmp_path: Path) -> None:
    read = read_bytes(workbook(表1=[["沁源县2021年预算完成情况表"]], 表2=OUTTURN), tmp_path, "a.xlsx")
    form = next(form for form in read.forms if form.form_id == "government_expenditure")
    assert (form.fiscal_year, form.phase) == (2021, "final_accounts")
    found = numbers(read, "government_expenditure")
    assert ("213", "2、农林水支出", "whole_area", "executed", 550) in found
    assert ("213", "2、农林水支出", "whole_area", "adjusted", 555) in found
    percents = {value.count_value for value in read.values if value.measure == "completion_percent"}
    assert percents == {Decimal("90.9"), Decimal("99.1"), Decimal(95)}
    assert not checks_with(read, Outcome.BREAK)


def test_a_class_that_does_not_add_up_is_found(tmp_path: Path) -> None:
    wrong = [row if row[0] != "205" else ["205", "教育支出", 750, 500, 200] for row in CODED]
    broken = checks_with(read_bytes(workbook(支出=wrong), tmp_path, "沁源县.xlsx"), Outcome.BREAK)
    assert {check.instance_label for check in broken} == {"205", "TOTAL"}


def test_a_report_s_totals_keep_their_years_and_areas_apart(tmp_path: Path) -> None:
    read = read_bytes(REPORT.encode(), tmp_path, "report.txt")
    record = read.record
    assert (record.department_name, record.fiscal_year, record.phase) == ("沁源县人民政府", 2022, "budget")
    said = [
        (fact.reference_year, fact.section, fact.topic, fact.measure, int((fact.amount_yuan or 0) / 10_000))
        for fact in read.narrative
    ]
    assert said == [
        (2021, "whole_area", "general_public_budget_revenue", "execution", 1000),
        (2021, "own_level", "general_public_budget_expenditure", "execution", 85_000),
        (2022, "whole_area", "general_public_budget_revenue", "budget", 1120),
        (2022, "whole_area", "general_public_budget_expenditure", "budget", 1090),
        (2022, "own_level", "general_public_budget_expenditure", "budget", 1000),
        (2022, "own_level", "government_fund_revenue", "budget", 200),
        (2022, "own_level", "government_fund_expenditure", "budget", 180),
    ]


@pytest.mark.parametrize(
    "title", ["一般公共预算支出表", "2022年一般公共预算财政拨款支出表", "沁源县教育局2022年一般公共预算支出表"]
)
def test_a_department_s_form_of_the_same_name_stays_the_department_s(tmp_path: Path, title: str) -> None:
    read = read_bytes(workbook(支出=[[title], *CODED[1:]]), tmp_path, "a.xlsx")
    assert {form.form_id for form in read.forms} == {"general_public_budget_expenditure"}
    assert read.record.reporting_scope != "government"


def test_plain_text_of_a_county_s_accounts_is_read(tmp_path: Path) -> None:
    text = """澧县2021年财政总决算
2021年度澧县一般公共预算支出决算表
单位：万元
项目                     预算数      决算数
一、一般公共服务支出      300         310
二、教育支出              700         720
支出合计                  1000        1030
"""
    read = read_bytes(text.encode(), tmp_path, "a.txt")
    assert (read.record.department_name, read.record.fiscal_year) == ("澧县人民政府", 2021)
    assert numbers(read, "government_expenditure") == {
        ("201", "一、一般公共服务支出", None, "budget", 300),
        ("201", "一、一般公共服务支出", None, "final", 310),
        ("205", "二、教育支出", None, "budget", 700),
        ("205", "二、教育支出", None, "final", 720),
        ("TOTAL", "支出合计", None, "budget", 1000),
        ("TOTAL", "支出合计", None, "final", 1030),
    }
