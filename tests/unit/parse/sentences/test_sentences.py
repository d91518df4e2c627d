"""Sentences to facts: what each figure is about, in the words publishers use."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.form import Phase
from pipeline.model.grid import Document, Page, TextLine
from pipeline.model.narrative import NarrativeFact
from pipeline.normalise.narrative import names_in_sentences
from pipeline.parse.sentences.gaps import LineNames
from pipeline.parse.sentences.reading import Narrative, read_sentences

NAMES = LineNames(*names_in_sentences())


def narrative(*lines: str, phase: Phase = Phase.FINAL_ACCOUNTS, year: int | None = 2023) -> Narrative:
    """The facts of a text of these lines."""
    blocks = tuple(TextLine(line, line_no=number) for number, line in enumerate(lines, 1))
    document = Document("d", "d.txt", "text/plain", (Page(1, blocks),), None)
    return read_sentences(document, (), phase, year, NAMES)


def facts(*lines: str, phase: Phase = Phase.FINAL_ACCOUNTS) -> list[NarrativeFact]:
    return [fact for fact in narrative(*lines, phase=phase).facts if not fact.is_derived]


def said(*lines: str, phase: Phase = Phase.FINAL_ACCOUNTS) -> list[tuple[str, str, Decimal]]:
    """Topic, measure and number of each fact, in order."""
    return [
        (
            fact.topic,
            fact.measure,
            next(v for v in (fact.amount_yuan, fact.rate_percent, fact.count_value) if v is not None),
        )
        for fact in facts(*lines, phase=phase)
    ]


def test_totals_their_change_and_its_rate() -> None:
    assert said(
        "一、收入支出决算总体情况说明",
        "2023年度收入总计1,200.50万元、支出总计1,200.50万元。与2022年相比，收入总计减少20.5万元，下降1.68%，",
        "支出总计增加3万元，增长0.25%。",
    ) == [
        ("total_revenue", "final", Decimal("12005000.00")),
        ("total_expenditure", "final", Decimal("12005000.00")),
        ("total_revenue", "prior_year_change", Decimal("-205000.00")),
        ("total_revenue", "prior_year_change_rate", Decimal("-1.68")),
        ("total_expenditure", "prior_year_change", Decimal("30000.00")),
        ("total_expenditure", "prior_year_change_rate", Decimal("0.25")),
    ]


def test_one_figure_of_two_totals_is_two_facts() -> None:
    assert said("一、收入支出决算总体情况", "2023年度收、支总计均为2939.71万元。") == [
        ("total_revenue", "final", Decimal("29397100.00")),
        ("total_expenditure", "final", Decimal("29397100.00")),
    ]


def test_respectively_hands_the_figures_out_in_order() -> None:
    assert said("一、收入支出决算总体情况", "收入总计、支出总计分别为100万元和90万元。") == [
        ("total_revenue", "final", Decimal("1000000.00")),
        ("total_expenditure", "final", Decimal("900000.00")),
    ]


def test_shares_told_respectively_are_of_the_amounts_before_them() -> None:
    assert said("三、支出决算情况说明", "基本支出30万元、项目支出70万元，分别占30%、70%。")[2:] == [
        ("basic", "share", Decimal(30)),
        ("project", "share", Decimal(70)),
    ]


def test_the_total_of_the_whole_year_is_the_total_and_not_the_revenue_of_the_year() -> None:
    assert said("一、收入支出决算总体情况", "全年收入总计100万元。") == [
        ("total_revenue", "final", Decimal("1000000.00"))
    ]


def test_the_reason_of_a_difference_without_a_rate_stays_with_the_final_account() -> None:
    text = "农林水支出（类）年初预算数为0万元，决算数12万元，决算数与年初预算数存在差异的主要原因是年中下达经费。"
    assert [fact.reason for fact in facts("五、一般公共预算财政拨款支出决算具体情况", text)] == [None, "年中下达经费"]


def test_words_of_purpose_are_no_part_of_a_class() -> None:
    (fact,) = facts("五、一般公共预算财政拨款支出决算结构情况", "用于一般公共服务支出（类）10万元。")
    assert fact.line_names == ("一般公共服务支出", None, None)


def test_a_class_section_and_item_with_opening_budget_final_and_rate() -> None:
    found = facts(
        "（三）一般公共预算财政拨款支出决算具体情况",
        "1．一般公共服务支出（类）财政事务（款）行政运行（项）。年初预算为100万元，支出决算",
        "为120万元，完成年初预算的120%。决算数大于年初预算数的主要原因是人员增加。",
    )
    assert {fact.line_names for fact in found} == {("一般公共服务支出", "财政事务", "行政运行")}
    assert [(fact.measure, fact.basis) for fact in found] == [
        ("initial_budget", None),
        ("final", None),
        ("completion_rate", "initial_budget"),
    ]
    assert found[-1].reason == "人员增加"


def test_codes_printed_with_the_names_are_kept() -> None:
    (fact,) = facts(
        "2026年单位预算编制说明",
        "1、公共安全支出（204类）司法（06款）行政运行（01项）1434.89万元。",
        phase=Phase.BUDGET,
    )
    assert (fact.topic, fact.measure, fact.line_code) == ("function", "budget", "2040601")


def test_last_years_execution_is_of_last_year() -> None:
    found = facts(
        "2023年部门预算编制说明",
        "1. “教育支出（类）其他教育支出（款）其他教育支出（项）”25万元，主要用于其他教育支出。",
        "2022年当年预算执行数为20万元，2023年预算安排25万元，比2022年预算执行数增加25%。",
        phase=Phase.BUDGET,
    )
    assert [(fact.measure, fact.reference_year, fact.basis) for fact in found] == [
        ("budget", 2023, None),
        ("execution", 2022, None),
        ("budget", 2023, None),
        ("prior_year_change_rate", 2023, "prior_year_execution"),
    ]


def test_the_three_public_expenses_with_their_counts() -> None:
    assert said(
        "九、“三公”经费支出决算情况说明",
        "1、因公出国（境）费支出77.71万元，出国（境）团组共3个，10人次。",
        "2、公务用车运行维护费支出1.48万元，使用财政拨款负担的公务用车保有量共5辆。",
        "3、公务接待费支出0.21万元，共接待2批次，14人次。",
    ) == [
        ("abroad", "final", Decimal("777100.00")),
        ("abroad", "delegations", Decimal(3)),
        ("abroad", "person_times", Decimal(10)),
        ("vehicle_operation", "final", Decimal("14800.00")),
        ("vehicle_operation", "vehicles_held", Decimal(5)),
        ("reception", "final", Decimal("2100.00")),
        ("reception", "visits", Decimal(2)),
        ("reception", "person_times", Decimal(14)),
    ]


def test_contracts_to_small_firms_and_the_whole_their_share_is_of() -> None:
    found = facts(
        "（二）政府采购情况说明",
        "政府采购支出总额10.20万元，其中：政府采购货物支出10.20万元。授予中小企业合同金额1.76万元，占政府采购支出总额的17.25%。",
    )
    assert [(fact.topic, fact.measure, fact.basis) for fact in found] == [
        ("procurement_total", "final", None),
        ("procurement_goods", "final", None),
        ("procurement_sme", "contract", None),
        ("procurement_sme", "share", "procurement_total"),
    ]


def test_vehicles_and_equipment_count_without_their_threshold() -> None:
    assert said(
        "（三）国有资产占用情况",
        "本部门共有车辆5辆。其中：机要通信用车4辆，其他用车1辆；单价100万元（含）以上设备0台（套）。",
    ) == [
        ("vehicles_total", "vehicles", Decimal(5)),
        ("vehicles_confidential_communication", "vehicles", Decimal(4)),
        ("vehicles_other", "vehicles", Decimal(1)),
        ("equipment_over_1m", "items", Decimal(0)),
    ]


def test_economic_classes_of_a_list_carry_their_codes() -> None:
    found = facts(
        "六、一般公共预算财政拨款基本支出决算情况",
        "公用经费主要包括：办公费 22.3万元、印刷费626074元、社会保障缴费5元。",
    )
    assert [(fact.topic, fact.line_code, fact.line_label) for fact in found] == [
        ("economic", "30201", "办公费"),
        ("economic", "30202", "印刷费"),
        ("other_item", None, "社会保障缴费"),
    ]
    assert [fact.amount_yuan for fact in found] == [Decimal(223000), Decimal(626074), Decimal(5)]


def test_the_figure_behind_a_list_of_names_is_of_none_of_them() -> None:
    found = facts("六、一般公共预算基本支出情况", "公用经费81.09万元，主要包括办公费、接待费、差旅费81.09万元。")
    assert [fact.topic for fact in found] == ["public", "other_item"]


def test_what_follows_an_unknown_item_is_not_of_the_topic_before_it() -> None:
    """社会保障和就业 was unknown once: its 决算 went to the class before it, silently."""
    found = facts(
        "（三）一般公共预算财政拨款支出决算具体情况",
        "一般公共服务支出年初预算100万元，支出决算90万元。某某特别事项年初预算5万元，支出决算4万元，完成年初预算的80%。",
    )
    assert [(fact.topic, fact.measure) for fact in found] == [
        ("function", "initial_budget"),
        ("function", "final"),
        ("other_item", "initial_budget"),
        ("other_item", "final"),
        ("other_item", "completion_rate"),
    ]


def test_figures_of_a_reason_and_of_a_purpose_are_of_no_topic() -> None:
    assert said(
        "（一）机关运行经费支出情况",
        "机关运行经费支出81.09万元，比2022年增加2.85万元，主要原因是新增智慧城市项目3万元。",
    ) == [
        ("operating_cost", "final", Decimal("810900.00")),
        ("operating_cost", "prior_year_change", Decimal("28500.00")),
        ("operating_cost", "in_reason", Decimal("30000.00")),
    ]


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("财政拨款收入1100.49.25万元。", "is no number"),
        ("财政拨款收入比上年增加1193.20万元，增长13.95。", "without %"),
        ("财政拨款收入49.48；其他收入2万元。", "has no unit"),
    ],
)
def test_a_figure_that_cannot_be_is_said(sentence: str, problem: str) -> None:
    assert [problem in issue.message for issue in narrative("二、收入决算情况说明", sentence).issues] == [True]


def test_a_rate_without_its_sign_is_read_and_doubted() -> None:
    *_, rate = facts("二、收入决算情况说明", "财政拨款收入比上年增加1193.20万元，增长13.95。")
    assert (rate.measure, rate.rate_percent, rate.doubt) == (
        "prior_year_change_rate",
        Decimal("13.95"),
        "is printed without %",
    )


def test_last_years_figure_is_derived_and_says_from_what() -> None:
    found = narrative(
        "（一）机关运行经费支出情况", "机关运行经费支出81.09万元，比2022年增加2.85万元，增长3.64%。"
    ).facts
    (derived,) = [fact for fact in found if fact.is_derived]
    assert (derived.amount_yuan, derived.reference_year, derived.measure) == (Decimal("782400.00"), 2022, "final")
    assert set(derived.derived_from) == {found[0].fact_id, found[1].fact_id}


def test_a_change_goes_to_the_total_whose_rate_agrees() -> None:
    found = facts(
        "一、部门预算收支数据变动情况",
        "2023年度预算收入总计2,679.27万元，其中：本年收入2,679.27万元，上年结转0.00万元，比上年增加647.14万元，增加31.85%。",
        phase=Phase.BUDGET,
    )
    changes = {fact.topic for fact in found if fact.measure.startswith("prior_year")}
    assert changes <= {"total_revenue", "revenue"}
    assert changes


def test_the_explanation_of_terms_says_no_figure() -> None:
    assert said("第四部分 名词解释", "一、财政拨款收入：指从财政部门取得的资金5万元。") == []


def test_established_posts_and_offices_are_counted() -> None:
    assert said("二、机构设置情况", "本单位核定编制63人，其中行政编制22人。下设4个科室，下属2个事业单位。") == [
        ("staffing_established", "persons", Decimal(63)),
        ("staffing_established", "persons", Decimal(22)),
        ("staffing_offices", "units", Decimal(4)),
        ("staffing_units", "units", Decimal(2)),
    ]


def test_projects_by_their_grade_and_one_project_by_its_name() -> None:
    found = facts(
        "（四）预算绩效情况说明",
        "涉及二级项目12个，共涉及资金3657500元。10个项目自评等级为“优”，2个项目自评等级为“良”。",
        "3、网站服务费：下达资金50000元，完成43200元，执行率86.4%。",
    )
    assert [(fact.topic, fact.measure) for fact in found] == [
        ("performance_projects", "projects"),
        ("performance_projects", "funds_covered"),
        ("performance_projects", "projects"),
        ("performance_projects", "projects"),
        ("project_item", "annual_budget"),
        ("project_item", "executed"),
        ("project_item", "completion_rate"),
    ]
    assert [fact.line_label for fact in found[2:5]] == ["优", "良", "网站服务费"]


_WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(
    cents=st.integers(min_value=0, max_value=10**11),
    is_grouped=st.booleans(),
    is_wide=st.booleans(),
    cut=st.integers(min_value=0, max_value=16),
    unit=st.sampled_from(["元", "万元"]),
)
def test_any_amount_is_read_exactly_however_it_is_printed(
    cents: int, is_grouped: bool, is_wide: bool, cut: int, unit: str
) -> None:
    """Grouped or not, in wide signs, broken over two lines at any place."""
    amount = Decimal(cents) / 100
    printed = f"{amount:,.2f}" if is_grouped else f"{amount:.2f}"
    printed = printed.translate(_WIDE) if is_wide else printed
    cut = min(cut, len(printed))
    found = facts("二、收入决算情况说明", f"本年事业收入{printed[:cut]}", f"{printed[cut:]} {unit}。")
    (fact,) = found
    assert fact.amount_yuan == amount * (10_000 if unit == "万元" else 1)
    assert fact.topic == "institutional_revenue"


def test_a_statement_about_one_project_is_of_that_project_until_another_part_begins() -> None:
    # 上海市普陀区商务委员会 2025
    found = facts(
        "详见单位的项目绩效目标表",
        "商业创新专项（政策资金）经费情况说明",
        "一、项目概述",
        "鼓励企业引进首店项目。",
        "六、年度预算安排",
        "2025年度项目总预算1410.00万，其中支持商销稳增长340.00万，合计1410.00万，一般公共预算70.00万元。",
        "第三部分 收入预算情况说明",
        "2025年收入预算5万元。",
        phase=Phase.BUDGET,
    )
    assert [(fact.topic, fact.line_label, fact.measure, fact.amount_yuan) for fact in found] == [
        ("project_item", "商业创新专项(政策资金)", "budget", Decimal("14100000.00")),
        ("other_item", "其中支持商销稳增长", "mentioned", Decimal("3400000.00")),
        ("project_item", "商业创新专项(政策资金)", "mentioned", Decimal("14100000.00")),
        ("other_item", "一般公共预算", "mentioned", Decimal("700000.00")),
        ("revenue", "收入预算", "budget", Decimal("50000.00")),
    ]


@pytest.mark.parametrize(
    ("sentence", "label"),
    [("纳入决算的单位共4个。", "单位"), ("内设6个科室。", "科室"), ("行政单位共有1个，事业单位共有2个。", "行政单位")],
)
def test_a_count_of_units_is_labelled_by_the_words_that_name_them(sentence: str, label: str) -> None:
    assert facts("一、机构设置情况", sentence)[0].line_label == label


def test_funds_behind_counted_projects_are_theirs_and_not_of_the_fund_named_before() -> None:
    # seed 000, 沁源县人民政府办公室 2022
    found = said(
        "（五）预算绩效情况说明",
        "涉及资金5万元，其中社会保险基金预算支出0元。",
        "组织对运维服务项目等12个二级项目开展了部门评价，涉及资金5万元，其中一般公共预算支出5万元。",
    )
    assert found[2:4] == [
        ("performance_projects", "projects", Decimal(12)),
        ("performance_projects", "funds_covered", Decimal("50000.00")),
    ]
