"""Persons in a whole document: beside and below labels, over lines, everywhere again; boxes and positions go along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model.grid import BBox, Block, Document, Grid, GridKind, Page, TextLine
from pipeline.model.personal import PersonalData
from pipeline.privacy.withhold import Withholding, withhold_persons
from tests.unit.builders import grid_of, tabbed


def document_of(*blocks: Block) -> Document:
    return Document("0" * 64, "决算.pdf", "application/pdf", (Page(1, blocks),), 1)


def rows_left(withholding: Withholding) -> list[str]:
    (block, *_) = withholding.document.pages[0].blocks
    assert isinstance(block, Grid)
    return ["|".join(cell.text for cell in row.values()) for row in block.rows()]


def lines_left(*lines: str) -> list[str]:
    document = withhold_persons(document_of(*map(TextLine, lines))).document
    return [block.text for block in document.pages[0].blocks if isinstance(block, TextLine)]


def test_the_cell_right_of_a_label_is_withheld_over_merged_and_blank_cells() -> None:
    grid = grid_of("经办人 | < | 张三 | 联系电话： | 0355-7031234", "预算数 | 1.00 | 2.00 | 3.00 | 4.00")
    assert rows_left(withhold_persons(document_of(grid))) == [
        "经办人|[姓名]|联系电话：|[电话]",
        "预算数|1.00|2.00|3.00|4.00",
    ]
    blanks = tabbed("负责人 | | 李四 | 手机 | 138 0013 8000")
    assert rows_left(withhold_persons(document_of(blanks))) == ["负责人||[姓名]|手机|[电话]"]


def test_the_columns_below_the_heads_of_a_list_are_withheld_and_its_figures_stand() -> None:
    grid = grid_of(
        "项目 | 项目负责人 | 联系电话 | 身份证号 | 金额",
        "修路 | 张三 | 13800138000 | 11010519491231002X | 7031234",
        "修桥 | 欧阳明月 | 7031234 | 110105491231002 | 13800138000.00",
        "合计 | | | | 21031234",
    )
    assert rows_left(withhold_persons(document_of(grid))) == [
        "项目|项目负责人|联系电话|身份证号|金额",
        "修路|[姓名]|[电话]|[身份证号]|7031234",
        "修桥|[姓名]|[电话]|[身份证号]|13800138000.00",
        "合计||||21031234",
    ]


def test_a_line_of_expenses_named_telephone_keeps_its_figures() -> None:
    grid = grid_of("水费 | 2031234", "电话 | 7031234", "电话费 | 13812345678.00")
    assert withhold_persons(document_of(grid)).places == ()


def test_heads_that_say_whose_name_it_is_are_labels_too() -> None:
    grid = grid_of("学生姓名 | 家长联系电话 | 补助", "张小明 | 7031234 | 1200.00")
    assert rows_left(withhold_persons(document_of(grid)))[1] == "[姓名]|[电话]|1200.00"


def test_a_list_of_names_without_surnames_is_withheld() -> None:
    grid = grid_of("姓名 | 出生年月 | 补助", "其其格 | 1950.01 | 1200", "扎西顿珠 | 1951.02 | 1200")
    assert rows_left(withhold_persons(document_of(grid)))[1:] == ["[姓名]|1950.01|1200", "[姓名]|1951.02|1200"]


@pytest.mark.parametrize("other", ["12345678901.00", "1,234.56", "20000000000"])
def test_a_whole_number_in_a_column_of_figures_is_a_figure(other: str) -> None:
    grid = grid_of("科目 | 金额", "一般公共服务支出 | 13800138000", f"教育支出 | {other}")
    withholding = withhold_persons(document_of(grid))
    assert withholding.document.pages[0].blocks == (grid,)
    assert withholding.places == ()


def test_a_lone_mobile_number_in_a_cell_is_withheld() -> None:
    grid = grid_of("备注 | 13800138000", "项目 | 内容")
    assert rows_left(withhold_persons(document_of(grid)))[0] == "备注|[电话]"


def test_a_label_speaks_of_the_next_line_and_of_a_number_broken_over_two() -> None:
    assert lines_left("经办人：", "吴永刚", "合计") == ["经办人：", "[姓名]", "合计"]
    assert lines_left("联系电话：1380013", "8000", "1.00") == ["联系电话：[电话]", "[电话]", "1.00"]


def test_a_name_found_once_is_withheld_everywhere_but_in_office_and_in_places() -> None:
    left = lines_left("经办人：吴永刚", "由吴永刚负责", "吴 永 刚", "局长吴永刚", "吴永刚局长", "吴永刚小学")
    assert left == ["经办人：[姓名]", "由[姓名]负责", "[姓名]", "局长吴永刚", "吴永刚局长", "吴永刚小学"]


def test_a_name_of_two_characters_is_only_withheld_where_it_stands_alone() -> None:
    assert lines_left("联系人：高原", "高原地区补贴 1.00", "高原 13.00") == [
        "联系人：[姓名]",
        "高原地区补贴 1.00",
        "[姓名] 13.00",
    ]


def test_names_of_another_reading_are_withheld_too() -> None:
    document = document_of(TextLine("由吴永刚负责"))
    assert withhold_persons(document).document is document
    (line,) = withhold_persons(document, {"吴永刚"}).document.pages[0].blocks
    assert isinstance(line, TextLine)
    assert line.text == "由[姓名]负责"


def test_positions_of_words_stay_those_of_what_is_left() -> None:
    spans = ((0.0, 30.0), (40.0, 50.0), (52.0, 62.0), (64.0, 74.0), (90.0, 120.0))
    line = TextLine("负责人： 吴 永 刚 12.00", 1, None, BBox(0, 5, 120, 15), spans)
    withholding = withhold_persons(document_of(line))
    (left,) = withholding.document.pages[0].blocks
    assert isinstance(left, TextLine)
    assert left.text == "负责人： [姓名] 12.00"
    assert left.word_spans == ((0.0, 30.0), (40.0, 74.0), (90.0, 120.0))
    assert [place[:] for place in withholding.places] == [(PersonalData.NAME, 1, BBox(40.0, 5, 74.0, 15))]


def test_hidden_cells_stored_numbers_notes_and_names_of_sheets_are_withheld() -> None:
    grid = grid_of("经办人 | 吴永刚", "电话 | 13800138000", kind=GridKind.SHEET)
    cells = tuple(replace(cell, stored_text=f"{cell.text}.0") if cell.text[0] == "1" else cell for cell in grid.cells)
    named = replace(grid, cells=cells, sheet_name="吴永刚的表")
    document = replace(document_of(named), hidden=(named,), notes=("工作表“吴永刚”隐藏",), damage=("联系人：李四明",))
    withholding = withhold_persons(document)
    assert "吴永刚" not in repr(withholding.document)
    assert "李四明" not in repr(withholding.document)
    assert "13800138000" not in repr(withholding.document)


def test_boxes_of_a_page_that_was_turned_to_be_read_are_unknown() -> None:
    line = TextLine("经办人：吴永刚", 1, None, BBox(0, 5, 120, 15), ((0.0, 120.0),))
    document = document_of(line)
    turned = replace(document, pages=(replace(document.pages[0], is_turned=True),))
    assert [place.bbox for place in withhold_persons(turned).places] == [None]


def test_a_document_without_persons_is_the_same_object() -> None:
    document = document_of(grid_of("科目 | 金额", "抚恤金 | 1.00", "死亡抚恤 | 2.00"), TextLine("负责人员经费"))
    assert withhold_persons(document).document is document
