"""PDF pages that are pictures: told from pages of text, drawn by pdfium, read by OCR in their place.

A document may hold both kinds; only pages (almost) without characters come here, because OCR costs seconds.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.errors import MissingTool
from pipeline.model.grid import Grid, Page
from pipeline.readers.scan import read_scan
from pipeline.readers.scan_engine import require_ocr
from pipeline.readers.scan_figures import COARSE_DPI, resolution_notes, unreadable_notes

POINTS_PER_INCH = 72
#: A scanned page may carry a page number or a scanner's advertisement as text; a page of text has more.
_FEW_CHARACTERS = 40
#: Then only a picture of this share of the page is a scan.
_MOST_OF_THE_PAGE = 0.6
#: Pictures smaller than this share are logos and lines, text or none.
_MORE_THAN_A_LOGO = 0.02
#: A form object may hold the page's picture, this deep at most.
_DEPTH = 4


def with_picture_pages(data: bytes, pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Returns a PDF's pages with those that are pictures read by OCR, and notes on what could not be read.

    Args:
        data: The PDF.
        pages: Its pages as read from their characters, in order.

    Raises:
        MissingTool: Every page is a picture and the OCR packages are not installed.
    """
    read = list(pages)
    notes: list[str] = []
    if all(_character_count(page) > _FEW_CHARACTERS for page in pages):
        return read, []
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return read, []
    try:
        wanted = [index for index, page in enumerate(read) if _is_picture(document, index, _character_count(page))]
        for index in wanted:
            try:
                page = document[index]
                drawn = read_pdf_picture_page(page, read[index].page_no)
            except pypdfium2.PdfiumError as error:
                notes.append(f"page {read[index].page_no} is a picture that cannot be drawn ({error})")
                continue
            dpi = _scanned_dpi(page)
            page.close()  # pdfium keeps a page's decoded pictures until then
            if _character_count(drawn) > _character_count(read[index]):
                read[index] = drawn
                notes += unreadable_notes(drawn) + resolution_notes(drawn.page_no, dpi)
    except MissingTool as error:
        if not any(page.blocks for page in pages):
            raise
        numbers = ", ".join(str(read[index].page_no) for index in wanted)
        return read, [f"pages that are pictures were not read ({error.found}): {numbers}"]
    finally:
        document.close()
    return read, notes


def _character_count(page: Page) -> int:
    texts = (cell.text for block in page.blocks for cell in (block.cells if isinstance(block, Grid) else (block,)))
    return sum(len(text) for text in texts)


def _is_picture(document: Any, index: int, character_count: int) -> bool:  # noqa: ANN401 (pypdfium2 has no types)
    """Whether a page (0-based) is a picture: a large one, or any but a logo where the page has no character."""
    if character_count > _FEW_CHARACTERS:
        return False
    try:
        page = document[index]
    except pypdfium2.PdfiumError:  # the other engine has read it: pdfium finds no such page, and no picture
        return False
    width, height = page.get_size()
    share = sum(_picture_areas(page)) / max(width * height, 1)
    page.close()
    return bool(share > (_MOST_OF_THE_PAGE if character_count else _MORE_THAN_A_LOGO))


def _picture_areas(page: Any) -> Iterator[float]:  # noqa: ANN401 (pypdfium2 has no types)
    """Yields the area of each picture on a page, in square points."""
    for width, height, _ in _pictures(page):
        yield width * height


def _scanned_dpi(page: Any) -> float:  # noqa: ANN401 (pypdfium2 has no types)
    """The page's largest picture's resolution, whichever way it lies; `COARSE_DPI` where there is none to warn of."""
    largest = max(_pictures(page), key=lambda picture: picture[0] * picture[1], default=None)
    if largest is None:
        return COARSE_DPI
    width, height, pixels = largest
    return math.sqrt(pixels / max(width * height, 1)) * POINTS_PER_INCH


def _pictures(page: Any) -> Iterator[tuple[float, float, int]]:  # noqa: ANN401 (pypdfium2 has no types)
    """Yields width and height in points and the number of pixels of each picture on a page."""
    for found in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH):
        sides = [ctypes.c_float() for _ in range(4)]
        if pdfium_c.FPDFPageObj_GetBounds(found.raw, *sides):
            left, bottom, right, top = (side.value for side in sides)
            across, down = found.get_px_size()
            yield abs(right - left), abs(top - bottom), across * down


def read_pdf_picture_page(page: Any, page_no: int) -> Page:  # noqa: ANN401 (pypdfium2 has no types)
    """Draws one page of an open `pypdfium2.PdfDocument` and reads it.

    Raises:
        MissingTool: The OCR packages are not installed.
    """
    require_ocr()
    import numpy as np

    from pipeline.readers.scan_image import Scan, working_scale

    px_per_pt = working_scale(max(page.get_size()))
    bitmap = page.render(scale=px_per_pt, rev_byteorder=True)
    pixels = np.atleast_3d(bitmap.to_numpy())
    colours = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels[:, :, :3]
    scan = Scan(np.array(colours), px_per_pt)
    bitmap.close()
    return read_scan(scan, page_no)
