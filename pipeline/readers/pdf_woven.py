"""Figures set a little lower than the words of their line, put back where they belong.

Some word processors set digits in a font whose box is lower: 收入总计 万元 and 2995.39 are then two levels of one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pipeline.model.grid import BBox, TextLine

#: Two levels that share this much of the lower one's height are one line, if every word stands in a gap of the other.
_WOVEN_SHARE = 0.5
#: Neighbouring words may touch by so much.
_TOUCHING_PT = 1.0
#: A level of figures and the signs that go with them, and nothing else.
_FIGURES = re.compile(r"[\d.,%“”\"()（）:：、／/\s-]+")


def weave_figures(lines: Iterable[TextLine]) -> Iterator[TextLine]:
    """Yields the lines of a page, top down, each level of lone figures joined to the words around it."""
    held: TextLine | None = None
    for line in lines:
        if held is not None and _is_one_line(held, line):
            held = _joined(held, line)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _is_one_line(line: TextLine, other: TextLine) -> bool:
    if line.bbox is None or other.bbox is None or not line.word_spans or not other.word_spans:
        return False
    if bool(_FIGURES.fullmatch(line.text)) == bool(_FIGURES.fullmatch(other.text)):
        return False
    shared = min(line.bbox.bottom, other.bbox.bottom) - max(line.bbox.top, other.bbox.top)
    lower = min(line.bbox.bottom - line.bbox.top, other.bbox.bottom - other.bbox.top)
    if shared < _WOVEN_SHARE * lower:
        return False
    return all(
        after[0] >= before[1] - _TOUCHING_PT for before, after in pairwise(sorted(line.word_spans + other.word_spans))
    )


def _joined(line: TextLine, other: TextLine) -> TextLine:
    words = sorted([*_words(line), *_words(other)])
    boxes = [part.bbox for part in (line, other) if part.bbox]
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return TextLine(
        " ".join(word for _, word in words),
        page_no=line.page_no,
        bbox=BBox(min(x0s), min(tops), max(x1s), max(bottoms)),
        word_spans=tuple(span for span, _ in words),
    )


def _words(line: TextLine) -> Iterator[tuple[tuple[float, float], str]]:
    return zip(line.word_spans or (), line.text.split(" "), strict=True)
