"""PDF: ruled tables as grids with spans, everything else as text lines.

Pages are read by pdfium; a page, or a file, that pdfium cannot give whole is read by pdfplumber. From the glyphs and
rules on there is one way for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import ExitStack
from enum import StrEnum

from pipeline.errors import DamagedFile, NoTextLayer
from pipeline.model.grid import Block, Document, Page
from pipeline.model.source import SourceFile
from pipeline.readers.limits import MAX_PAGE_GLYPHS, refuse_above, refuse_pages_above
from pipeline.readers.pdf_glyphs import Glyph, PageGlyphs
from pipeline.readers.pdf_pdfium import CannotRead, PdfiumPdf, open_pdfium
from pipeline.readers.pdf_plumber import PlumberPdf, open_plumber
from pipeline.readers.pdf_streams import broken_stream_count
from pipeline.readers.pdf_tables import TooManyRules, find_tables, table_box, table_to_grid
from pipeline.readers.pdf_text import glyphs_to_lines
from pipeline.readers.pdf_woven import weave_figures
from pipeline.readers.scan_pdf import with_picture_pages


class PdfReading(StrEnum):
    """Other ways to read a page of characters, for where its sums deny what the usual one read."""

    PLUMBER = "by pdfplumber and rules"
    UNRULED = "by pdfium without rules"


def read_pages_again(source: SourceFile, data: bytes, reading: PdfReading, page_nos: Set[int]) -> Document:
    """Reads some pages of a PDF of characters in another way.

    Raises:
        EncryptedFile, DamagedFile: As `read_pdf`.
    """
    found = read_page_glyphs(data, page_nos, by_plumber=reading is PdfReading.PLUMBER)
    pages = [page_from_glyphs(glyphs, has_rules=reading is not PdfReading.UNRULED)[0] for glyphs in found]
    return Document(source.document_id, source.file_name, "application/pdf", tuple(pages), page_count=len(pages))


def read_pdf(source: SourceFile, data: bytes) -> Document:
    """Reads a PDF: pages of characters, and by OCR pages that are pictures.

    Raises:
        EncryptedFile: A password is needed.
        DamagedFile: The file is cut off or not a PDF inside.
        NoTextLayer: No page holds a character, nor a picture of one.
        MissingTool: All pages are pictures and the OCR packages are not installed.
    """
    pages: list[Page] = []
    notes: list[str] = []
    for glyphs in read_page_glyphs(data):
        page, page_notes = page_from_glyphs(glyphs)
        pages.append(page)
        notes += page_notes
    if not pages:
        raise DamagedFile("the PDF has no page", expected="at least one", remedy="fetch the file again")
    pages, picture_notes = with_picture_pages(data, pages)
    notes += picture_notes
    if not any(page.blocks for page in pages):
        raise NoTextLayer(
            f"none of the {len(pages)} pages holds a character, nor a picture of one",
            expected="a PDF with text or scanned pages",
            remedy="use the publisher's Word or Excel file",
        )
    broken = broken_stream_count(data)
    return Document(
        source.document_id,
        source.file_name,
        "application/pdf",
        tuple(pages),
        page_count=len(pages),
        notes=tuple(notes),
        damage=(f"{broken} compressed stream(s) of the PDF are broken: lines may be missing",) if broken else (),
    )


def read_page_glyphs(
    data: bytes, page_nos: Set[int] | None = None, *, by_plumber: bool = False
) -> Iterator[PageGlyphs]:
    """Yields page by page what is printed: number, size, glyphs and rules; one page is held at a time.

    Args:
        data: The file.
        page_nos: The pages wanted, from 1; `None` takes all.
        by_plumber: All pages by the second engine.

    Raises:
        EncryptedFile: A password is needed.
        DamagedFile: Neither engine can open the file.
    """
    with ExitStack() as stack:
        try:
            pdfium = None if by_plumber else stack.enter_context(open_pdfium(data))
        except CannotRead:
            pdfium = None
        if pdfium is None:
            plumber = stack.enter_context(open_plumber(data))
            refuse_pages_above(plumber.page_count)
            yield from (plumber.read_page(page_no) for page_no in _wanted(plumber.page_count, page_nos))
            return
        refuse_pages_above(pdfium.page_count)
        yield from _pages(pdfium, data, stack, page_nos)


def _wanted(page_count: int, page_nos: Set[int] | None) -> list[int]:
    return [page_no for page_no in range(1, page_count + 1) if page_nos is None or page_no in page_nos]


def _pages(pdfium: PdfiumPdf, data: bytes, stack: ExitStack, page_nos: Set[int] | None) -> Iterator[PageGlyphs]:
    """Reads each page by pdfium, or by pdfplumber, which is opened for the first page that needs it."""
    plumber: PlumberPdf | None = None
    for page_no in _wanted(pdfium.page_count, page_nos):
        try:
            page = pdfium.read_page(page_no)
        except CannotRead:
            plumber = plumber or stack.enter_context(open_plumber(data))
            page = plumber.read_page(page_no)
        yield page


def page_from_glyphs(page: PageGlyphs, *, has_rules: bool = True) -> tuple[Page, tuple[str, ...]]:
    """Finds the tables of a page and the lines outside them; returns with them what was left out."""
    refuse_above(len(page.glyphs), MAX_PAGE_GLYPHS, f"characters on page {page.page_no}")
    notes = page.notes
    try:
        tables = find_tables((page.rules or ()) if has_rules else ())
    except TooManyRules as error:
        tables = []
        notes += (f"page {page.page_no}: {error}, a drawing; its tables were not looked for",)
    placed: list[tuple[float, Block]] = []
    outside: Sequence[Glyph] = page.glyphs
    for cells in tables:
        grid, outside = table_to_grid(cells, outside, page.page_no)
        placed.append((table_box(cells).top, grid))
    lines = weave_figures(glyphs_to_lines(outside, page.page_no))
    placed += [(line.bbox.top, line) for line in lines if line.bbox]
    placed.sort(key=lambda item: item[0])
    return Page(page_no=page.page_no, blocks=tuple(block for _, block in placed)), notes
