"""Sentences of other templates whose figures are easily taken for something else: right or said, never wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model.form import Phase
from pipeline.model.grid import Document, Page, TextLine
from pipeline.normalise.narrative import names_in_sentences
from pipeline.parse.sentences.gaps import LineNames
from pipeline.parse.sentences.reading import Narrative, read_sentences

NAMES = LineNames(*names_in_sentences())
OVERVIEW = "一、收入支出决算总体情况说明"
THREE_PUBLIC = "七、“三公”经费支出决算情况说明"
PROCUREMENT = "（二）政府采购支出说明"
Told = tuple[str, str, str | None, int | None, Decimal]


def read(*lines: str) -> Narrative:
    blocks = tuple(TextLine(line, line_no=number) for number, line in enumerate(lines, 1))
    document = Document("d", "d.txt", "text/plain", (Page(1, blocks),), None)
    return read_sentences(document, (), Phase.FINAL_ACCOUNTS, 2023, NAMES)


def told(*lines: str) -> list[Told]:
    """Topic, measure, basis, year and number of each printed fact; amounts in yuan."""
    return [
        (
            fact.topic,
            fact.measure,
            fact.basis,
            fact.reference_year,
            next(v for v in (fact.amount_yuan, fact.rate_percent, fact.count_value) if v is not None),
        )
        for fact in read(*lines).facts
        if not fact.is_derived
    ]


def test_a_change_against_this_years_budget_is_none_of_last_year() -> None:
    found = read(OVERVIEW, "2023年度收入总计1000万元，较2023年预算数减少50万元。").facts
    assert [(fact.measure, fact.basis) for fact in found] == [("final", None), ("budget_change", "annual_budget")]


@pytest.mark.parametrize("year", [2019, 2021, 2023])
def test_a_change_against_another_year_is_said_and_not_loaded(year: int) -> None:
    narrative = read(OVERVIEW, f"与{year}年相比，收入总计增加100万元，增长10%。")
    assert narrative.facts == ()
    assert [issue.message for issue in narrative.issues] == [
        f"{figure} is compared with {year}, not with the year before" for figure in ("100万元", "10%")
    ]


def test_the_figure_compared_with_is_of_its_own_year() -> None:
    assert told(OVERVIEW, "2023年度支出总计120万元，比上年决算数100万元增加20万元，比年初预算110万元增加10万元。") == [
        ("total_expenditure", "final", None, 2023, Decimal(1200000)),
        ("total_expenditure", "final", None, 2022, Decimal(1000000)),
        ("total_expenditure", "prior_year_change", "prior_year", 2023, Decimal(200000)),
        ("total_expenditure", "initial_budget", None, 2023, Decimal(1100000)),
        ("total_expenditure", "budget_change", "initial_budget", 2023, Decimal(100000)),
    ]


def test_the_share_of_a_budget_printed_before_it_is_its_rate_of_completion() -> None:
    assert told(THREE_PUBLIC, "“三公”经费支出决算为12.5万元，完成年初预算15万元的83.33%。") == [
        ("three_public", "final", None, 2023, Decimal(125000)),
        ("three_public", "initial_budget", None, 2023, Decimal(150000)),
        ("three_public", "completion_rate", "initial_budget", 2023, Decimal("83.33")),
    ]


def test_what_is_said_in_brackets_holds_in_them_only() -> None:
    assert told(THREE_PUBLIC, "国内公务接待45批次、312人次（其中外事接待0批次、0人次）,共计支出3.5万元。")[-2:] == [
        ("reception_foreign", "person_times", None, 2023, Decimal(0)),
        ("reception_domestic", "final", None, 2023, Decimal(35000)),
    ]


def test_guests_from_within_the_country_are_no_foreign_ones() -> None:
    assert told(THREE_PUBLIC, "国（境）外接待费0万元。2023年共接待国内来访团组45个、来宾312人次。")[1:] == [
        ("reception_domestic", "delegations", None, 2023, Decimal(45)),
        ("reception_domestic", "person_times", None, 2023, Decimal(312)),
    ]


@pytest.mark.parametrize("words", ["人均支出112元", "平均每批次112元", "批均112元"])
def test_an_amount_of_each_is_no_expenditure_of_the_topic(words: str) -> None:
    assert told(THREE_PUBLIC, f"国内公务接待支出3.5万元，{words}。")[-1] == (
        "other_item", "final", None, 2023, Decimal(112)
    )  # fmt: skip


def test_a_sum_behind_an_item_is_an_item_too() -> None:
    narrative = read("三、政府采购预算情况", "车辆加油服务采购数量2辆车，每辆0.9万元，共计1.8万元。合计共3.6万元。")
    assert [(fact.topic, fact.line_label, fact.reported_text) for fact in narrative.facts] == [
        ("other_item", "每辆", "0.9"),
        ("other_item", "共计", "1.8"),
        ("other_item", "合计共", "3.6"),
    ]


def test_a_sum_of_several_topics_is_none_of_them() -> None:
    assert told(OVERVIEW, "上年结转50万元、本年收入900万元，合计950万元。")[-1][0] == "other_item"


def test_counts_joined_to_a_change_are_changes() -> None:
    assert told(THREE_PUBLIC, "公务接待费支出2万元，接待10批次、80人次，较上年减少3批次、20人次。")[-2:] == [
        ("reception", "prior_year_change", "prior_year", 2023, Decimal(-3)),
        ("reception", "prior_year_change", "prior_year", 2023, Decimal(-20)),
    ]


def test_respectively_hands_changes_to_the_two_figures_before() -> None:
    assert told(OVERVIEW, "收入总计1000万元，支出总计990万元，分别较上年增加50万元和60万元。")[2:] == [
        ("total_revenue", "prior_year_change", "prior_year", 2023, Decimal(500000)),
        ("total_expenditure", "prior_year_change", "prior_year", 2023, Decimal(600000)),
    ]


@pytest.mark.parametrize("rates", ["5%和6%", "5%"])
def test_respectively_behind_another_count_of_figures_is_said_and_not_loaded(rates: str) -> None:
    narrative = read(OVERVIEW, f"收入总计9万元，支出总计8万元，年末结转和结余1万元，较上年分别增长{rates}。")
    assert [fact.measure for fact in narrative.facts] == ["final"] * 3
    assert len(narrative.issues) == len(rates.split("和"))


def test_respectively_hands_out_what_stands_behind_among_it() -> None:
    found = told(OVERVIEW, "支出总计9万元，其中：基本支出8万元，项目支出1万元，分别占89%和11%。")
    assert [one[0] for one in found if one[1] == "share"] == ["basic", "project"]


@pytest.mark.parametrize("words", ["比上年增长5%-8%", "在800至900万元之间", "比上年减少3～5万元"])
def test_ends_of_a_range_are_said_and_not_loaded(words: str) -> None:
    narrative = read(OVERVIEW, f"支出总计{words}。")
    assert narrative.facts == ()
    assert narrative.issues


@pytest.mark.parametrize("item", ["租金收入", "系利息收入，共"])
def test_an_item_of_revenue_is_not_all_revenue(item: str) -> None:
    assert told(OVERVIEW, f"其他收入12万元，{item}3万元。")[-1][0] != "revenue"


def test_expenditure_without_more_words_is_not_of_the_revenue_before_it() -> None:
    assert [one[0] for one in told(OVERVIEW, "收入1000万元，支出950万元。")] == ["revenue", "other_item"]


def test_a_printed_minus_is_the_change() -> None:
    assert told(OVERVIEW, "支出总计120万元，较上年-5万元。")[-1] == (
        "total_expenditure", "prior_year_change", "prior_year", 2023, Decimal(-50000)
    )  # fmt: skip


def test_a_minus_behind_less_is_said_and_not_loaded() -> None:
    narrative = read(OVERVIEW, "支出总计120万元，较上年减少-5万元。")
    assert [fact.measure for fact in narrative.facts] == ["final"]
    assert len(narrative.issues) == 1


def test_a_total_before_a_bracket_is_no_threshold() -> None:
    assert told(OVERVIEW, "收入总计1000万元（其中：上年结转50万元）。") == [
        ("total_revenue", "final", None, 2023, Decimal(10000000)),
        ("opening_balance", "final", None, 2023, Decimal(500000)),
    ]


def test_shares_of_small_firms_in_goods_are_not_of_all_contracts() -> None:
    found = told(PROCUREMENT, "授予中小企业合同金额180万元，货物采购授予中小企业合同金额占货物支出金额的100%。")
    assert [one[:3] for one in found] == [
        ("procurement_sme", "contract", None),
        ("procurement_goods_sme", "share", "procurement_goods"),
    ]


def test_a_division_by_purpose_is_no_purpose() -> None:
    assert told(OVERVIEW, "本年支出合计480万元，按用途划分：基本支出400万元，占83.33%。")[1:] == [
        ("basic", "final", None, 2023, Decimal(4000000)),
        ("basic", "share", None, 2023, Decimal("83.33")),
    ]


def test_a_quoted_project_is_not_all_projects() -> None:
    found = told("（五）预算绩效情况说明", "“信息化建设”项目全年预算数为150万元，执行数为148.5万元。")
    assert [one[:2] for one in found] == [("project_item", "annual_budget"), ("project_item", "execution")]


def test_the_general_public_budget_of_final_accounts_is_no_plan() -> None:
    assert told(OVERVIEW, "本年收入500万元，其中：一般公共预算480万元。")[-1][:2] == ("general_public_budget", "final")


def test_two_changes_before_one_rate_are_read() -> None:
    """The rate was looked for among facts already changed: an internal error."""
    text = "收入总计125万元，其中：上年结转0万元，比上年增加25万元，比上年增加25万元，增长25%。"
    assert len(read(OVERVIEW, text).facts) >= 5


PERFORMANCE = "六、预算绩效情况说明"


def test_what_an_indicator_reached_is_the_indicator_s_and_the_money_behind_it_the_project_s() -> None:
    """沁源县人民政府办公室2022: 93 % stood unread, 36000 under all projects."""
    facts = read(PERFORMANCE, "2、“13710”系统维护服务费项目，故障排除率达到93%，下达资金36000元。").facts
    assert [(fact.topic, fact.measure, fact.line_label) for fact in facts] == [
        ("indicator_item", "achieved", "故障排除率"),
        ("project_item", "annual_budget", "“13710”系统维护服务费项目"),
    ]


def test_an_indicator_may_be_counted() -> None:
    (fact,) = read(PERFORMANCE, "1、协同办公运维项目，服务时效为一年，手机端注册服务用户超过200户。").facts
    assert (fact.topic, fact.line_label, fact.count_value) == ("indicator_item", "手机端注册服务用户", Decimal(200))


def test_an_indicator_may_be_a_term_of_years() -> None:
    (fact,) = read(PERFORMANCE, "1、协同办公运维项目，政府系统协同办公服务时限为1年，2022年系统建设持续开展。").facts
    assert (fact.topic, fact.measure, fact.count_value, fact.reported_unit) == (
        "indicator_item",
        "achieved",
        Decimal(1),
        "年",
    )


def test_a_project_s_short_line_goes_on_in_the_next() -> None:
    lines = ("1、政府系统一体化协同办公运维服务项目质保金：下达资", "金54800元，完成54750元，执行率为99.9%。")
    facts = read(PERFORMANCE, *lines).facts
    assert {fact.line_label for fact in facts} == {"政府系统一体化协同办公运维服务项目质保金"}
    assert [fact.measure for fact in facts] == ["annual_budget", "executed", "completion_rate"]


@pytest.mark.parametrize(
    ("heading", "sentence", "expected"),
    [
        (
            "二、机构设置情况",
            "设主任1名（正科级），副主任1名。",
            [("staffing_leaders", "persons", "主任"), ("staffing_leaders", "persons", "副主任")],
        ),
        (
            "二、机构设置情况",
            "领导职数1名正1名副。",
            [("staffing_leaders", "persons", "正"), ("staffing_leaders", "persons", "副")],
        ),
        (PERFORMANCE, "完成22个绩效目标评价为优秀。", [("performance_targets", "targets", "绩效目标")]),
        ("八、国有资产占用情况", "单位拥有房屋面积14938.93平米。", [("buildings", "floor_area", "房屋面积")]),
    ],
)
def test_posts_targets_and_floor_area_are_counted(
    heading: str, sentence: str, expected: list[tuple[str, str, str]]
) -> None:
    assert [(fact.topic, fact.measure, fact.line_label) for fact in read(heading, sentence).facts] == expected


def test_a_list_that_names_its_own_things_is_of_none_told_before() -> None:
    sentence = "收入总计100万元，支出总计90万元，其中：人员费用和设备购置分别为50万元和40万元。"
    found = read(OVERVIEW, sentence)
    assert [(fact.topic, fact.amount_yuan) for fact in found.facts] == [
        ("total_revenue", Decimal(1_000_000)),
        ("total_expenditure", Decimal(900_000)),
    ]
    assert len(found.issues) == 2
