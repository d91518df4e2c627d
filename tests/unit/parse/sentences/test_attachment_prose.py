"""The prose within a performance attachment: figures of its one project, funds named there are no totals.

Figures are those of seeds 001 to 003 (阳城县人民政府办公室 2024, 晋城市政务服务中心 2022,
沁源县直属机关事务服务中心 2023).
"""

from __future__ import annotations

from decimal import Decimal

from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.recognise import recognise_forms
from pipeline.model.form import Phase
from pipeline.model.grid import Document, Grid, Page, TextLine
from pipeline.model.narrative import NarrativeFact
from pipeline.normalise.narrative import names_in_sentences
from pipeline.parse.form import parse_form
from pipeline.parse.sentences.gaps import LineNames
from pipeline.parse.sentences.reading import read_sentences
from pipeline.told_of_document import account_of, prose_of, spans_of
from tests.unit.builders import grid_of, tabbed

NAMES = LineNames(*names_in_sentences())
REPORT: tuple[Grid | str, ...] = (
    "项目支出绩效自评分析报告",
    "项目名称：窗口运行经费",
    tabbed(
        "资金来源 | 全年预算数(元) | 全年执行数(元) | 执行率 | 得分",
        "合计 | 600,000 | 134,392 | 22.4 | 10",
    ),
    tabbed(
        "一级指标 | 二级指标 | 指标名称 | 年度指标值 | 实际完成值 | 权重 | 得分",
        "产出指标 | 数量指标 | 次数 | 2次 | 2次 | 2 | 2",
    ),
)


def document_of(*blocks: Grid | str) -> Document:
    placed = tuple(TextLine(b, line_no=n) if isinstance(b, str) else b for n, b in enumerate(blocks, 1))
    return Document("d", "d.txt", "text/plain", (Page(1, placed),), None)


def read(*blocks: Grid | str) -> tuple[Document, tuple[NarrativeFact, ...]]:
    """A document of one attachment, and the facts of its prose."""
    document = document_of(*blocks)
    regions = recognise_forms(document, catalogue()).regions
    parsed = [parse_form(region, "d", Phase.FINAL_ACCOUNTS) for region in regions]
    found = read_sentences(document, regions, Phase.FINAL_ACCOUNTS, 2022, NAMES, prose_of(parsed))
    return document, found.facts


def said(*blocks: Grid | str) -> list[tuple[str, str, str, Decimal | None]]:
    """Topic, label, measure and number of each fact."""
    return [
        (f.topic, f.line_label, f.measure, f.amount_yuan or f.rate_percent or f.count_value) for f in read(*blocks)[1]
    ]


def test_plan_execution_and_rate_are_of_the_project() -> None:
    assert said(*REPORT, "2022 年全年预算资金 60 万元，全年执行资金 13.44 万元，预算执行率 22.4%。") == [
        ("project_item", "窗口运行经费", "annual_budget", Decimal("600000.00")),
        ("project_item", "窗口运行经费", "executed", Decimal("134400.00")),
        ("project_item", "窗口运行经费", "completion_rate", Decimal("22.4")),
    ]


def test_points_of_parts_are_not_the_project_s_score() -> None:
    text = "综合考虑预算执行情况得分 10 分、产出等，指标完成情况得分 74 分，窗口运行经费结果为：总得分 84 分。"
    assert said(*REPORT, text) == [
        ("other_item", "综合考虑预算执行情况得分", "score", Decimal(10)),
        ("other_item", "指标完成情况得分", "score", Decimal(74)),
        ("project_item", "窗口运行经费", "score", Decimal(84)),
    ]


def test_a_fund_or_a_payment_named_in_an_attachment_is_an_item_and_no_total() -> None:
    assert said(*REPORT, "其中一般公共预算财政拨款8万元，电费125万元，支付49.5万元。") == [
        ("other_item", "其中一般公共预算财政拨款", "mentioned", Decimal("80000.00")),
        ("other_item", "电费", "mentioned", Decimal("1250000.00")),
        ("other_item", "支付", "mentioned", Decimal("495000.00")),
    ]


def test_a_cell_of_prose_is_read_even_where_it_is_cut_off_and_its_numbers_are_explained() -> None:
    table = grid_of(
        "项目支出绩效自评表 | < | <",
        "项目名称 | 数据共享 | <",
        "一级指标 | 三级指标 | 指标值",
        "产出指标 | 次数 | 3次",
        "项目绩效分析 | 执行情况 | 项目实际支出500000元,预算执行率100%,所有预算支出均按照要求进行,所有资金",
    )
    document, facts = read(table)
    assert [(fact.measure, fact.line_label) for fact in facts] == [
        ("executed", "数据共享"),
        ("completion_rate", "数据共享"),
    ]
    regions = recognise_forms(document, catalogue()).regions
    parsed = [parse_form(region, "d", Phase.FINAL_ACCOUNTS) for region in regions]
    account = account_of(document, regions, parsed, spans_of(facts, document))
    assert account.unexplained == ()


def test_rows_that_were_read_as_a_table_are_no_prose() -> None:
    header = "一级指标 | 二级指标 | 指标名称 | 年度指标值 | 实际完成值 | 权重 | 得分"
    name = "预算安排的会议场次，全年预算资金60万元，全部按照计划召开完毕，没有结余"
    row = f"产出指标 | 数量指标 | {name} | 2次 | 2次 | 2 | 2"
    assert said(*REPORT[:3], tabbed(header, row)) == []
