"""Performance attachments of other publishers' layouts, built by hand: what is read from each."""

from __future__ import annotations

from decimal import Decimal

from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.recognise import recognise_forms
from pipeline.model.grid import Document, Grid, Page, TextLine
from pipeline.model.performance import IndicatorRecord
from pipeline.parse.form import ParsedForm, parse_form
from tests.unit.builders import grid_of, tabbed


def forms_of(*blocks: Grid | TextLine | str) -> list[ParsedForm]:
    """The attachments of a page with these blocks."""
    placed = [
        TextLine(block, page_no=1, line_no=n) if isinstance(block, str) else block for n, block in enumerate(blocks, 1)
    ]
    document = Document("d", "d.pdf", "application/pdf", (Page(1, tuple(placed)),), 1)
    return [parse_form(region, "d", region.phase) for region in recognise_forms(document, catalogue()).regions]


def the_form(*blocks: Grid | TextLine | str) -> ParsedForm:
    """The one attachment of a page."""
    (form,) = forms_of(*blocks)
    return form


def rows(form: ParsedForm) -> list[tuple[str | None, str | None, str]]:
    """Classes and name of every indicator."""
    return [(i.level1_name, i.level2_name, i.level3_name) for i in form.indicators]


def judged(indicator: IndicatorRecord) -> tuple[str | None, str | None, Decimal | None, Decimal | None]:
    """Target, result and points of an indicator."""
    return indicator.target_text, indicator.actual_text, indicator.weight, indicator.score


EVALUATION = grid_of(
    "项目支出绩效自评表 | < | < | < | < | < | < | <",
    "项目名称 | < | 会议系统维护 | < | < | 负责人及电话 | [姓名] | [电话]",
    "主管部门 | < | 某某市财政局 | < | < | 实施单位 | 某某市财政局信息中心 | <",
    "项目资金（万元） | < |  | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率",
    "^ | < | 年度资金总额 | 20.00 | 18.50 | 9.25 | 10 | 50.00%",
    "^ | < | 其中：当年财政拨款 | 20.00 | 18.50 | 9.25 | — | 50.00%",
    "^ | < | 其他资金 |  |  |  | — | ",
    "年度总体目标 | 预期目标 | < | < | 实际完成情况 | < | < | <",
    "^ | 保障会议3场 | < | < | 完成 | < | < | <",
    "绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
    "^ | 产出指标 | 数量指标 | 维护次数 | ≥12次 | 12次 | 50 | 50",
    "^ | ^ | 质量指标 | 故障率 | ≤5% | 3% | 20 | 18",
    "^ | 满意度指标 | 服务对象满意度指标 | 使用者满意度 | ≥95% | 96% | 20 | 20",
    "总分 | < | < | < | < | < | 100 | 93",
)


def test_a_ruled_evaluation_gives_amounts_in_the_unit_of_its_own_header_cell() -> None:
    form = the_form(EVALUATION)
    (project,) = form.projects
    assert (project.project_name, project.implementing_unit) == ("会议系统维护", "某某市财政局信息中心")
    assert (project.initial_budget_yuan, project.annual_budget_yuan) == (Decimal("200000.00"), Decimal("185000.00"))
    assert (project.executed_yuan, project.execution_rate, project.score) == (Decimal("92500.00"), 50, 93)


def test_a_ruled_evaluation_gives_every_indicator_its_classes_and_points() -> None:
    form = the_form(EVALUATION)
    assert rows(form) == [
        ("产出指标", "数量指标", "维护次数"),
        ("产出指标", "质量指标", "故障率"),
        ("满意度指标", "服务对象满意度指标", "使用者满意度"),
    ]
    assert judged(form.indicators[1]) == ("≤5%", "3%", 20, 18)
    assert (form.indicators[0].target_operator, form.indicators[0].target_value) == (">=", 12)


def test_names_and_telephones_are_never_read() -> None:
    form = the_form(EVALUATION)
    kept = repr((form.projects, form.values, form.indicators, form.read_texts, form.issues))
    assert "[姓名]" not in kept
    assert "[电话]" not in kept


def test_two_tables_below_one_title_are_two_projects() -> None:
    second = grid_of(
        "项目名称 | 甲 | <", "年度资金总额 | 10 | 元", "一级指标 | 二级指标 | 三级指标", "产出指标 | 数量指标 | 次数"
    )
    assert len(forms_of(EVALUATION, second)) == 2


def test_a_target_form_with_operator_and_unit_in_columns_of_their_own() -> None:
    form = the_form(
        "部门项目支出绩效目标表",
        "单位：元",
        grid_of(
            "项目名称 | 项目年度绩效目标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位",
            "甲项目 | 目标甲 | 产出指标 |  |  |  |  | ",
            "^ | ^ |  | 数量指标 |  |  |  | ",
            "^ | ^ |  |  | 培训人次 | >= | 120 | 人次",
            "乙项目 | 目标乙 | 效益指标 | 社会效益 | 知晓率 | >= | 90 | %",
        ),
    )
    assert [project.project_name for project in form.projects] == ["甲项目", "乙项目"]
    first, second = form.indicators
    assert (first.level2_name, first.target_operator, first.target_value, first.target_unit) == (
        "数量指标",
        ">=",
        120,
        "人次",
    )
    assert (second.project_id, second.target_value) == (form.projects[1].project_id, 90)


def test_a_target_form_prints_its_sums_as_label_and_value() -> None:
    form = the_form(
        "财政项目支出绩效目标申报表",
        grid_of(
            "项目名称 | 乡道养护 | 主管部门 | 交通局",
            "资金情况（万元） | 年度资金总额： | 80.5 | ",
            "^ | 其中：财政拨款 | 80.5 | ",
            "^ | 其他资金 | 0 | ",
            "一级指标 | 二级指标 | 三级指标 | 指标值",
            "产出指标 | 数量指标 | 养护里程 | ≥30公里",
        ),
    )
    (project,) = form.projects
    assert (project.project_name, project.annual_budget_yuan) == ("乡道养护", Decimal("805000.00"))
    assert [(v.qualifier, v.measure, v.amount_yuan) for v in form.values][1:] == [
        ("其中：财政拨款", "annual_budget", Decimal("805000.00")),
        ("其他资金", "annual_budget", Decimal("0.00")),
    ]


def test_an_amount_without_any_unit_stays_empty_and_is_remarked_on() -> None:
    form = the_form(
        "项目支出绩效目标表",
        grid_of("项目名称 | 甲", "年度资金总额 | 80.5", "一级指标 | 二级指标 | 三级指标", "产出指标 | 数量指标 | 次数"),
    )
    assert form.projects[0].annual_budget_yuan is None
    assert form.projects[0].annual_budget_text == "80.5"
    assert "ambiguous_unit" in {issue.category for issue in form.issues}


def test_duties_of_a_budget_book_hold_their_activities_and_standards() -> None:
    form = the_form(
        "部门职责-工作活动绩效目标",
        grid_of(
            "319审计 | < | < | < | < | 单位：万元 | < | < | <",
            "职责活动 | 年度预算数 | 内容描述 | 绩效目标 | 绩效指标 | 评价标准 | < | < | <",
            "^ | ^ | ^ | ^ | ^ | 优 | 良 | 中 | 差",
            "审计业务 | 40.00 | 主管 | 目标 |  |  |  |  | ",
            "财政审计 | 40.00 | 描述 | 目标 | 审计计划完成率 | ≥90% | ≥80% | ≥70% | <70%",
        ),
    )
    (duty,) = form.projects
    assert (duty.project_name, duty.annual_budget_yuan) == ("审计业务", Decimal("400000.00"))
    (indicator,) = form.indicators
    assert (indicator.level1_name, indicator.level2_name) == ("审计业务", "财政审计")
    assert indicator.standards_text == "优:≥90%; 良:≥80%; 中:≥70%; 差:<70%"


def test_a_label_and_its_amount_in_one_cell_are_read_zero_included() -> None:
    form = the_form(
        "项目支出绩效目标表",
        grid_of(
            "项目名称 | 道路维护 | < | <",
            "项目资金（万元） | 年度资金总额：1,500.5 | 其中：一般公共预算：1500.5 | 其他资金：0",
            "一级指标 | 二级指标 | 三级指标 | 指标值",
            "产出指标 | 数量指标 | 里程 | ≥3公里",
        ),
    )
    assert [(v.measure, v.qualifier, v.amount_yuan, v.reported_text, v.col_no) for v in form.values] == [
        ("annual_budget", None, Decimal("15005000.00"), "1,500.5", 2),
        ("annual_budget", "其中：一般公共预算", Decimal("15005000.00"), "1500.5", 3),
        ("annual_budget", "其他资金", Decimal("0.00"), "0", 4),
    ]


def test_columns_without_a_meaning_of_their_own_are_kept_after_their_headers() -> None:
    form = the_form(
        "项目支出绩效自评表",
        grid_of(
            "项目名称 | 会议 | < | < | < | < | <",
            "一级指标 | 三级指标 | 年度指标值 | 半年指标值 | 分值 | 得分 | 偏差度",
            "产出指标 | 会议次数 | ≥4次 | ≥2次 | 10 | 10 | 0.00%",
        ),
    )
    (indicator,) = form.indicators
    assert (indicator.target_value, indicator.notes_text) == (4, "半年指标值:≥2次; 偏差度:0.00%")


def test_duties_below_their_title_are_read_though_the_header_was_lost() -> None:
    # 定州市疾病预防控制中心 2017
    form = the_form(
        "部门职责-工作活动绩效目标",
        grid_of(
            "疾控中心 | 40.00 | 提供防疫保障 | 目标 |  |  |  |  | ",
            "艾滋病 |  | 咨询 | 预防控制 | 检出率 | 60% | 60% | 50% | 50%以下",
        ),
    )
    assert (form.projects[0].project_name, form.projects[0].annual_budget_text) == ("疾控中心", "40.00")
    assert form.indicators[0].standards_text == "优:60%; 良:60%; 中:50%; 差:50%以下"


def test_a_table_of_other_width_below_the_title_of_duties_is_none() -> None:
    assert forms_of("部门职责-工作活动绩效目标", grid_of("艾滋病 | 60% | 50%")) == []


def test_standards_one_column_to_the_right_are_text_and_remarked_on() -> None:
    form = the_form(
        "部门职责-工作活动绩效目标",
        grid_of(
            "职责活动 | 年度预算数 | 绩效指标 | 评价标准 | < | < | <",
            "^ | ^ | ^ | 优 | 良 | 中 | 差",
            "审判 | 352 |  |  |  |  | ",
            "案件审判 | 352 | 产出指标 | 判决数占总数的比例 | ≥85% | ≥80% | ≥75%",
        ),
    )
    assert form.indicators[0].target_value is None
    assert "standards_shifted" in {issue.category for issue in form.issues}


def test_a_list_of_projects_gives_one_project_a_row() -> None:
    form = the_form(
        "项目单位自评汇总表",
        tabbed(
            "单位编码 | 单位名称 | 项目名称 | 全年预算数 | 全年执行数 | 预算执行率 | 自评得分",
            "103 | 市政府办 | 培训费 | 7 | 0.85 | 12.14% | 91.21",
        ),
        "单位：万元",
    )
    (project,) = form.projects
    assert (project.annual_budget_yuan, project.executed_yuan) == (Decimal("70000.00"), Decimal("8500.00"))
    assert (project.execution_rate, project.score) == (Decimal("12.14"), Decimal("91.21"))


def test_a_row_of_a_list_that_lost_a_cell_is_not_read() -> None:
    form = the_form(
        "项目单位自评汇总表",
        "单位：万元",
        tabbed(
            "项目名称 | 全年预算数 | 全年执行数 | 预算执行率 | 自评得分",
            "培训费 | 7 | 12.14% | 91.21",
            "会议费 | 7 | 3.94 | 56.29% | 95.63",
        ),
    )
    assert [project.project_name for project in form.projects] == ["会议费"]
    assert "row_not_read" in {issue.category for issue in form.issues}


def test_a_department_form_tells_funds_and_natures_of_its_budget_apart() -> None:
    form = the_form(
        "部门（单位）整体绩效目标表",
        grid_of(
            "部门（单位）名称 | 某局 | <",
            "预算情况 | 部门预算总额（万元） | 45.67",
            "^ | 1.资金来源：（1）政府预算资金 | 45.67",
            "^ | 2.资金结构：（1）基本支出 | 10.00",
            "^ | （2）项目支出 | 35.67",
            "一级指标 | 二级指标 | 三级指标",
            "产出指标 | 履职目标 | 完成率",
        ),
    )
    found = [(value.qualifier, value.measure, value.amount_yuan) for value in form.values]
    assert found == [
        (None, "annual_budget", Decimal("456700.00")),
        ("1.资金来源：（1）政府预算资金", "annual_budget", Decimal("456700.00")),
        (None, "basic", Decimal("100000.00")),
        (None, "project", Decimal("356700.00")),
    ]


def test_of_half_year_and_year_the_year_is_the_target() -> None:
    form = the_form(
        "部门整体绩效目标表",
        grid_of(
            "部门名称 | 某厅 | < | < | <",
            "一级指标 | 二级指标 | 三级指标 | 半年（程）指标值 | 全年（程）指标值",
            "产出 | 重点工作 | 会议次数 | =2次 | =5次",
        ),
    )
    assert [i.target_value for i in form.indicators] == [5]


def test_the_words_target_and_indicator_mean_the_same() -> None:
    form = the_form(
        "财政项目支出绩效目标申报表",
        grid_of(
            "项目名称： | 后勤保障 | 项目类别： | 其他一次性项目",
            "项目总预算（元）： | 500,000 | 当年预算（元）： | 300,000",
            "一级目标 | 二级目标 | 三级目标 | 指标目标值",
            "产出目标 | 数量 | 会议完成率 | =100.00%",
        ),
    )
    assert rows(form) == [("产出指标", "数量指标", "会议完成率")]
    assert form.projects[0].annual_budget_yuan == Decimal("300000.00")


def test_indicators_go_on_over_a_page_without_a_header() -> None:
    form = the_form(
        "项目支出绩效自评表",
        grid_of(
            "项目名称 | 甲项目 | < | < | <",
            "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 得分",
            "产出指标 | 数量指标 | 次数 | ≥5次 | 40",
        ),
        grid_of("^ | 质量指标 | 合格率 | ≥95% | 40", "总分 | < | < | < | 80"),
    )
    assert rows(form)[1] == ("产出指标", "质量指标", "合格率")
    assert form.projects[0].score == 80


def test_the_one_activity_of_a_duty_repeats_its_amount_and_is_no_second_duty() -> None:
    form = the_form(
        "部门职责-工作活动绩效目标",
        "单位：万元",
        grid_of(
            "职责活动 | 年度预算数 | 绩效指标 | 评价标准 | < | < | <",
            "^ | ^ | ^ | 优 | 良 | 中 | 差",
            "档案管理 | 6.00 |  |  |  |  | ",
            "档案存储 | 6.00 |  |  |  |  | ",
        ),
    )
    assert [project.project_name for project in form.projects] == ["档案管理"]
    assert [value.qualifier for value in form.values] == [None, "档案存储"]


def test_every_text_that_was_read_is_named_for_the_account_of_numbers() -> None:
    texts = {read.text for read in the_form(EVALUATION).read_texts}
    assert {"会议系统维护", "18.50", "≥12次", "12次", "93"} <= texts
    assert "保障会议3场" not in texts


def test_a_telephone_below_a_column_of_amounts_is_no_amount() -> None:
    form = the_form(
        "项目支出绩效自评表",
        grid_of(
            "项目名称 | 甲项目 | < | <",
            "资金（万元） | 年初预算数 | 全年预算数 | 全年执行数",
            "资金总额 | 10 | 10 | 9",
            "市财政局 | 负责人 | 某某 | 13500000000",
            "一级指标 | 二级指标 | 三级指标 | 年度指标值",
            "产出指标 | 数量指标 | 次数 | ≥5次",
        ),
    )
    assert [value.reported_text for value in form.values] == ["10", "10", "9"]
    assert "13500000000" not in repr(form)[repr(form).index("FormRecord") :]
