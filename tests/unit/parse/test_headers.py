"""Header rows to columns: the path of header cells over a column decides what it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.extract import COLUMNS_LOST
from pipeline.model.form import Phase, Role
from pipeline.model.grid import Grid, GridKind
from pipeline.parse.form import parse_form
from pipeline.parse.headers import read_grid
from pipeline.parse.table import Segment
from tests.unit.builders import grid_of, region_of, spec_of, tabbed

EXPENDITURE = (
    "项目         | <        | 本年支出合计 | 基本支出 | 项目支出",
    "功能分类科目编码 | 科目名称 | ^        | ^       | ^",
    "栏次         | <        | 1        | 2       | 3",
)
_CATEGORIES = ("因公出国（境）费", "公务用车购置及运行费", "<", "公务接待费")
THREE_PUBLIC = (
    " | ".join(["预算数", "<", "<", "<", "<", "决算数", "<", "<", "<", "<"]),
    " | ".join(["合计", *_CATEGORIES] * 2),
    " | ".join(["^", "^", "小计", "公务用车购置费", "^"] * 2),
)


def read(grid: Grid, form_id: str, previous: Segment | None = None, phase: Phase = Phase.FINAL_ACCOUNTS) -> Segment:
    return read_grid(grid, spec_of(form_id), phase, previous)


def measures(segment: Segment) -> list[tuple[int, str | None, str | None]]:
    return [(c.index, c.measure, c.line_code) for c in segment.columns if c.role is Role.MEASURE]


def test_merged_headers_name_their_columns() -> None:
    segment = read(grid_of(*EXPENDITURE, "201 | 一般公共服务支出 | 10.00 | 8.00 | 2.00"), "expenditure")
    assert measures(segment) == [(2, "total", None), (3, "basic", None), (4, "project", None)]
    assert [c.role for c in segment.columns[:2]] == [Role.CODE, Role.NAME]


@pytest.mark.parametrize(
    "form_id_and_rows", [("expenditure", EXPENDITURE), ("three_public", THREE_PUBLIC)], ids=["one", "two"]
)
def test_blanks_of_a_text_table_mean_what_spans_mean(form_id_and_rows: tuple[str, tuple[str, ...]]) -> None:
    form_id, rows = form_id_and_rows
    body = " | ".join(["1.00"] * len(rows[0].split("|")))
    assert measures(read(tabbed(*rows, body), form_id)) == measures(read(grid_of(*rows, body), form_id))


def test_three_public_columns_name_category_and_measure() -> None:
    found = measures(read(grid_of(*THREE_PUBLIC, " | ".join(["1.00"] * 10)), "three_public"))
    codes = ["total", "abroad", "vehicle_subtotal", "vehicle_purchase", "reception"]
    assert [code for _, _, code in found] == codes * 2
    assert [measure for _, measure, _ in found] == ["budget"] * 5 + ["final"] * 5


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_a_merged_header_stands_over_all_its_columns(widths: list[int]) -> None:
    """Parents of random width over 合计: every column below 基本支出 … is found under its own parent only."""
    parents = ["基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出", "本年支出合计"][: len(widths)]
    top = " | ".join(part for name, width in zip(parents, widths, strict=True) for part in [name] + ["<"] * (width - 1))
    below = " | ".join("合计" if n == 0 else f"其中{n}" for width in widths for n in range(width))
    body = " | ".join(["1.00"] * sum(widths))
    spanned = read(grid_of(f"科目编码 | {top}", f"^ | {below}", f"201 | {body}"), "expenditure")
    blank = read(tabbed(f"科目编码 | {top}", f"^ | {below}", f"201 | {body}"), "expenditure")
    assert measures(spanned) == measures(blank)
    starts = [1 + sum(widths[:n]) for n in range(len(widths))]
    wanted = ["basic", "project", "remit_to_superior", "operating", "subsidy_to_affiliate", "total"]
    named = {index: measure for index, measure, _ in measures(spanned)}
    assert [named[start] for start in starts] == wanted[: len(widths)]


def test_a_continued_table_takes_the_columns_before_it() -> None:
    first = read(grid_of(*EXPENDITURE, "201 | 一般公共服务支出 | 10.00 | 8.00 | 2.00"), "expenditure")
    second = read(grid_of("208 | 社会保障和就业支出 | 5.00 | 5.00 | "), "expenditure", previous=first)
    assert second.columns == first.columns


def test_a_header_printed_again_is_no_row() -> None:
    again = read(
        grid_of(*EXPENDITURE, "201 | 服务 | 1.00 | 1.00 | ", *EXPENDITURE, "208 | 社保 | 2.00 | 2.00 | "), "expenditure"
    )
    assert [row.cells[0].text for row in again.rows] == ["201", "208"]


def test_column_numbers_are_no_row() -> None:
    segment = read(grid_of(*EXPENDITURE, "201 | 服务 | 1.00 | 1.00 | "), "expenditure")
    assert len(segment.rows) == 1


def test_an_unknown_column_with_numbers_is_reported_with_its_header() -> None:
    rows = ("科目编码 | 科目名称 | 本年支出合计 | 神秘数", "201 | 服务 | 1.00 | 7.00")
    assert read(grid_of(*rows), "expenditure").unknown == ((3, "神秘数"),)


def test_an_unknown_column_without_numbers_is_left_alone() -> None:
    rows = ("科目编码 | 科目名称 | 本年支出合计 | 备注", "201 | 服务 | 1.00 | 说明文字")
    assert read(grid_of(*rows), "expenditure").unknown == ()


@pytest.mark.parametrize(("phase", "measure"), [(Phase.FINAL_ACCOUNTS, "basic"), (Phase.BUDGET, "total")])
def test_a_lone_amount_column_is_named_by_the_phase(phase: Phase, measure: str) -> None:
    grid = grid_of("科目编码 | 科目名称 | 金额", "301 | 工资福利支出 | 1.00")
    assert measures(read(grid, "basic_expenditure_by_economic", phase=phase)) == [(2, measure, None)]


def test_blocks_side_by_side_are_told_apart() -> None:
    header = "科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数"
    segment = read(grid_of(header, "301 | 工资 | 1.00 | 302 | 商品 | 2.00"), "basic_expenditure_by_economic")
    assert [column.block for column in segment.columns] == [0, 0, 0, 1, 1, 1]


def test_sides_of_a_summary_are_told_by_their_headers() -> None:
    rows = ("收入 | < | 支出 | <", "项目 | 决算数 | 项目 | 决算数", "一、拨款 | 1.00 | 一、服务 | 1.00")
    segment = read(grid_of(*rows), "summary")
    assert [(c.side, c.measure) for c in segment.columns if c.role is Role.MEASURE] == [
        ("revenue", "total"),
        ("expenditure", "total"),
    ]


def scan_of(*rows: str) -> Grid:
    return grid_of(*rows, kind=GridKind.SCAN)


HEADER = "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出"
LESS = "科目编码 | 科目名称 | 本年支出合计 | 项目支出"


def test_a_scanned_page_whose_header_lacks_a_column_of_the_page_before_says_which() -> None:
    first = read(scan_of(HEADER, "201 | 服务 | 10.00 | 8.00 | 2.00"), "expenditure")
    second = read(scan_of(LESS, "208 | 社保 | 5.00 | 5.00"), "expenditure", previous=first)
    assert (first.doubt, second.doubt) == (None, f"{COLUMNS_LOST}: basic")


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (GridKind.RULED, (LESS, "208 | 社保 | 5.00 | 5.00")),
        (GridKind.SCAN, (HEADER, "208 | 社保 | 5.00 | 5.00 | ")),
        (GridKind.SCAN, ("208 | 社保 | 5.00 | 5.00 | ",)),
    ],
    ids=["a page of characters", "a scan with all columns", "a scan without a header"],
)
def test_a_page_that_lost_no_column_is_not_doubted(kind: GridKind, rows: tuple[str, ...]) -> None:
    first = read(grid_of(HEADER, "201 | 服务 | 10.00 | 8.00 | 2.00", kind=kind), "expenditure")
    assert read(grid_of(*rows, kind=kind), "expenditure", previous=first).doubt is None


def test_a_header_in_a_shading_box_is_the_column_s_that_stands_round_it() -> None:
    grid = grid_of(
        " | 合计 | | | 基本支出 | | | 项目支出 | ",
        "37,188.34 | < | < | 21,968.00 | < | < | 15,220.34 | < | <",
    )
    found = {v.measure: v.reported_text for v in parse_form(region_of("expenditure", grid), "d", Phase.BUDGET).values}
    assert found == {"total": "37,188.34", "basic": "21,968.00", "project": "15,220.34"}


def test_a_header_right_of_a_wide_label_stays_with_its_own_cells() -> None:
    grid = grid_of(
        " | 科目名称 | 合计 | 基本支出 | 项目支出",
        "合计 | < | 3.00 | 1.00 | 2.00",
        "  | 服务 | 3.00 | 1.00 | 2.00",
    )
    labels = {v.line_label for v in parse_form(region_of("expenditure", grid), "d", Phase.BUDGET).values}
    assert labels == {"合计", "服务"}
