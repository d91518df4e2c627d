"""Word .docx: paragraphs as text lines, tables as grids with spans, in the order of the document."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
from docx.document import Document as DocxDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.exceptions import XmlchemyError
from docx.oxml.table import CT_Tc
from docx.table import Table
from docx.text.paragraph import Paragraph

from pipeline.errors import DamagedFile, EmptyFile
from pipeline.model.grid import Block, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.limits import check_package
from pipeline.readers.package_errors import PACKAGE_ERRORS

_ERRORS: tuple[type[Exception], ...] = (PackageNotFoundError, XmlchemyError, *PACKAGE_ERRORS)


def read_docx(source: SourceFile, data: bytes) -> Document:
    """Reads a .docx to one page (Word files carry no page numbers).

    Raises:
        BeyondLimits: Larger unpacked than a document can be.
        DamagedFile: The package or its XML cannot be opened.
        EmptyFile: Neither text nor table.
    """
    try:
        check_package(data)
        document = docx.Document(io.BytesIO(data))
        blocks = tuple(_blocks(document))
    except _ERRORS as error:
        raise DamagedFile(
            f"the Word file cannot be opened ({type(error).__name__})",
            expected="a complete .docx",
            remedy="open it in Word or LibreOffice and save it again",
        ) from error
    if not blocks:
        raise EmptyFile("the Word file holds neither text nor tables", remedy="fetch the file again")
    return Document(source.document_id, source.file_name, "word/docx", (Page(1, blocks),), page_count=None)


def _blocks(document: DocxDocument) -> Iterator[Block]:
    for line_no, item in enumerate(document.iter_inner_content(), 1):
        if isinstance(item, Paragraph):
            for text in item.text.split("\n"):
                if text.strip():
                    yield TextLine(text, page_no=1, line_no=line_no)
        elif isinstance(item, Table):
            yield docx_table_to_grid(item)


def docx_table_to_grid(table: Table) -> Grid:
    """Turns a Word table into a grid: gridSpan and vMerge become spans; a continued merge has no cell."""
    cells: list[Cell] = []
    open_merge: dict[int, int] = {}
    width = 0
    rows = table._tbl.tr_lst  # noqa: SLF001 (python-docx repeats merged cells above this level)
    for row_index, row in enumerate(rows):
        col_index = row.grid_before
        for tc in row.tc_lst:
            span = max(1, tc.grid_span)  # Word takes a span of none or less for one
            if tc.vMerge == "continue" and col_index in open_merge:
                at = open_merge[col_index]
                cells[at] = _taller(cells[at])
            else:
                open_merge.pop(col_index, None)
                if tc.vMerge == "restart":
                    open_merge[col_index] = len(cells)
                cells.append(Cell(row_index, col_index, _text_of(tc, table), col_span=span))
            col_index += span
        width = max(width, col_index)
    return Grid(GridKind.WORD, tuple(cells), row_count=len(rows), col_count=max(width, 1), page_no=1)


def _taller(cell: Cell) -> Cell:
    return Cell(cell.row_index, cell.col_index, cell.text, cell.row_span + 1, cell.col_span)


def _text_of(tc: CT_Tc, table: Table) -> str:
    return "\n".join(Paragraph(p, table).text for p in tc.p_lst)
