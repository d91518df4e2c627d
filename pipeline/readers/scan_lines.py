"""Where the lines of text stand inside a cell, and the pictures of them that the recogniser gets.

What they say is `scan_engine`'s work; what to believe of it is `scan_figures`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from pipeline.readers.scan_engine import TextBox
from pipeline.readers.scan_grid import Box
from pipeline.readers.scan_image import INK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

#: A cell's own rules, painted white, reach this far inside it.
_RIM_PX = 3
#: Less ink than this, no wider and no higher, is a speck: the smallest dash is wider, the smallest digit higher.
_SPECK_AREA_PX = 14
_SPECK_SIDE_PX = 7
#: Grain is smaller than a decimal point (3 by 3 px at 6 points).
_GRAIN_AREA_PX = 4
#: Rows of ink belong to one line of text up to this many character heights (二 and 三 are several rows).
_LINE_HEIGHTS = 1.3
_DEFAULT_HEIGHT_PX = 20.0
#: White around a line; the recogniser was trained on lines with some.
_MARGINS_PX = ((4, 6), (7, 10), (2, 4))
#: A dash is shown with the height of a line, or it would look like a bar.
_LOWEST_PX = 20
#: A dash is flat.
_DASH_ASPECT = 2.5
_DASH_HEIGHT_PX = 7


@dataclass(frozen=True, slots=True)
class InkLine:
    """One line of text inside a cell: its ink's box in pixels of the page, and whether it is only a flat stroke."""

    box: TextBox
    is_flat: bool


def lines_of_boxes(page: Picture, boxes: Sequence[Box]) -> list[list[InkLine]]:
    """Finds the lines of text in each cell of a table, from top to bottom; a blank cell has none."""
    found = [_ink_parts(page, box) for box in boxes]
    heights = [part[3] for parts in found for part in parts if part[3] > _SPECK_SIDE_PX]
    height = float(np.percentile(heights, 75)) if heights else _DEFAULT_HEIGHT_PX
    return [_to_lines(parts, height) for parts in found]


def _ink_parts(page: Picture, box: Box) -> list[tuple[int, int, int, int]]:
    """Returns x, y, width, height of each connected piece of ink in a cell."""
    x0, top = int(box.x0) + _RIM_PX, int(box.top) + _RIM_PX
    inside = page[top : int(box.bottom) - _RIM_PX + 1, x0 : int(box.x1) - _RIM_PX + 1]
    if min(inside.shape) <= _RIM_PX:
        return []
    ink = (cv2.GaussianBlur(inside, (3, 3), 0) < INK).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    return [(x + x0, y + top, w, h) for x, y, w, h, area in stats[1:count].tolist() if area >= _GRAIN_AREA_PX]


def _to_lines(parts: list[tuple[int, int, int, int]], height: float) -> list[InkLine]:
    groups: list[list[tuple[int, int, int, int]]] = []
    for part in sorted(parts, key=lambda part: part[1]):
        if groups and _fits(groups[-1], part, height):
            groups[-1].append(part)
        else:
            groups.append([part])
    return [line for group in groups if (line := _line(group))]


def _fits(group: list[tuple[int, int, int, int]], part: tuple[int, int, int, int], height: float) -> bool:
    top = min(y for _, y, _, _ in group)
    bottom = max(y + h for _, y, _, h in group)
    return part[1] < bottom or max(bottom, part[1] + part[3]) - top <= _LINE_HEIGHTS * height


def _line(group: list[tuple[int, int, int, int]]) -> InkLine | None:
    x0, top = min(part[0] for part in group), min(part[1] for part in group)
    x1, bottom = max(x + w for x, _, w, _ in group), max(y + h for _, y, _, h in group)
    area = sum(w * h for _, _, w, h in group)
    if max(x1 - x0, bottom - top) <= _SPECK_SIDE_PX and area <= _SPECK_AREA_PX:
        return None
    is_flat = bottom - top <= _DASH_HEIGHT_PX and x1 - x0 >= _DASH_ASPECT * (bottom - top)
    return InkLine(TextBox(x0, top, x1, bottom), is_flat)


def picture_of(page: Picture, box: TextBox, attempt: int = 0) -> Picture:
    """Cuts a line out of the page; each attempt shows it differently, so that equal answers mean something.

    Attempt 0 is the page as it is, 1 enlarged, the grain smoothed, with more white, 2 enlarged and sharpened.
    """
    across, along = _MARGINS_PX[attempt]
    across = max(across, (_LOWEST_PX - box.bottom + box.top) // 2)
    top, left = max(0, box.top - across), max(0, box.x0 - along)
    cut = page[top : box.bottom + across, left : box.x1 + along]
    if not attempt:
        return cut
    large = cv2.resize(cut, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    if attempt == 1:
        return np.asarray(cv2.GaussianBlur(large, (0, 0), 1.2), np.uint8)
    return np.asarray(cv2.addWeighted(large, 1.6, cv2.GaussianBlur(large, (0, 0), 3), -0.6, 0), np.uint8)
