"""What stands below a form's first table: its continuation, or another table."""

from __future__ import annotations

from pipeline.model.form import Phase
from pipeline.parse.headers import read_grid
from pipeline.parse.table import Segment
from tests.unit.builders import grid_of, spec_of

FIRST = (
    "收入 | < | 支出 | <",
    "项目 | 决算数 | 项目 | 决算数",
    "一、一般公共预算财政拨款收入 | 12.00 | 一、一般公共服务支出 | 12.00",
)


def first_page() -> Segment:
    return read_grid(grid_of(*FIRST), spec_of("summary"), Phase.FINAL_ACCOUNTS, None)


def next_page(*rows: str) -> Segment:
    return read_grid(grid_of(*rows), spec_of("summary"), Phase.FINAL_ACCOUNTS, first_page())


def test_a_line_item_without_an_amount_on_top_of_a_page_is_no_header() -> None:
    segment = next_page("使用非财政拨款结余 |  | 结余分配 | ", "总计 | 12.00 | 总计 | 12.00")
    assert not segment.is_foreign
    assert [column.measure for column in segment.columns] == [None, "total", None, "total"]


def test_a_table_with_a_header_of_its_own_is_another_table() -> None:
    segment = next_page("项目代码 | 功能分类科目编码 | 数量 | 单价", "01 | 2010301 | 3 | 4.50")
    assert segment.is_foreign
    assert segment.columns == ()


def test_a_repeated_header_keeps_the_form_going() -> None:
    segment = next_page("收入 | < | 支出 | <", "项目 | 决算数 | 项目 | 决算数", "总计 | 12.00 | 总计 | 12.00")
    assert not segment.is_foreign
    assert len(segment.rows) == 1
