"""Workbooks: what a person sees in the sheet is what is read."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.errors import DamagedFile, EmptyFile
from pipeline.model.grid import Cell, Document, Grid
from pipeline.model.source import SourceFile
from pipeline.readers.excel import read_xlsx


def read(rows: list[list[object]], change: Callable[[Worksheet], None] | None = None) -> Document:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    return read_xlsx(SourceFile("d", "f.xlsx", "f.xlsx", Path("f.xlsx"), len(data)), data)


def cells(document: Document) -> dict[tuple[int, int], Cell]:
    grid = document.pages[0].blocks[0]
    assert isinstance(grid, Grid)
    return {(cell.row_index, cell.col_index): cell for cell in grid.cells}


def test_a_number_is_read_as_its_format_shows_it() -> None:
    def show(sheet: Worksheet) -> None:
        sheet["A1"].number_format = "#,##0.00"

    cell = cells(read([[12935.1149]], show))[0, 0]
    assert (cell.text, cell.stored_text) == ("12,935.11", "12935.1149")


def test_a_code_stored_as_a_number_has_no_decimals() -> None:
    assert cells(read([[30101.0]]))[0, 0].text == "30101"


def test_merged_cells_are_one_cell_with_spans() -> None:
    found = cells(read([["项目", None, "金额"], [None, None, 1]], lambda sheet: sheet.merge_cells("A1:B2")))
    assert (found[0, 0].row_span, found[0, 0].col_span) == (2, 2)
    assert set(found) == {(0, 0), (0, 2), (1, 2)}


def test_what_a_merge_hides_is_not_read() -> None:
    def merge_over(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:B1")
        sheet._cells[1, 2] = openpyxl.cell.Cell(sheet, 1, 2, value=9)

    assert (0, 1) not in cells(read([["合计", 5]], merge_over))


def test_hidden_rows_and_columns_are_kept_apart() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    document = read([["a", "b"], ["c", "d"], ["e", "f"]], hide)
    assert {cell.text for cell in cells(document).values()} == {"a", "e"}
    (hidden,) = document.hidden
    assert [(cell.row_index, cell.col_index, cell.text) for cell in hidden.cells] == [
        (0, 1, "b"),
        (1, 0, "c"),
        (1, 1, "d"),
        (2, 1, "f"),
    ]


def test_hidden_lines_without_content_are_not_worth_a_word() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[9].hidden = True

    document = read([["a"]], hide)
    assert (document.hidden, document.notes) == ((), ())


def without_part(data: bytes, lost: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as torn:
        for name in package.namelist():
            if name != lost:
                torn.writestr(name, package.read(name))
    return out.getvalue()


def test_a_sheet_missing_from_the_package_is_damage() -> None:
    book = openpyxl.Workbook()
    book.active.append(["支出决算表"])
    book.create_sheet("收入决算表").append([1])
    out = io.BytesIO()
    book.save(out)
    source = SourceFile("d", "f.xlsx", "f.xlsx", Path("f.xlsx"), 1)
    document = read_xlsx(source, without_part(out.getvalue(), "xl/worksheets/sheet2.xml"))
    assert document.damage == ("the sheet 收入决算表 is named in the workbook and missing from the file",)
    assert len(document.pages) == 1
    only_sheet = io.BytesIO()
    openpyxl.Workbook().save(only_sheet)
    with pytest.raises(DamagedFile):
        read_xlsx(source, without_part(only_sheet.getvalue(), "xl/worksheets/sheet1.xml"))


def test_a_hidden_sheet_is_left_out_and_noted() -> None:
    def add_hidden(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("草稿")
        other.append(["9.00"])
        other.sheet_state = "hidden"

    document = read([["合计"]], add_hidden)
    assert (len(document.pages), document.notes) == (1, ("hidden sheet left out: 草稿",))


def test_a_formula_without_a_stored_result_is_seen() -> None:
    """A program that writes formulas does not compute them: the cell is not blank, its amount is not known."""
    assert cells(read([["合计", "=1+1"]]))[0, 1].text == "=1+1"


def test_a_formula_whose_result_is_empty_text_is_blank() -> None:
    """Templates are full of =IF(A1="","",A1): Excel stores their result as an empty text."""
    book = openpyxl.Workbook()
    book.active.append(["合计", "=1+1"])
    out, again = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(again, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<c r="B1">', b'<c r="B1" t="str">'))
    data = again.getvalue()
    assert set(cells(read_xlsx(SourceFile("d", "f", "f", Path("f"), len(data)), data))) == {(0, 0)}


def test_a_date_is_shown_as_a_date() -> None:
    assert cells(read([[datetime.date(2023, 2, 6)]]))[0, 0].text == "2023-02-06"


def test_a_sheet_of_a_million_formatted_rows_is_read_in_time() -> None:
    def format_far_below(sheet: Worksheet) -> None:
        sheet.row_dimensions[1_048_576].height = 12
        sheet["XFD1048576"].number_format = "0.00"

    assert len(cells(read([["合计", 5]], format_far_below))) == 2


@pytest.mark.parametrize("rows", [[], [[None]], [[""]]])
def test_a_workbook_without_text_is_empty(rows: list[list[object]]) -> None:
    with pytest.raises(EmptyFile):
        read(rows)
