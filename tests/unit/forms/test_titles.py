"""Titles: every spelling seen names its form, sentences and contents name none, numbers are not trusted."""

from __future__ import annotations

import pytest

from pipeline.forms.catalogue_file import forms_issued_by
from pipeline.forms.titles import form_no_of, match_title, phase_of_title
from pipeline.model.form import Issuer, Phase

#: DOMAIN.md, the table of forms.
TITLES = {
    "summary": ("收入支出决算总表", "预算收支总表", "部门财务收支预算总表", "收支预算总表"),
    "revenue": ("收入决算表", "预算收入总表", "收入预算总表"),
    "expenditure": ("支出决算表", "预算支出总表", "支出预算总表"),
    "appropriation_summary": ("财政拨款收入支出决算总表", "财政拨款收支预算总表", "财政拨款收支总表"),
    "general_public_budget_expenditure": ("一般公共预算财政拨款支出决算表", "一般公共预算支出预算表"),
    "basic_expenditure_by_economic": (
        "一般公共预算财政拨款基本支出决算表",
        "一般公共预算财政拨款基本支出决算明细表",
        "一般公共预算安排基本支出分经济科目表",
    ),
    "government_fund_expenditure": ("政府性基金预算支出预算表",),
    "state_capital_expenditure": ("国有资本经营预算财政拨款支出决算表",),
    "three_public": ("财政拨款“三公”经费支出决算表", "一般公共预算“三公”经费支出预算表"),
    "disclosure_statistics": ("部门决算公开相关信息统计表",),
    "project_budget": ("项目支出预算表",),
    "procurement_budget": ("政府采购预算表",),
    "performance_target": ("项目支出绩效目标申报表",),
    "performance_evaluation": ("项目支出绩效自评表",),
}


@pytest.mark.parametrize(
    ("form_id", "title"), [(form_id, title) for form_id, titles in TITLES.items() for title in titles]
)
def test_a_printed_title_names_its_form(form_id: str, title: str) -> None:
    match = match_title(title, forms_issued_by(Issuer.DEPARTMENT))
    assert match is not None
    assert match.spec.form_id == form_id


@pytest.mark.parametrize(
    "before_and_after",
    [
        ("", ""),
        ("三、", ""),
        ("附表3 ", ""),
        ("公开03表 ", ""),
        ("2022年度", ""),
        ("沁源县财政局2022年度部门", ""),
        ("", "（单位）"),
        ("　", " "),
    ],
    ids=repr,
)
def test_what_stands_around_a_title_does_not_matter(before_and_after: tuple[str, str]) -> None:
    before, after = before_and_after
    match = match_title(f"{before}支出决算表{after}", forms_issued_by(Issuer.DEPARTMENT))
    assert match is not None
    assert match.spec.form_id == "expenditure"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "目录",
        "支出决算表.....................12",
        "三、支出决算表 7",
        "本部门支出决算表反映各项支出，详见附件。",
        "支出决算情况说明",
        "收入决算表、支出决算表均为空表，特此说明",
        "表" * 200,
    ],
)
def test_sentences_and_contents_are_no_titles(text: str) -> None:
    assert match_title(text, forms_issued_by(Issuer.DEPARTMENT)) is None


@pytest.mark.parametrize(
    ("title", "phase"),
    [
        ("支出决算表", Phase.FINAL_ACCOUNTS),
        ("支出预算总表", Phase.BUDGET),
        ("一般公共预算财政拨款支出决算表", Phase.FINAL_ACCOUNTS),
        ("一般公共预算支出表", None),
        ("政府性基金预算支出表", None),
    ],
)
def test_the_phase_is_the_title_s_and_not_the_fund_s(title: str, phase: Phase | None) -> None:
    assert phase_of_title(title) is phase


@pytest.mark.parametrize(
    ("text", "number"), [("公开 01 表", "公开01表"), ("附表3-1", "附表3-1"), ("支出决算表", None), ("12", None)]
)
def test_a_form_number_stands_alone(text: str, number: str | None) -> None:
    assert form_no_of(text) == number


@pytest.mark.parametrize(
    ("title", "form_id"),
    [
        ("2016年市本级一般公共预算支出完成情况表", "government_expenditure"),
        ("2023年阳城县一般公共预算支出决算功能分类明细表", "government_expenditure"),
        ("阳城县2023年一般公共预算本级基本支出表（按政府预算经济分类）", "government_basic_expenditure_by_economic"),
        ("2022年一般公共预算收入执行情况及2023年预算表", "government_revenue"),
        ("政府性基金预算专项转移支付分地区安排情况表", "government_transfers_by_region"),
        ("2022年一般公共预算财政拨款支出决算表", None),
        ("(01表)一般公共预算收支决算总表", None),
    ],
)
def test_a_government_s_title_names_its_form(title: str, form_id: str | None) -> None:
    match = match_title(title, forms_issued_by(Issuer.GOVERNMENT))
    assert (match.spec.form_id if match else None) == form_id
