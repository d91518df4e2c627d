"""Pictures made ready for reading: decoded, brought to one scale, seals suppressed, paper white, set straight.

What must not live here: tables (`scan_rules`, `scan_grid`) and text (`scan_engine`, `scan_cells`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageOps, ImageSequence, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from pipeline.errors import DamagedFile, FileTooLarge
from pipeline.readers.limits import MAX_PIXELS, refuse_above, refuse_pages_above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

POINTS_PER_INCH = 72
#: More pixels per inch gain nothing (measured), fewer lose decimal points.
WORKING_DPI = 200
#: A page's long side in pixels while it is read: A4 at 200 dpi has 2339, A3 has 3308.
_LONG_SIDE_PX = (2200, 3400)
_A4_LONG_SIDE_PT = 842.0
#: A picture this near its working scale is left as it is: every resizing blurs.
_SAME_SCALE = 0.02
#: Pillow knows forty formats, some of which start other programs (EPS); these are those told by their first bytes.
#: Of them, Pillow loads TIFF and WebP only when they are imported.
PICTURE_FORMATS = (
    "PNG",
    "JPEG",
    "GIF",
    "BMP",
    TiffImagePlugin.TiffImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
)
#: Resolutions a scanner writes; 72 and 96 are what programs write that do not know.
_TRUSTED_DPI = (100, 1200)
#: Seals measure 30 to 58 mm; half of one may be cut off by the page's edge.
_SEAL_SIDE_MM = (15.0, 75.0)
_MM_PER_INCH = 25.4
#: How much redder than green and blue a seal's ink is, of 255.
_REDNESS = 40
#: The seal's own gaps and what is printed through its rim, in pixels at 200 dpi.
_RIM_GAP_PX = 9
#: Pages lie askew by less than this; what is turned further was turned on purpose.
_MAX_SKEW_DEG = 5.0
_SKEW_STEPS_DEG = (0.5, 0.1, 0.02)
_SKEW_SAMPLE = 120_000
#: Black is where so few pixels are darker, and no lighter than this: stretching further turns points into paper.
_BLACKEST_PERCENT = 0.02
_DARKEST_INK = 60.0
#: To find ink, any page's darkest pixels count as black, and what is nearly paper as paper.
_INK_PERCENT = 0.5
_FAINTEST_INK = 120.0
_WHITE = 250
#: Ink is darker than this on a hardened page.
INK = 150


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as pixels: RGB, how many pixels a point has now, and how many an inch had when it was scanned."""

    pixels: Picture
    px_per_pt: float
    scanned_dpi: float = WORKING_DPI


def load_pictures(data: bytes) -> Iterator[Scan]:
    """Yields the pages of a picture file (TIFF may hold several), turned as the camera says.

    Raises:
        DamagedFile: The picture cannot be decoded.
        FileTooLarge, BeyondLimits: It has more frames, or more pixels than a page can sensibly have.
    """
    try:
        with Image.open(io.BytesIO(data), formats=PICTURE_FORMATS) as picture:
            refuse_pages_above(getattr(picture, "n_frames", 1))
            for frame in ImageSequence.Iterator(picture):
                refuse_above(frame.width * frame.height, MAX_PIXELS, "pixels in a picture")
                yield _to_scan(frame)
    except Image.DecompressionBombError as error:
        raise FileTooLarge(
            "the picture has more pixels than a page can have",
            expected="a page scanned at 100 to 600 dpi",
            remedy="save it with fewer pixels",
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DamagedFile(
            f"the picture cannot be decoded ({type(error).__name__})",
            expected="a complete PNG, JPEG or TIFF",
            remedy="fetch the file again",
        ) from error


def _to_scan(frame: Image.Image) -> Scan:
    dpi = float(frame.info.get("dpi", (0, 0))[0] or 0)
    turned = ImageOps.exif_transpose(frame)
    if "A" in turned.getbands() or "transparency" in turned.info:
        rgba = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    pixels = np.asarray(turned.convert("RGB"))
    long_side = max(pixels.shape[:2])
    is_trusted = _TRUSTED_DPI[0] <= dpi <= _TRUSTED_DPI[1]
    long_side_pt = long_side / dpi * POINTS_PER_INCH if is_trusted else _A4_LONG_SIDE_PT
    px_per_pt = working_scale(long_side_pt)
    scale = px_per_pt * long_side_pt / long_side
    if abs(scale - 1) > _SAME_SCALE:
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        pixels = _resized(pixels, scale, method)
    return Scan(pixels, px_per_pt, long_side / long_side_pt * POINTS_PER_INCH)


def _resized(pixels: Picture, scale: float, method: int) -> Picture:
    """A picture made smaller or larger; a strip of a few pixels keeps one."""
    height, width = (max(round(side * scale), 1) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method), np.uint8)


def working_scale(long_side_pt: float) -> float:
    """Returns pixels per point for a page: 200 dpi, within what one page may sensibly have.

    >>> round(working_scale(842) * 72), round(working_scale(3508) * 72)
    (200, 70)
    """
    wanted = long_side_pt * WORKING_DPI / POINTS_PER_INCH
    return min(max(wanted, _LONG_SIDE_PX[0]), _LONG_SIDE_PX[1]) / long_side_pt


def to_grey(pixels: Picture) -> Picture:
    """Turns an RGB page grey: red seals fade into the paper, paper becomes white (255) and ink black (0).

    Only red of a seal's size and shape fades: figures printed in red stay.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    seals = find_seals(pixels)
    if seals.any():
        red = pixels[:, :, 0].astype(np.float32)
        ink = max(float(np.median(red[seals])), 1.0)
        paper = float(np.percentile(red[::8, ::8], 70))
        lifted = np.clip(red * max(1.0, paper / ink), 0, paper)
        grey[seals] = lifted[seals].astype(np.uint8)
    return _stretched(grey)


def find_seals(pixels: Picture) -> NDArray[np.bool_]:
    """Returns where red ink of round seals lies: a mask of the page.

    A seal's rim holds together over 15 to 75 mm both ways; red figures, red headings and red rules do not.
    """
    brightest = np.maximum(pixels[:, :, 1], pixels[:, :, 2]).astype(np.int16)
    redness = cv2.GaussianBlur(pixels[:, :, 0].astype(np.int16) - brightest, (3, 3), 0)
    is_red = redness > _REDNESS
    found = np.zeros(is_red.shape, np.bool_)
    if np.count_nonzero(is_red) < _RIM_GAP_PX**2:
        return found
    joined = cv2.morphologyEx(is_red.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((_RIM_GAP_PX, _RIM_GAP_PX), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    shortest, longest = (side / _MM_PER_INCH * WORKING_DPI for side in _SEAL_SIDE_MM)
    for x, y, width, height, _ in stats[1:count].tolist():
        if min(width, height) >= shortest and max(width, height) <= longest:
            found[y : y + height, x : x + width] = True
    # A fringe of the ink's colour bleeds into the paper around it (JPEG keeps colour at half the resolution).
    near = cv2.dilate((redness > _REDNESS / 3).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)
    return found & near


def _stretched(grey: Picture) -> Picture:
    """Evens out the paper's brightness and stretches the page from black to white."""
    small = _resized(grey, 1 / 8, cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    even = grey.astype(np.float32) / np.maximum(paper, 32) * 255
    dark = min(float(np.percentile(even[::2, ::2], _BLACKEST_PERCENT)), _DARKEST_INK)
    return np.clip((even - dark) / (255 - dark) * 255, 0, 255).astype(np.uint8)


def harden(grey: Picture) -> Picture:
    """Raises the contrast until faint and thin ink is black: for finding ink, not for reading it."""
    dark = min(float(np.percentile(grey[::2, ::2], _INK_PERCENT)), _FAINTEST_INK)
    tones = np.clip((np.arange(256) - dark) / (_WHITE - dark) * 255, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(grey, tones), np.uint8)


def straighten(grey: Picture) -> tuple[Picture, float]:
    """Turns a page so that its rules and lines of text lie level; returns it and the angle found, in degrees."""
    angle = find_skew(grey)
    if abs(angle) < _SKEW_STEPS_DEG[-1]:
        return grey, 0.0
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, np.uint8), angle


def find_skew(grey: Picture) -> float:
    """Returns by how many degrees the lines of a page fall to the right (clockwise is positive).

    The angle at which the ink piles up in the fewest rows, searched in ever finer steps.
    """
    rows, cols = np.nonzero(harden(grey) < INK)
    if not len(rows):
        return 0.0
    step = max(1, len(rows) // _SKEW_SAMPLE)
    y, x = rows[::step].astype(np.float32), cols[::step].astype(np.float32) - grey.shape[1] / 2
    best, reach = 0.0, _MAX_SKEW_DEG
    for width in _SKEW_STEPS_DEG:
        angles = np.arange(best - reach, best + reach + width / 2, width)
        scores = [_piled(y - x * float(np.tan(np.radians(angle))), grey.shape[0]) for angle in angles]
        best, reach = float(angles[int(np.argmax(scores))]), width
    return best


def _piled(rows: NDArray[np.float32], height: int) -> float:
    """How unevenly ink stands in rows: the sum of squares of the ink per row."""
    inside = np.clip(rows + 0.5, 0, height - 1).astype(np.int64)
    counts = np.bincount(inside, minlength=height).astype(np.float64)
    return float(np.square(counts).sum())
