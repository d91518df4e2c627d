"""Pages of PDFs and picture files as people see them; scans set level, as they were read. Runs in a worker process.

What lives here: pixels. What must not: which pages are wanted and what is marked on them.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from pipeline.errors import FiscalError

#: The small print of a form is readable at this; a page of A4 then takes about 100 kB.
DRAWN_DPI = 120
#: A page may call itself as large as a house.
MOST_PIXELS_A_SIDE = 2400
_POINTS_PER_INCH = 72
#: Text needs few greys; more are noise of anti-aliasing.
_COLOURS = 48
_JPEG_QUALITY = 70
#: White margins take the room of the figures; so much of them is left. Lighter than `_PAPER` is no ink.
_MARGIN_PT = 12
_PAPER = 245
#: Over names and numbers of persons; boxes lie close around the characters, whose strokes reach a little further.
_COVER = (90, 90, 90)
_COVER_MARGIN_PT = 1.5
_PERSONS_ON_PAGE = "a page names persons at places that are not known"


@dataclass(frozen=True, slots=True)
class DrawingTask:
    """The pages wanted (1-based) of one document, and the sha256 its bytes must have.

    The figures of `scanned_nos` were read by character recognition, which sets a page level first.
    `covered` are boxes of persons' names and numbers by their page, in points: they are painted over; a page with one
    of unknown place is left out.
    """

    document_id: str
    path: Path
    page_nos: tuple[int, ...]
    scanned_nos: tuple[int, ...] = ()
    is_pdf: bool = True
    covered: tuple[tuple[int | None, tuple[float, ...] | None], ...] = ()

    def boxes_on(self, page_no: int) -> list[tuple[float, ...]]:
        """The boxes to paint over on a page."""
        return [box for number, box in self.covered if number == page_no and box]

    @property
    def drawable_nos(self) -> tuple[int, ...]:
        """The wanted pages on which every place to be covered is known."""
        unknown = {number for number, box in self.covered if box is None}
        return tuple(number for number in self.page_nos if number not in unknown)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as seen without its white margins: which part of it, in points, and the picture as a `data:` address."""

    page_no: int
    left_pt: float
    top_pt: float
    width_pt: float
    height_pt: float
    address: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pages that could be drawn, and why others could not; `None` where all could."""

    pictures: tuple[PagePicture, ...]
    why_not: str | None = None


def draw_pages(task: DrawingTask) -> Drawing:
    """Draws pages. Never raises: what could not be drawn says why."""
    try:
        data = task.path.read_bytes()
    except OSError as error:
        return Drawing((), f"the file cannot be read ({error.strerror})")
    if hashlib.sha256(data).hexdigest() != task.document_id:
        return Drawing((), "the file has changed since it was read")
    pages = _pages_of_pdf if task.is_pdf else _pages_of_picture
    try:
        return Drawing(
            tuple(
                _cut_out(page_no, _covered(_as_read(picture, page_no, task), task.boxes_on(page_no), scale), scale)
                for page_no, picture, scale in pages(data, task.drawable_nos)
            ),
            None if task.drawable_nos == task.page_nos else _PERSONS_ON_PAGE,
        )
    except (pypdfium2.PdfiumError, FiscalError, OSError, ValueError, MemoryError) as error:
        return Drawing((), f"a page cannot be drawn ({error})")


def _pages_of_pdf(data: bytes, page_nos: tuple[int, ...]) -> Iterator[tuple[int, Image.Image, float]]:
    """Yields page number, picture, pixels per point."""
    document = pypdfium2.PdfDocument(data)
    try:
        for page_no in page_nos:
            page = document[page_no - 1]
            scale = min(DRAWN_DPI / _POINTS_PER_INCH, MOST_PIXELS_A_SIDE / max(*page.get_size(), 1))
            bitmap = page.render(scale=scale, may_draw_forms=False)
            yield page_no, bitmap.to_pil().convert("RGB"), scale
            bitmap.close()
            page.close()
    finally:
        document.close()


def _pages_of_picture(data: bytes, page_nos: tuple[int, ...]) -> Iterator[tuple[int, Image.Image, float]]:
    """The same of a picture file; each frame of a TIFF is a page."""
    from pipeline.readers.scan_image import load_pictures

    for page_no, scan in enumerate(load_pictures(data), 1):
        if page_no in page_nos:
            picture = Image.fromarray(scan.pixels)
            smaller = min(DRAWN_DPI / _POINTS_PER_INCH / scan.px_per_pt, MOST_PIXELS_A_SIDE / max(picture.size), 1.0)
            size = round(picture.width * smaller), round(picture.height * smaller)
            yield page_no, picture.resize(size), scan.px_per_pt * smaller


def _level(picture: Image.Image) -> Image.Image:
    """A scan turned so that its lines lie level: the places of its figures were measured so."""
    import numpy as np

    from pipeline.readers.scan_image import straighten, to_grey

    _, angle_deg = straighten(to_grey(np.asarray(picture, np.uint8)))
    return picture.rotate(angle_deg, Image.Resampling.BICUBIC, fillcolor="white") if angle_deg else picture


def _as_read(picture: Image.Image, page_no: int, task: DrawingTask) -> Image.Image:
    return _level(picture) if page_no in task.scanned_nos else picture


def _covered(picture: Image.Image, boxes: list[tuple[float, ...]], scale: float) -> Image.Image:
    """The picture with filled rectangles over the boxes: what lay below is no longer in it."""
    pen = ImageDraw.Draw(picture)
    for x0, top, x1, bottom in boxes:
        around = _COVER_MARGIN_PT
        corners = [(x0 - around) * scale, (top - around) * scale, (x1 + around) * scale, (bottom + around) * scale]
        pen.rectangle(corners, fill=_COVER)
    return picture


def _cut_out(page_no: int, picture: Image.Image, scale: float) -> PagePicture:
    left, top, right, bottom = _printed_part(picture, round(_MARGIN_PT * scale))
    part = picture.crop((left, top, right, bottom))
    return PagePicture(page_no, left / scale, top / scale, part.width / scale, part.height / scale, _address(part))


def _printed_part(picture: Image.Image, margin_px: int) -> tuple[int, int, int, int]:
    """What is left of a page without its white margins; all of a white page."""
    ink = picture.convert("L").point(lambda level: 255 * (level < _PAPER)).getbbox()
    left, top, right, bottom = ink or (0, 0, picture.width, picture.height)
    return (
        max(left - margin_px, 0),
        max(top - margin_px, 0),
        min(right + margin_px, picture.width),
        min(bottom + margin_px, picture.height),
    )


def _address(picture: Image.Image) -> str:
    """The picture inside an address, as PNG or JPEG: whichever is smaller (text or photograph)."""
    drawn, photographed = io.BytesIO(), io.BytesIO()
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(drawn, "PNG", optimize=True)
    picture.save(photographed, "JPEG", quality=_JPEG_QUALITY)
    is_text = drawn.tell() <= photographed.tell()
    content = (drawn if is_text else photographed).getvalue()
    return f"data:image/{'png' if is_text else 'jpeg'};base64,{base64.b64encode(content).decode('ascii')}"
