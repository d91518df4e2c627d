"""pdfium as the first engine: opens a file, turns a page upright, measures its glyphs.

What pdfium cannot give goes back as `CannotRead` with the reason, and the page is read by `pdf_plumber`.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import compress, repeat
from operator import mul, sub

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.errors import EncryptedFile
from pipeline.readers.limits import MAX_PAGE_GLYPHS, refuse_above
from pipeline.readers.pdf_calls import (
    Slots,
    drain,
    objects_of_page,
    pdfium_calls,
    reference_to,
)
from pipeline.readers.pdf_glyphs import Glyph, PageGlyphs, seen_glyphs
from pipeline.readers.pdf_paths import MOST_PATH_POINTS, TooManyPoints, rules_of_page

#: A glyph leaning more than this part of its size does not stand upright: pdfium gives no true box for it.
LEANING_GLYPH = 0.01
#: pdfium's own marks for a hyphen at the end of a line.
_HYPHENS = "\x02", "\ufffe"
_BLANK = re.compile(" ")
_PASSWORD_NEEDED = 4


#: A measure per text object.
_ByObject = dict[int | None, float]


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
        self._slots = Slots()
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
            return _read_page(page, page_no, self._slots)
        finally:
            calls.close_page(page)


def _read_page(page: int, page_no: int, slots: Slots) -> PageGlyphs:
    left, bottom, width, height = _turn_upright(page)
    top = bottom + height
    glyphs = seen_glyphs(_glyphs(page, left, top, slots), width, height)
    try:
        return PageGlyphs(page_no, width, height, glyphs, rules_of_page(page, left, top, slots))
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
    x0, y1, x1, y0 = box
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


def _glyphs(page: int, left: float, top: float, slots: Slots) -> list[Glyph]:
    """Returns the glyphs of a page.

    Raises:
        CannotRead: Some glyphs have no Unicode, run up, down or across the page, or are set downwards.
    """
    calls = pdfium_calls()
    text_page = calls.load_text(page)
    if not text_page:
        raise CannotRead("pdfium cannot load the page's text")
    try:
        return _measured(text_page, left, top, slots)
    finally:
        calls.close_text(text_page)


def _measured(text_page: int, left: float, top: float, slots: Slots) -> list[Glyph]:
    calls = pdfium_calls()
    count, reference = calls.char_count(text_page), reference_to(text_page)
    refuse_above(count, MAX_PAGE_GLYPHS, "characters on one page")
    numbers = range(count)
    if 1 in map(calls.has_no_unicode, repeat(reference), numbers):
        raise CannotRead("glyphs without Unicode")
    text = _text(text_page, count)
    # Blanks and line breaks that pdfium itself puts between glyphs belong to no text object, or say so.
    owners: list[int | None] = list(map(calls.text_object, repeat(reference), numbers))
    for blank in _BLANK.finditer(text):
        if owners[blank.start()] and calls.is_generated(text_page, blank.start()):
            owners[blank.start()] = None
    top_of, bottom_of = _heights(text_page, owners, top, slots)
    drain(map(calls.loose_box, repeat(reference), numbers, slots.places(count)))
    x0s, x1s = compress(slots.column(0, count), owners), compress(slots.column(2, count), owners)
    printing = list(compress(owners, owners))
    columns = zip(
        compress(text, owners),
        (x0 - left for x0 in x0s) if left else x0s,
        map(top_of.__getitem__, printing),
        (x1 - left for x1 in x1s) if left else x1s,
        map(bottom_of.__getitem__, printing),
        repeat(True),
        strict=False,
    )
    return list(map(partial(tuple.__new__, Glyph), columns))


def _text(text_page: int, count: int) -> str:
    """The characters of a page, one for each of pdfium's numbers."""
    calls = pdfium_calls()
    buffer = bytearray(2 * count + 2)
    calls.text(text_page, 0, count, ctypes.addressof(ctypes.c_char.from_buffer(buffer)))
    text = buffer[: 2 * count].decode("utf-16-le", "replace")
    if "\0" in text or len(text) != count:  # characters without any code, or outside the basic plane
        text = "".join(map(chr, map(calls.unicode, repeat(text_page), range(count))))
    for hyphen in _HYPHENS:
        text = text.replace(hyphen, "-")
    return text


def _heights(text_page: int, owners: list[int | None], page_top: float, slots: Slots) -> tuple[_ByObject, _ByObject]:
    """Per text object, top and bottom of its glyphs in points from the page's upper edge.

    Raises:
        CannotRead: Glyphs that do not stand upright, or are set downwards.
    """
    calls = pdfium_calls()
    first_of = dict(zip(reversed(owners), reversed(range(len(owners))), strict=True))
    first_of.pop(None, None)
    objects, count = list(first_of), len(first_of)
    drain(map(calls.char_matrix, repeat(reference_to(text_page)), first_of.values(), slots.places(count)))
    a, b, c, scales, _, levels = (slots.column(index, count) for index in range(6))
    # Nearly always all stand straight, which needs no look at each.
    if any(b) or any(c) or not all(scale > 0.0 for scale in {*a, *scales}):
        for number, turn in zip(first_of.values(), zip(a, b, c, scales, strict=True), strict=True):
            if not _is_upright(*turn) and calls.unicode(text_page, number) != ord(" "):
                raise CannotRead("glyphs that do not stand upright")
    fonts = list(map(calls.font, objects))
    one_of = dict(zip(fonts, objects, strict=True))
    descent_of = {
        font: _descent(text_page, font, first_of[one], len(owners) - 1 - owners[::-1].index(one))
        for font, one in one_of.items()
    }
    drain(map(calls.font_size, objects, slots.places(count)))
    sizes = list(map(mul, slots.column(0, count), scales))
    bottoms = [
        page_top - level - descent_of[font] * size for level, font, size in zip(levels, fonts, sizes, strict=True)
    ]
    tops = map(sub, bottoms, sizes)
    return dict(zip(objects, tops, strict=True)), dict(zip(objects, bottoms, strict=True))


def _is_upright(a: float, b: float, c: float, d: float) -> bool:
    return a > 0.0 and d > 0.0 and -LEANING_GLYPH * a <= b <= LEANING_GLYPH * a and abs(c) <= LEANING_GLYPH * d


def _descent(text_page: int, font: int, first: int, last: int) -> float:
    """How far a font reaches below the line, as part of its size (negative).

    Args:
        text_page: pdfium's handle.
        font: pdfium's handle.
        first: A glyph of the font.
        last: The last glyph of the same text object.

    Raises:
        CannotRead: The second glyph stands below or above the first: the font is set downwards.
    """
    calls = pdfium_calls()
    x, y, y_last, descent = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_float()
    calls.origin(text_page, first, ctypes.addressof(x), ctypes.addressof(y))
    calls.origin(text_page, last, ctypes.addressof(x), ctypes.addressof(y_last))
    if abs(y.value - y_last.value) > LEANING_GLYPH:
        raise CannotRead("glyphs set downwards")
    calls.descent(font, 1.0, ctypes.addressof(descent))
    return -abs(descent.value)
