"""pdfplumber as the second engine: pages pdfium cannot give, and files pdfium cannot open. Slow, forgiving."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psparser import PSException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from pipeline.errors import DamagedFile, EncryptedFile
from pipeline.readers.pdf_glyphs import Glyph, PageGlyphs, Rule, rule_between, seen_glyphs


class PlumberPdf:
    """A PDF open in pdfplumber."""

    def __init__(self, pdf: PDF) -> None:
        self._pdf = pdf

    @property
    def page_count(self) -> int:
        """How many pages pdfminer finds."""
        with translated_errors():
            return len(self._pdf.pages)

    def read_page(self, page_no: int) -> PageGlyphs:
        """Reads one page and lets go of what pdfplumber keeps of it."""
        with translated_errors():
            page = self._pdf.pages[page_no - 1]
            try:
                return _page_glyphs(page)
            finally:
                page.close()


@contextmanager
def open_plumber(data: bytes) -> Iterator[PlumberPdf]:
    """Opens a PDF.

    Raises:
        EncryptedFile: A password is needed.
        DamagedFile: The file is cut off or not a PDF inside.
    """
    with translated_errors():
        pdf = pdfplumber.open(io.BytesIO(data))
    try:
        yield PlumberPdf(pdf)
    finally:
        # pdfplumber's close reads the pages again: on a broken page it raises what reading it raised
        with translated_errors():
            pdf.close()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turns what pdfminer raises for bad files into our errors."""
    try:
        yield
    except (PDFPasswordIncorrect, PdfminerException, MalformedPDFException, PDFSyntaxError, PSException) as error:
        raise _translate(error) from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise DamagedFile(
            f"the PDF's inner structure is broken ({type(error).__name__})",
            expected="a complete PDF",
            remedy="fetch the file again",
        ) from error


def _translate(error: Exception) -> EncryptedFile | DamagedFile:
    inner = error.args[0] if error.args else error
    if isinstance(error, PDFPasswordIncorrect) or isinstance(inner, PDFPasswordIncorrect):
        return EncryptedFile("the PDF asks for a password", remedy="ask the publisher for an open copy")
    return DamagedFile(
        f"the PDF cannot be opened ({type(inner).__name__})",
        expected="a complete PDF",
        remedy="fetch the file again",
    )


def _page_glyphs(page: PlumberPage) -> PageGlyphs:
    dx, dy, width, height = _seen_box(page)
    left, top = page.mediabox[0] + dx, page.mediabox[1] + dy
    glyphs = (
        Glyph(c["text"], c["x0"] - left, c["top"] - top, c["x1"] - left, c["bottom"] - top, bool(c["upright"]))
        for c in page.chars
    )
    rules = (_rule(edge, left, top) for edge in page.edges)
    return PageGlyphs(
        page.page_number, width, height, seen_glyphs(glyphs, width, height), tuple(rule for rule in rules if rule)
    )


def _seen_box(page: PlumberPage) -> tuple[float, float, float, float]:
    """How far the page as seen lies right of and below the turned media box, and its width and height."""
    mx0, my0, mx1, my1 = _in_order(page.page_obj.mediabox)
    cx0, cy0, cx1, cy1 = _in_order(page.page_obj.cropbox)
    x0, y0, x1, y1 = max(mx0, cx0), max(my0, cy0), min(mx1, cx1), min(my1, cy1)
    if x0 >= x1 or y0 >= y1:
        x0, y0, x1, y1 = mx0, my0, mx1, my1
    by_turn = {
        0: (x0 - mx0, my1 - y1, x1 - x0, y1 - y0),
        90: (y0 - my0, x0 - mx0, y1 - y0, x1 - x0),
        180: (mx1 - x1, y0 - my0, x1 - x0, y1 - y0),
        270: (my1 - y1, mx1 - x1, y1 - y0, x1 - x0),
    }
    return by_turn.get(page.rotation, by_turn[0])


def _in_order(box: Sequence[float]) -> tuple[float, float, float, float]:
    """Any two opposite corners may be written in a box."""
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _rule(edge: dict[str, Any], left: float, top: float) -> Rule | None:
    return rule_between(edge["x0"] - left, edge["top"] - top, edge["x1"] - left, edge["bottom"] - top)
