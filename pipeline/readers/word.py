"""Word .docx: paragraphs as text lines, tables as grids with spans, in the order of the document.

What is wrapped is read as if it were not: content controls, insertions not yet accepted, text boxes, tables inside
tables. python-docx passes over all of them, and a figure of theirs would be missing without a word.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.exceptions import XmlchemyError
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement

from pipeline.errors import DamagedFile, EmptyFile
from pipeline.model.grid import Block, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.limits import check_package
from pipeline.readers.package_errors import PACKAGE_ERRORS

_ERRORS: tuple[type[Exception], ...] = (PackageNotFoundError, XmlchemyError, *PACKAGE_ERRORS)

#: What stands around paragraphs, rows and cells without being one.
_WRAPPERS = frozenset(qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
#: What Word does not show, or shows in another form beside it.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HIDDEN = frozenset((qn("w:del"), qn("w:moveFrom"), _FALLBACK))
_PARAGRAPH, _TABLE, _ROW, _CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
_RUN, _TEXT, _TEXT_BOX = (qn(f"w:{name}") for name in ("r", "t", "txbxContent"))


def read_docx(source: SourceFile, data: bytes) -> Document:
    """Reads a .docx to one page (Word files carry no page numbers).

    Raises:
        BeyondLimits: Larger unpacked than a document can be.
        DamagedFile: The package or its XML cannot be opened.
        EmptyFile: Neither text nor table.
    """
    damage: list[str] = []
    try:
        check_package(data)
        body = docx.Document(io.BytesIO(data)).element.body
        blocks = tuple(_blocks(body, damage))
    except _ERRORS as error:
        raise DamagedFile(
            f"the Word file cannot be opened ({type(error).__name__})",
            expected="a complete .docx",
            remedy="open it in Word or LibreOffice and save it again",
        ) from error
    if not blocks:
        raise EmptyFile("the Word file holds neither text nor tables", remedy="fetch the file again")
    pages = (Page(1, blocks),)
    return Document(source.document_id, source.file_name, "word/docx", pages, page_count=None, damage=tuple(damage))


def _blocks(body: BaseOxmlElement, damage: list[str]) -> Iterator[Block]:
    for line_no, item in enumerate(_content(body), 1):
        if isinstance(item, CT_P):
            for text in _text_of(item).split("\n"):
                if text.strip():
                    yield TextLine(text, page_no=1, line_no=line_no)
        elif isinstance(item, CT_Tbl):
            yield from _table_to_grids(item, damage)


def _content(parent: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yields the paragraphs and tables of a part of the document, each paragraph before the text boxes fixed to it."""
    for item in _through_wrappers(parent):
        if item.tag in (_PARAGRAPH, _TABLE):
            yield item
        if item.tag == _PARAGRAPH:
            for box in item.iter(_TEXT_BOX):
                if not _is_hidden(box, item):
                    yield from _content(box)


def _through_wrappers(parent: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    for child in parent.iterchildren("*"):
        if child.tag in _WRAPPERS:
            yield from _through_wrappers(child)
        else:
            yield child


def _is_hidden(element: BaseOxmlElement, below: BaseOxmlElement) -> bool:
    """Whether it stands, below the given paragraph, in something Word does not show, or in a text box's own text."""
    for ancestor in element.iterancestors():
        if ancestor is below:
            return False
        if ancestor.tag in _HIDDEN or ancestor.tag in (_PARAGRAPH, _TEXT_BOX):
            return True
    return False


def _table_to_grids(table: CT_Tbl, damage: list[str]) -> Iterator[Grid]:
    """Turns a Word table into a grid, and those inside its cells into grids after it.

    gridSpan and vMerge become spans; a continued merge has no cell.
    """
    cells: list[Cell] = []
    inner: list[CT_Tbl] = []
    open_merge: dict[int, int] = {}
    width = 0
    rows = [row for row in _through_wrappers(table) if isinstance(row, CT_Row)]
    for row_index, row in enumerate(rows):
        col_index = row.grid_before
        for tc in _cells_of(row, damage):
            if tc is None:
                col_index += 1
                continue
            span = max(1, tc.grid_span)  # Word takes a span of none or less for one
            if tc.vMerge == "continue" and col_index in open_merge:
                at = open_merge[col_index]
                cells[at] = _taller(cells[at])
            else:
                open_merge.pop(col_index, None)
                if tc.vMerge == "restart":
                    open_merge[col_index] = len(cells)
                items = list(_content(tc))
                inner += [item for item in items if isinstance(item, CT_Tbl)]
                text = "\n".join(_text_of(item) for item in items if isinstance(item, CT_P))
                cells.append(Cell(row_index, col_index, text, col_span=span))
            col_index += span
        width = max(width, col_index)
    yield Grid(GridKind.WORD, tuple(cells), row_count=len(rows), col_count=max(width, 1), page_no=1)
    for one in inner:
        yield from _table_to_grids(one, damage)


def _cells_of(row: CT_Row, damage: list[str]) -> Iterator[CT_Tc | None]:
    """Yields the cells of a row; `None` for something that holds text where only a cell may: its column is kept."""
    for child in _through_wrappers(row):
        if isinstance(child, CT_Tc):
            yield child
        elif any(text.text for text in child.iter(_TEXT)):
            damage.append("a row of a Word table holds text outside its cells: a figure may be missing there")
            yield None


def _taller(cell: Cell) -> Cell:
    return Cell(cell.row_index, cell.col_index, cell.text, cell.row_span + 1, cell.col_span)


def _text_of(paragraph: CT_P) -> str:
    return "".join(run.text for run in paragraph.iter(_RUN) if not _is_hidden(run, paragraph))
