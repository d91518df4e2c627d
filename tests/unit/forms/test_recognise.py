"""Where a form stands in a document: its title, its table, its unit; and what is no form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.forms.catalogue_file import catalogue
from pipeline.forms.recognise import Recognition, recognise_forms
from pipeline.model.form import Body, FormRegion
from pipeline.model.grid import Block, Document, Grid, Page, TextLine
from tests.unit.builders import grid_of, tabbed

EXPENDITURE = tabbed(
    "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出",
    "合计 | | 10.50 | 8.25 | 2.25",
    "201 | 服务 | 10.50 | 8.25 | 2.25",
)
ROWS = ("科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出", "201 | 服务 | 10.50 | 8.25 | 2.25")
REVENUE = tabbed(
    "科目编码 | 科目名称 | 本年收入合计 | 财政拨款收入", "合计 | | 105000 | 105000", "201 | 服务 | 105000 | 105000"
)
TITLE = "支出决算表"


def document_of(*pages: list[str | Grid]) -> Document:
    """A document whose pages hold these lines and grids."""
    made = []
    for page_no, blocks in enumerate(pages, 1):
        placed: list[Block] = [TextLine(b, page_no, 1) if isinstance(b, str) else b for b in blocks]
        made.append(Page(page_no, tuple(placed)))
    return Document("d", "f.txt", "text/plain", tuple(made), len(made))


def recognise(*pages: list[str | Grid]) -> Recognition:
    return recognise_forms(document_of(*pages), catalogue())


def regions(*pages: list[str | Grid]) -> tuple[FormRegion, ...]:
    return recognise(*pages).regions


def test_a_title_with_its_table_is_a_form() -> None:
    (region,) = regions([TITLE, "公开03表", "部门：沁源县财政局", "金额单位：万元", EXPENDITURE])
    assert (region.spec.form_id, region.unit.unit, region.form_no) == ("expenditure", "万元", "公开03表")
    assert region.printed_organisation == "沁源县财政局"


@pytest.mark.parametrize(
    "blocks",
    [[TITLE], [EXPENDITURE], [TITLE, "收入决算表", "财政拨款收入支出决算总表"]],
    ids=["title", "table", "contents"],
)
def test_a_title_or_a_table_alone_is_no_form(blocks: list[str | Grid]) -> None:
    assert regions(blocks) == ()


def test_a_table_without_a_title_is_listed() -> None:
    people = grid_of("姓名 | 电话", "张三 | 12345")
    assert recognise([people]).orphans == (people,)


def test_the_printed_number_of_a_form_is_not_trusted() -> None:
    (region,) = regions([TITLE, "公开07表", EXPENDITURE])
    assert region.spec.form_id == "expenditure"


def test_a_title_broken_over_two_lines_is_joined() -> None:
    (region,) = regions(["一般公共预算财政拨款支出", "决算表", "单位：元", EXPENDITURE])
    assert region.spec.form_id == "general_public_budget_expenditure"


def test_two_forms_on_one_page_are_told_apart() -> None:
    first, second = regions([TITLE, "单位：万元", EXPENDITURE, "收入决算表", "单位：元", REVENUE])
    assert (first.spec.form_id, first.unit.unit) == ("expenditure", "万元")
    assert (second.spec.form_id, second.unit.unit) == ("revenue", "元")


def test_a_unit_above_the_title_is_that_form_s_own() -> None:
    """The unit of the next form stands before its title: it is not this form's."""
    first, second = regions(["单位：万元", TITLE, EXPENDITURE, "单位：元", "收入决算表", REVENUE])
    assert (first.unit.unit, second.unit.unit) == ("万元", "元")


def test_the_next_form_s_unit_is_never_taken() -> None:
    first, _ = regions([TITLE, EXPENDITURE, "单位：元", "收入决算表", "单位：元", REVENUE])
    assert first.unit.evidence == "document"


def test_a_unit_below_the_last_table_counts() -> None:
    (region,) = regions([TITLE, EXPENDITURE, "单位：万元"])
    assert region.unit.unit == "万元"


def test_an_organisation_is_no_unit() -> None:
    (region,) = regions([TITLE, "单位：三门峡市人民政府办公室", "金额单位：万", "元", EXPENDITURE])
    assert (region.unit.unit, region.printed_organisation) == ("万元", "三门峡市人民政府办公室")


def test_two_printings_are_counted() -> None:
    assert [region.instance_no for region in regions([TITLE, EXPENDITURE], [TITLE, EXPENDITURE])] == [1, 2]


def test_a_table_on_the_next_page_belongs_to_the_form() -> None:
    more = grid_of("208 | 社保 | 1.00 | 1.00 | ")
    (region,) = regions([TITLE, "单位：元", EXPENDITURE], [more])
    assert len(region.grids) == 2


@pytest.mark.parametrize("title", ["支出决算表（续）", "支出决算表(续表)", "支出决算表续表"])
def test_a_continuation_with_a_title_of_its_own_is_the_same_printing(title: str) -> None:
    (region,) = regions([TITLE, "单位：万元", EXPENDITURE], [title, "单位：万元", EXPENDITURE])
    assert (region.title, len(region.grids)) == (TITLE, 2)


def test_prose_ends_a_form() -> None:
    prose = "三、支出决算情况说明"
    (region,) = regions([TITLE, "单位：元", EXPENDITURE, prose, grid_of("项目 | 金额", "差旅费 | 9.00")])
    assert len(region.grids) == 1


CONTENTS = ("一、收支总表", "二、收入总表", "三、支出总表", "四、“三公”经费支出表", "第三部分 部门预算安排说明")


def test_the_last_title_of_a_list_of_contents_is_no_empty_form() -> None:
    """The next lines speak of its header's words, and an empty form says zero (普陀区商务委员会 2025, line 9)."""
    prose = ["公务用车购置费、公务接待费和因公出国（境）费合计持平。"]
    assert regions([*CONTENTS, *prose]) == ()
    listed = grid_of("目录", *CONTENTS)
    assert regions([listed, *prose]) == ()


def test_an_empty_form_below_a_numbered_title_stays_one() -> None:
    header = ["科目编码 科目名称 合计 基本支出 项目支出", "本表无数据"]
    numbered = ["八、政府性基金预算支出表", "单位：万元", *header, "九、国有资本经营预算支出表", "单位：万元", *header]
    assert len(regions(numbered)) == 2


def test_a_title_printed_over_both_halves_of_a_table_is_one_title() -> None:
    grid = grid_of("支出决算表 | < | 支出决算表 | < | <", "金额单位：万元 | < | < | < | <", *ROWS)
    (region,) = regions([grid])
    assert (region.spec.form_id, region.unit.unit) == ("expenditure", "万元")


def test_codes_left_over_from_another_list_do_not_decide_which_form_it_is() -> None:
    """A workbook's column of economic codes stands before the function codes, and below them alone."""
    grid = grid_of(
        "科目编码 | 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出",
        "30101 | 201 | 一般公共服务支出 | 3.00 | 3.00 | 0.00",
        "30102 | 20102 | 政协事务 | 3.00 | 3.00 | 0.00",
        "30103 | 2010201 | 行政运行 | 3.00 | 3.00 | 0.00",
        "30104 | | | | |",
        "30105 | | | | |",
    )
    (region,) = regions(["一般公共预算财政拨款支出表", "单位：万元", grid])
    assert region.spec.form_id == "general_public_budget_expenditure"


PROJECTS = grid_of(
    "902清风店镇 | < | 单位：万元", "项目名称 | 功能分类科目编码 | 合计", "合计 | | 3.00", "稳定经费 | 2010301 | 3.00"
)


def test_a_title_without_the_word_table_counts_right_above_one() -> None:
    (region,) = regions(["部门项目支出预算", PROJECTS])
    assert (region.spec.form_id, region.unit.unit) == ("project_budget", "万元")
    assert region.body == Body("902", "清风店镇")


def test_a_heading_without_a_table_is_no_form() -> None:
    assert regions(["二、项目支出预算", "我单位项目支出预算3万元，主要用于维护稳定。", PROJECTS]) == ()


def test_below_the_table_of_a_bare_title_the_narrative_goes_on() -> None:
    (region,) = regions(["部门政府采购预算", PROJECTS, "注：含上年结转", "七、国有资产信息", "固定资产价值3万元。"])
    assert [line.text for line in region.lines] == ["902清风店镇", "单位：万元", "注：含上年结转"]


UNTITLED = grid_of(
    "902清风店镇 | < | < | 单位：万元",
    "政府采购项目来源 | < | 采购物品名称 | 政府采购金额",
    "项目名称 | 预算资金 | ^ | 总计",
    "日常公用经费 | 3.00 | 保险服务 | 3.00",
)


def test_a_table_that_only_its_header_names_is_a_form() -> None:
    (region,) = regions(["六、政府采购预算情况", "我单位安排政府采购3万元。", UNTITLED, "七、国有资产", "价值3万元。"])
    assert (region.spec.form_id, region.title, region.unit.unit) == ("procurement_budget", "", "万元")
    assert [line.text for line in region.lines] == []


def test_a_table_below_another_form_s_own_is_a_form_by_its_header() -> None:
    found = regions([TITLE, EXPENDITURE, UNTITLED])
    assert [region.spec.form_id for region in found] == ["expenditure", "procurement_budget"]


def test_a_title_goes_before_what_the_header_says() -> None:
    (region,) = regions(["政府采购预算表", UNTITLED, replace(UNTITLED)])
    assert (region.title, len(region.grids)) == ("政府采购预算表", 2)


def test_no_sentences_stand_between_a_title_and_its_table() -> None:
    sentence = "我部门本年收入1191.18万元，其中一般公共预算拨款1191.18万元，" + "上年结转无，安排支出1191.18万元。" * 2
    assert regions(["9.部门预算财政拨款“三公”经费支出表", sentence, "公务接待费3万元。", PROJECTS]) == ()


def test_an_untitled_table_ends_an_attachment() -> None:
    target = grid_of(
        "项目名称 | 稳定经费", "一级指标 | 二级指标 | 三级指标 | 指标值", "产出指标 | 数量指标 | 人数 | 10人"
    )
    found = regions(["项目支出绩效目标申报表", target, UNTITLED])
    assert [(region.spec.form_id, len(region.grids)) for region in found] == [
        ("performance_target", 1),
        ("procurement_budget", 1),
    ]


def test_lines_of_contents_begin_no_form() -> None:
    target = grid_of(
        "项目名称 | 稳定经费", "一级指标 | 二级指标 | 三级指标 | 指标值", "产出指标 | 数量指标 | 人数 | 10人"
    )
    titles = ("年度目标及保障措施", "项目支出绩效目标申报表", "部门支出总表", "基本情况表")
    contents = ["目 录", *(f"{title}\t{page}" for page, title in enumerate(titles, 3))]
    alone = regions(["项目支出绩效目标申报表", target, UNTITLED])
    assert [region.title for region in regions([*contents, "项目支出绩效目标申报表", target, UNTITLED])] == [
        region.title for region in alone
    ]
    assert len(alone) == 2


def test_a_title_below_the_contents_stays_one_though_it_ends_in_a_number() -> None:
    contents, title = ["目 录", "一、概况 1", "二、决算 2", "三、名词 3"], "支出决算表（附表1）"
    table = grid_of(
        "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出", "201 | 一般公共服务支出 | 3.00 | 1.00 | 2.00"
    )
    alone = [(region.spec.form_id, region.title) for region in regions([title, table])]
    assert [(region.spec.form_id, region.title) for region in regions([*contents, title, table])] == alone
    assert [form_id for form_id, _ in alone] == ["expenditure"]
