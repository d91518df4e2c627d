"""pdfium's C functions with plain integers as handles, and the buffers they write to.

A call from Python costs about as much as the work inside pdfium, so each function is run over all glyphs or path
points by `map` into one buffer, never in a Python loop; and what is passed a thousand times is wrapped for C once, not
at each call. Nothing is known here of glyphs or rules.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import pypdfium2.raw as pdfium_c

Matrix = tuple[float, float, float, float, float, float]
#: A handle or a place in a buffer, wrapped for C: `ctypes.byref` gives it.
Reference = Any

Call = Callable[..., int]

_FLOAT_BYTES = 4
#: A matrix has six numbers, nothing else has more.
_MOST_FLOATS = 6
_SLOT_BYTES = _MOST_FLOATS * _FLOAT_BYTES
_LEAST_SLOTS = 1000


@dataclass(frozen=True, slots=True)
class PdfiumCalls:
    """The functions used.

    Those asked of every glyph, object or point take the page or text page as `reference_to` it, their results in
    `Slots`, and numbers as they are: ctypes then has nothing to check and nothing to wrap.
    """

    load_page: Call
    close_page: Call
    page_box: Call
    rotation: Call
    load_text: Call
    close_text: Call
    char_count: Call
    text: Call
    unicode: Call
    has_no_unicode: Call
    is_generated: Call
    loose_box: Call
    origin: Call
    text_object: Call
    char_matrix: Call
    font: Call
    font_size: Call
    descent: Call
    object_count: Call
    get_object: Call
    form_object_count: Call
    get_form_object: Call
    object_type: Call
    object_matrix: Call
    transform: Call
    segment_count: Call
    get_segment: Call
    segment_type: Call
    segment_point: Call
    segment_closes: Call


@cache
def pdfium_calls() -> PdfiumCalls:
    """Returns the functions, bound once per process."""
    pointer, number, real = ctypes.c_void_p, ctypes.c_int, ctypes.c_float

    def call(name: str, *takes: type, gives: type | None = number, is_long: bool = False) -> Call:
        # Short calls keep Python's lock, which is quicker; long ones let other threads run.
        # What follows the types named is passed as it is: references, and numbers as C's `int`.
        prototype: Any = ctypes.CFUNCTYPE if is_long else ctypes.PYFUNCTYPE
        address = ctypes.cast(getattr(pdfium_c, name), pointer).value
        bound: Call = prototype(gives, *takes)(address)
        return bound

    return PdfiumCalls(
        load_page=call("FPDF_LoadPage", pointer, number, gives=pointer, is_long=True),
        close_page=call("FPDF_ClosePage", pointer, gives=None),
        page_box=call("FPDF_GetPageBoundingBox", pointer, pointer),
        rotation=call("FPDFPage_GetRotation", pointer),
        load_text=call("FPDFText_LoadPage", pointer, gives=pointer, is_long=True),
        close_text=call("FPDFText_ClosePage", pointer, gives=None),
        char_count=call("FPDFText_CountChars", pointer),
        text=call("FPDFText_GetText", pointer, number, number, pointer),
        unicode=call("FPDFText_GetUnicode", pointer, number, gives=ctypes.c_uint),
        has_no_unicode=call("FPDFText_HasUnicodeMapError"),
        is_generated=call("FPDFText_IsGenerated", pointer, number),
        loose_box=call("FPDFText_GetLooseCharBox"),
        origin=call("FPDFText_GetCharOrigin", pointer, number, pointer, pointer),
        text_object=call("FPDFText_GetTextObject", gives=pointer),
        char_matrix=call("FPDFText_GetMatrix"),
        font=call("FPDFTextObj_GetFont", pointer, gives=pointer),
        font_size=call("FPDFTextObj_GetFontSize", pointer),
        descent=call("FPDFFont_GetDescent", pointer, real, pointer),
        object_count=call("FPDFPage_CountObjects", pointer),
        get_object=call("FPDFPage_GetObject", gives=pointer),
        form_object_count=call("FPDFFormObj_CountObjects", pointer),
        get_form_object=call("FPDFFormObj_GetObject", pointer, ctypes.c_ulong, gives=pointer),
        object_type=call("FPDFPageObj_GetType", pointer),
        object_matrix=call("FPDFPageObj_GetMatrix", pointer),
        transform=call("FPDFPageObj_TransformF", pointer, pointer),
        segment_count=call("FPDFPath_CountSegments", pointer),
        get_segment=call("FPDFPath_GetPathSegment", pointer, gives=pointer),
        segment_type=call("FPDFPathSegment_GetType", pointer),
        segment_point=call("FPDFPathSegment_GetPoint", pointer),
        segment_closes=call("FPDFPathSegment_GetClose", pointer),
    )


class Slots:
    """Room for the results of many calls, wrapped for C once and kept from page to page.

    A slot holds what one call writes, six floats at most. A call that fails leaves there what was.
    """

    def __init__(self) -> None:
        self._make_room(_LEAST_SLOTS)

    def places(self, count: int) -> list[Reference]:
        """Returns where each call writes: its slot's first float."""
        if count > self._room:
            self._make_room(count * 2)
        return self._firsts[:count]

    def second_places(self, count: int) -> list[Reference]:
        """Returns each slot's second float, for calls that write two numbers to two places."""
        if count > self._room:
            self._make_room(count * 2)
        missing = range(len(self._seconds), count)
        self._seconds += [ctypes.byref(self._buffer, number * _SLOT_BYTES + _FLOAT_BYTES) for number in missing]
        return self._seconds[:count]

    def column(self, index: int, count: int) -> list[float]:
        """Returns the float at one place (0-based) of each slot."""
        numbers: list[float] = self._floats[index : count * _MOST_FLOATS : _MOST_FLOATS].tolist()
        return numbers

    def _make_room(self, count: int) -> None:
        self._room = count
        self._buffer = (ctypes.c_float * (_MOST_FLOATS * count))()
        self._floats: Any = memoryview(self._buffer).cast("B").cast("f")
        self._firsts = list(map(ctypes.byref, repeat(self._buffer), range(0, _SLOT_BYTES * count, _SLOT_BYTES)))
        self._seconds: list[Reference] = []


def reference_to(handle: int) -> Reference:
    """Wraps a handle for C, to be passed many times."""
    return ctypes.byref(ctypes.c_char.from_address(handle))


def drain(calls: Iterable[object]) -> None:
    """Runs calls whose results land in a buffer."""
    deque(calls, maxlen=0)


def objects_of_page(page: int) -> list[int]:
    """Returns the handles of the objects printed on a page, in order."""
    calls = pdfium_calls()
    return list(map(calls.get_object, repeat(reference_to(page)), range(calls.object_count(page))))


def objects_of_form(form: int) -> list[int]:
    """Returns the handles of the objects inside a form object."""
    calls = pdfium_calls()
    return list(map(calls.get_form_object, repeat(form), range(calls.form_object_count(form))))


def matrices_of(objects: Sequence[int], slots: Slots) -> list[Matrix]:
    """Returns the matrix of each object."""
    count = len(objects)
    drain(map(pdfium_calls().object_matrix, objects, slots.places(count)))
    return list(zip(*(slots.column(index, count) for index in range(_MOST_FLOATS)), strict=True))
