"""What every reader ends in: a document of pages, pages of text lines and grids of cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class BBox(NamedTuple):
    """A box on a page in points, origin at the top left of the page as it is seen."""

    x0: float
    top: float
    x1: float
    bottom: float


class GridKind(StrEnum):
    """How the columns of a grid were told apart: the reading method kept with every value."""

    RULED = "pdf_ruled"
    SHEET = "sheet"
    WORD = "word_table"
    TABBED = "text_tabs"
    LAID_OUT = "text_whitespace"
    HTML = "html_table"
    SCAN = "scan_ocr"


#: Grids whose merged cells carry spans; in the others a blank header cell may belong to its left neighbour.
KINDS_WITH_SPANS = frozenset({GridKind.RULED, GridKind.SHEET, GridKind.WORD, GridKind.HTML, GridKind.SCAN})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as printed. Indices are 0-based within the grid; `line_no` is 1-based in text files.

    `text` is what a reader of the page sees; `stored_text` is what the file stores where that differs
    (a spreadsheet's 12935.109999999999 shown as 12,935.11).
    `note` names a decision the reader took about this cell, else `None`.
    """

    row_index: int
    col_index: int
    text: str
    row_span: int = 1
    col_span: int = 1
    line_no: int | None = None
    bbox: BBox | None = None
    stored_text: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: cells in row-major order, at most one per position.

    `col_edges` are the x positions of the column rules in points (one more than columns), `None` where columns
    have no geometry: a continuation page's columns are found again by them, never by their number.
    """

    kind: GridKind
    cells: tuple[Cell, ...]
    row_count: int
    col_count: int
    page_no: int | None = None
    sheet_name: str | None = None
    bbox: BBox | None = None
    col_edges: tuple[float, ...] | None = None

    def rows(self) -> Iterator[dict[int, Cell]]:
        """Yields one dict per row, from column index to the cell that begins there."""
        by_row: list[dict[int, Cell]] = [{} for _ in range(self.row_count)]
        for cell in self.cells:
            by_row[cell.row_index][cell.col_index] = cell
        yield from by_row


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of running text, or of a table printed without separators; white space kept.

    `word_spans` are the (left, right) x positions in points of the parts between white space, one each, where the
    format has positions (PDF, scans), else `None`.
    """

    text: str
    page_no: int | None = None
    line_no: int | None = None
    bbox: BBox | None = None
    word_spans: tuple[tuple[float, float], ...] | None = None


Block = TextLine | Grid
#: A block of a document, as (page index, block index).
BlockPlace = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """One page, sheet or whole text file: blocks in reading order.

    `is_turned`: a scan that was turned upright to be read; its boxes are not those of the page as it lies in the file.
    """

    page_no: int
    blocks: tuple[Block, ...]
    name: str | None = None
    is_turned: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read. `page_count` is `None` where the format has no pages (text).

    `notes` say what was left out on purpose (hidden sheets); `damage` says where the file itself is broken, so that
    figures may be missing. `hidden` holds the cells of hidden rows and columns, one grid a sheet: nobody who opens the
    file sees them, so no figure of theirs is read.
    """

    document_id: str
    file_name: str
    media_type: str
    pages: tuple[Page, ...]
    page_count: int | None
    notes: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    hidden: tuple[Grid, ...] = ()
