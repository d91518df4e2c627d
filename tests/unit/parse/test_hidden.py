"""Figures in hidden rows and columns are counted and placed; those of a form are a warning."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model.extract import Severity
from pipeline.model.grid import Cell, Grid, GridKind
from pipeline.parse.hidden import hidden_issues
from tests.unit.builders import grid_of, region_of

FORM = region_of("expenditure", grid_of("科目编码 | 科目名称 | 本年支出合计", "201 | 服务 | 3.00", kind=GridKind.SHEET))


def hidden(*cells: tuple[int, int, str]) -> Grid:
    found = tuple(Cell(row, col, text) for row, col, text in cells)
    return Grid(GridKind.SHEET, found, 9, 9, page_no=1, sheet_name="表3")


def test_a_hidden_row_of_a_form_is_a_warning_with_count_and_place() -> None:
    rows = hidden((2, 0, "20103"), (2, 1, "政府办公厅"), (2, 2, "1.00"), (3, 2, "2.00"), (3, 3, "5"), (7, 2, "4.00"))
    (issue,) = hidden_issues([rows], [FORM])
    assert (issue.severity, issue.form_id, issue.row_no) == (Severity.WARNING, "expenditure", 3)
    assert "4 figures in hidden rows or columns of the sheet 表3" in issue.message
    assert "rows 3-4, 8, columns 3-4" in issue.message


def test_hidden_figures_of_no_form_are_only_said() -> None:
    (above,) = hidden_issues([hidden((0, 8, "1.00"))], [FORM])
    (elsewhere,) = hidden_issues([replace(hidden((1, 2, "1.00")), page_no=2)], [FORM])
    assert {above.severity, elsewhere.severity} == {Severity.INFO}


def test_hidden_words_zeros_and_codes_are_no_figures() -> None:
    assert list(hidden_issues([hidden((1, 0, "30101"), (1, 1, "基本工资"), (1, 2, "0.00"), (2, 2, "—"))], [FORM])) == []
