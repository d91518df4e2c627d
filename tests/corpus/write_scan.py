"""Turns a typeset PDF into a scan of known content: rasterised, skewed, blurred, noisy, stamped, compressed.

The truth is that of the PDF. Everything random comes from the style's seed. pdfium draws the Chinese of an unembedded
font with one of the machine's own: where it has none, `can_draw_chinese` says so and a test skips.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import cv2
import numpy as np
import pypdfium2
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

POINTS_PER_INCH = 72
NO_FONT = "needs a Chinese font that pdfium finds (Debian, Ubuntu: apt install fonts-wqy-zenhei)"
_FONT_NAME = "STSong-Light"
#: An official seal measures 42 mm across.
_STAMP_RADIUS_PT = 21 / 25.4 * POINTS_PER_INCH
_STAMP_RED = np.array((205.0, 40.0, 45.0))
Picture = np.ndarray[Any, np.dtype[np.uint8]]


class ScanFile(StrEnum):
    """The container of the pictures: all hold several pages but PNG and JPEG, which hold the first asked for."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    TIFF = "tif"


@dataclass(frozen=True, slots=True)
class ScanStyle:
    """How the scan looks.

    Attributes:
        dpi: pixels per inch.
        skew_deg: pages are turned by up to this much, either way.
        noise: standard deviation of the grain, of 255.
        blur_px: standard deviation of the blur at 200 dpi, in pixels.
        paper: brightness of the paper, of 255.
        jpeg_quality: of PDF and JPEG.
        has_stamp: a red round seal over each page, at a random place.
        is_grey: without colour, as most scans are; a stamp is then grey.
    """

    dpi: int = 200
    skew_deg: float = 0.0
    noise: float = 0.0
    blur_px: float = 0.0
    paper: int = 255
    jpeg_quality: int = 90
    has_stamp: bool = False
    is_grey: bool = False
    seed: int = 0


def clean(dpi: int, seed: int = 0) -> ScanStyle:
    """A good scanner: straight, no grain."""
    return ScanStyle(dpi=dpi, seed=seed)


def noisy(dpi: int, seed: int = 0) -> ScanStyle:
    """An office copier: a little askew, blurred, grainy, grey paper, compressed."""
    return ScanStyle(dpi=dpi, skew_deg=1.5, noise=14, blur_px=0.6, paper=244, jpeg_quality=70, seed=seed)


def stamped(dpi: int, seed: int = 0) -> ScanStyle:
    """The copier's page with a seal over the figures."""
    return ScanStyle(
        dpi=dpi, skew_deg=1.5, noise=14, blur_px=0.6, paper=244, jpeg_quality=70, has_stamp=True, seed=seed
    )


@cache
def can_draw_chinese() -> bool:
    """Whether pdfium finds a font for Chinese on this machine: a page with one character shows ink."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT_NAME))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(40, 40), invariant=1)
    canvas.setFont(_FONT_NAME, 30)
    canvas.drawString(5, 10, "算")
    canvas.save()
    picture = next(rasterise(out.getvalue(), POINTS_PER_INCH))
    return bool((picture < 128).any())


def rasterise(pdf: bytes, dpi: int, pages: Iterable[int] | None = None) -> Iterator[Picture]:
    """Yields the pages (0-based; `None` takes all) as RGB pictures."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for index in range(len(document)) if pages is None else pages:
            yield np.array(document[index].render(scale=dpi / POINTS_PER_INCH).to_pil().convert("RGB"))
    finally:
        document.close()


def write_scan(
    pdf: bytes, style: ScanStyle | None = None, file: ScanFile = ScanFile.PDF, pages: Iterable[int] | None = None
) -> bytes:
    """Sets the pages of a PDF as a scan; the same PDF, style and machine give the same bytes."""
    style = style or ScanStyle()
    rng = np.random.default_rng(style.seed)
    pictures = [Image.fromarray(degrade(picture, style, rng)) for picture in rasterise(pdf, style.dpi, pages)]
    out = io.BytesIO()
    if file is ScanFile.PDF:
        return _image_pdf(pictures, style)
    if file is ScanFile.TIFF:
        pictures[0].save(
            out, "TIFF", save_all=True, append_images=pictures[1:], compression="tiff_lzw", dpi=(style.dpi, style.dpi)
        )
    elif file is ScanFile.JPEG:
        pictures[0].save(out, "JPEG", quality=style.jpeg_quality, dpi=(style.dpi, style.dpi))
    else:
        pictures[0].save(out, "PNG", dpi=(style.dpi, style.dpi))
    return out.getvalue()


def degrade(picture: Picture, style: ScanStyle, rng: np.random.Generator) -> Picture:
    """Makes a clean page look scanned: stamp, paper, skew, blur, grain, in that order."""
    page = picture.astype(np.float32)
    if style.has_stamp:
        page = _with_stamp(page, style.dpi, rng)
    page *= style.paper / 255
    if style.skew_deg:
        page = _turned(page, float(rng.uniform(-style.skew_deg, style.skew_deg)), style.paper)
    if style.blur_px:
        page = cv2.GaussianBlur(page, (0, 0), style.blur_px * style.dpi / 200).astype(np.float32)
    if style.noise:
        page += rng.normal(0, style.noise, page.shape[:2]).astype(np.float32)[:, :, None]
    if style.is_grey:
        page = np.repeat(page.mean(axis=2, keepdims=True), 3, axis=2)
    return np.clip(page, 0, 255).astype(np.uint8)


def _turned(page: np.ndarray[Any, Any], angle_deg: float, paper: int) -> np.ndarray[Any, Any]:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1)
    return cv2.warpAffine(
        page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,) * 3
    )


def _with_stamp(page: np.ndarray[Any, Any], dpi: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Multiplies a seal onto the page: rim, star, a ring of strokes where the name stands, uneven ink."""
    height, width = page.shape[:2]
    radius = _STAMP_RADIUS_PT * dpi / POINTS_PER_INCH
    centre = rng.uniform((0.2 * width, 0.3 * height), (0.8 * width, 0.8 * height))
    ink = np.zeros((height, width), np.float32)
    middle = tuple(int(value) for value in centre)
    cv2.circle(ink, middle, int(radius), 1.0, max(2, int(radius * 0.05)), cv2.LINE_AA)
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    lengths = np.where(np.arange(10) % 2 == 0, 0.32, 0.13) * radius
    star = centre + np.stack((np.cos(turns), np.sin(turns)), axis=1) * lengths[:, None]
    cv2.fillPoly(ink, [star.astype(np.int32)], 1.0, cv2.LINE_AA)
    for turn in np.linspace(-1.2 * np.pi, 0.2 * np.pi, 14):
        _stamp_character(ink, centre, radius, float(turn), rng)
    blotches = cv2.resize(rng.uniform(0.55, 0.95, (height // 16 + 1, width // 16 + 1)), (width, height))
    cover = (ink * blotches)[:, :, None].astype(np.float32)
    return page * (1 - cover + cover * (_STAMP_RED / 255)).astype(np.float32)


def _stamp_character(
    ink: np.ndarray[Any, Any], centre: np.ndarray[Any, Any], radius: float, turn: float, rng: np.random.Generator
) -> None:
    """Draws a few strokes that stand for one character of the seal's name."""
    middle = centre + 0.75 * radius * np.array((np.cos(turn), np.sin(turn)))
    size = radius * 0.13
    for _ in range(5):
        start, end = middle + rng.uniform(-size, size, 2), middle + rng.uniform(-size, size, 2)
        first, last = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
        cv2.line(ink, first, last, 1.0, max(1, int(radius * 0.035)), cv2.LINE_AA)


def _image_pdf(pictures: list[Image.Image], style: ScanStyle) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for picture in pictures:
        width, height = (side * POINTS_PER_INCH / style.dpi for side in picture.size)
        jpeg = io.BytesIO()
        picture.convert("L" if style.is_grey else "RGB").save(jpeg, "JPEG", quality=style.jpeg_quality)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(io.BytesIO(jpeg.getvalue())), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
