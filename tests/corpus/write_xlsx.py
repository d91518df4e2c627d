"""Writes a document as an Excel workbook: a cover sheet, then one sheet per form, merged headers, number formats.

A spreadsheet stores numbers, not what is seen: 12935.109999999999 under a format that shows 12,935.11.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.corpus.amounts import CellKind, classify_cell, parse_number
from tests.corpus.table import CellRole, FormPage, Prose, TableCell, TypesetDocument
from tests.corpus.zip_bytes import pack_again

_THIN = Side(style="thin")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WIDTH_PER_WEIGHT = 6.0
_MAX_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\\/*?:\[\]]")
_HORIZONTAL = {CellRole.AMOUNT: "right", CellRole.LABEL: "left", CellRole.SECTION: "left", CellRole.CODE: "left"}
_STORED_FRACTION = re.compile(rb"<v>(\d+\.\d+)</v>")


@dataclass(frozen=True, slots=True)
class XlsxStyle:
    """How the workbook stores what it shows.

    Attributes:
        codes_as_floats: store 30101.0 instead of the text 30101.
        stores_noise: store the neighbouring float, as sums in a sheet do (12935.109999999999 for 12,935.11).
    """

    codes_as_floats: bool = False
    stores_noise: bool = False


def write_xlsx(document: TypesetDocument, style: XlsxStyle | None = None) -> bytes:
    """Sets the document as .xlsx."""
    workbook = Workbook()
    cover = workbook.active
    assert isinstance(cover, Worksheet)
    cover.title = "封面"
    cover.column_dimensions["A"].width = 80
    for row_no, line in enumerate((*document.cover, *document.disclaimer), start=1):
        cover.cell(row_no, 1, line).alignment = Alignment(horizontal="center", wrap_text=True)
    style = style or XlsxStyle()
    for part_no, part in enumerate(document.parts, start=1):
        if isinstance(part, FormPage):
            _write_form(workbook.create_sheet(_sheet_name(part_no, part.title)), part, style)
        else:
            _write_prose(workbook.create_sheet(_sheet_name(part_no, part.paragraphs[0])), part)
    out = io.BytesIO()
    workbook.save(out)
    return pack_again(out.getvalue(), _add_noise if style.stores_noise else None)


def _add_noise(name: str, data: bytes) -> bytes:
    """Replaces each stored fraction by its lower neighbour, in all its digits (openpyxl itself writes only sixteen)."""
    if not name.startswith("xl/worksheets/"):
        return data
    return _STORED_FRACTION.sub(lambda m: f"<v>{math.nextafter(float(m[1]), -math.inf)!r}</v>".encode(), data)


def _sheet_name(part_no: int, title: str) -> str:
    return _NOT_IN_SHEET_NAMES.sub("", f"{part_no:02d}{title}")[:_MAX_SHEET_NAME]


def _write_prose(sheet: Worksheet, prose: Prose) -> None:
    """One paragraph a row, in one wide column."""
    sheet.column_dimensions["A"].width = 100
    for row_no, text in enumerate(prose.paragraphs, start=1):
        sheet.cell(row_no, 1, text).alignment = Alignment(horizontal="left", wrap_text=True)


def _write_form(sheet: Worksheet, form: FormPage, style: XlsxStyle) -> None:
    col_count = len(form.table.column_weights)
    row_no = _write_heading(sheet, form, col_count)
    for index, weight in enumerate(form.table.column_weights, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = weight * _WIDTH_PER_WEIGHT
    for placed in form.table.placed():
        _write_cell(sheet, row_no + placed.row_index, placed.col_index + 1, placed.cell, style)
    row_no += len(form.table.rows)
    for note in form.notes:
        _write_line(sheet, row_no, note, col_count, "left")
        row_no += 1


def _write_heading(sheet: Worksheet, form: FormPage, col_count: int) -> int:
    """Writes the lines above the table; returns the row after them."""
    for row_no, (part, text) in enumerate(form.heading, start=1):
        horizontal = {"title": "center", "organisation": "left"}.get(part, "right")
        _write_line(sheet, row_no, text, col_count, horizontal)
        sheet.cell(row_no, 1).font = Font(name="宋体", size=16 if part == "title" else 10, bold=part == "title")
    return len(form.heading) + 1


def _write_line(sheet: Worksheet, row_no: int, text: str, col_count: int, horizontal: str) -> None:
    sheet.cell(row_no, 1, text).alignment = Alignment(horizontal=horizontal, wrap_text=True)
    sheet.merge_cells(start_row=row_no, start_column=1, end_row=row_no, end_column=col_count)


def _write_cell(sheet: Worksheet, row_no: int, col_no: int, cell: TableCell, style: XlsxStyle) -> None:
    target = sheet.cell(row_no, col_no)
    target.value, target.number_format = _stored(cell, style)
    target.font = Font(name="宋体", size=10)
    target.alignment = Alignment(horizontal=_HORIZONTAL.get(cell.role, "center"), vertical="center", wrap_text=True)
    for row in range(row_no, row_no + cell.row_span):
        for col in range(col_no, col_no + cell.col_span):
            sheet.cell(row, col).border = _BORDER
    if cell.row_span > 1 or cell.col_span > 1:
        sheet.merge_cells(
            start_row=row_no,
            start_column=col_no,
            end_row=row_no + cell.row_span - 1,
            end_column=col_no + cell.col_span - 1,
        )


def _stored(cell: TableCell, style: XlsxStyle) -> tuple[str | float | int | None, str]:
    """What the sheet stores for a cell, and the format that shows it as printed."""
    if not cell.text:
        return None, "General"
    if cell.role is CellRole.CODE and style.codes_as_floats and cell.text.isdigit():
        return float(cell.text), "General"
    if cell.role in {CellRole.AMOUNT, CellRole.LINE_NO} and classify_cell(cell.text) is CellKind.NUMBER:
        return float(parse_number(cell.text)), number_format(cell.text)
    return cell.text, "General" if cell.role is not CellRole.CODE else "@"


def number_format(text: str) -> str:
    """The Excel format under which a number looks as printed.

    >>> number_format("12,935.11")
    '#,##0.00'
    """
    whole, _, decimals = text.partition(".")
    shown = "#,##0" if "," in whole else "0"
    return f"{shown}.{'0' * len(decimals)}" if decimals else shown
