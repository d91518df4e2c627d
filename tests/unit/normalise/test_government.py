"""Whose budget a government's document is, and the codes and areas of its lines."""

from __future__ import annotations

import pytest

from pipeline.model.extract import FormRecord, FormValue
from pipeline.model.form import Phase
from pipeline.model.grid import Document, Page, TextLine
from pipeline.normalise.government import identify_government
from pipeline.normalise.government_lines import normalise_government_lines
from tests.unit.builders import lines_of, spec_of


def document_of(*lines: str, file_name: str = "a.txt") -> Document:
    page = Page(1, tuple(TextLine(line) for line in lines))
    return Document("id", file_name, "text/plain", (page,), None)


def form_record(year: int | None, phase: str | None) -> FormRecord:
    return FormRecord(
        "government_revenue", 1, "表", None, "filled", "万元", "printed", None, 1, 1, fiscal_year=year, phase=phase
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("关于定州市2016年市本级预算和市总预算执行情况与2017年市本级预算和市总预算草案的报告", "130682"),
        ("附件2：2023年度阳城县一般公共预算支出决算表", "140522"),
        ("——在沁源县第十七届人民代表大会第二次会议上", "140431"),
        ("信息来源：澧县财政局", "430723"),
        ("平山县下口镇2025年一般公共预算支出表", None),
        ("定州市教育局2017年预算", None),
        ("一般公共预算收入表", None),
    ],
)
def test_the_region_is_the_one_whose_government_is_named(line: str, code: str | None) -> None:
    identity = identify_government(document_of(line), (), ())
    assert identity.region_code == code
    assert bool(identity.issues) == (code is None)


def test_two_regions_named_as_often_are_none() -> None:
    identity = identify_government(document_of("阳城县2023年预算", "沁源县2023年预算"), (), ())
    assert identity.department_name is None


def test_the_manifest_names_a_government_never_a_department() -> None:
    blank = document_of("一般公共预算收入表")
    assert identify_government(blank, (), (), "定州市人民政府").department_name == "定州市人民政府"
    assert identify_government(blank, (), (), "定州市教育局").department_name is None


def test_a_report_on_two_years_is_the_draft_s() -> None:
    title = "关于阳城县2022年预算执行情况和2023年预算草案的报告"
    identity = identify_government(document_of(title), (), (form_record(2022, "final_accounts"),))
    assert (identity.fiscal_year, identity.phase) == (2023, Phase.BUDGET)


def test_without_a_title_the_latest_form_tells_year_and_phase() -> None:
    forms = (form_record(2022, "final_accounts"), form_record(2023, "budget"))
    identity = identify_government(document_of("阳城县人民政府"), (), forms)
    assert (identity.fiscal_year, identity.phase) == (2023, Phase.BUDGET)


def normalised(form_id: str, *rows: str, title: str = "表") -> list[FormValue]:
    values, _ = normalise_government_lines(
        lines_of(form_id, *rows, measures=("budget",)), spec_of(form_id), title, 2022
    )
    return list(values)


def test_names_take_the_codes_of_the_class_that_is_open() -> None:
    rows = [
        "| 一、一般公共服务支出 | 9",
        "| 人大事务 | 9",
        "| 行政运行 | 9",
        "| 二、农林水事务 | 1",
        "| 无此名 | 1",
        "TOTAL | 合计 | 10",
    ]
    found = normalised("government_expenditure", *rows)
    assert [value.line_code for value in found] == ["201", "20101", "2010101", "213", None, "TOTAL"]
    assert [value.is_leaf for value in found] == [False, False, True, False, True, False]


def test_a_lone_grand_total_is_the_total_but_never_above_transfers() -> None:
    alone = normalised("government_revenue", "| 一、税收收入 | 9", "grand_total | 收入总计 | 9")
    beside = normalised("government_revenue", "| 一、税收收入 | 9", "| 上级补助收入 | 3", "grand_total | 收入总计 | 12")
    assert alone[-1].line_code == "TOTAL"
    assert beside[-1].line_code == "grand_total"


@pytest.mark.parametrize(
    ("title", "area"),
    [
        ("2016年市本级一般公共预算支出完成情况表", "own_level"),
        ("2016年全市一般公共预算支出完成情况表", "whole_area"),
        ("2022年县级一般公共预算支出表", "own_level"),
        ("全县及县本级一般公共预算支出表", None),
        ("一般公共预算支出表", None),
    ],
)
def test_the_title_says_whose_money_it_is(title: str, area: str | None) -> None:
    found = normalised("government_expenditure", "| 一、教育支出 | 9", title=title)
    assert found[0].area_scope == area


def test_an_own_level_s_revenue_beside_transfers_received_is_no_area_s_total() -> None:
    found = normalised(
        "government_revenue", "own_level | 一、本级收入 | 9", "| 二、上级补助收入 | 3", "TOTAL | 合计 | 12"
    )
    assert [(value.line_code, value.area_scope) for value in found] == [
        ("TOTAL", "own_level"),
        (None, "own_level"),
        ("grand_total", "own_level"),
    ]


def test_a_remark_behind_a_name_is_no_part_of_it() -> None:
    assert (
        normalised("government_revenue", "| 一、税收收入 | 9", "| 增值税（含改征增值税） | 9")[1].line_code == "10101"
    )
