"""Workbooks (.xlsx, .xls): one page per visible sheet, one grid each, merged cells as spans.

Hidden sheets are kept out and noted, the cells of hidden rows and columns are kept apart. Numbers are read as shown.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
import xlrd
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from xlrd.compdoc import CompDocError

from pipeline.errors import DamagedFile, EmptyFile, EncryptedFile
from pipeline.model.grid import Cell, Document, Grid, GridKind, Page
from pipeline.model.source import SourceFile
from pipeline.readers.limits import check_package, refuse_above
from pipeline.readers.number_format import exact, shown_text
from pipeline.readers.package_errors import PACKAGE_ERRORS

#: A sheet formatted to the last row claims a million rows; no form is longer than this.
MAX_ROWS = 20_000
MAX_COLS = 200
#: A formula whose result is text, the empty text too.
_TEXT_RESULT = "str"
#: Cells one sheet stores, blank ones with a format among them; the largest real sheet has 600,000.
MAX_STORED_CELLS = 2_000_000
_STORED_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
#: Ranges that become cells.
_RANGE = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?\bref\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet in a form both libraries give: values with formats, merges, hidden lines (0-based)."""

    name: str
    values: dict[tuple[int, int], tuple[Any, str]]
    merges: tuple[tuple[int, int, int, int], ...]
    hidden_rows: frozenset[int]
    hidden_cols: frozenset[int]


def read_xlsx(source: SourceFile, data: bytes) -> Document:
    """Reads a workbook of the zip-and-XML kind.

    Raises:
        BeyondLimits: More parts, cells or merged cells than a workbook of forms can have.
        DamagedFile: The package cannot be opened.
        EmptyFile: No visible sheet holds anything.
    """
    try:
        check_package(data)
        _check_sheets(data)
        reader = ExcelReader(io.BytesIO(data), data_only=True)
        reader.read()
        book = reader.wb
        # openpyxl passes over a sheet that the workbook names and the package does not hold
        lost = [sheet.name for sheet, part in reader.parser.find_sheets() if part.target not in reader.valid_files]
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        formulas = _formulas(data)
        sheets = [
            _from_openpyxl(sheet, formulas.get(sheet.title, {}))
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    except (InvalidFileException, *PACKAGE_ERRORS) as error:
        raise _damaged(error) from error
    return _to_document(source, "spreadsheet/xlsx", sheets, hidden, lost)


def read_xls(source: SourceFile, data: bytes) -> Document:
    """Reads a workbook of the binary kind (Excel 97-2003, WPS .et of that kind).

    Raises:
        EncryptedFile: The workbook asks for a password.
        DamagedFile: It cannot be opened.
        EmptyFile: No visible sheet holds anything.
    """
    try:
        with xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO()) as book:
            hidden = [sheet.name for sheet in book.sheets() if sheet.visibility]
            sheets = [_from_xlrd(book, sheet) for sheet in book.sheets() if not sheet.visibility]
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise EncryptedFile(
                "the workbook is protected by a password", remedy="ask the publisher for an open copy"
            ) from error
        raise _damaged(error) from error
    except (CompDocError, *PACKAGE_ERRORS) as error:
        raise _damaged(error) from error
    return _to_document(source, "spreadsheet/xls", sheets, hidden)


def _damaged(error: Exception) -> DamagedFile:
    return DamagedFile(
        f"the workbook cannot be opened ({type(error).__name__})",
        expected="a complete .xlsx or .xls",
        remedy="open it in Excel, WPS or LibreOffice and save it again",
    )


def _to_document(
    source: SourceFile, media_type: str, sheets: list[_Sheet], hidden: list[str], lost: Sequence[str] = ()
) -> Document:
    pages = []
    hidden_grids = []
    for number, sheet in enumerate(sheets, 1):
        grid = sheet_to_grid(sheet, page_no=number)
        pages.append(Page(number, (grid,) if grid else (), name=sheet.name))
        under = sheet_to_grid(sheet, page_no=number, is_hidden=True)
        hidden_grids += [under] if under else []
    if not any(page.blocks for page in pages):
        if lost:
            raise _damaged(KeyError(lost[0]))
        raise EmptyFile("no visible sheet holds anything", remedy="look for hidden sheets; fetch the file again")
    return Document(
        source.document_id,
        source.file_name,
        media_type,
        tuple(pages),
        len(pages),
        notes=tuple(f"hidden sheet left out: {name}" for name in hidden),
        damage=tuple(f"the sheet {name} is named in the workbook and missing from the file" for name in lost),
        hidden=tuple(hidden_grids),
    )


def _check_sheets(data: bytes) -> None:
    """Refuses sheets of more cells than we can hold: openpyxl makes one for every place of a merge or a link."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                xml = package.read(name)
                refuse_above(len(_STORED_CELL.findall(xml)), MAX_STORED_CELLS, "cells stored in a sheet")
                refuse_above(sum(map(_area, _RANGE.findall(xml))), MAX_STORED_CELLS, "cells merged or linked")


def _area(reference: bytes) -> int:
    """How many cells a range names; 0 where it names none."""
    try:
        first_col, first_row, last_col, last_row = range_boundaries(reference.decode("ascii"))
    except (ValueError, TypeError):
        return 0
    if None in (first_col, first_row, last_col, last_row):
        return MAX_STORED_CELLS + 1 if b":" in reference else 0
    return int(max(0, last_col - first_col + 1) * max(0, last_row - first_row + 1))


def _formulas(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Returns the formulas of each sheet by place (0-based); empty where the workbook holds none."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f" in package.read(name) for name in names):
            return {}
    return {
        sheet.title: {
            place: str(getattr(cell.value, "text", cell.value))
            for place, cell in _cells(sheet)
            if cell.data_type == "f"
        }
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
    }


def _cells(sheet: Worksheet) -> Iterator[tuple[tuple[int, int], Any]]:
    """Yields the cells the file stores, each with its place (0-based).

    `iter_rows` would make every cell up to the last one formatted: four million for one in the far corner.
    """
    for (row_no, col_no), cell in sheet._cells.items():  # noqa: SLF001 (the public way makes them)
        if row_no <= MAX_ROWS and col_no <= MAX_COLS:
            yield (row_no - 1, col_no - 1), cell


def _from_openpyxl(sheet: Worksheet, formulas: dict[tuple[int, int], str]) -> _Sheet:
    """Takes the stored results; a formula whose result was never stored shows itself, its amount is not known."""
    values = {}
    for place, cell in _cells(sheet):
        value = cell.value
        if value is None and cell.data_type != _TEXT_RESULT:
            value = formulas.get(place)
        if value is not None:
            values[place] = (value, cell.number_format)
    merges = tuple((m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in sheet.merged_cells.ranges)
    hidden_cols = {
        index - 1
        for dim in sheet.column_dimensions.values()
        if dim.hidden and dim.min
        for index in range(dim.min, min(dim.max or dim.min, MAX_COLS) + 1)
    }
    hidden_rows = {number - 1 for number, dim in sheet.row_dimensions.items() if dim.hidden}
    return _Sheet(sheet.title, values, merges, frozenset(hidden_rows), frozenset(hidden_cols))


def _from_xlrd(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet) -> _Sheet:
    values = {}
    for row in range(min(sheet.nrows, MAX_ROWS)):
        for col in range(min(sheet.row_len(row), MAX_COLS)):
            kind = sheet.cell_type(row, col)
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
                continue
            number_format = book.format_map[book.xf_list[sheet.cell_xf_index(row, col)].format_key].format_str
            value: Any = sheet.cell_value(row, col)
            if kind == xlrd.XL_CELL_DATE:
                value = xlrd.xldate_as_datetime(value, book.datemode)
            values[row, col] = (value, number_format)
    merges = tuple((r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells)
    hidden_rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
    hidden_cols = {col for col, info in sheet.colinfo_map.items() if info.hidden}
    return _Sheet(sheet.name, values, merges, frozenset(hidden_rows), frozenset(hidden_cols))


def sheet_to_grid(sheet: _Sheet, page_no: int, *, is_hidden: bool = False) -> Grid | None:
    """Returns the sheet's visible cells as one grid (or its hidden ones), or `None` where there are none.

    Cells under a merge other than its first are not printed and left out, whatever they store.
    `row_index` and `col_index` are those of the sheet, so a value can be found again in Excel.
    """
    spans = {(r0, c0): (r1 - r0 + 1, c1 - c0 + 1) for r0, c0, r1, c1 in sheet.merges}
    refuse_above(sum(map(_covered_count, sheet.merges)), MAX_STORED_CELLS, "cells merged")
    covered = set(_covered(sheet.merges))
    cells = []
    for (row, col), (value, number_format) in sorted(sheet.values.items()):
        if (row, col) in covered or (row in sheet.hidden_rows or col in sheet.hidden_cols) != is_hidden:
            continue
        text, stored = _cell_texts(value, number_format)
        row_span, col_span = spans.get((row, col), (1, 1))
        if text:
            cells.append(Cell(row, col, text, row_span, col_span, stored_text=stored))
    if not cells:
        return None
    height = max(cell.row_index + cell.row_span for cell in cells)
    width = max(cell.col_index + cell.col_span for cell in cells)
    return Grid(GridKind.SHEET, tuple(cells), height, width, page_no=page_no, sheet_name=sheet.name)


def _covered_count(merge: tuple[int, int, int, int]) -> int:
    r0, c0, r1, c1 = merge
    return max(0, min(r1, MAX_ROWS) - r0 + 1) * max(0, min(c1, MAX_COLS) - c0 + 1)


def _covered(merges: tuple[tuple[int, int, int, int], ...]) -> Iterator[tuple[int, int]]:
    for r0, c0, r1, c1 in merges:
        for row in range(r0, min(r1, MAX_ROWS) + 1):
            for col in range(c0, min(c1, MAX_COLS) + 1):
                if (row, col) != (r0, c0):
                    yield row, col


def _cell_texts(value: Any, number_format: str) -> tuple[str, str | None]:  # noqa: ANN401 (both libraries give Any)
    """Returns the text shown and, where it differs, the one stored."""
    if isinstance(value, bool):
        return str(value), None
    if isinstance(value, int | float):
        shown = shown_text(value, number_format)
        stored = str(exact(value)) if isinstance(value, int) else repr(value)
        return shown, (stored if stored != shown else None)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%Y-%m-%d"), None
    return str(value).replace("\xa0", " "), None
