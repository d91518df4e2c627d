"""Headers that do not lie over their table: their figures are loaded, and no sum vouches for them."""

from __future__ import annotations

import pytest

from pipeline.model.extract import HEADER_MISFIT, CellKind, Grade, Outcome, SumCheck
from pipeline.model.form import Phase
from pipeline.model.grid import Grid, GridKind
from pipeline.parse.form import parse_form
from pipeline.parse.headers import read_grid
from pipeline.parse.table import Segment
from pipeline.reconcile.grades import grade_values
from tests.unit.builders import grid_of, region_of, spec_of, value_of

HEADER = "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出"
BODY = "201 | 服务 | 10.00 | 8.00 | 2.00"
CODED = "科目编码 | 科目名称 | 本年支出合计 | 基本支出"


def read(grid: Grid, form_id: str = "expenditure", previous: Segment | None = None) -> Segment:
    return read_grid(grid, spec_of(form_id), Phase.FINAL_ACCOUNTS, previous)


def page(*rows: str, kind: GridKind = GridKind.HTML) -> Grid:
    return grid_of(*rows, kind=kind)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((HEADER, BODY), None),
        (("支出决算表", HEADER, BODY), None),
        ((CODED, BODY), "column 5 holds numbers and has no header"),
        (("项目 | < | 本年支出", HEADER, BODY), "a row of the header ends before column 5"),
        ((f"{HEADER} | <", BODY), "the header is wider than the 5 columns of the table"),
    ],
    ids=["fits", "caption", "lost cell", "lost span", "too wide"],
)
def test_a_header_that_does_not_fit_is_told(rows: tuple[str, ...], reason: str | None) -> None:
    assert read(page(*rows)).doubt == (reason and f"{HEADER_MISFIT}: {reason}")


def test_spans_drawn_by_rules_are_no_spans_of_the_file() -> None:
    assert read(page(CODED, BODY, kind=GridKind.RULED)).doubt is None


def test_figures_below_such_a_header_are_loaded_told_and_not_vouched_for() -> None:
    form = parse_form(region_of("expenditure", page(CODED, BODY)), "d", Phase.FINAL_ACCOUNTS)
    numbers = [value for value in form.values if value.cell_kind is CellKind.NUMBER]
    assert [value.reported_text for value in numbers] == ["10.00", "8.00"]
    assert [issue.category for issue in form.issues] == ["header_misfit"]
    ids = [value.value_id for value in numbers]
    held = SumCheck("r", "expenditure", 1, "l", "total", None, None, None, None, Outcome.PASS, (ids[0],), (ids[1],))
    assert {value.grade for value in grade_values(numbers, [held])} == {Grade.UNPROVEN}
    assert grade_values([value_of("1.00")._replace(value_id=ids[0])], [held])[0].grade is Grade.CONSISTENT


def test_a_header_cell_over_several_amounts_of_a_row_names_none_of_them() -> None:
    """A span that a damaged file stretched over its neighbours; over a column that a box split it is one."""
    stretched = read(grid_of("科目编码 | 科目名称 | 本年支出合计 | < | <", BODY))
    assert stretched.columns == ()
    assert [index for index, _ in stretched.unknown] == [2, 3, 4]
    split = read(grid_of("科目编码 | 科目名称 | 本年支出合计 | <", "201 | 服务 | | 10.00", "202 | 外交 | 3.00 | "))
    assert [row.cells[2].text for row in split.rows] == ["10.00", "3.00"]


@pytest.mark.parametrize(
    "rows",
    [
        ("收入 | < | 支出 | <", "项目 | 金额 | 项目 | 金额", "二、债务 | 0.00 | 总计 | 3.00"),
        ("科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数", "30299 | 商品 | 0.00 | 31010 | 安置 | 0.00"),
    ],
    ids=["two sides", "the same words over other blocks"],
)
def test_a_table_of_another_header_does_not_go_on_with_the_form(rows: tuple[str, ...]) -> None:
    """One or two words are the same (项目, 科目名称); the table is another one."""
    form_id, own = "general_public_budget_expenditure", "科目编码 | 科目名称 | 小计 | 基本支出 | 项目支出"
    first = read(grid_of("项目 | < | 本年支出 | < | <", own, BODY), form_id)
    assert read(grid_of(*rows), form_id, first).is_foreign
    assert not read(grid_of(own, BODY), form_id, first).is_foreign


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (("栏次 | < | 1 | 2 | 3", BODY, "栏次 | < | 1 | 2 | 3", BODY), 2),
        (("栏次 | < | 1 | 2 | 3", BODY, "本年支出 | 科目", "栏次 | 1 | 2 | 3", "合计 | 9.00 | 9.00 | 0.00"), 1),
        ((BODY, "栏次 | 1 | 2 | 3", "合计 | 9.00 | 9.00 | 0.00"), 1),
    ],
    ids=["printed again", "other columns", "none of its own"],
)
def test_other_column_numbers_begin_another_table(rows: tuple[str, ...], count: int) -> None:
    assert len(read(grid_of(HEADER, *rows)).rows) == count


@pytest.mark.parametrize(
    ("numbers", "is_foreign"),
    [("栏次 | < | 1 | 2 | 3", False), ("栏次 | 1 | 2 | 3 | 4", True), ("1 | 2 | 3 | 4 | 5", True)],
    ids=["the same again", "one more", "two more"],
)
def test_a_table_without_a_header_goes_on_only_under_the_same_column_numbers(numbers: str, is_foreign: bool) -> None:
    """A text whose rest was lost, or put behind its end: what follows a form's note is another form's middle."""
    first = read(grid_of(HEADER, "栏次 | < | 1 | 2 | 3", BODY))
    assert read(grid_of(numbers, BODY), previous=first).is_foreign is is_foreign
