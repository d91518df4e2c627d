"""pdfium's C functions with plain integers as handles, and the buffers they write to.

A call from Python costs about as much as the work inside pdfium, so each function is run over all glyphs or path
points by `map` into one buffer, never in a Python loop. Nothing is known here of glyphs or rules.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import pypdfium2.raw as pdfium_c

Matrix = tuple[float, float, float, float, float, float]
FLOAT_BYTES = 4

Call = Callable[..., int]


@dataclass(frozen=True, slots=True)
class PdfiumCalls:
    """The functions used; pointers to results are addresses in a buffer."""

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
        has_no_unicode=call("FPDFText_HasUnicodeMapError", pointer, number),
        is_generated=call("FPDFText_IsGenerated", pointer, number),
        loose_box=call("FPDFText_GetLooseCharBox", pointer, number, pointer),
        origin=call("FPDFText_GetCharOrigin", pointer, number, pointer, pointer),
        text_object=call("FPDFText_GetTextObject", pointer, number, gives=pointer),
        char_matrix=call("FPDFText_GetMatrix", pointer, number, pointer),
        font=call("FPDFTextObj_GetFont", pointer, gives=pointer),
        font_size=call("FPDFTextObj_GetFontSize", pointer, pointer),
        descent=call("FPDFFont_GetDescent", pointer, real, pointer),
        object_count=call("FPDFPage_CountObjects", pointer),
        get_object=call("FPDFPage_GetObject", pointer, number, gives=pointer),
        form_object_count=call("FPDFFormObj_CountObjects", pointer),
        get_form_object=call("FPDFFormObj_GetObject", pointer, ctypes.c_ulong, gives=pointer),
        object_type=call("FPDFPageObj_GetType", pointer),
        object_matrix=call("FPDFPageObj_GetMatrix", pointer, pointer),
        transform=call("FPDFPageObj_TransformF", pointer, pointer),
        segment_count=call("FPDFPath_CountSegments", pointer),
        get_segment=call("FPDFPath_GetPathSegment", pointer, number, gives=pointer),
        segment_type=call("FPDFPathSegment_GetType", pointer),
        segment_point=call("FPDFPathSegment_GetPoint", pointer, pointer, pointer),
        segment_closes=call("FPDFPathSegment_GetClose", pointer),
    )


def drain(calls: Iterable[object]) -> None:
    """Runs calls whose results land in a buffer."""
    deque(calls, maxlen=0)


def reals(buffer: ctypes.Array[Any], kind: str) -> list[float]:
    """Returns a buffer of C floats (`f`) or doubles (`d`) as a list."""
    numbers: list[float] = memoryview(buffer).cast("B").cast(kind).tolist() if len(buffer) else []  # type: ignore[call-overload]
    return numbers


def objects_of_page(page: int) -> list[int]:
    """Returns the handles of the objects printed on a page, in order."""
    calls = pdfium_calls()
    return list(map(calls.get_object, repeat(page), range(calls.object_count(page))))


def objects_of_form(form: int) -> list[int]:
    """Returns the handles of the objects inside a form object."""
    calls = pdfium_calls()
    return list(map(calls.get_form_object, repeat(form), range(calls.form_object_count(form))))


def matrices_of(objects: list[int]) -> list[Matrix]:
    """Returns the matrix of each object."""
    return matrices_from(pdfium_calls().object_matrix, objects)


def matrices_from(call: Call, *arguments: Iterable[int]) -> list[Matrix]:
    """Runs a call that writes a matrix over its arguments; the last of them must have a length."""
    count = len(list(arguments[-1]))
    buffer = (ctypes.c_float * (6 * count))()
    at, step = ctypes.addressof(buffer), 6 * FLOAT_BYTES
    drain(map(call, *arguments, range(at, at + step * count, step)))
    flat = reals(buffer, "f")
    return list(zip(flat[0::6], flat[1::6], flat[2::6], flat[3::6], flat[4::6], flat[5::6], strict=True))
