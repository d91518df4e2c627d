"""OFD pages that are pictures: their pictures put on a white page, read by OCR as those of a PDF are.

What lives here: which pages, and the drawing. What must not: zip and XML (`ofd_package`, `ofd_page`), reading (`scan`).
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import DamagedFile, MissingTool
from pipeline.model.grid import Grid, Page
from pipeline.readers.ofd_package import OfdPackage, PagePart
from pipeline.readers.ofd_page import Matrix, PlacedPicture, page_size_pt, pictures_of_page
from pipeline.readers.scan import read_scan
from pipeline.readers.scan_engine import require_ocr
from pipeline.readers.scan_figures import resolution_notes, unreadable_notes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_POINTS_PER_INCH = 72
#: As for a PDF: a scanned page may carry a page number as text; then only a picture of most of the page is a scan.
_FEW_CHARACTERS = 40
_MOST_OF_THE_PAGE = 0.6
#: Pictures smaller than this share of the page are logos and seals.
_MORE_THAN_A_LOGO = 0.02
_WHITE = 255
#: A3 at 600 dpi has 70 million.
_MOST_PIXELS = 80_000_000


def with_picture_pages(
    package: OfdPackage, parts: Sequence[PagePart], pages: Sequence[Page]
) -> tuple[list[Page], list[str], list[str]]:
    """Returns the pages with those that are pictures read by OCR, notes on what is doubtful, and what is broken.

    What such a page prints in characters stays beside what was read.

    Args:
        package: The file, for the pictures' bytes.
        parts: Its pages as stored.
        pages: Its pages as read from their characters, in the same order.

    Raises:
        MissingTool: Every page is a picture and the OCR packages are not installed.
    """
    read = list(pages)
    notes: list[str] = []
    damage: list[str] = []
    for index, part in enumerate(parts):
        pictures = pictures_of_page(part) if _character_count(read[index]) <= _FEW_CHARACTERS else []
        if not _is_picture(part, pictures, _character_count(read[index])):
            continue
        page_no = read[index].page_no
        try:
            require_ocr()
        except MissingTool as error:
            if not any(page.blocks for page in pages):
                raise
            notes.append(f"page {page_no} is a picture and was not read ({error.found})")
            continue
        decoded, broken = _decoded(package, pictures)
        damage += [f"page {page_no}: {found}; what it shows was not read" for found in broken]
        if decoded:
            drawn = _read_pictures(part, decoded, page_no)
            read[index] = _joined(read[index], drawn)
            notes += unreadable_notes(drawn) + resolution_notes(page_no, _dpi(decoded))
    return read, notes, damage


def _character_count(page: Page) -> int:
    texts = (cell.text for block in page.blocks for cell in (block.cells if isinstance(block, Grid) else (block,)))
    return sum(len(text) for text in texts)


def _is_picture(part: PagePart, pictures: Sequence[PlacedPicture], character_count: int) -> bool:
    width, height = page_size_pt(part)
    share = sum(picture.area_pt for picture in pictures) / max(width * height, 1)
    return share > (_MOST_OF_THE_PAGE if character_count else _MORE_THAN_A_LOGO)


def _joined(page: Page, drawn: Page) -> Page:
    blocks = sorted((*page.blocks, *drawn.blocks), key=lambda block: block.bbox.top if block.bbox else 0.0)
    return replace(page, blocks=tuple(blocks))


def _decoded(
    package: OfdPackage, pictures: Sequence[PlacedPicture]
) -> tuple[list[tuple[PlacedPicture, Picture]], list[str]]:
    """Returns the pictures with their pixels, and what is wrong with those that have none."""
    decoded: list[tuple[PlacedPicture, Picture]] = []
    broken: list[str] = []
    for picture in pictures:
        try:
            decoded.append((picture, _decode(package.media(picture.media_path), picture.media_path)))
        except DamagedFile as error:
            broken.append(error.found)
    return decoded, broken


def _decode(data: bytes, name: str) -> Picture:
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    from pipeline.readers.scan_image import PICTURE_FORMATS

    try:
        with Image.open(io.BytesIO(data), formats=PICTURE_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise ValueError(f"{opened.width} x {opened.height} pixels")
            if not opened.has_transparency_data:
                return np.asarray(opened.convert("RGB"), np.uint8)
            rgba = opened.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        return np.asarray(Image.alpha_composite(paper, rgba).convert("RGB"), np.uint8)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DamagedFile(f"the picture {name} cannot be decoded ({type(error).__name__})") from error


def _dpi(decoded: Sequence[tuple[PlacedPicture, Picture]]) -> float:
    """How many pixels an inch of the largest picture has."""
    placed, pixels = max(decoded, key=lambda item: item[0].area_pt)
    return math.sqrt(pixels.shape[0] * pixels.shape[1] / max(placed.area_pt, 1)) * _POINTS_PER_INCH


def _read_pictures(part: PagePart, decoded: Sequence[tuple[PlacedPicture, Picture]], page_no: int) -> Page:
    import numpy as np

    from pipeline.readers.scan_image import Scan, working_scale

    width, height = page_size_pt(part)
    px_per_pt = working_scale(max(width, height))
    canvas = np.full((math.ceil(height * px_per_pt), math.ceil(width * px_per_pt), 3), _WHITE, np.uint8)
    for placed, pixels in decoded:
        draw(canvas, pixels, placed.matrix.then(Matrix(a=px_per_pt, d=px_per_pt)))
    return read_scan(Scan(canvas, px_per_pt), page_no)


def draw(canvas: Picture, picture: Picture, to_pixels: Matrix) -> None:
    """Puts a picture where the matrix takes its unit square, brought to its size there first: thin strokes stay."""
    import cv2
    import numpy as np

    across = min(max(1, round(math.hypot(to_pixels.a, to_pixels.b))), 2 * canvas.shape[1])
    down = min(max(1, round(math.hypot(to_pixels.c, to_pixels.d))), 2 * canvas.shape[0])
    method = cv2.INTER_AREA if across * down < picture.shape[0] * picture.shape[1] else cv2.INTER_CUBIC
    sized = cv2.resize(picture, (across, down), interpolation=method)
    unit = Matrix(a=1 / across, d=1 / down).then(to_pixels)
    matrix = np.array([[unit.a, unit.c, unit.e], [unit.b, unit.d, unit.f]])
    size = (canvas.shape[1], canvas.shape[0])
    cv2.warpAffine(sized, matrix, size, dst=canvas, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
