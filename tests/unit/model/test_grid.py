"""Grids: rows hold the cells that begin in them."""

from __future__ import annotations

from pipeline.model.grid import GridKind
from tests.unit.builders import grid_of, tabbed


def test_rows_hold_the_cells_that_begin_there() -> None:
    grid = grid_of("项目 | < | 合计", "201 | 服务 | ^", " | | 1.00")
    rows = [{index: cell.text for index, cell in row.items()} for row in grid.rows()]
    assert rows == [{0: "项目", 2: "合计"}, {0: "201", 1: "服务"}, {0: "", 1: "", 2: "1.00"}]


def test_a_merged_cell_counts_its_rows_and_columns() -> None:
    spans = {cell.text: (cell.row_span, cell.col_span) for cell in grid_of("a | < | b", "c | d | ^").cells}
    assert spans == {"a": (1, 2), "b": (2, 1), "c": (1, 1), "d": (1, 1)}


def test_a_text_table_leaves_merged_cells_blank() -> None:
    grid = tabbed("项目 | < | 合计")
    assert grid.kind is GridKind.TABBED
    assert [cell.text for cell in grid.cells] == ["项目", "", "合计"]
