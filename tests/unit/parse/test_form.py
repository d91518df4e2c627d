"""A recognised form to values: units, issues and what is never guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.model.extract import FIGURE_CUT, FOREIGN_ROW, GARBLED, CellKind, FormValue
from pipeline.model.form import Phase
from pipeline.model.grid import Grid
from pipeline.parse.form import ParsedForm, parse_form
from tests.unit.builders import grid_of, region_of, tabbed

ECONOMIC = "basic_expenditure_by_economic"
HEADER = "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出"


def parse(*rows: str, header: str = HEADER, unit: str | None = "万元", form_id: str = "expenditure") -> ParsedForm:
    return parse_grid(tabbed(header, *rows), unit, form_id)


def parse_grid(grid: Grid, unit: str | None = "万元", form_id: str = "expenditure") -> ParsedForm:
    return parse_form(region_of(form_id, grid, unit=unit), "d", Phase.FINAL_ACCOUNTS)


def numbers(form: ParsedForm) -> list[tuple[str | None, str, str, Decimal | None]]:
    return [
        (v.line_code, v.line_label, v.measure, v.amount_yuan) for v in form.values if v.cell_kind is CellKind.NUMBER
    ]


def categories(form: ParsedForm) -> list[str]:
    return [issue.category for issue in form.issues]


def value(form: ParsedForm, measure: str) -> FormValue:
    return next(v for v in form.values if v.measure == measure)


def test_amount_in_wan_yuan_becomes_yuan() -> None:
    found = value(parse("201 | 服务 | 2,939.71 | | "), "total")
    assert (found.amount_yuan, found.precision_yuan) == (Decimal("29397100.00"), Decimal("100.00"))
    assert (found.reported_text, found.reported_unit) == ("2,939.71", "万元")


def test_a_unit_in_the_cell_goes_before_the_form_s() -> None:
    assert value(parse("201 | 服务 | 82500元 | | "), "total").amount_yuan == Decimal("82500.00")


def test_without_a_unit_the_amount_stays_open() -> None:
    form = parse("201 | 服务 | 5.00 | | ", unit=None)
    assert value(form, "total").amount_yuan is None
    assert categories(form) == ["ambiguous_unit"]


def test_a_unit_in_the_header_is_the_column_s() -> None:
    header = "科目编码 | 科目名称 | 本年支出合计（万元） | 基本支出（元） | 项目支出"
    form = parse("201 | 服务 | 10.50 | 82500 | 2.25", header=header)
    assert [amount for *_, amount in numbers(form)] == [Decimal("105000.00"), Decimal("82500.00"), Decimal("22500.00")]
    assert value(form, "basic").reported_unit == "元"


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "=C5"])
def test_error_cells_are_unreadable_and_no_header(error: str) -> None:
    """A row of #REF! was taken into the header, and the code 201 below 合计 for an amount."""
    form = parse(f"合计 | | {error} | {error} | {error}", "201 | 服务 | 10.50 | 8.25 | 2.25")
    assert {code for code, *_ in numbers(form)} == {"201"}
    assert categories(form) == ["unreadable_cell"] * 3


@pytest.mark.parametrize("text", ["9" * 30, "1" * 19 + ".55", "9" * 16])
def test_a_number_no_budget_can_hold_is_an_issue(text: str) -> None:
    form = parse(f"201 | 服务 | {text} | 8.25 | 2.25")
    assert value(form, "total").amount_yuan is None
    assert value(form, "basic").amount_yuan == Decimal("82500.00")
    assert categories(form) == ["amount_too_large"]


@pytest.mark.parametrize(
    ("printed", "code", "label"),
    [
        ("201一般公共服务支出", "201", "一般公共服务支出"),
        ("[2010301]行政运行", "2010301", "行政运行"),
        ("2010302-一般行政管理事务", "2010302", "一般行政管理事务"),
        ("20103 政府办公厅（室）", "20103", "政府办公厅（室）"),
    ],
)
@pytest.mark.parametrize("row", ["{} | | 1.00 | 1.00 | ", " | {} | 1.00 | 1.00 | "], ids=["code column", "name column"])
def test_a_code_printed_with_its_name_is_told_apart(row: str, printed: str, code: str, label: str) -> None:
    assert numbers(parse(row.format(printed)))[0][:2] == (code, label)


def test_a_number_in_a_name_is_no_code_of_the_form() -> None:
    assert numbers(parse(" | 100个项目 | 1.00 | 1.00 | "))[0][:2] == (None, "100个项目")


def test_a_number_without_a_label_is_an_issue_and_no_value() -> None:
    form = parse("201 | 服务 | 1.00 | | ", " | | 7.00 | | ")
    assert len(numbers(form)) == 1
    assert categories(form) == ["number_without_label"]


def test_blank_dash_and_zero_are_kept_apart() -> None:
    kinds = [v.cell_kind for v in parse("201 | 服务 | 0.00 | — | ").values]
    assert kinds == [CellKind.NUMBER, CellKind.DASH, CellKind.BLANK]


def test_the_total_of_a_coded_form_is_total() -> None:
    assert numbers(parse("合计 | | 1.00 | | "))[0][:2] == ("TOTAL", "合计")


def test_codes_split_over_three_columns_are_joined() -> None:
    header = "类 | 款 | 项 | 科目名称 | 本年支出合计"
    form = parse("201 | | | 服务 | 1.00", " | 03 | | 政府办 | 1.00", " | | 01 | 行政运行 | 1.00", header=header)
    assert [code for code, *_ in numbers(form)] == ["201", "20103", "2010301"]


def test_the_right_block_keeps_its_own_codes() -> None:
    header = "科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数"
    form = parse(
        "301 | 工资福利支出 | 1.00 | 302 | 商品和服务支出 | 2.00",
        header=header,
        form_id="basic_expenditure_by_economic",
    )
    assert [(code, amount) for code, _, _, amount in numbers(form)] == [
        ("301", Decimal(10000)),
        ("302", Decimal(20000)),
    ]


def test_an_amount_below_another_header_than_its_label_s_has_the_column_it_is_printed_in() -> None:
    header = "科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数"
    row = "人员经费合计 | | 1.00 | 公用经费合计 | | | | | 2.00"
    form = parse("301 | 工资 | 1.00 | 302 | 商品 | 2.00 | 310 | 资本 | 0.00", row, header=header, form_id=ECONOMIC)
    found = {
        value.line_label: (value.reported_text, value.col_no) for value in form.values if "合计" in value.line_label
    }
    assert found == {"人员经费合计": ("1.00", 3), "公用经费合计": ("2.00", 9)}


def test_value_ids_are_stable_and_apart() -> None:
    rows = ("201 | 服务 | 1.00 | | ", "201 | 服务 | 1.00 | | ")
    first, again = ([v.value_id for v in parse(*rows).values] for _ in range(2))
    assert first == again
    assert len(set(first)) == len(first)


def test_a_count_is_never_money() -> None:
    rows = ("三、国有资产占用情况 | < | <", "（一）车辆数合计（辆） | 1 | 5")
    grid = grid_of("项目 | 行次 | 统计数", *rows)
    (found,) = [v for v in parse_grid(grid, form_id="disclosure_statistics").values if v.cell_kind is CellKind.NUMBER]
    assert (found.line_code, found.count_value, found.amount_yuan) == ("vehicles_total", Decimal(5), None)


def test_an_empty_form_says_so() -> None:
    region = region_of("government_fund_expenditure", tabbed(HEADER), lines=("本表无数据",))
    record = parse_form(region, "d", Phase.FINAL_ACCOUNTS).record
    assert (record.status, record.empty_note) == ("empty", "本表无数据")


def lines_of_form(form: ParsedForm) -> list[tuple[str | None, str | None, str, bool]]:
    found = [v for v in form.values if v.cell_kind is CellKind.NUMBER]
    return [(v.line_side, v.line_code, v.line_label, v.is_leaf) for v in found]


def test_both_sides_of_a_summary_may_stand_below_each_other() -> None:
    rows = ["| 预算收入 | 8.00", "1 | 一般公共预算拨款 | 8.00", "| 预算支出 | 8.00", "1 | 基本支出 | 8.00"]
    form = parse(*rows, header="项目代码 | 预算收支项目 | 预算金额", form_id="summary")
    assert lines_of_form(form) == [
        ("revenue", None, "预算收入", False),
        ("revenue", None, "1、一般公共预算拨款", True),
        ("expenditure", None, "预算支出", False),
        ("expenditure", None, "1、基本支出", True),
    ]
    assert [mark.text for mark in form.marks] == ["1", "1"]


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (["合计", "“三公”经费小计", "四、会议费"], ["grand_total", "total", "meetings"]),
        (["合计", "一、因公出国（境）费"], ["total", "abroad"]),
    ],
    ids=["beside its own subtotal", "alone"],
)
def test_the_total_is_more_than_three_public_only_beside_their_subtotal(labels: list[str], codes: list[str]) -> None:
    form = parse(*(f"{label} | 1.00" for label in labels), header="支出内容 | 合计", form_id="three_public")
    assert [code for _, code, _, _ in lines_of_form(form)] == codes


def test_a_line_without_a_code_among_coded_projects_is_their_sum() -> None:
    rows = ["合计 | | 3.00", "维护稳定 | | 3.00", "稳定经费 | 2010301 | 3.00"]
    form = parse(*rows, header="项目名称 | 功能分类科目编码 | 合计", form_id="project_budget")
    assert lines_of_form(form) == [
        (None, "TOTAL", "合计", True),  # levels are given later
        (None, None, "维护稳定", False),
        (None, "2010301", "稳定经费", True),
    ]


def test_where_no_project_has_a_code_each_is_a_project() -> None:
    form = parse("稳定经费 | | 3.00", header="项目名称 | 功能分类科目编码 | 合计", form_id="project_budget")
    assert lines_of_form(form) == [(None, None, "稳定经费", True)]


def test_a_second_label_behind_an_amount_opens_no_second_table() -> None:
    rows = ("政府采购项目来源 | < | 采购物品名称 | 数量 | 单价 | 金额", "项目名称 | 预算资金 | ^ | ^ | ^ | 总计")
    grid = grid_of(*rows, "日常公用经费 | 55.57 | 保险服务 | 2 | 0.60 | 1.20")
    form = parse_grid(grid, form_id="procurement_budget")
    read = {v.measure: (v.line_label, v.qualifier, v.amount_yuan, v.count_value) for v in form.values}
    assert read["total"] == ("日常公用经费", "保险服务", Decimal("12000.00"), None)
    assert read["quantity"] == ("日常公用经费", "保险服务", None, Decimal(2))
    assert read["source_budget"][2] == Decimal("555700.00")


def test_columns_that_count_are_no_money() -> None:
    header = "单位名称 | 车辆编制数 | 编制人数/行政 | 在职人数/行政"
    form = parse("县政府办公室 | 4 | 10 | 9", header=header, form_id="department_profile", unit=None)
    assert {v.measure: (v.count_value, v.reported_unit) for v in form.values} == {
        "vehicle_posts": (Decimal(4), "辆"),
        "posts_administrative": (Decimal(10), "人"),
        "staff_administrative": (Decimal(9), "人"),
    }


def test_the_side_goes_on_over_a_page_break() -> None:
    header = "项目代码 | 预算收支项目 | 预算金额"
    pages = (grid_of(header, "| 预算支出 | 8.00"), grid_of(header, "1 | 基本支出 | 5.00", "2 | 项目支出 | 3.00"))
    form = parse_form(region_of("summary", *pages, unit="万元"), "d", Phase.BUDGET)
    assert {side for side, *_ in lines_of_form(form)} == {"expenditure"}


def test_a_side_that_the_header_names_is_not_taken_over_from_a_line() -> None:
    rows = (
        "收入 | < | 支出 | <",
        "项目 | 金额 | 项目 | 金额",
        "预算收入 | 8.00 | 预算支出 | 8.00",
        "上年结转 | 1.00 | 年末结转 | 1.00",
    )
    sides = {label: side for side, _, label, _ in lines_of_form(parse_grid(grid_of(*rows), form_id="summary"))}
    assert (sides["上年结转"], sides["年末结转"]) == ("revenue", "expenditure")


def test_a_code_merged_over_projects_is_of_each() -> None:
    grid = grid_of("项目名称 | 功能分类科目编码 | 合计", "稳定经费 | 2010301 | 3.00", "维护经费 | ^ | 2.00")
    form = parse_grid(grid, form_id="project_budget")
    assert [(code, is_leaf) for _, code, _, is_leaf in lines_of_form(form)] == [("2010301", True), ("2010301", True)]


def test_labels_of_a_second_table_side_by_side_are_its_own() -> None:
    header = "单位名称 | 项目名称 | 合计 | 单位名称 | 项目名称 | 合计"
    form = parse_grid(grid_of(header, "甲局 | 稳定经费 | 3.00 | 乙所 | 维修费 | 2.00"), form_id="project_budget")
    assert [(v.line_label, v.qualifier) for v in form.values] == [("稳定经费", "甲局"), ("维修费", "乙所")]


BY_CATEGORY = "合计 | 因公出国（境）费 | 公务用车运行维护费 | 公务接待费"


@pytest.mark.parametrize(
    ("row", "is_foreign"),
    [
        ("30301 | 离休费 | 0.00 | 培训费", True),
        ("一、一般公共预算财政拨款 | 1.00 | 0.00 | 0.00", True),
        ("0.00 | 不涉及 | 0.00 | 0.00", False),
    ],
)
def test_figures_beside_names_in_columns_of_amounts_are_doubted(row: str, *, is_foreign: bool) -> None:
    form = parse(row, header=BY_CATEGORY, form_id="three_public")
    doubts = {(v.method_reason or "").startswith(FOREIGN_ROW) for v in form.values if v.cell_kind is CellKind.NUMBER}
    assert doubts == {is_foreign}


@pytest.mark.parametrize("unread_rows", [1, 2])
def test_a_form_much_of_which_cannot_be_read_is_doubted(unread_rows: int) -> None:
    form = parse("201 | 一般公共服务支出 | 1.00 | 1.00 | 0.00", *["202 | 外交支出 | ?1 | ?2 | 3?"] * unread_rows)
    doubts = [v.method_reason for v in form.values if v.cell_kind is CellKind.NUMBER]
    assert doubts == [None if unread_rows == 1 else f"{GARBLED}: 6 of 9 cells"] * 3


def test_a_piece_of_a_figure_is_listed() -> None:
    grid = tabbed(HEADER, "201 | 一般公共服务支出 | 234.50 | 234.50 | 0.00")
    cells = tuple(replace(cell, note=FIGURE_CUT) if cell.col_index == 2 else cell for cell in grid.cells)
    form = parse_grid(replace(grid, cells=cells))
    assert categories(form) == ["figure_cut"]
    assert value(form, "total").method_reason == FIGURE_CUT
