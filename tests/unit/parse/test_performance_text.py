"""Performance attachments as text: rows that lost cells, halves glued together, figures spoiled by optical reading.

Single figures and words are those of seeds 001 to 003 (阳城县人民政府办公室 2024, 晋城市政务服务中心 2022,
沁源县直属机关事务服务中心 2023).
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model.account import NumberKind
from pipeline.model.grid import TextLine
from pipeline.model.performance import Period
from pipeline.parse.form import ParsedForm
from pipeline.parse.performance.align import HeaderColumn, align
from pipeline.parse.performance.indicator_values import read_indicator_value
from pipeline.parse.performance.names import is_near, project_key
from tests.unit.builders import tabbed
from tests.unit.parse.test_performance_layouts import judged, rows, the_form

HEADER = (
    "一级指标 | 二级指标 | 三级指标 | 年初指标值 | 调整后指标值 | 实际完成值 | 定性指标说明 | 分值 | 得分 | 偏差原因"
)
ROLES = ("level1", "level2", "level3", "target", "adjusted", "actual", "note", "weight", "score", "reason")
COLUMNS = tuple(HeaderColumn(role, index) for index, role in enumerate(ROLES))


def evaluation(amounts: str, *indicators: str) -> ParsedForm:
    """A tabbed evaluation with one row of amounts, as optical reading leaves it."""
    return the_form(
        "某项目支出绩效自评表",
        tabbed(
            "项目名称 |  | 数据共享",
            "项目资金(万元) | 年初预算数 |  | 全年预算数 | 全年执行数 | 资金结(转)余 | 执行率 | 得分",
            " | 目标申报数 | 预算编制数 |  |  |  |  | ",
            amounts,
            f"绩效指标 | {HEADER}",
            *indicators,
        ),
    )


def placed(row: str) -> dict[str, str]:
    """The cells of a row by the role their column got."""
    cells = [(index, text.strip()) for index, text in enumerate(row.split("|")) if text.strip()]
    assigned = align(cells, COLUMNS)
    return {COLUMNS[n].role: text for (_, text), n in zip(cells, assigned, strict=True) if n is not None}


@pytest.mark.parametrize("row", [
    " | 质量指标 | 满足程度 |  | 满足 | 达成预期指标 |  | 10 | 10 | ",
    " |  | 质量指标 | 满足程度 |  | 满足 | 达成预期指标 |  | 10 |  | 10",
    "质量指标 | 满足程度 |  | 满足 | 达成预期指标 |  | 10 | 10 |  | ",
])  # fmt: skip
def test_a_row_shifted_to_either_side_finds_its_columns(row: str) -> None:
    found = placed(row)
    assert (found["level2"], found["level3"], found["adjusted"]) == ("质量指标", "满足程度", "满足")
    assert (found["actual"], found["weight"], found["score"]) == ("达成预期指标", "10", "10")


def test_of_two_names_the_one_beside_the_values_is_the_indicators() -> None:
    found = placed(" | 数量指标 | 血量面标 | 审核制作 | ≥个 | ≥50个 | ≥50个 |  | 20 | 20")
    assert (found["level3"], found["target"], found["actual"]) == ("审核制作", "≥个", "≥50个")


def test_figures_printed_over_two_columns_are_taken_by_arithmetic() -> None:
    form = evaluation(
        " | 资金总额: | 300 | 300 | 300 | 300 | 300 | 0 | 100 | 10", "产出指标 | 数量指标 | 次 | ≥1次 | | | | 90 | 90"
    )
    (project,) = form.projects
    assert (project.executed_yuan, project.execution_rate) == (Decimal("3000000.00"), 100)
    assert "arithmetic" in (project.method_reason or "")


def test_a_comma_where_a_point_was_is_an_issue_with_both_readings_and_no_amount() -> None:
    form = evaluation(
        " | 资金总额: | 50 | 50 | 49,908 | 49,908 | 0 | 100 | 10", "产出指标 | 数量指标 | 次 | ≥1次 | | | | 90 | 90"
    )
    (project,) = form.projects
    assert (project.annual_budget_yuan, project.annual_budget_text) == (None, "49,908")
    assert (project.executed_yuan, project.initial_budget_yuan) == (None, Decimal("500000.00"))
    messages = [issue.message for issue in form.issues if issue.category == "implausible_amount"]
    assert len(messages) == 2
    assert all("49908" in message and "49.908" in message for message in messages)


def test_a_total_spoiled_beside_its_only_source_stays_empty() -> None:
    form = the_form(
        "某项目支出绩效自评表",
        tabbed(
            "项目名称 | 证件制作",
            "项目资金(万元) | 目标申报数 | 预算编制数 | 全年预算数 | 全年执行数 | 资金结余 | 执行率 | 得分",
            "资金总额: | 12.06 | 12.06 | 0.6 | 10.63 | 0 | 00 | 10",
            "市辖区财政资金 | 12.06 | 12.06 | 10.693 | 10.693 | 0 | 100.00 | 10.00",
            HEADER,
            "产出指标 | 数量指标 | 次 | ≥1次 |  |  |  | 90 | 90",
        ),
    )
    (project,) = form.projects
    assert (project.annual_budget_yuan, project.executed_yuan) == (None, None)
    said = " ".join(issue.message for issue in form.issues if issue.category == "implausible_amount")
    assert "0.6" in said
    assert "10.693" in said


def test_a_row_with_blanks_takes_the_columns_of_the_row_above() -> None:
    form = the_form(
        "项目支出绩效自评表",
        tabbed(
            "项目名称 | 窗口经费",
            "资金来源 | 目标申报(元) | 预算编制(元) | 全年预算数(元) | 全年执行数(元) | 结(转)余(元) | 执行率 | 得分",
            "合计 | 600,000 | 600,000 | 134,392 | 134,392 | 0 | 100 | 10",
            "市县区财政资金 | 600,000 | 600,000 | 134,392 | 134,392 | 0 |  | ",
            HEADER,
            "产出指标 | 数量指标 | 次 | ≥1次 |  |  |  | 90 | 90",
        ),
    )
    source = {value.measure: value.amount_yuan for value in form.values if value.qualifier == "市县区财政资金"}
    assert (source["annual_budget"], source["executed"]) == (Decimal("134392.00"), Decimal("134392.00"))


def test_more_points_than_the_row_can_have_leave_its_weight_empty() -> None:
    form = evaluation(
        " | 资金总额: | 5 | 5 | 5 | 5 | 0 | 100 | 10", "产出指标 | 时效指标 | 及时性 | | 及时 | 达成预期 | | 0 | 10"
    )
    assert judged(form.indicators[0])[2:] == (None, 10)
    assert "score_above_weight" in {issue.category for issue in form.issues}


def test_points_that_do_not_add_up_are_remarked_on() -> None:
    form = evaluation(
        " | 资金总额: | 5 | 5 | 5 | 5 | 0 | 100 | 10",
        "产出指标 | 数量指标 | 次 | ≥1次 | ≥1次 | 1次 | | 80 | 80",
        "总分 | | | | | | | | 100 | 优",
    )
    assert "indicator_points_differ" in {issue.category for issue in form.issues}
    assert (form.projects[0].score, form.projects[0].grade) == (100, "优")


def test_score_and_grade_may_stand_in_rows_of_their_own() -> None:
    form = evaluation(
        " | 资金总额: | 5 | 5 | 5 | 5 | 0 | 100 | 10",
        "产出指标 | 数量指标 | 次 | ≥1次 | ≥1次 | 1次 | | 90 | 90",
        "总分",
        "100",
        "优",
    )
    assert (form.projects[0].score, form.projects[0].grade) == (100, "优")
    assert [issue for issue in form.issues if issue.category == "indicator_points_differ"] == []


@pytest.mark.parametrize(
    ("text", "operator", "number", "unit"),
    [
        ("≥95%", ">=", "95", "%"),
        ("≤8万元", "<=", "8", "万元"),
        ("＞5%", ">", "5", "%"),
        ("不少于1,000人次", ">=", "1000", "人次"),
        ("90%以上", ">=", "90", "%"),
        ("12次", "=", "12", "次"),
        ("≥个", ">=", None, "个"),
        ("2023年全年", "qualitative", None, None),
        ("及时", "qualitative", None, None),
        ("≈20名", None, None, None),
        ("一名", None, None, None),
        ("≠100%", None, None, None),
    ],
)
def test_a_target_says_its_bound_its_number_and_its_unit(
    text: str, operator: str | None, number: str | None, unit: str | None
) -> None:
    value = read_indicator_value(text)
    assert value[:3] == (operator, Decimal(number) if number else None, unit)


def test_a_result_of_several_hundred_percent_beside_a_target_below_hundred_is_not_taken() -> None:
    form = evaluation(
        " | 资金总额: | 5 | 5 | 5 | 5 | 0 | 100 | 10", "产出指标 | 质量指标 | 合格率 | | ≥98% | 396% | | 90 | 90"
    )
    indicator = form.indicators[0]
    assert (indicator.actual_text, indicator.actual_value, indicator.adjusted_value) == ("396%", None, 98)
    assert any("≥96%" in issue.message for issue in form.issues)


SIDE_BY_SIDE = (
    "某县预算部门（单位）项目支出绩效目标申报表",
    "项目名称 彩楼搭建费用",
    "主管部门及代码 013-某中心 实施单位 某中心",
    "项目属性 一次性项目（1年结束） 项目期 1年",
    "项目资金",
    "（元）",
    "实施期资金总额： 80,000 年度资金总额： 70,000",
    "其中：中央财政资金 0 其中：中央财政资金 0",
    "市县（区）财政资",
    "金",
    "80,000 市县（区）财政资金 70,000",
    "项目概况 营造节日气氛 3 天",
    "一级指标 二级指标 三级指标 指标值 二级指标 三级指标 指标值",
    "产出指标",
    "数量指标 彩楼制作数量 1个 数量指标 彩楼制作数量 1个",
    "成本指标 彩楼制作费 ≤8万元 成本指标 彩楼制作费≤7万元",
    "效益指标",
    "经济效益指标 成本节约率≥2% 经济效益指标 成本节≥2%",
    "生态效益指标 生态效益指标",
    "可持续影响指标 管理机制健全性 健全 可持续影响指标 管理机制健全健全",
    "满意度指标 服务对象满意度指社会公众满意度 ≥99% 服务对象满意度指标社会公众满意 ≥99%",
    "负责人： 经办人： [姓名] 联系电话： [电话] 填报日期： 20230302",
)


def side_by_side() -> ParsedForm:
    """The form as a PDF's text prints it."""
    return the_form(*(TextLine(line, page_no=1, line_no=n) for n, line in enumerate(SIDE_BY_SIDE, 1)))


def test_the_sums_of_both_periods_and_their_funds_are_told_apart() -> None:
    form = side_by_side()
    assert [(v.qualifier, v.measure, v.amount_yuan, v.row_no) for v in form.values if v.amount_yuan is not None] == [
        (None, "period_budget", Decimal("80000.00"), 7),
        (None, "annual_budget", Decimal("70000.00"), 7),
        ("中央财政资金", "period_budget", Decimal("0.00"), 8),
        ("中央财政资金", "annual_budget", Decimal("0.00"), 8),
        ("市县(区)财政资金", "period_budget", Decimal("80000.00"), 11),
        ("市县(区)财政资金", "annual_budget", Decimal("70000.00"), 11),
    ]


def test_how_long_a_project_runs_is_a_figure_and_its_kind_s_number_a_label() -> None:
    form = side_by_side()
    (years,) = [v for v in form.values if v.measure == "project_years"]
    assert (years.count_value, years.reported_unit, years.reported_text, years.row_no) == (1, "年", "1", 4)
    assert [t.text for t in form.read_texts if t.kind is NumberKind.LABEL] == ["一次性项目（1年结束）"]


def test_equal_texts_of_one_row_are_listed_once_a_cell() -> None:
    form = evaluation(
        " | 资金总额: | 5 | 5 | 5 | 5 | 0 | 100 | 10", "产出指标 | 数量指标 | 次数 | | 2 | 2 | | 2 | 2 | "
    )
    assert [t.col_no for t in form.read_texts if t.text == "2"] == [5, 6, 8, 9]


def test_the_points_that_can_be_reached_stand_before_the_score() -> None:
    form = evaluation(" | 资金总额: | 5 | 5 | 5 | 5 | 0 | 100 | 10", "总分 |  |  |  |  |  |  | 100 | 99.68 | ")
    found = {v.measure: v.count_value for v in form.values if v.measure in ("score", "full_score")}
    assert found == {"full_score": Decimal(100), "score": Decimal("99.68")}


def test_two_halves_of_a_line_are_two_indicators() -> None:
    form = side_by_side()
    assert len(form.indicators) == 10
    assert {i.period for i in form.indicators} == {Period.IMPLEMENTATION, Period.ANNUAL}
    assert rows(form)[2:4] == [("产出指标", "成本指标", "彩楼制作费")] * 2
    assert [i.target_value for i in form.indicators[2:4]] == [8, 7]


def test_a_name_cut_off_and_glued_to_its_value_is_completed_from_the_other_half() -> None:
    form = side_by_side()
    saved, healthy = form.indicators[5], form.indicators[7]
    assert (saved.level3_name, saved.target_text) == ("成本节约率", "≥2%")
    assert (healthy.level3_name, healthy.target_text) == ("管理机制健全性", "健全")
    assert "管理机制健全健全" in (healthy.method_reason or "")


def test_signatures_are_never_read() -> None:
    assert "[姓名]" not in repr((side_by_side().indicators, side_by_side().values))


def test_a_report_takes_name_score_and_grade_from_its_text() -> None:
    form = the_form(
        "项目支出绩效自评分析报告",
        "项目名称：云桌面服务费",
        "项目单位：062002-某中心",
        "一、项目基本信息",
        tabbed(
            "资金来源 | 年初预算数 |  | 全年预算数(元) | 全年执行数(元) | 资金结(转)余(元) | 执行率 | 得分",
            " | 目标申报(元) | 预算编制(元) |  |  |  |  | ",
            "合计 | 985,000 | 985,000 | 492,500 | 492,500 | 0 | 100 | 10",
        ),
        "(二) 绩效指标完成情况",
        tabbed(
            "一级指标 | 二级指标 | 指标名称 | 年度指标 |  | 实际完成值 | 权重 | 得分 | 偏差原因分析及改进措施",
            " |  |  | 年初指标 | 调整后指标 |  |  |  | ",
            "产出指标 | 数量指标 | 使用数量 | 600 | =600台 | 600 | 90 | 85 | ",
        ),
        "最终评分结果：云桌面服务费项目绩效自我评价结果为：总得分 95 分，属于“优”。",
    )
    (project,) = form.projects
    assert (project.project_name, project.score, project.grade) == ("云桌面服务费", 95, "优")
    assert project.executed_yuan == Decimal("492500.00")
    assert (form.indicators[0].target_text, form.indicators[0].adjusted_value) == ("600", 600)


def test_names_match_over_width_white_space_brackets_and_quotes_and_nothing_else() -> None:
    assert project_key("“三供一业” 维修（二期）") == project_key("三供一业维修(二期)")
    assert project_key("会议费") != project_key("会议费用")
    assert is_near(project_key("公务用车运行费"), project_key("公务用车运行费用"))


def test_a_row_wrapped_into_lines_of_its_classes_and_halves_is_one_row() -> None:
    wrapped = ("满意度指", "标", "服务对象满意", "度指标", "社会公众满意度 ≥99%")
    right = ("服务对象满意", "度指标", "社会公众满意度 ≥98%")
    texts = (*SIDE_BY_SIDE[:-2], *wrapped, *right, SIDE_BY_SIDE[-1])
    form = the_form(*(TextLine(line, page_no=1, line_no=n) for n, line in enumerate(texts, 1)))
    assert rows(form)[-2:] == [("满意度指标", "服务对象满意度指标", "社会公众满意度")] * 2
    assert [(i.period, i.target_value) for i in form.indicators[-2:]] == [
        (Period.IMPLEMENTATION, 99),
        (Period.ANNUAL, 98),
    ]
