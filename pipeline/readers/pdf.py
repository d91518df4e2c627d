"""PDF through pdfplumber: ruled tables as grids with spans, everything else as text lines."""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psparser import PSException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from pipeline.errors import DamagedFile, EncryptedFile, NoTextLayer
from pipeline.model.grid import BBox, Block, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.model.source import SourceFile

#: Rules closer than this are one rule: a hairline drawn as a thin rectangle has two edges.
EDGE_TOLERANCE_PT = 2.0
#: Fake bold prints a glyph twice, at most this far apart.
DOUBLED_GLYPH_PT = 1.0


def read_pdf(source: SourceFile, data: bytes) -> Document:
    """Reads a PDF with a text layer.

    Raises:
        EncryptedFile: A password is needed.
        DamagedFile: The file is cut off or not a PDF inside.
        NoTextLayer: No page holds a character.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages = tuple(_read_page(page) for page in pdf.pages)
    except (PDFPasswordIncorrect, PdfminerException, PDFSyntaxError, PSException) as error:
        raise _translate(error) from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise DamagedFile(
            f"the PDF's inner structure is broken ({type(error).__name__})",
            expected="a complete PDF",
            remedy="fetch the file again",
        ) from error
    if not pages:
        raise DamagedFile("the PDF has no page", expected="at least one", remedy="fetch the file again")
    if not any(page.blocks for page in pages):
        raise NoTextLayer(
            f"none of the {len(pages)} pages holds a character: the pages are pictures",
            expected="a PDF with text",
            remedy="use the publisher's Word or Excel file",
        )
    return Document(source.document_id, source.file_name, "application/pdf", pages, page_count=len(pages))


def _translate(error: Exception) -> EncryptedFile | DamagedFile:
    inner = error.args[0] if error.args else error
    if isinstance(error, PDFPasswordIncorrect) or isinstance(inner, PDFPasswordIncorrect):
        return EncryptedFile("the PDF asks for a password", remedy="ask the publisher for an open copy")
    return DamagedFile(
        f"the PDF cannot be opened ({type(inner).__name__})",
        expected="a complete PDF",
        remedy="fetch the file again",
    )


def _read_page(page: PlumberPage) -> Page:
    page = page.dedupe_chars(tolerance=DOUBLED_GLYPH_PT, extra_attrs=())
    tables = [table for table in page.find_tables() if len(table.cells) > 1]
    placed: list[tuple[float, Block]] = [
        (table.bbox[1], table_to_grid(table, page, page.page_number)) for table in tables
    ]
    placed += [(line.bbox.top, line) for line in _text_lines(page, tables) if line.bbox]
    placed.sort(key=lambda item: item[0])
    page.close()
    return Page(page_no=page.page_number, blocks=tuple(block for _, block in placed))


def _text_lines(page: PlumberPage, tables: list[Table]) -> Iterator[TextLine]:
    boxes = [table.bbox for table in tables]

    def is_outside(obj: dict[str, Any]) -> bool:
        x, y = (obj["x0"] + obj["x1"]) / 2, (obj["top"] + obj["bottom"]) / 2
        return not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)

    rest = page.filter(lambda obj: obj.get("object_type") == "char" and is_outside(obj))
    for line in rest.extract_text_lines(return_chars=False):
        box = BBox(line["x0"], line["top"], line["x1"], line["bottom"])
        yield TextLine(line["text"], page_no=page.page_number, bbox=box)


def edges_of(positions: list[float]) -> list[float]:
    """Merges rule positions closer than `EDGE_TOLERANCE_PT` and returns them in order.

    >>> edges_of([100.0, 50.0, 50.9, 100.4])
    [50.0, 100.0]
    """
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > EDGE_TOLERANCE_PT:
            edges.append(position)
    return edges


def table_to_grid(table: Table, page: PlumberPage, page_no: int) -> Grid:
    """Turns pdfplumber's cells (boxes) into a grid with row and column spans, text with its line breaks."""
    xs = edges_of([x for cell in table.cells for x in (cell[0], cell[2])])
    ys = edges_of([y for cell in table.cells for y in (cell[1], cell[3])])

    def index(edges: list[float], position: float) -> int:
        return max(0, min(len(edges) - 1, bisect_left(edges, position - EDGE_TOLERANCE_PT)))

    chars_of = _chars_by_cell(table, page)
    cells = []
    for number, (x0, top, x1, bottom) in enumerate(table.cells):
        row, col = index(ys, top), index(xs, x0)
        chars = chars_of[number]
        cells.append(
            Cell(
                row_index=row,
                col_index=col,
                text=pdfplumber.utils.extract_text(chars) if chars else "",
                row_span=max(1, index(ys, bottom) - row),
                col_span=max(1, index(xs, x1) - col),
                bbox=BBox(x0, top, x1, bottom),
            )
        )
    cells.sort(key=lambda cell: (cell.row_index, cell.col_index))
    return Grid(
        GridKind.RULED,
        tuple(cells),
        row_count=max(1, len(ys) - 1),
        col_count=max(1, len(xs) - 1),
        page_no=page_no,
        bbox=BBox(*table.bbox),
        col_edges=tuple(xs),
    )


def _chars_by_cell(table: Table, page: PlumberPage) -> list[list[dict[str, Any]]]:
    """Gives each character to the cell its centre stands in: one pass over characters, rows by bisection."""
    cells = table.cells
    by_top = sorted(range(len(cells)), key=lambda i: cells[i][1])
    tops = [cells[i][1] for i in by_top]
    tallest = max((cell[3] - cell[1] for cell in cells), default=0.0)
    found: list[list[dict[str, Any]]] = [[] for _ in cells]
    for char in page.chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        for position in range(bisect_left(tops, y - tallest), bisect_left(tops, y)):
            x0, top, x1, bottom = cells[by_top[position]]
            if x0 <= x < x1 and top <= y < bottom:
                found[by_top[position]].append(char)
                break
    return found
