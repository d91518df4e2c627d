"""Lines of an unruled page that are one row: a label wrapped over two lines beside amounts centred between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.model.grid import BBox, TextLine
from pipeline.model.text import match_key

#: Lines of one row overlap by at least this share of the lower one's height; lines of two rows do not overlap.
_MIN_OVERLAP = 0.2
#: Lines of one wrapped label follow each other at less than this many line heights, rows at more than that many.
_CLOSE_GAP = 0.35
_WIDE_ROW_GAP = 0.5
_PIECE = re.compile(r"[\u4e00-\u9fff()、“”]+")
_STARTS = re.compile(r"[一二三四五六七八九十]+、|合计|总计|本年|上年|年[初末终]|收入|支出|使用|结余|栏次|项目$")


@dataclass(slots=True)
class _Cell:
    """Words above each other: a wrapped label, or one amount."""

    text: str
    left: float
    right: float


def join_wrapped_lines(lines: Iterable[TextLine]) -> Iterator[TextLine]:
    """Yields the lines with those of one row joined, cells from left to right, wrapped words from top to bottom.

    Lines without positions pass unchanged.
    """
    kept = list(lines)
    has_wide_rows = _has_wide_rows(kept)
    row: list[TextLine] = []
    for line in kept:
        if row and not (_is_same_row(row[-1], line) or (has_wide_rows and _goes_on(row[-1], line))):
            yield _joined(row)
            row = []
        row.append(line)
    if row:
        yield _joined(row)


def _is_same_row(above: TextLine, below: TextLine) -> bool:
    if above.bbox is None or below.bbox is None or above.page_no != below.page_no:
        return False
    if above.word_spans is None or below.word_spans is None:
        return False
    overlap = min(above.bbox.bottom, below.bbox.bottom) - max(above.bbox.top, below.bbox.top)
    height = min(above.bbox.bottom - above.bbox.top, below.bbox.bottom - below.bbox.top)
    return overlap > _MIN_OVERLAP * height


def _has_wide_rows(lines: list[TextLine]) -> bool:
    """Whether rows stand clearly further apart than the lines of a wrapped label."""
    gaps = [gap for above, below in pairwise(lines) if (gap := _gap_in_heights(above, below)) is not None and gap > 0]
    return bool(gaps) and median(gaps) > _WIDE_ROW_GAP


def _goes_on(above: TextLine, below: TextLine) -> bool:
    """Whether one of two close lines is but a piece of a label: words, no number, no code, no ordinal."""
    gap = _gap_in_heights(above, below)
    if gap is None or gap > _CLOSE_GAP:
        return False
    return any(
        _PIECE.fullmatch(match_key(line.text)) and not _STARTS.match(match_key(line.text)) for line in (above, below)
    )


def _gap_in_heights(above: TextLine, below: TextLine) -> float | None:
    if above.bbox is None or below.bbox is None or above.page_no != below.page_no:
        return None
    height = min(above.bbox.bottom - above.bbox.top, below.bbox.bottom - below.bbox.top)
    return (below.bbox.top - above.bbox.bottom) / height if height > 0 else None


def _joined(row: list[TextLine]) -> TextLine:
    if len(row) == 1:
        return row[0]
    cells: list[_Cell] = []
    for line in row:
        for text, (left, right) in zip(line.text.split(" "), line.word_spans or (), strict=False):
            over = next((cell for cell in cells if left < cell.right and cell.left < right), None)
            if over is None:
                cells.append(_Cell(text, left, right))
            else:
                over.text += text
                over.left, over.right = min(over.left, left), max(over.right, right)
    cells.sort(key=lambda cell: cell.left)
    boxes = [line.bbox for line in row if line.bbox]
    return TextLine(
        " ".join(cell.text for cell in cells),
        page_no=row[0].page_no,
        line_no=row[0].line_no,
        bbox=BBox(
            min(box.x0 for box in boxes),
            min(box.top for box in boxes),
            max(box.x1 for box in boxes),
            max(box.bottom for box in boxes),
        ),
        word_spans=tuple((cell.left, cell.right) for cell in cells),
    )
