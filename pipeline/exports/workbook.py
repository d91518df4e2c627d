"""The comparison tables as one .xlsx file: numbers as numbers, codes as text, every figure linked to its sources.

What lives here: sheets, links, styles, and the same bytes for the same figures. What must not: which tables there are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink

from pipeline.exports.about import MAX_LINKS, MAX_ROWS, about_lines
from pipeline.exports.cells import (
    GENERAL,
    TEXT,
    explained,
    format_of,
    is_like_formula,
    text_of,
    title_of,
    width_of,
)
from pipeline.exports.choice import Choice
from pipeline.exports.files import write_in_one_step
from pipeline.exports.tables import (
    SOURCE_COLUMNS,
    Row,
    Table,
    list_tables,
    rows_of,
    source_comments,
    sources_of,
)
from pipeline.published.warehouse import Connection

_SOURCES, _COLUMNS, _ABOUT = "sources 出处", "columns 字段说明", "about 说明"
_LINK_COLUMN = "sources"
_LINK_COMMENT = (
    "Rows of the sheet of sources that show where the figures of this row stand on their pages. "
    "本行数字的出处在出处表中的行号。"
)
_HEAD_FONT, _LINK_FONT = Font(bold=True), Font(color="0563C1", underline="single")
_HEAD_FILL = PatternFill("solid", fgColor="DDEBF7")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
#: openpyxl writes the time of saving; the same figures shall give the same bytes.
_SAVED_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_FIXED_TIME = rb"\g<1>2026-01-01T00:00:00Z\g<2>"
_NUMBER = (int, float, Decimal)
#: openpyxl carries no types.
Sheet = Any
Cell = Any


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows of each table, and figures with their source."""

    rows: dict[str, int]
    sources: int


@dataclass(slots=True)
class _Blocks:
    """Rows of the sheets of sources: rows of a table that rest on the same figures share one block."""

    max_rows: int
    first_rows: dict[tuple[str, ...], int] = field(default_factory=dict)
    used: int = 0

    def place(self, value_ids: tuple[str, ...]) -> tuple[str, int, int]:
        """Sheet, first and last row of the block of these figures, which is begun where it is new."""
        if value_ids not in self.first_rows:
            space = self.max_rows - 1
            left = space - self.used % space
            if len(value_ids) > left:  # a block stays on one sheet, unless it is longer than a sheet
                self.used += left if len(value_ids) <= space else 0
            self.first_rows[value_ids] = self.used
            self.used += len(value_ids)
        first = self.first_rows[value_ids]
        part, row = divmod(first, self.max_rows - 1)
        last = min(row + len(value_ids), self.max_rows - 1)
        return f"{_SOURCES} {part + 1}" if part else _SOURCES, row + 2, last + 1


@dataclass(slots=True)
class _Sheets:
    """The workbook while it is written, and where the columns are explained."""

    workbook: Any
    max_rows: int
    max_links: int

    def begin(self, title: str, columns: Sequence[tuple[str, str]]) -> Sheet:
        """A sheet with its head: widths, a frozen first row with the names of the columns."""
        sheet = self.workbook.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, (name, number_format) in enumerate(columns, start=1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(number)].width = width_of(name, number_format)
        sheet.append([_head(sheet, name) for name, _ in columns])
        return sheet


def write_workbook(
    connection: Connection, choice: Choice, target: Path, *, max_rows: int = MAX_ROWS, max_links: int = MAX_LINKS
) -> Written:
    """Writes the workbook in one step.

    Args:
        connection: The published file.
        choice: What of it to write.
        target: The .xlsx file.
        max_rows: Rows of a sheet; what is more goes on a further sheet.
        max_links: Links of a sheet; rows beyond it have the rows of their sources as text only.

    Raises:
        FileInUse: The file cannot be replaced.
        NoWarehouse: The file has no comparison tables.
    """
    tables = list_tables(connection)
    sheets = _Sheets(openpyxl.Workbook(write_only=True), max_rows, max_links)
    about = sheets.begin(_ABOUT, (("", TEXT), ("", TEXT)))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 26, 110
    blocks = _Blocks(max_rows)
    counts = {table.short: _write_table(sheets, table, rows_of(connection, table, choice), blocks) for table in tables}
    _write_columns(sheets, tables, source_comments(connection))
    written = Written(counts, _write_sources(connection, sheets, blocks))
    _write_about(about, tables, choice, written)
    content = io.BytesIO()
    sheets.workbook.save(content)
    write_in_one_step(target, _packed_again(content))
    return written


def _write_table(sheets: _Sheets, table: Table, rows: Iterator[Row], blocks: _Blocks) -> int:
    columns = [(column.name, format_of(column.name, column.type)) for column in table.shown]
    has_sources = bool(table.id_columns)
    head = [*columns, *([(_LINK_COLUMN, TEXT)] if has_sources else [])]
    figures = [number for number, (name, _) in enumerate(columns) if name in table.figures]
    linked_rows = sheets.max_links // (len(figures) + 1)
    sheet, count = sheets.begin(title_of(table.short, table.title_zh), head), 0
    for row in rows:
        count += 1
        part, number = divmod(count - 1, sheets.max_rows - 1)
        if part and not number:
            sheet = sheets.begin(title_of(table.short, table.title_zh, part + 1), head)
        cells = [_cell(sheet, value, kind) for value, (_, kind) in zip(row.values, columns, strict=True)]
        if has_sources and row.value_ids:
            place = blocks.place(row.value_ids)
            cells.append(_cell(sheet, f"{place[0]}!{place[1]}–{place[2]}", TEXT))
            if number < linked_rows:
                for cell in (cells[-1], *(cells[figure] for figure in figures)):
                    _link(cell, place)
        sheet.append(cells)
    return count


def _write_sources(connection: Connection, sheets: _Sheets, blocks: _Blocks) -> int:
    known = sources_of(connection, sorted({one for ids in blocks.first_rows for one in ids}))
    head = [(name, _SOURCE_FORMATS.get(name, TEXT)) for name in SOURCE_COLUMNS]
    sheet, part, row = sheets.begin(_SOURCES, head), 0, 0
    for value_ids, first in blocks.first_rows.items():
        for position, value_id in enumerate(value_ids, start=first):
            if position // (sheets.max_rows - 1) > part:
                part, row = part + 1, 0
                sheet = sheets.begin(f"{_SOURCES} {part + 1}", head)
            while row < position % (sheets.max_rows - 1):  # a block that did not fit began on the next sheet
                sheet.append([])
                row += 1
            values = known.get(value_id, (value_id,))
            sheet.append([_cell(sheet, value, kind) for value, (_, kind) in zip(values, head, strict=False)])
            row += 1
    return len(known)


_SOURCE_FORMATS = {"fiscal_year": "0", "page_no": "0", "row_no": "0", "col_no": "0", "amount_yuan": "#,##0.00"}


def _write_columns(sheets: _Sheets, tables: Sequence[Table], of_sources: dict[str, str]) -> None:
    sheet = sheets.begin(_COLUMNS, (("sheet", TEXT), ("column", TEXT), ("type", TEXT), ("explanation", TEXT)))
    for table in tables:
        title = title_of(table.short, table.title_zh)
        _text_row(sheet, (title, "", f"marts.{table.name}", explained(table.comment)))
        for column in table.shown:
            _text_row(sheet, (title, column.name, column.type, explained(column.comment)))
        if table.id_columns:
            _text_row(sheet, (title, _LINK_COLUMN, "", _LINK_COMMENT))
    for name, comment in of_sources.items():
        _text_row(sheet, (_SOURCES, name, "", explained(comment)))


def _write_about(about: Sheet, tables: Sequence[Table], choice: Choice, written: Written) -> None:
    for row in about_lines(choice):
        _text_row(about, row)
    for table in tables:
        title = title_of(table.short, table.title_zh)
        cells = [_cell(about, title, TEXT), _cell(about, f"{written.rows[table.short]:,} rows 行", TEXT)]
        _link(cells[0], (title, 1, 1))
        about.append(cells)
    for title, told in (
        (_COLUMNS, "what every column means 各字段含义"),
        (_SOURCES, f"{written.sources:,} figures 个数字"),
    ):
        cells = [_cell(about, title, TEXT), _cell(about, told, TEXT)]
        _link(cells[0], (title, 1, 1))
        about.append(cells)


def _text_row(sheet: Sheet, texts: Sequence[str]) -> None:
    cells = [_cell(sheet, text, GENERAL) for text in texts]
    for cell in cells:
        if cell is not None:
            cell.alignment = _WRAPPED
    sheet.append(cells)


def _head(sheet: Sheet, name: str) -> Cell:
    cell = _text_cell(sheet, name)
    cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
    return cell


def _cell(sheet: Sheet, value: object, number_format: str) -> Cell:
    """A cell that holds a number as a number and everything else as text that is never run; null is no cell."""
    if value is None:
        return None
    if isinstance(value, _NUMBER) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value=value)
    else:
        cell = _text_cell(sheet, text_of(value))
    if number_format != GENERAL:  # a style of its own costs more than the value
        cell.number_format = number_format
    return cell


def _text_cell(sheet: Sheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
    if is_like_formula(text):
        cell.quotePrefix = True
    return cell


def _link(cell: Cell, place: tuple[str, int, int]) -> None:
    if cell is None:
        return
    cell.hyperlink = Hyperlink(ref="A1", location=f"'{place[0]}'!A{place[1]}:A{place[2]}")
    cell.font = _LINK_FONT


def _packed_again(content: io.BytesIO) -> bytes:
    """The same package with fixed times."""
    packed = io.BytesIO()
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = 3  # the same on every system
            target.writestr(info, _SAVED_AT.sub(_FIXED_TIME, source.read(name)), zipfile.ZIP_DEFLATED, 6)
    return packed.getvalue()
