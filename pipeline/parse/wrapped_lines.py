"""Lines of an unruled page that are one row: a label wrapped over two lines beside amounts centred between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.model.grid import BBox, TextLine

#: Lines of one row overlap by at least this share of the lower one's height; lines of two rows do not overlap.
_MIN_OVERLAP = 0.2


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
    row: list[TextLine] = []
    for line in lines:
        if row and not _is_same_row(row[-1], line):
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
