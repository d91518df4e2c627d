"""Spans of a text -> the text with marks in their place; positions of words on the page go with them.

What lives here: characters and boxes. What must not: what a person is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.model.grid import BBox, Cell, TextLine
from pipeline.model.personal import PersonalData
from pipeline.privacy.recognise import Span

_WORD = re.compile(r"\S+")


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in their order, overlapping ones as one of the kind of the longer.

    >>> merged([Span(4, 6, PersonalData.NAME), Span(0, 5, PersonalData.EMAIL)])[0][:2]
    (0, 6)
    """
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            last = result[-1]
            kind = max((last, span), key=lambda one: one.end - one.start).kind
            result[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            result.append(span)
    return result


def rewrite_text(text: str, spans: Iterable[Span]) -> str:
    """The text with a mark for each span; everything else as it was."""
    parts, at = [], 0
    for span in merged(spans):
        parts += [text[at : span.start], span.kind.mark]
        at = span.end
    return "".join([*parts, text[at:]])


def rewrite_cell(cell: Cell, spans: Iterable[Span]) -> tuple[Cell, list[PersonalData]]:
    """The cell with marks, and the kinds withheld; what the file stored in its place is taken out too."""
    once = merged(spans)
    return replace(cell, text=rewrite_text(cell.text, once), stored_text=None), [span.kind for span in once]


def rewrite_line(line: TextLine, spans: Iterable[Span]) -> tuple[TextLine, list[tuple[PersonalData, BBox | None]]]:
    """The line with marks, and for each its kind and the box of the words it touched (the line's without positions)."""
    once = merged(spans)
    text = rewrite_text(line.text, once)
    old = [found.span() for found in _WORD.finditer(line.text)]
    if line.word_spans is None or len(line.word_spans) != len(old):
        return replace(line, text=text), [(span.kind, line.bbox) for span in once]
    edges = _edges_of_words(text, once, old, line.word_spans)
    return replace(line, text=text, word_spans=edges), [(span.kind, _box(line, span, old)) for span in once]


def _edges_of_words(
    text: str, spans: Sequence[Span], old: Sequence[tuple[int, int]], edges: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """The x positions of the new words: each reaches over all old words that its characters come from."""
    origins = _origins(spans, len(text))
    result = []
    for word in _WORD.finditer(text):
        begin, end = origins[word.start()][0], origins[word.end() - 1][1]
        over = [edge for edge, (left, right) in zip(edges, old, strict=True) if left < end and right > begin]
        result.append((over[0][0], over[-1][1]))
    return tuple(result)


def _origins(spans: Sequence[Span], length: int) -> list[tuple[int, int]]:
    """For each character of the new text the range of the old one it stands for."""
    result: list[tuple[int, int]] = []
    at = 0
    for span in spans:
        result += [(place, place + 1) for place in range(at, span.start)]
        result += [(span.start, span.end)] * len(span.kind.mark)
        at = span.end
    return result + [(place, place + 1) for place in range(at, at + length - len(result))]


def _box(line: TextLine, span: Span, old: Sequence[tuple[int, int]]) -> BBox | None:
    if line.bbox is None or line.word_spans is None:
        return line.bbox
    over = [
        edge for edge, (left, right) in zip(line.word_spans, old, strict=True) if left < span.end and right > span.start
    ]
    return BBox(over[0][0], line.bbox.top, over[-1][1], line.bbox.bottom)
