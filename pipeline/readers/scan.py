"""Pages that are pictures, read by OCR: PNG, JPEG and TIFF files, and what `scan_pdf` draws.

One page at a time: to grey (seals suppressed), straightened, its rules found and taken off, the tables rebuilt from
the rules, each cell's lines of text recognised, text outside the tables found and recognised. Tables without rules
come out as text lines. Work with OpenCV and the models is in `scan_*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import EmptyFile
from pipeline.model.grid import BBox, Block, Cell, Document, Grid, GridKind, Page, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers.scan_engine import LineReading, TextBox, engine, require_ocr
from pipeline.readers.scan_figures import (
    Settled,
    join_lines,
    mark_lost_points,
    resolution_notes,
    settle,
    unreadable_notes,
)
from pipeline.readers.sniff import sniff_media_type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.readers.scan_grid import Box
    from pipeline.readers.scan_image import Scan
    from pipeline.readers.scan_lines import InkLine
    from pipeline.readers.scan_rules import RuledTable

    Picture = NDArray[np.uint8]

#: Text outside tables is found at this scale: it is larger than figures in cells, and finding is what takes time.
_FINDING_SCALE = 0.6
#: White left around ink when text is searched, and how far apart parts of a page are searched one by one.
_STRIP_MARGIN_PX = 32
_STRIP_GAP_PX = 80
#: Runs of text overlapping by this share of their height stand in one line.
_SAME_LINE = 0.5
#: A page less sure than this in its middle line, or of shorter lines, may lie on its side: it is read all ways.
_UPRIGHT_SCORE = 0.8
_UPRIGHT_LENGTH = 1.7
_PAPER = 255


@dataclass(frozen=True, slots=True)
class _ReadTable:
    """A table's cells with their lines of ink; `first` is the place of its first line among the page's lines."""

    boxes: list[Box]
    row_count: int
    col_count: int
    lines: list[list[InkLine]]
    outline: tuple[float, float, float, float]


def read_picture(source: SourceFile, data: bytes) -> Document:
    """Reads a picture file; each frame of a TIFF is a page.

    Raises:
        MissingTool: The OCR packages are not installed.
        DamagedFile, FileTooLarge: The picture cannot be decoded.
        EmptyFile: No page holds a character.
    """
    require_ocr()
    from pipeline.readers.scan_image import load_pictures

    pages: list[Page] = []
    notes: list[str] = []
    for page_no, scan in enumerate(load_pictures(data), 1):
        pages.append(read_scan(scan, page_no))
        notes += unreadable_notes(pages[-1]) + resolution_notes(page_no, scan.scanned_dpi)
    if not any(page.blocks for page in pages):
        raise EmptyFile("no character was found on the picture", remedy="look at it; fetch the file again")
    media_type = sniff_media_type(data).value
    return Document(source.document_id, source.file_name, media_type, tuple(pages), len(pages), tuple(notes))


def read_scan(scan: Scan, page_no: int) -> Page:
    """Reads one page of pixels; a page scanned sideways or upside down is turned first."""
    from pipeline.readers.scan_image import to_grey

    grey = to_grey(scan.pixels)
    page, readings = _read_grey(grey, scan.px_per_pt, page_no)
    if _looks_turned(readings):
        import numpy as np

        sideways = (np.ascontiguousarray(np.rot90(grey, turns)) for turns in (1, 2, 3))
        tried = [_read_grey(turned, scan.px_per_pt, page_no) for turned in sideways]
        best, _ = max([(page, readings), *tried], key=lambda answer: _certainty(answer[1]))
        return page if best is page else replace(best, is_turned=True)
    return page


def _looks_turned(readings: Sequence[LineReading]) -> bool:
    """Whether a page's first readings are those of a turned page: unsure, or of one character a line."""
    said = [reading for reading in readings if reading.text]
    if not said:
        return bool(readings)
    middle = sorted(reading.score for reading in said)[len(said) // 2]
    return middle < _UPRIGHT_SCORE or sum(len(reading.text) for reading in said) < _UPRIGHT_LENGTH * len(said)


def _certainty(readings: Sequence[LineReading]) -> float:
    return sum(len(reading.text) * reading.score for reading in readings)


def _read_grey(grey: Picture, px_per_pt: float, page_no: int) -> tuple[Page, list[LineReading]]:
    from pipeline.readers.scan_grid import table_to_boxes
    from pipeline.readers.scan_image import harden, straighten
    from pipeline.readers.scan_lines import lines_of_boxes
    from pipeline.readers.scan_rules import find_rules, group_tables, without_rules

    straight, _ = straighten(grey)
    hard = harden(straight)
    level, upright = find_rules(hard)
    ruled = group_tables(level, upright)
    drawn = [r for t in ruled for r in t.level], [r for t in ruled for r in t.upright]
    bare, ink = without_rules(straight, *drawn), without_rules(hard, *drawn)
    tables = []
    for table in ruled:
        boxes, row_count, col_count = table_to_boxes(table)
        tables.append(_ReadTable(boxes, row_count, col_count, lines_of_boxes(ink, boxes), table.box))
    outside = _text_outside(bare, ink, ruled)
    inside = [line for table in tables for lines in table.lines for line in lines]
    settled, readings = _read_all(bare, inside, outside)
    blocks = [*_grids(tables, iter(settled), px_per_pt, page_no)]
    blocks += _text_lines(outside, settled[len(inside) :], px_per_pt, page_no)
    blocks.sort(key=lambda block: block.bbox.top if block.bbox else 0.0)
    return Page(page_no, tuple(blocks)), readings


def _read_all(
    page: Picture, inside: Sequence[InkLine], outside: Sequence[TextBox]
) -> tuple[list[Settled], list[LineReading]]:
    """Reads every line once, figures and doubtful words again, a third time where two readings do not decide."""
    from pipeline.readers.scan_lines import picture_of

    ocr = engine()
    boxes = [line.box for line in inside] + list(outside)
    flat = [line.is_flat for line in inside] + [False] * len(outside)
    first = ocr.read_lines([picture_of(page, box) for box in boxes])
    readings: list[list[LineReading]] = [[reading] for reading in first]
    settled: list[Settled | None] = [settle(given, is_flat=flat[n]) for n, given in enumerate(readings)]
    for attempt in (1, 2):
        open_lines = [number for number, answer in enumerate(settled) if answer is None]
        again = ocr.read_lines([picture_of(page, boxes[number], attempt) for number in open_lines])
        for number, reading in zip(open_lines, again, strict=True):
            readings[number].append(reading)
            settled[number] = settle(readings[number], is_flat=flat[number])
    return [answer or Settled("") for answer in settled], first


def _grids(tables: list[_ReadTable], settled: Iterator[Settled], px_per_pt: float, page_no: int) -> Iterator[Block]:
    for table in tables:
        cells = tuple(
            _cell(box, [next(settled) for _ in lines], px_per_pt)
            for box, lines in zip(table.boxes, table.lines, strict=True)
        )
        outline = _bbox(table.outline, px_per_pt)
        yield Grid(
            GridKind.SCAN, mark_lost_points(cells), table.row_count, table.col_count, page_no=page_no, bbox=outline
        )


def _cell(box: Box, lines: list[Settled], px_per_pt: float) -> Cell:
    joined = join_lines(lines)
    return Cell(
        box.row_index,
        box.col_index,
        joined.text,
        box.row_span,
        box.col_span,
        bbox=_bbox((box.x0, box.top, box.x1, box.bottom), px_per_pt),
        note=joined.note,
    )


def _bbox(box: tuple[float, float, float, float], px_per_pt: float) -> BBox:
    x0, top, x1, bottom = (round(side / px_per_pt, 2) for side in box)
    return BBox(x0, top, x1, bottom)


def _text_outside(page: Picture, ink: Picture, tables: Sequence[RuledTable]) -> list[TextBox]:
    """Finds the runs of text outside the tables, part of the page by part; `ink` is the same page hardened."""
    import cv2
    import numpy as np

    rest, rest_ink = page.copy(), ink.copy()
    for table in tables:
        x0, top, x1, bottom = (int(side) for side in table.box)
        for layer in (rest, rest_ink):
            layer[max(0, top - 2) : bottom + 3, max(0, x0 - 2) : x1 + 3] = _PAPER
    found: list[TextBox] = []
    for top, bottom in _inked_strips(rest_ink):
        strip = rest[top:bottom]
        small = cv2.resize(strip, None, fx=_FINDING_SCALE, fy=_FINDING_SCALE, interpolation=cv2.INTER_AREA)
        for box in engine().find_text(np.asarray(small, np.uint8)):
            x0, y0, x1, y1 = (round(side / _FINDING_SCALE) for side in (box.x0, box.top, box.x1, box.bottom))
            found.append(TextBox(x0, y0 + top, min(x1, page.shape[1]), min(y1 + top, page.shape[0])))
    return found


def _inked_strips(ink: Picture) -> list[tuple[int, int]]:
    """Returns top and bottom of each part of the page that holds ink; far-apart parts come apart."""
    import cv2
    import numpy as np

    from pipeline.readers.scan_image import INK

    inked = np.flatnonzero((cv2.medianBlur(ink, 3) < INK).sum(axis=1) > 1).tolist()
    strips: list[tuple[int, int]] = []
    for row in inked:
        if strips and row - strips[-1][1] <= _STRIP_GAP_PX:
            strips[-1] = (strips[-1][0], row)
        else:
            strips.append((row, row))
    height = ink.shape[0]
    return [(max(0, top - _STRIP_MARGIN_PX), min(height, bottom + _STRIP_MARGIN_PX)) for top, bottom in strips]


def _text_lines(
    boxes: Sequence[TextBox], settled: Sequence[Settled], px_per_pt: float, page_no: int
) -> Iterator[TextLine]:
    """Joins runs of text that stand in one line, from left to right."""
    lines: list[list[tuple[TextBox, str]]] = []
    read = [(box, answer.text) for box, answer in zip(boxes, settled, strict=True) if answer.text]
    for box, text in sorted(read, key=lambda item: (item[0].top + item[0].bottom) / 2):
        if lines and _is_same_line(lines[-1][-1][0], box):
            lines[-1].append((box, text))
        else:
            lines.append([(box, text)])
    for line in lines:
        line.sort(key=lambda item: item[0].x0)
        around = (
            min(box.x0 for box, _ in line),
            min(box.top for box, _ in line),
            max(box.x1 for box, _ in line),
            max(box.bottom for box, _ in line),
        )
        spans = tuple(span for box, text in line for span in _word_spans(box, text, px_per_pt))
        text = " ".join(" ".join(text.split()) for _, text in line)
        yield TextLine(text, page_no=page_no, bbox=_bbox(around, px_per_pt), word_spans=spans)


def _word_spans(box: TextBox, text: str, px_per_pt: float) -> Iterator[tuple[float, float]]:
    """Places the words of a run of text: each takes the share of its width that it takes of its characters."""
    width = (box.x1 - box.x0) / px_per_pt / max(1, len(text))
    left = box.x0 / px_per_pt
    for word in re.finditer(r"\S+", text):
        yield round(left + word.start() * width, 2), round(left + word.end() * width, 2)


def _is_same_line(first: TextBox, second: TextBox) -> bool:
    shared = min(first.bottom, second.bottom) - max(first.top, second.top)
    return shared >= _SAME_LINE * min(first.bottom - first.top, second.bottom - second.top)
