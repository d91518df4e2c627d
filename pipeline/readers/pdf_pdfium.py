"""pdfium as the first engine: opens a file, turns a page upright, measures its glyphs.

What pdfium cannot give goes back as `CannotRead` with the reason, and the page is read by `pdf_plumber`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.errors import EncryptedFile
from pipeline.readers.pdf_calls import (
    DOUBLE_BYTES,
    FLOAT_BYTES,
    drain,
    objects_of_page,
    pdfium_calls,
    reals,
)
from pipeline.readers.pdf_glyphs import Glyph, PageGlyphs, seen_glyphs
from pipeline.readers.pdf_paths import MOST_PATH_POINTS, TooManyPoints, rules_of_page

#: A glyph leaning more than this part of its size does not stand upright: pdfium gives no true box for it.
LEANING_GLYPH = 0.01
#: pdfium's own marks for a hyphen at the end of a line.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})
_PASSWORD_NEEDED = 4


class CannotRead(Exception):
    """pdfium cannot give this page or file whole; the message says why."""


@contextmanager
def open_pdfium(data: bytes) -> Iterator[PdfiumPdf]:
    """Opens a PDF.

    Raises:
        EncryptedFile: A password is needed.
        CannotRead: pdfium finds no page, or had to guess where the objects of a broken file lie.
    """
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD_NEEDED:
            raise EncryptedFile("the PDF asks for a password", remedy="ask the publisher for an open copy") from error
        raise CannotRead(str(error)) from error
    try:
        if not pdfium_c.FPDF_DocumentHasValidCrossReferenceTable(pdf.raw):
            raise CannotRead("the file's table of objects is broken")
        yield PdfiumPdf(ctypes.cast(pdf.raw, ctypes.c_void_p).value or 0, len(pdf))
    finally:
        pdf.close()


class PdfiumPdf:
    """A PDF open in pdfium."""

    def __init__(self, handle: int, page_count: int) -> None:
        self._handle = handle
        self.page_count = page_count

    def read_page(self, page_no: int) -> PageGlyphs:
        """Reads one page and closes it.

        Raises:
            CannotRead: The page must be read by another engine.
        """
        calls = pdfium_calls()
        page = calls.load_page(self._handle, page_no - 1)
        if not page:
            raise CannotRead("pdfium cannot load the page")
        try:
            return _read_page(page, page_no)
        finally:
            calls.close_page(page)


def _read_page(page: int, page_no: int) -> PageGlyphs:
    left, bottom, width, height = _turn_upright(page)
    top = bottom + height
    glyphs = seen_glyphs(_glyphs(page, left, top), width, height)
    try:
        return PageGlyphs(page_no, width, height, glyphs, rules_of_page(page, left, top))
    except TooManyPoints:
        note = f"page {page_no}: more than {MOST_PATH_POINTS} points of lines; its tables were not looked for"
        return PageGlyphs(page_no, width, height, glyphs, None, (note,))


def _turn_upright(page: int) -> tuple[float, float, float, float]:
    """Turns the objects of a page stored on its side; returns left, bottom, width, height of the page as seen.

    pdfium measures glyphs along the stored page; turned in memory, they are measured as they are seen.
    """
    calls = pdfium_calls()
    box = (ctypes.c_float * 4)()
    calls.page_box(page, ctypes.addressof(box))
    x0, y1, x1, y0 = reals(box, "f")
    width, height = x1 - x0, y1 - y0
    quarter_turns = calls.rotation(page)
    if quarter_turns == 0:
        return x0, y0, width, height
    matrix = {
        1: (0.0, -1.0, 1.0, 0.0, -y0, x1),
        2: (-1.0, 0.0, 0.0, -1.0, x1, y1),
        3: (0.0, 1.0, -1.0, 0.0, y1, -x0),
    }[quarter_turns]
    buffer = (ctypes.c_float * 6)(*matrix)
    drain(map(calls.transform, objects_of_page(page), repeat(ctypes.addressof(buffer))))
    return (0.0, 0.0, height, width) if quarter_turns % 2 else (0.0, 0.0, width, height)


def _glyphs(page: int, left: float, top: float) -> Iterator[Glyph]:
    """Yields the glyphs of a page.

    Raises:
        CannotRead: Some glyphs have no Unicode, or run up, down or across the page.
    """
    calls = pdfium_calls()
    text_page = calls.load_text(page)
    if not text_page:
        raise CannotRead("pdfium cannot load the page's text")
    try:
        return _measured(text_page, calls.char_count(text_page), left, top)
    finally:
        calls.close_text(text_page)


def _measured(text_page: int, count: int, left: float, top: float) -> Iterator[Glyph]:
    calls = pdfium_calls()
    numbers = range(count)
    if 1 in map(calls.has_no_unicode, repeat(text_page), numbers):
        raise CannotRead("glyphs without Unicode")
    characters = _characters(text_page, count)
    # Blanks and line breaks that pdfium itself puts between glyphs belong to no text object, or say so.
    owners = list(map(calls.text_object, repeat(text_page), numbers))
    for number, text in enumerate(characters):
        if text == " " and owners[number] and calls.is_generated(text_page, number):
            owners[number] = 0
    boxes = (ctypes.c_float * (4 * count))()
    at, step = ctypes.addressof(boxes), 4 * FLOAT_BYTES
    drain(map(calls.loose_box, repeat(text_page), numbers, range(at, at + step * count, step)))
    edges, ys = reals(boxes, "f"), _base_lines(text_page, count)
    reach_of = _reaches(text_page, owners)
    measured = zip(characters, owners, edges[0::4], edges[2::4], ys, strict=True)
    return (
        Glyph(text, x0 - left, top - y - reach_of[owner][1], x1 - left, top - y - reach_of[owner][0], True)
        for text, owner, x0, x1, y in measured
        if owner
    )


def _characters(text_page: int, count: int) -> str:
    calls = pdfium_calls()
    buffer = (ctypes.c_ushort * (count + 1))()
    calls.text(text_page, 0, count, ctypes.addressof(buffer))
    text = bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")
    if "\0" in text or len(text) != count:  # characters without any code, or outside the basic plane
        text = "".join(map(chr, map(calls.unicode, repeat(text_page), range(count))))
    return text.translate(_HYPHENS)


def _base_lines(text_page: int, count: int) -> list[float]:
    """The height each glyph stands on."""
    origins = (ctypes.c_double * (2 * count))()
    at, step = ctypes.addressof(origins), 2 * DOUBLE_BYTES
    xs_at = range(at, at + step * count, step)
    ys_at = range(at + DOUBLE_BYTES, at + DOUBLE_BYTES + step * count, step)
    drain(map(pdfium_calls().origin, repeat(text_page), range(count), xs_at, ys_at))
    return reals(origins, "d")[1::2]


def _reaches(text_page: int, owners: list[int]) -> dict[int, tuple[float, float]]:
    """Per text object, how far its glyphs reach from the line they stand on: down (negative) and up, in points."""
    calls = pdfium_calls()
    size, descent, matrix = ctypes.c_float(), ctypes.c_float(), (ctypes.c_float * 6)()
    size_at, descent_at, matrix_at = ctypes.addressof(size), ctypes.addressof(descent), ctypes.addressof(matrix)
    descent_of: dict[int, float] = {}
    reaches: dict[int, tuple[float, float]] = {}
    first_of = dict(zip(reversed(owners), range(len(owners) - 1, -1, -1), strict=True))
    for owner, number in first_of.items():
        if not owner:
            continue
        calls.char_matrix(text_page, number, matrix_at)
        a, b, c, d = matrix[0:4]
        is_upright = a > 0.0 and d > 0.0 and abs(b) <= LEANING_GLYPH * a and abs(c) <= LEANING_GLYPH * d
        if not is_upright and calls.unicode(text_page, number) != ord(" "):
            raise CannotRead("glyphs that do not stand upright")
        font = calls.font(owner)
        if font not in descent_of:
            calls.descent(font, 1.0, descent_at)
            descent_of[font] = -abs(descent.value)
        calls.font_size(owner, size_at)
        height = size.value * d
        low = descent_of[font] * height
        reaches[owner] = (low, low + height)
    return reaches
